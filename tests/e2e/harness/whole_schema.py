"""A small schema with an object of every kind, and single changes to it, each with its way back."""

import re

from .schema_changes import MORE, NEWER, SINCE

ROLES = "ms_owner", "ms_reader", "ms_writer"
MAKE_ROLES = """
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['ms_owner', 'ms_reader', 'ms_writer'] LOOP
        IF to_regrole(name) IS NULL THEN EXECUTE 'CREATE ROLE ' || name; END IF;
    END LOOP;
END $$
"""

BASE = r"""
CREATE SCHEMA app;
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO ms_reader;
CREATE SCHEMA "My Schema";
CREATE EXTENSION hstore SCHEMA public;
CREATE EXTENSION postgres_fdw SCHEMA public;
CREATE EXTENSION pg_trgm SCHEMA public;

CREATE TYPE app.status AS ENUM ('new', 'paid', 'sent');
CREATE TYPE app.mood AS ENUM ('sad', 'ok', 'glad');
CREATE TYPE app.address AS (street text, zip varchar(10));
CREATE TYPE app.pair AS (a int, b varchar(5));
CREATE DOMAIN app.price AS numeric(12, 2) DEFAULT 0 NOT NULL CONSTRAINT price_positive CHECK (VALUE >= 0);
CREATE TYPE app.span AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE COLLATION app.german (provider = icu, locale = 'de-DE');

CREATE FUNCTION app.total(quantity int, price numeric DEFAULT 1) RETURNS numeric LANGUAGE sql IMMUTABLE
    AS $f$ SELECT quantity * price $f$;
CREATE FUNCTION app.modern(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC
    SELECT CASE WHEN a BETWEEN 1 AND 2 AND a > 0 THEN 1 ELSE 2 END; END;
CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql SET work_mem = '8MB' AS $f$
BEGIN
    NEW.changed_at := now();
    RETURN NEW;
END $f$;
CREATE FUNCTION app.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $f$ BEGIN END $f$;
CREATE PROCEDURE app.tidy(days int) LANGUAGE plpgsql AS $f$ BEGIN END $f$;
CREATE FUNCTION app.plus(a int, b text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $f$ SELECT a > 0 $f$;
CREATE AGGREGATE app.sum_up(int) (sfunc = int4pl, stype = int, initcond = '0');
CREATE OPERATOR app.+? (leftarg = int, rightarg = text, function = app.plus);
CREATE FUNCTION app.address_text(app.address) RETURNS text LANGUAGE sql IMMUTABLE AS $f$ SELECT $1.street $f$;
CREATE CAST (app.address AS text) WITH FUNCTION app.address_text(app.address) AS ASSIGNMENT;
CREATE FUNCTION app.backwards(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS $f$ SELECT btint4cmp($2, $1) $f$;
CREATE OPERATOR FAMILY app.odd_ops USING btree;
CREATE OPERATOR CLASS app.odd_int_ops FOR TYPE int USING btree FAMILY app.odd_ops AS
    OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 app.backwards(int, int);
CREATE CONVERSION app.to_latin FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;
CREATE TEXT SEARCH DICTIONARY app.words (TEMPLATE = simple, STOPWORDS = english);
CREATE TEXT SEARCH CONFIGURATION app.search (COPY = simple);
CREATE ACCESS METHOD my_heap TYPE TABLE HANDLER heap_tableam_handler;
CREATE FUNCTION app.pl_call() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION app.pl_inline(internal) RETURNS void LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_inline_handler';
CREATE FUNCTION app.pl_check(oid) RETURNS void LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_validator';
CREATE TRUSTED LANGUAGE plmine HANDLER app.pl_call INLINE app.pl_inline VALIDATOR app.pl_check;
CREATE TRANSFORM FOR int LANGUAGE plmine (FROM SQL WITH FUNCTION prsd_lextype(internal));

CREATE SEQUENCE app.numbers AS int INCREMENT 2 CACHE 5;
CREATE TABLE app.customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name varchar(80) NOT NULL COLLATE "C",
    kind varchar(10) NOT NULL DEFAULT 'private' CHECK (kind IN ('private', 'company', 'other')),
    age int CHECK (age BETWEEN 0 AND 150 AND name <> ''),
    gone int,
    home app.address,
    notes text,
    tags public.hstore,
    changed_at timestamptz DEFAULT '2024-01-01 12:00+02',
    shout text GENERATED ALWAYS AS (upper(name)) STORED
);
ALTER TABLE app.customers DROP COLUMN gone;
CREATE TABLE app.orders (
    id serial PRIMARY KEY,
    customer_id bigint NOT NULL CONSTRAINT orders_customer REFERENCES app.customers ON DELETE CASCADE,
    status app.status NOT NULL DEFAULT 'new',
    amount app.price,
    number int DEFAULT nextval('app.numbers'),
    placed date NOT NULL DEFAULT CURRENT_DATE,
    during tstzrange,
    CONSTRAINT orders_number UNIQUE (number) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT orders_during EXCLUDE USING gist (during WITH &&)
);
ALTER TABLE app.orders ADD CONSTRAINT amount_small CHECK (amount < 1000000) NOT VALID;
CREATE INDEX orders_status ON app.orders (status) WHERE status IN ('new', 'paid');
CREATE INDEX orders_lower ON app.orders ((id % 10), placed DESC NULLS LAST) INCLUDE (amount);
CREATE UNIQUE INDEX customers_name ON app.customers (name);
CREATE TABLE app.events (id bigint NOT NULL, at date NOT NULL, what text) PARTITION BY RANGE (at);
CREATE TABLE app.events_2024 PARTITION OF app.events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE app.events_rest PARTITION OF app.events DEFAULT;
ALTER TABLE app.events ADD PRIMARY KEY (id, at);
CREATE INDEX events_what ON app.events (what);
CREATE TABLE app.marks (event_id bigint, event_at date, FOREIGN KEY (event_id, event_at) REFERENCES app.events);
CREATE TABLE app.base (a int, b text DEFAULT 'x');
CREATE TABLE app.derived (c int) INHERITS (app.base);
CREATE UNLOGGED TABLE app.scratch (a int);
CREATE TABLE app.typed OF app.address;
CREATE TABLE "My Schema"."Table ""of"" mine" ("a b" int, "select" text);

CREATE VIEW app.open_orders WITH (security_barrier) AS
    SELECT o.id, c.name, o.amount FROM app.orders o JOIN app.customers c ON c.id = o.customer_id
    WHERE o.status <> 'sent' AND c.kind IN ('private', 'company') AND o.id BETWEEN 1 AND 1000 AND c.age > 3;
CREATE MATERIALIZED VIEW app.totals AS SELECT customer_id, sum(amount) AS sum FROM app.orders GROUP BY 1;
CREATE UNIQUE INDEX totals_customer ON app.totals (customer_id);
CREATE RULE no_delete AS ON DELETE TO app.base DO INSTEAD NOTHING;
CREATE TRIGGER touch BEFORE UPDATE ON app.customers FOR EACH ROW
    WHEN (OLD.kind IN ('private', 'company')) EXECUTE FUNCTION app.touch();
CREATE TRIGGER touch BEFORE INSERT ON app.events FOR EACH ROW EXECUTE FUNCTION app.touch();
CREATE POLICY mine ON app.customers FOR SELECT TO ms_reader USING (kind IN ('private', 'other'));
ALTER TABLE app.customers ENABLE ROW LEVEL SECURITY;
CREATE STATISTICS app.orders_stat (dependencies) ON customer_id, placed FROM app.orders;
CREATE EVENT TRIGGER watch_ddl ON ddl_command_end WHEN TAG IN ('CREATE SERVER', 'DROP SERVER')
    EXECUTE FUNCTION app.on_ddl();
CREATE FOREIGN DATA WRAPPER mine_fdw;
CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'db', dbname 'other');
CREATE USER MAPPING FOR ms_reader SERVER elsewhere OPTIONS (user 'u', password 'secret-of-mapping');
CREATE FOREIGN TABLE app.remote (a int OPTIONS (column_name 'x'), b text) SERVER elsewhere OPTIONS (table_name 't');
CREATE PUBLICATION changes FOR TABLE app.orders (id, status) WHERE (id > 5);
CREATE PUBLICATION everything FOR TABLES IN SCHEMA app;
CREATE SUBSCRIPTION incoming CONNECTION 'host=nowhere password=secret-of-subscription' PUBLICATION p
    WITH (connect = false, slot_name = NONE);

ALTER TABLE app.orders OWNER TO ms_owner;
GRANT SELECT (name), UPDATE (notes) ON app.customers TO ms_reader;
GRANT USAGE ON SCHEMA app TO ms_reader, ms_owner;
GRANT USAGE ON SEQUENCE app.numbers TO ms_writer;
REVOKE EXECUTE ON FUNCTION app.total(int, numeric) FROM PUBLIC;
COMMENT ON TABLE app.orders IS 'what was ordered';
COMMENT ON COLUMN app.orders.amount IS 'in euro';
COMMENT ON CONSTRAINT amount_small ON app.orders IS 'not yet checked';
SELECT lo_create(70001);
INSERT INTO app.customers (name, age) VALUES ('a', 1), ('b', 2);
REFRESH MATERIALIZED VIEW app.totals;
"""
# What came with a major, and what stands in its place before.
BEFORE = {
    14: [(r"LANGUAGE sql BEGIN ATOMIC\s+(SELECT CASE .*? END); END;", r"LANGUAGE sql AS 'SELECT 1';")],
    15: [(r"FOR TABLE app.orders \(id, status\) WHERE \(id > 5\)", "FOR TABLE app.orders"),
         ("CREATE PUBLICATION everything FOR TABLES IN SCHEMA app", "CREATE PUBLICATION everything FOR ALL TABLES")],
}


def base(major):
    text = BASE
    for since, pairs in BEFORE.items():
        for pattern, instead in pairs if major < since else []:
            text, count = re.subn(pattern, instead, text, flags=re.DOTALL)
            assert count == 1, pattern
    return text


# name, change, the way back, what must be named: + added, - missing, ~ changed and which of its attributes.
CHANGES = [
    ("table added", "CREATE TABLE app.more (a int)", "DROP TABLE app.more", "+ table app.more"),
    ("column added at the end", "ALTER TABLE app.base ADD z int", "ALTER TABLE app.base DROP z",
     "+ column app.base.z"),
    ("column type", "ALTER TABLE app.base ALTER a TYPE bigint", "ALTER TABLE app.base ALTER a TYPE int",
     "~ column app.base.a: type"),
    ("column type modifier", "ALTER TABLE app.scratch ADD v varchar(5)", "ALTER TABLE app.scratch DROP v",
     "+ column app.scratch.v"),
    ("column renamed", "ALTER TABLE app.scratch RENAME a TO b", "ALTER TABLE app.scratch RENAME b TO a",
     "+ column app.scratch.b"),
    ("column default", "ALTER TABLE app.base ALTER b SET DEFAULT 'y'", "ALTER TABLE app.base ALTER b SET DEFAULT 'x'",
     "~ column app.base.b: default"),
    ("column default dropped", "ALTER TABLE app.base ALTER b DROP DEFAULT",
     "ALTER TABLE app.base ALTER b SET DEFAULT 'x'", "~ column app.base.b: default"),
    ("not null", "ALTER TABLE app.scratch ALTER a SET NOT NULL", "ALTER TABLE app.scratch ALTER a DROP NOT NULL",
     "~ column app.scratch.a: not null"),
    ("identity kind", "ALTER TABLE app.customers ALTER id SET GENERATED BY DEFAULT",
     "ALTER TABLE app.customers ALTER id SET GENERATED ALWAYS", "~ column app.customers.id: identity column"),
    ("identity options", "ALTER TABLE app.customers ALTER id SET INCREMENT 5",
     "ALTER TABLE app.customers ALTER id SET INCREMENT 1", "~ sequence app.customers_id_seq: increment"),
    ("generated column becomes a plain one", "ALTER TABLE app.customers ALTER shout DROP EXPRESSION",
     "ALTER TABLE app.customers DROP shout, ADD shout text GENERATED ALWAYS AS (upper(name)) STORED",
     "~ column app.customers.shout: generated"),
    ("column collation", 'ALTER TABLE app.customers ALTER notes TYPE text COLLATE "C"',
     'ALTER TABLE app.customers ALTER notes TYPE text COLLATE "default"', "~ column app.customers.notes: collation"),
    ("column storage", "ALTER TABLE app.customers ALTER notes SET STORAGE EXTERNAL",
     "ALTER TABLE app.customers ALTER notes SET STORAGE EXTENDED", "~ column app.customers.notes: storage"),
    ("column compression", "ALTER TABLE app.customers ALTER notes SET COMPRESSION pglz",
     "ALTER TABLE app.customers ALTER notes SET COMPRESSION default", "~ column app.customers.notes: compression"),
    ("column statistics target", "ALTER TABLE app.customers ALTER notes SET STATISTICS 500",
     "ALTER TABLE app.customers ALTER notes SET STATISTICS -1", "~ column app.customers.notes: statistics"),
    ("column options", "ALTER TABLE app.customers ALTER notes SET (n_distinct = 5)",
     "ALTER TABLE app.customers ALTER notes RESET (n_distinct)", "~ column app.customers.notes: options"),
    ("column order", "ALTER TABLE app.typed NOT OF; ALTER TABLE app.typed DROP street, ADD street text",
     "DROP TABLE app.typed; CREATE TABLE app.typed OF app.address", "~ column app.typed.street: position"),
    ("unlogged", "ALTER TABLE app.scratch SET LOGGED", "ALTER TABLE app.scratch SET UNLOGGED", "~ table app.scratch: persistence"),
    ("storage parameters", "ALTER TABLE app.orders SET (fillfactor = 70)",
     "ALTER TABLE app.orders RESET (fillfactor)", "~ table app.orders: options"),
    ("toast parameters", "ALTER TABLE app.customers SET (toast.autovacuum_enabled = off)",
     "ALTER TABLE app.customers RESET (toast.autovacuum_enabled)", "~ table app.customers: toast options"),
    ("table access method", "ALTER TABLE app.scratch SET ACCESS METHOD my_heap",
     "ALTER TABLE app.scratch SET ACCESS METHOD heap", "~ table app.scratch: access method"),
    ("table renamed", "ALTER TABLE app.scratch RENAME TO scratched", "ALTER TABLE app.scratched RENAME TO scratch",
     "+ table app.scratched"),
    ("table moved", "ALTER TABLE app.scratch SET SCHEMA public", "ALTER TABLE public.scratch SET SCHEMA app",
     "+ table public.scratch"),
    ("table of a type", "ALTER TABLE app.typed NOT OF", "ALTER TABLE app.typed OF app.address", "~ table app.typed: of type"),
    ("partition added", "CREATE TABLE app.events_2025 PARTITION OF app.events FOR VALUES FROM ('2025-01-01') "
     "TO ('2026-01-01')", "ALTER TABLE app.events DETACH PARTITION app.events_2025; DROP TABLE app.events_2025", "+ table app.events_2025"),
    ("partition detached", "ALTER TABLE app.events DETACH PARTITION app.events_rest",
     "ALTER TABLE app.events ATTACH PARTITION app.events_rest DEFAULT", "~ table app.events_rest: bound, partition of"),
    ("partition bound", "ALTER TABLE app.events DETACH PARTITION app.events_2024; ALTER TABLE app.events "
     "ATTACH PARTITION app.events_2024 FOR VALUES FROM ('2024-01-01') TO ('2024-06-01')",
     "ALTER TABLE app.events DETACH PARTITION app.events_2024; ALTER TABLE app.events "
     "ATTACH PARTITION app.events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')", "~ table app.events_2024: bound"),
    ("order of inherited columns", "DROP TABLE app.derived; CREATE TABLE app.derived (c int, b text DEFAULT 'x', a int); "
     "ALTER TABLE app.derived INHERIT app.base", "DROP TABLE app.derived; CREATE TABLE app.derived (c int) INHERITS (app.base)",
     "~ inherited column order app.derived: columns"),
    ("inheritance", "ALTER TABLE app.derived NO INHERIT app.base", "DROP TABLE app.derived; CREATE TABLE app.derived (c int) INHERITS (app.base)",
     "~ table app.derived: inherits"),
    ("check added", "ALTER TABLE app.base ADD CONSTRAINT a_small CHECK (a < 5)",
     "ALTER TABLE app.base DROP CONSTRAINT a_small", "+ constraint a_small on app.base"),
    ("check changed", "ALTER TABLE app.orders DROP CONSTRAINT amount_small, ADD CONSTRAINT amount_small "
     "CHECK (amount < 2000000) NOT VALID", "ALTER TABLE app.orders DROP CONSTRAINT amount_small, ADD CONSTRAINT "
     "amount_small CHECK (amount < 1000000) NOT VALID; COMMENT ON CONSTRAINT amount_small ON app.orders IS "
     "'not yet checked'", "~ constraint amount_small on app.orders: definition"),
    ("constraint validated", "ALTER TABLE app.orders VALIDATE CONSTRAINT amount_small",
     "ALTER TABLE app.orders DROP CONSTRAINT amount_small, ADD CONSTRAINT amount_small CHECK (amount < 1000000) "
     "NOT VALID; COMMENT ON CONSTRAINT amount_small ON app.orders IS 'not yet checked'",
     "~ constraint amount_small on app.orders: definition"),
    ("constraint renamed", "ALTER TABLE app.orders RENAME CONSTRAINT orders_customer TO x",
     "ALTER TABLE app.orders RENAME CONSTRAINT x TO orders_customer", "+ constraint x on app.orders"),
    ("foreign key action", "ALTER TABLE app.orders DROP CONSTRAINT orders_customer, ADD CONSTRAINT orders_customer "
     "FOREIGN KEY (customer_id) REFERENCES app.customers",
     "ALTER TABLE app.orders DROP CONSTRAINT orders_customer, ADD CONSTRAINT orders_customer "
     "FOREIGN KEY (customer_id) REFERENCES app.customers ON DELETE CASCADE", "~ constraint orders_customer on app.orders: definition"),
    ("foreign key deferrable", "ALTER TABLE app.orders ALTER CONSTRAINT orders_customer DEFERRABLE INITIALLY DEFERRED",
     "ALTER TABLE app.orders ALTER CONSTRAINT orders_customer NOT DEFERRABLE", "~ constraint orders_customer on app.orders: definition"),
    ("foreign key dropped", "ALTER TABLE app.marks DROP CONSTRAINT marks_event_id_event_at_fkey",
     "ALTER TABLE app.marks ADD FOREIGN KEY (event_id, event_at) REFERENCES app.events",
     "- constraint marks_event_id_event_at_fkey on app.marks"),
    ("unique dropped", "ALTER TABLE app.orders DROP CONSTRAINT orders_number",
     "ALTER TABLE app.orders ADD CONSTRAINT orders_number UNIQUE (number) DEFERRABLE INITIALLY DEFERRED",
     "- constraint orders_number on app.orders"),
    ("exclusion dropped", "ALTER TABLE app.orders DROP CONSTRAINT orders_during",
     "ALTER TABLE app.orders ADD CONSTRAINT orders_during EXCLUDE USING gist (during WITH &&)",
     "- constraint orders_during on app.orders"),
    ("internal triggers disabled", "ALTER TABLE app.orders DISABLE TRIGGER ALL", "ALTER TABLE app.orders ENABLE TRIGGER ALL",
     "+ internal trigger RI_FKey_check_ins of orders_customer on app.orders"),
    ("index added", "CREATE INDEX more ON app.orders (placed)", "DROP INDEX app.more", "+ index app.more"),
    ("index expression", "DROP INDEX app.orders_lower; CREATE INDEX orders_lower ON app.orders ((id % 11), "
     "placed DESC NULLS LAST) INCLUDE (amount)", "DROP INDEX app.orders_lower; CREATE INDEX orders_lower ON "
     "app.orders ((id % 10), placed DESC NULLS LAST) INCLUDE (amount)", "~ index app.orders_lower: definition"),
    ("index predicate", "DROP INDEX app.orders_status; CREATE INDEX orders_status ON app.orders (status)",
     "DROP INDEX app.orders_status; CREATE INDEX orders_status ON app.orders (status) WHERE status IN ('new', 'paid')",
     "~ index app.orders_status: definition"),
    ("index parameters", "ALTER INDEX app.orders_status SET (fillfactor = 50)",
     "ALTER INDEX app.orders_status RESET (fillfactor)", "~ index app.orders_status: definition"),
    ("index statistics", "ALTER INDEX app.orders_lower ALTER COLUMN 1 SET STATISTICS 300",
     "ALTER INDEX app.orders_lower ALTER COLUMN 1 SET STATISTICS -1", "~ index app.orders_lower: statistics"),
    ("nulls not distinct", "DROP INDEX app.customers_name; CREATE UNIQUE INDEX customers_name ON app.customers (name) "
     "NULLS NOT DISTINCT", "DROP INDEX app.customers_name; CREATE UNIQUE INDEX customers_name ON app.customers (name)",
     "~ index app.customers_name: definition"),
    ("index renamed", "ALTER INDEX app.customers_name RENAME TO n", "ALTER INDEX app.n RENAME TO customers_name",
     "+ index app.n"),
    ("cluster on", "ALTER TABLE app.customers CLUSTER ON customers_name", "ALTER TABLE app.customers SET WITHOUT CLUSTER",
     "~ index app.customers_name: clustered"),
    ("replica identity full", "ALTER TABLE app.orders REPLICA IDENTITY FULL", "ALTER TABLE app.orders REPLICA IDENTITY DEFAULT",
     "~ table app.orders: replica identity"),
    ("replica identity by index", "ALTER TABLE app.customers REPLICA IDENTITY USING INDEX customers_name",
     "ALTER TABLE app.customers REPLICA IDENTITY DEFAULT", "~ index app.customers_name: replica identity"),
    ("invalid index", "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'app.customers_name'::regclass",
     "UPDATE pg_index SET indisvalid = true WHERE indexrelid = 'app.customers_name'::regclass",
     "+ invalid index app.customers_name"),
    ("view changed", "CREATE OR REPLACE VIEW app.open_orders WITH (security_barrier) AS SELECT o.id, c.name, o.amount "
     "FROM app.orders o JOIN app.customers c ON c.id = o.customer_id", "CREATE OR REPLACE VIEW app.open_orders WITH "
     "(security_barrier) AS SELECT o.id, c.name, o.amount FROM app.orders o JOIN app.customers c ON c.id = o.customer_id "
     "WHERE o.status <> 'sent' AND c.kind IN ('private', 'company') AND o.id BETWEEN 1 AND 1000 AND c.age > 3",
     "~ view app.open_orders: definition"),
    ("view options", "ALTER VIEW app.open_orders SET (security_invoker)", "ALTER VIEW app.open_orders RESET (security_invoker)",
     "~ view app.open_orders: options"),
    ("view check option", "ALTER VIEW app.open_orders RESET (security_barrier)", "ALTER VIEW app.open_orders SET (security_barrier)",
     "~ view app.open_orders: options"),
    ("view column default", "ALTER VIEW app.open_orders ALTER id SET DEFAULT 5", "ALTER VIEW app.open_orders ALTER id DROP DEFAULT",
     "~ column app.open_orders.id: default"),
    ("materialised view empty", "REFRESH MATERIALIZED VIEW app.totals WITH NO DATA", "REFRESH MATERIALIZED VIEW app.totals",
     "+ materialized view state app.totals"),
    ("sequence options", "ALTER SEQUENCE app.numbers MAXVALUE 5000", "ALTER SEQUENCE app.numbers NO MAXVALUE",
     "~ sequence app.numbers: maximum"),
    ("sequence cycles", "ALTER SEQUENCE app.numbers CYCLE", "ALTER SEQUENCE app.numbers NO CYCLE", "~ sequence app.numbers: cycle"),
    ("sequence cache", "ALTER SEQUENCE app.numbers CACHE 50", "ALTER SEQUENCE app.numbers CACHE 5", "~ sequence app.numbers: cache"),
    ("sequence start", "ALTER SEQUENCE app.numbers START 7", "ALTER SEQUENCE app.numbers START 1", "~ sequence app.numbers: start"),
    ("sequence type", "ALTER SEQUENCE app.numbers AS bigint", "ALTER SEQUENCE app.numbers AS int", "~ sequence app.numbers: maximum, type"),
    ("sequence owner column", "ALTER SEQUENCE app.orders_id_seq OWNED BY NONE",
     "ALTER SEQUENCE app.orders_id_seq OWNED BY app.orders.id", "~ sequence app.orders_id_seq: owned by"),
    ("function body", "CREATE OR REPLACE FUNCTION app.total(quantity int, price numeric DEFAULT 1) RETURNS numeric "
     "LANGUAGE sql IMMUTABLE AS $f$ SELECT quantity * price + 1 $f$", "CREATE OR REPLACE FUNCTION app.total(quantity int, "
     "price numeric DEFAULT 1) RETURNS numeric LANGUAGE sql IMMUTABLE AS $f$ SELECT quantity * price $f$",
     "~ function app.total(integer, numeric): source"),
    ("function in SQL's syntax", "CREATE OR REPLACE FUNCTION app.modern(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 5; END",
     "CREATE OR REPLACE FUNCTION app.modern(a int) RETURNS int LANGUAGE sql BEGIN ATOMIC "
     "SELECT CASE WHEN a BETWEEN 1 AND 2 AND a > 0 THEN 1 ELSE 2 END; END", "~ function app.modern(integer): definition"),
    ("function volatility", "ALTER FUNCTION app.total(int, numeric) STABLE", "ALTER FUNCTION app.total(int, numeric) IMMUTABLE",
     "~ function app.total(integer, numeric): source"),
    ("function strict", "ALTER FUNCTION app.total(int, numeric) STRICT", "ALTER FUNCTION app.total(int, numeric) CALLED ON NULL INPUT",
     "~ function app.total(integer, numeric): source"),
    ("function security", "ALTER FUNCTION app.touch() SECURITY DEFINER", "ALTER FUNCTION app.touch() SECURITY INVOKER",
     "~ function app.touch(): source"),
    ("function setting", "ALTER FUNCTION app.touch() SET work_mem = '9MB'", "ALTER FUNCTION app.touch() SET work_mem = '8MB'",
     "~ function app.touch(): source"),
    ("function cost", "ALTER FUNCTION app.touch() COST 7", "ALTER FUNCTION app.touch() COST 100", "~ function app.touch(): source"),
    ("function parallel", "ALTER FUNCTION app.touch() PARALLEL SAFE", "ALTER FUNCTION app.touch() PARALLEL UNSAFE", "~ function app.touch(): source"),
    ("function leakproof", "ALTER FUNCTION app.touch() LEAKPROOF", "ALTER FUNCTION app.touch() NOT LEAKPROOF", "~ function app.touch(): source"),
    ("function renamed", "ALTER FUNCTION app.plus(int, text) RENAME TO minus", "ALTER FUNCTION app.minus(int, text) RENAME TO plus",
     "+ function app.minus(integer, text)"),
    ("procedure body", "CREATE OR REPLACE PROCEDURE app.tidy(days int) LANGUAGE plpgsql AS $f$ BEGIN NULL; END $f$",
     "CREATE OR REPLACE PROCEDURE app.tidy(days int) LANGUAGE plpgsql AS $f$ BEGIN END $f$", "~ procedure app.tidy(integer): source"),
    ("aggregate", "DROP AGGREGATE app.sum_up(int); CREATE AGGREGATE app.sum_up(int) (sfunc = int4pl, stype = int, initcond = '5')",
     "DROP AGGREGATE app.sum_up(int); CREATE AGGREGATE app.sum_up(int) (sfunc = int4pl, stype = int, initcond = '0')",
     "~ aggregate app.sum_up(integer): initcond"),
    ("trigger disabled", "ALTER TABLE app.customers DISABLE TRIGGER touch", "ALTER TABLE app.customers ENABLE TRIGGER touch",
     "~ trigger touch on app.customers: state"),
    ("trigger on replicas", "ALTER TABLE app.customers ENABLE REPLICA TRIGGER touch", "ALTER TABLE app.customers ENABLE TRIGGER touch",
     "~ trigger touch on app.customers: state"),
    ("trigger always", "ALTER TABLE app.customers ENABLE ALWAYS TRIGGER touch", "ALTER TABLE app.customers ENABLE TRIGGER touch",
     "~ trigger touch on app.customers: state"),
    ("trigger of a partition", "ALTER TABLE app.events_rest DISABLE TRIGGER touch", "ALTER TABLE app.events_rest ENABLE TRIGGER touch",
     "+ trigger touch on app.events_rest"),
    ("trigger condition", "CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON app.customers FOR EACH ROW EXECUTE FUNCTION app.touch()",
     "CREATE OR REPLACE TRIGGER touch BEFORE UPDATE ON app.customers FOR EACH ROW "
     "WHEN (OLD.kind IN ('private', 'company')) EXECUTE FUNCTION app.touch()", "~ trigger touch on app.customers: definition"),
    ("trigger renamed", "ALTER TRIGGER touch ON app.customers RENAME TO t", "ALTER TRIGGER t ON app.customers RENAME TO touch",
     "+ trigger t on app.customers"),
    ("event trigger disabled", "ALTER EVENT TRIGGER watch_ddl DISABLE", "ALTER EVENT TRIGGER watch_ddl ENABLE", "~ event trigger watch_ddl: state"),
    ("event trigger tags", "DROP EVENT TRIGGER watch_ddl; CREATE EVENT TRIGGER watch_ddl ON ddl_command_end WHEN TAG IN "
     "('CREATE SERVER') EXECUTE FUNCTION app.on_ddl()", "DROP EVENT TRIGGER watch_ddl; CREATE EVENT TRIGGER watch_ddl ON "
     "ddl_command_end WHEN TAG IN ('CREATE SERVER', 'DROP SERVER') EXECUTE FUNCTION app.on_ddl()", "~ event trigger watch_ddl: tags"),
    ("rule changed", "CREATE OR REPLACE RULE no_delete AS ON DELETE TO app.base WHERE (OLD.a > 3) DO INSTEAD NOTHING",
     "CREATE OR REPLACE RULE no_delete AS ON DELETE TO app.base DO INSTEAD NOTHING", "~ rule no_delete on app.base: definition"),
    ("rule disabled", "ALTER TABLE app.base DISABLE RULE no_delete", "ALTER TABLE app.base ENABLE RULE no_delete",
     "~ rule no_delete on app.base: state"),
    ("enum added", "CREATE TYPE app.extra AS ENUM ('a')", "DROP TYPE app.extra", "+ enum app.extra"),
    ("range renamed", "ALTER TYPE app.span RENAME TO span2", "ALTER TYPE app.span2 RENAME TO span", "+ range app.span2"),
    ("enum label renamed", "ALTER TYPE app.status RENAME VALUE 'sent' TO 'gone'", "ALTER TYPE app.status RENAME VALUE 'gone' TO 'sent'",
     "~ enum app.status: labels"),
    ("composite attribute added", "ALTER TYPE app.address ADD ATTRIBUTE city text CASCADE",
     "ALTER TYPE app.address DROP ATTRIBUTE city CASCADE", "+ attribute app.address.city"),
    ("composite type added", "CREATE TYPE app.more AS (a int, b int)", "DROP TYPE app.more", "+ composite type app.more"),
    ("domain default", "ALTER DOMAIN app.price SET DEFAULT 1", "ALTER DOMAIN app.price SET DEFAULT 0", "~ domain app.price: default"),
    ("domain not null", "ALTER DOMAIN app.price DROP NOT NULL", "ALTER DOMAIN app.price SET NOT NULL", "~ domain app.price: not null"),
    ("domain check", "ALTER DOMAIN app.price ADD CONSTRAINT small CHECK (VALUE < 100)", "ALTER DOMAIN app.price DROP CONSTRAINT small",
     "+ domain constraint small on app.price"),
    ("range", "DROP TYPE app.span; CREATE TYPE app.span AS RANGE (subtype = float8)",
     "DROP TYPE app.span; CREATE TYPE app.span AS RANGE (subtype = float8, subtype_diff = float8mi)", "~ range app.span: range"),
    ("extension dropped", "DROP EXTENSION pg_trgm", "CREATE EXTENSION pg_trgm SCHEMA public", "- extension pg_trgm"),
    ("extension moved", "ALTER EXTENSION pg_trgm SET SCHEMA app", "ALTER EXTENSION pg_trgm SET SCHEMA public", "~ extension pg_trgm: schema"),
    ("extension version", "DROP EXTENSION pg_trgm; CREATE EXTENSION pg_trgm SCHEMA public VERSION '1.5'",
     "ALTER EXTENSION pg_trgm UPDATE", "~ extension version pg_trgm: version"),
    ("schema added", "CREATE SCHEMA more", "DROP SCHEMA more", "+ schema more"),
    ("schema renamed", 'ALTER SCHEMA "My Schema" RENAME TO "Your Schema"', 'ALTER SCHEMA "Your Schema" RENAME TO "My Schema"',
     '+ schema "Your Schema"'),
    ("owner of a table", "ALTER TABLE app.customers OWNER TO ms_owner", "ALTER TABLE app.customers OWNER TO CURRENT_USER",
     "~ table app.customers: owner, privileges"),
    ("owner of a schema", "ALTER SCHEMA app OWNER TO ms_owner", "ALTER SCHEMA app OWNER TO CURRENT_USER; GRANT USAGE ON SCHEMA app TO ms_owner",
     "~ schema app: owner, privileges"),
    ("owner of a function", "ALTER FUNCTION app.touch() OWNER TO ms_owner", "ALTER FUNCTION app.touch() OWNER TO CURRENT_USER",
     "~ function app.touch(): owner, privileges"),
    ("owner of a type", "ALTER TYPE app.status OWNER TO ms_owner", "ALTER TYPE app.status OWNER TO CURRENT_USER",
     "~ enum app.status: owner, privileges"),
    ("owner of a view", "ALTER VIEW app.open_orders OWNER TO ms_owner", "ALTER VIEW app.open_orders OWNER TO CURRENT_USER",
     "~ view app.open_orders: owner, privileges"),
    ("owner of a sequence", "ALTER SEQUENCE app.numbers OWNER TO ms_owner", "ALTER SEQUENCE app.numbers OWNER TO CURRENT_USER",
     "~ sequence app.numbers: owner, privileges"),
    ("table grant", "GRANT INSERT ON app.orders TO ms_reader", "REVOKE INSERT ON app.orders FROM ms_reader", "~ table app.orders: privileges"),
    ("grant option", "GRANT SELECT ON app.orders TO ms_reader WITH GRANT OPTION",
     "REVOKE GRANT OPTION FOR SELECT ON app.orders FROM ms_reader", "~ table app.orders: privileges"),
    ("owner's privilege revoked", "REVOKE DELETE ON app.orders FROM ms_owner", "GRANT DELETE ON app.orders TO ms_owner",
     "~ table app.orders: privileges"),
    ("column grant", "GRANT SELECT (age) ON app.customers TO ms_reader", "REVOKE SELECT (age) ON app.customers FROM ms_reader",
     "~ column app.customers.age: privileges"),
    ("sequence grant", "GRANT SELECT ON app.numbers TO ms_reader", "REVOKE SELECT ON app.numbers FROM ms_reader",
     "~ sequence app.numbers: privileges"),
    ("schema grant", "GRANT CREATE ON SCHEMA app TO ms_writer", "REVOKE CREATE ON SCHEMA app FROM ms_writer", "~ schema app: privileges"),
    ("public revoked from a schema", "REVOKE USAGE ON SCHEMA public FROM PUBLIC", "GRANT USAGE ON SCHEMA public TO PUBLIC",
     "~ schema public: privileges"),
    ("function grant", "REVOKE EXECUTE ON FUNCTION app.touch() FROM PUBLIC", "GRANT EXECUTE ON FUNCTION app.touch() TO PUBLIC",
     "~ function app.touch(): privileges"),
    ("type grant", "REVOKE USAGE ON TYPE app.status FROM PUBLIC", "GRANT USAGE ON TYPE app.status TO PUBLIC", "~ enum app.status: privileges"),
    ("domain grant", "REVOKE USAGE ON DOMAIN app.price FROM PUBLIC", "GRANT USAGE ON DOMAIN app.price TO PUBLIC", "~ domain app.price: privileges"),
    ("language grant", "REVOKE USAGE ON LANGUAGE plmine FROM PUBLIC", "GRANT USAGE ON LANGUAGE plmine TO PUBLIC", "~ language plmine: privileges"),
    ("foreign-data wrapper grant", "GRANT USAGE ON FOREIGN DATA WRAPPER mine_fdw TO ms_reader",
     "REVOKE USAGE ON FOREIGN DATA WRAPPER mine_fdw FROM ms_reader", "~ foreign-data wrapper mine_fdw: privileges"),
    ("server grant", "GRANT USAGE ON FOREIGN SERVER elsewhere TO ms_reader", "REVOKE USAGE ON FOREIGN SERVER elsewhere FROM ms_reader",
     "~ foreign server elsewhere: privileges"),
    ("database grant", "DO $$ BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO ms_writer', current_database()); END $$",
     "DO $$ BEGIN EXECUTE format('REVOKE CREATE ON DATABASE %I FROM ms_writer', current_database()); END $$", "~ database database: access"),
    ("large object grant", "GRANT SELECT ON LARGE OBJECT 70001 TO ms_reader", "REVOKE SELECT ON LARGE OBJECT 70001 FROM ms_reader",
     "+ large object 70001"),
    ("system function grant", "REVOKE EXECUTE ON FUNCTION pg_catalog.pg_sleep(float8) FROM PUBLIC",
     "GRANT EXECUTE ON FUNCTION pg_catalog.pg_sleep(float8) TO PUBLIC",
     "+ system privileges function pg_catalog.pg_sleep(double precision)"),
    ("system table grant", "GRANT SELECT ON pg_catalog.pg_authid TO ms_reader", "REVOKE SELECT ON pg_catalog.pg_authid FROM ms_reader",
     "+ system privileges table pg_catalog.pg_authid"),
    ("system column grant", "GRANT SELECT (rolpassword) ON pg_catalog.pg_authid TO ms_reader",
     "REVOKE SELECT (rolpassword) ON pg_catalog.pg_authid FROM ms_reader",
     "+ system privileges table column pg_catalog.pg_authid.rolpassword"),
    ("grant on an extension's function", "REVOKE EXECUTE ON FUNCTION public.similarity(text, text) FROM PUBLIC",
     "GRANT EXECUTE ON FUNCTION public.similarity(text, text) TO PUBLIC",
     "+ system privileges function public.similarity(pg_catalog.text,pg_catalog.text)"),
    ("default privileges", "ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT INSERT ON TABLES TO ms_writer",
     "ALTER DEFAULT PRIVILEGES IN SCHEMA app REVOKE INSERT ON TABLES FROM ms_writer",
     "~ default privileges of postgres on tables in schema app: privileges"),
    ("default privileges everywhere", "ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
     "ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC", "+ default privileges of postgres on functions"),
    ("row security enabled", "ALTER TABLE app.orders ENABLE ROW LEVEL SECURITY", "ALTER TABLE app.orders DISABLE ROW LEVEL SECURITY",
     "~ table app.orders: row security"),
    ("row security forced", "ALTER TABLE app.customers FORCE ROW LEVEL SECURITY", "ALTER TABLE app.customers NO FORCE ROW LEVEL SECURITY",
     "~ table app.customers: row security of the owner"),
    ("policy condition", "ALTER POLICY mine ON app.customers USING (kind = 'company')",
     "ALTER POLICY mine ON app.customers USING (kind IN ('private', 'other'))", "~ policy mine on app.customers: using"),
    ("policy roles", "ALTER POLICY mine ON app.customers TO ms_reader, ms_writer", "ALTER POLICY mine ON app.customers TO ms_reader",
     "~ policy mine on app.customers: roles"),
    ("policy renamed", "ALTER POLICY mine ON app.customers RENAME TO yours", "ALTER POLICY yours ON app.customers RENAME TO mine",
     "+ policy yours on app.customers"),
    ("policy added, restrictive", "CREATE POLICY not_old ON app.customers AS RESTRICTIVE FOR INSERT WITH CHECK (age < 100)",
     "DROP POLICY not_old ON app.customers", "+ policy not_old on app.customers"),
    ("comment on a table", "COMMENT ON TABLE app.orders IS 'other'", "COMMENT ON TABLE app.orders IS 'what was ordered'",
     "~ comment table app.orders: text"),
    ("comment on a column", "COMMENT ON COLUMN app.orders.amount IS NULL", "COMMENT ON COLUMN app.orders.amount IS 'in euro'",
     "- comment table column app.orders.amount"),
    ("comment on an index", "COMMENT ON INDEX app.orders_status IS 'x'", "COMMENT ON INDEX app.orders_status IS NULL",
     "+ comment index app.orders_status"),
    ("comment on a function", "COMMENT ON FUNCTION app.touch() IS 'x'", "COMMENT ON FUNCTION app.touch() IS NULL",
     "+ comment function app.touch()"),
    ("comment on the schema public", "COMMENT ON SCHEMA public IS 'x'", "COMMENT ON SCHEMA public IS 'standard public schema'",
     "~ comment schema public: text"),
    ("comment on the database", "DO $$ BEGIN EXECUTE format('COMMENT ON DATABASE %I IS ''x''', current_database()); END $$",
     "DO $$ BEGIN EXECUTE format('COMMENT ON DATABASE %I IS NULL', current_database()); END $$", "~ database database: comment"),
    ("publication operations", "ALTER PUBLICATION changes SET (publish = 'insert')",
     "ALTER PUBLICATION changes SET (publish = 'insert, update, delete, truncate')", "~ publication changes: publish"),
    ("publication via root", "ALTER PUBLICATION changes SET (publish_via_partition_root)",
     "ALTER PUBLICATION changes SET (publish_via_partition_root = false)", "~ publication changes: via root"),
    ("publication filter", "ALTER PUBLICATION changes SET TABLE app.orders (id, status) WHERE (id > 6)",
     "ALTER PUBLICATION changes SET TABLE app.orders (id, status) WHERE (id > 5)", "~ publication table app.orders in changes: where"),
    ("publication columns", "ALTER PUBLICATION changes SET TABLE app.orders (id) WHERE (id > 5)",
     "ALTER PUBLICATION changes SET TABLE app.orders (id, status) WHERE (id > 5)", "~ publication table app.orders in changes: columns"),
    ("publication schema", "ALTER PUBLICATION everything DROP TABLES IN SCHEMA app", "ALTER PUBLICATION everything ADD TABLES IN SCHEMA app",
     "- publication schema app in everything"),
    ("subscription options", "ALTER SUBSCRIPTION incoming SET (binary = true)", "ALTER SUBSCRIPTION incoming SET (binary = false)",
     "~ subscription incoming: options"),
    ("subscription publications", "ALTER SUBSCRIPTION incoming SET PUBLICATION q WITH (refresh = false)",
     "ALTER SUBSCRIPTION incoming SET PUBLICATION p WITH (refresh = false)", "~ subscription incoming: publications"),
    ("foreign-data wrapper options", "ALTER FOREIGN DATA WRAPPER mine_fdw OPTIONS (ADD a 'b')",
     "ALTER FOREIGN DATA WRAPPER mine_fdw OPTIONS (DROP a)", "~ foreign-data wrapper mine_fdw: options"),
    ("server options", "ALTER SERVER elsewhere OPTIONS (SET host 'db2')", "ALTER SERVER elsewhere OPTIONS (SET host 'db')",
     "~ foreign server elsewhere: options"),
    ("server version", "ALTER SERVER elsewhere VERSION '5'", "DROP SERVER elsewhere CASCADE; CREATE SERVER elsewhere FOREIGN DATA WRAPPER "
     "postgres_fdw OPTIONS (host 'db', dbname 'other'); CREATE USER MAPPING FOR ms_reader SERVER elsewhere OPTIONS (user 'u', "
     "password 'secret-of-mapping'); CREATE FOREIGN TABLE app.remote (a int OPTIONS (column_name 'x'), b text) SERVER elsewhere "
     "OPTIONS (table_name 't')", "~ foreign server elsewhere: version"),
    ("user mapping added", "CREATE USER MAPPING FOR PUBLIC SERVER elsewhere OPTIONS (user 'u')", "DROP USER MAPPING FOR PUBLIC SERVER elsewhere",
     "+ user mapping PUBLIC on elsewhere"),
    ("user mapping options", "ALTER USER MAPPING FOR ms_reader SERVER elsewhere OPTIONS (DROP password)",
     "ALTER USER MAPPING FOR ms_reader SERVER elsewhere OPTIONS (ADD password 'x')", "~ user mapping ms_reader on elsewhere: options"),
    ("foreign table options", "ALTER FOREIGN TABLE app.remote OPTIONS (SET table_name 'u')",
     "ALTER FOREIGN TABLE app.remote OPTIONS (SET table_name 't')", "~ foreign table app.remote: server options"),
    ("foreign column options", "ALTER FOREIGN TABLE app.remote ALTER a OPTIONS (SET column_name 'y')",
     "ALTER FOREIGN TABLE app.remote ALTER a OPTIONS (SET column_name 'x')", "~ column app.remote.a: server options"),
    ("text search mapping", "ALTER TEXT SEARCH CONFIGURATION app.search ALTER MAPPING FOR word WITH app.words, simple",
     "ALTER TEXT SEARCH CONFIGURATION app.search ALTER MAPPING FOR word WITH simple", "~ text search configuration app.search: mappings"),
    ("text search dictionary", "ALTER TEXT SEARCH DICTIONARY app.words (Accept = false)",
     "ALTER TEXT SEARCH DICTIONARY app.words (Accept)", "~ text search dictionary app.words: options"),
    ("statistics object", "ALTER STATISTICS app.orders_stat SET STATISTICS 500", "ALTER STATISTICS app.orders_stat SET STATISTICS -1",
     "~ statistics app.orders_stat: statistics"),
    ("statistics kinds", "DROP STATISTICS app.orders_stat; CREATE STATISTICS app.orders_stat (ndistinct) ON customer_id, placed FROM "
     "app.orders", "DROP STATISTICS app.orders_stat; CREATE STATISTICS app.orders_stat (dependencies) ON customer_id, placed FROM "
     "app.orders", "~ statistics app.orders_stat: kinds"),
    ("cast", "DROP CAST (app.address AS text); CREATE CAST (app.address AS text) WITH FUNCTION app.address_text(app.address) AS IMPLICIT",
     "DROP CAST (app.address AS text); CREATE CAST (app.address AS text) WITH FUNCTION app.address_text(app.address) AS ASSIGNMENT",
     "~ cast (app.address AS text): context"),
    ("operator", "ALTER OPERATOR app.+? (int, text) SET (RESTRICT = eqsel)", "ALTER OPERATOR app.+? (int, text) SET (RESTRICT = NONE)",
     "~ operator app.+?(integer, text): restrict"),
    ("operator family", "ALTER OPERATOR FAMILY app.odd_ops USING btree ADD FUNCTION 1 (int8, int8) btint8cmp(int8, int8)",
     "ALTER OPERATOR FAMILY app.odd_ops USING btree DROP FUNCTION 1 (int8, int8)", "~ operator family app.odd_ops USING btree: members"),
    ("operator class", "ALTER OPERATOR CLASS app.odd_int_ops USING btree RENAME TO odder",
     "ALTER OPERATOR CLASS app.odder USING btree RENAME TO odd_int_ops", "+ operator class app.odder USING btree"),
    ("collation", "ALTER COLLATION app.german RENAME TO deutsch", "ALTER COLLATION app.deutsch RENAME TO german", "+ collation app.deutsch"),
    ("conversion", "ALTER CONVERSION app.to_latin RENAME TO latin", "ALTER CONVERSION app.latin RENAME TO to_latin", "+ conversion app.latin"),
    ("language", "CREATE TRUSTED LANGUAGE plother HANDLER app.pl_call", "DROP LANGUAGE plother", "+ language plother"),
    ("transform", "DROP TRANSFORM FOR int LANGUAGE plmine", "CREATE TRANSFORM FOR int LANGUAGE plmine (FROM SQL WITH FUNCTION "
     "prsd_lextype(internal))", "- transform for integer language plmine"),
    ("access method", "CREATE ACCESS METHOD other_heap TYPE TABLE HANDLER heap_tableam_handler", "DROP ACCESS METHOD other_heap",
     "+ access method other_heap"),
    ("database setting", "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = ''9MB''', current_database()); END $$",
     "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I RESET work_mem', current_database()); END $$", "+ database setting work_mem"),
    ("setting of a role in the database",
     "DO $$ BEGIN EXECUTE format('ALTER ROLE ms_reader IN DATABASE %I SET work_mem = ''9MB''', current_database()); END $$",
     "DO $$ BEGIN EXECUTE format('ALTER ROLE ms_reader IN DATABASE %I RESET work_mem', current_database()); END $$",
     "+ database setting work_mem for ms_reader"),
    ("function made in pg_catalog", "SET allow_system_table_mods = on; CREATE FUNCTION pg_catalog.ms_mine() RETURNS int LANGUAGE sql AS 'SELECT 1'",
     "SET allow_system_table_mods = on; DROP FUNCTION pg_catalog.ms_mine()", "+ function pg_catalog.ms_mine()"),
]

CHANGES += MORE
CHANGES += [case for cases in NEWER.values() for case in cases]


def since(name):
    """The first major that has the case."""
    return next((major for major, cases in NEWER.items() if name in [case[0] for case in cases]),
                next((major for major, names in SINCE.items() if name in names), 13))


# name, what is done: the fingerprint stays.
NO_CHANGES = [
    ("privileges by default, spelled out", "GRANT EXECUTE ON FUNCTION app.touch() TO PUBLIC; GRANT ALL ON app.scratch TO CURRENT_USER; "
     "GRANT USAGE ON TYPE app.status TO PUBLIC; GRANT ALL ON SEQUENCE app.orders_id_seq TO ms_owner; GRANT USAGE ON LANGUAGE plmine TO PUBLIC"),
    ("grants in another order", "REVOKE SELECT ON app.orders FROM ms_reader; GRANT INSERT ON app.orders TO ms_writer; "
     "GRANT SELECT ON app.orders TO ms_reader; REVOKE INSERT ON app.orders FROM ms_writer"),
    ("a grant by another grantor", "REVOKE SELECT ON app.orders FROM ms_reader; SET ROLE ms_owner; GRANT SELECT ON app.orders TO ms_reader; RESET ROLE"),
    ("rows", "INSERT INTO app.customers (name, age) VALUES ('c', 3); DELETE FROM app.customers WHERE name = 'a'; TRUNCATE app.scratch"),
    ("positions of sequences", "SELECT setval('app.numbers', 4711); SELECT nextval('app.customers_id_seq')"),
    ("statistics of the planner", "ANALYZE app.customers"),
    ("vacuum", "VACUUM app.customers"),
    ("rewritten", "CLUSTER app.customers USING customers_name; ALTER TABLE app.customers SET WITHOUT CLUSTER; VACUUM FULL app.orders"),
    ("reindexed", "REINDEX TABLE app.orders"),
    ("a large object", "SELECT lo_create(0)"),
    ("the password of a user mapping", "ALTER USER MAPPING FOR ms_reader SERVER elsewhere OPTIONS (SET password 'other')"),
    ("a table with other oids", "DROP TABLE app.marks; CREATE TABLE app.marks (event_id bigint, event_at date, "
     "FOREIGN KEY (event_id, event_at) REFERENCES app.events)"),
    ("indexes in another order", "DROP INDEX app.orders_status, app.orders_lower; CREATE INDEX orders_lower ON app.orders ((id % 10), "
     "placed DESC NULLS LAST) INCLUDE (amount); CREATE INDEX orders_status ON app.orders (status) WHERE status IN ('new', 'paid')"),
    ("options in another order", "ALTER TABLE app.scratch SET (autovacuum_enabled = off, fillfactor = 50); ALTER TABLE app.scratch "
     "RESET (autovacuum_enabled, fillfactor)"),
    ("a column hole", "ALTER TABLE app.scratch ADD tmp int; ALTER TABLE app.scratch DROP tmp"),
    ("partitions attached in another order", "ALTER TABLE app.events DETACH PARTITION app.events_2024; ALTER TABLE app.events "
     "ATTACH PARTITION app.events_2024 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')"),
    ("a setting set and reset", "ALTER TABLE app.customers ALTER notes SET STATISTICS 10; ALTER TABLE app.customers ALTER notes SET STATISTICS -1"),
]
