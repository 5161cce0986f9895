"""More single changes to the schema of whole_schema.py: every row of what a schema tool can miss, attribute by attribute."""

TOUCH = "CREATE TRIGGER touch BEFORE UPDATE ON app.customers FOR EACH ROW WHEN (OLD.kind IN ('private', 'company')) EXECUTE FUNCTION app.touch()"
OTHER_TRIGGER = "DROP TRIGGER touch ON app.customers; CREATE TRIGGER touch {} EXECUTE FUNCTION app.touch()"
TOUCH_AGAIN = f"DROP TRIGGER touch ON app.customers; {TOUCH}"
OTHER_KEY = ("ALTER TABLE app.orders DROP CONSTRAINT orders_customer, ADD CONSTRAINT orders_customer "
             "FOREIGN KEY (customer_id) REFERENCES app.customers {}").format
OTHER_INDEX = "DROP INDEX app.customers_name; CREATE {} ON app.customers {}".format
INDEX_AGAIN = OTHER_INDEX("UNIQUE INDEX customers_name", "(name)")
TOTAL = "CREATE OR REPLACE FUNCTION app.total({}) RETURNS numeric LANGUAGE {} IMMUTABLE AS $f$ {} $f$".format
TOTAL_AGAIN = TOTAL("quantity int, price numeric DEFAULT 1", "sql", "SELECT quantity * price")
OPEN_ORDERS = ("SELECT o.id, c.name, o.amount FROM app.orders o JOIN app.customers c ON c.id = o.customer_id WHERE o.status <> 'sent' "
               "AND c.kind IN ('private', 'company') AND o.id BETWEEN 1 AND 1000 AND c.age > 3")
VIEW_AGAIN = f"DROP VIEW app.open_orders; CREATE VIEW app.open_orders WITH (security_barrier) AS {OPEN_ORDERS}; GRANT SELECT ON app.open_orders TO ms_reader"
TOTALS_AGAIN = ("DROP MATERIALIZED VIEW app.totals; CREATE MATERIALIZED VIEW app.totals AS SELECT customer_id, sum(amount) AS sum FROM app.orders "
                "GROUP BY 1; CREATE UNIQUE INDEX totals_customer ON app.totals (customer_id)")
REMOTE_AGAIN = ("DROP FOREIGN TABLE app.remote; CREATE FOREIGN TABLE app.remote (a int OPTIONS (column_name 'x'), b text) SERVER elsewhere "
                "OPTIONS (table_name 't')")
AGGREGATE = "DROP AGGREGATE app.sum_up(int); CREATE AGGREGATE app.sum_up(int) (sfunc = int4pl, stype = int, initcond = '0'{})".format
CAST = "DROP CAST (app.address AS text); CREATE CAST (app.address AS text) {} AS ASSIGNMENT".format
COLLATION_AGAIN = "DROP COLLATION app.german; CREATE COLLATION app.german (provider = icu, locale = 'de-DE')"
EVENT_TRIGGER = "DROP EVENT TRIGGER watch_ddl; CREATE EVENT TRIGGER watch_ddl ON {} WHEN TAG IN ('CREATE SERVER', 'DROP SERVER') EXECUTE FUNCTION app.{}()".format
EVENT_TRIGGER_AGAIN = EVENT_TRIGGER("ddl_command_end", "on_ddl")
MOOD_AGAIN = "DROP TYPE app.mood; CREATE TYPE app.mood AS ENUM ('sad', 'ok', 'glad')"
LABEL = ("INSERT INTO pg_seclabel (objoid, classoid, objsubid, provider, label) VALUES ('app.orders'::regclass, 'pg_class'::regclass, 0, 'selinux', 'a')")
AS_DATABASE = "DO $$ BEGIN EXECUTE format('{}', current_database()); END $$".format

MORE = [
    # tables
    ("table dropped", "DROP TABLE app.marks", "CREATE TABLE app.marks (event_id bigint, event_at date, FOREIGN KEY (event_id, event_at) "
     "REFERENCES app.events)", "- table app.marks"),
    ("logged to unlogged", "ALTER TABLE app.marks SET UNLOGGED", "ALTER TABLE app.marks SET LOGGED", "~ table app.marks: persistence"),
    ("partitioned parent added", "CREATE TABLE app.parent (a int, b text) PARTITION BY LIST (b)", "DROP TABLE app.parent", "+ table app.parent"),
    ("partitioned by hash", "CREATE TABLE app.parent (a int, b text) PARTITION BY HASH (a)", "DROP TABLE app.parent", "+ table app.parent"),
    ("partition of a partition", "CREATE TABLE app.events_2026 PARTITION OF app.events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01') "
     "PARTITION BY RANGE (at)", "ALTER TABLE app.events DETACH PARTITION app.events_2026; DROP TABLE app.events_2026", "+ table app.events_2026"),
    ("partition dropped", "ALTER TABLE app.events DETACH PARTITION app.events_rest; DROP TABLE app.events_rest", "CREATE TABLE app.events_rest PARTITION OF app.events DEFAULT", "- table app.events_rest"),
    ("default of a partition's column", "ALTER TABLE app.events_rest ALTER what SET DEFAULT 'x'", "ALTER TABLE app.events_rest ALTER what DROP DEFAULT",
     "~ column app.events_rest.what: default"),
    ("check of a partition", "ALTER TABLE app.events_rest ADD CONSTRAINT late CHECK (at > '2000-01-01')", "ALTER TABLE app.events_rest DROP CONSTRAINT late",
     "+ constraint late on app.events_rest"),
    ("grant on a partition", "GRANT INSERT ON app.events_rest TO ms_writer", "REVOKE INSERT ON app.events_rest FROM ms_writer",
     "~ table app.events_rest: privileges"),
    ("second parent", "ALTER TABLE app.derived ADD x int; CREATE TABLE app.base2 (x int); ALTER TABLE app.derived INHERIT app.base2",
     "DROP TABLE app.derived, app.base2; CREATE TABLE app.derived (c int) INHERITS (app.base)", "~ table app.derived: inherits"),
    ("table in a tablespace", "ALTER TABLE app.scratch SET TABLESPACE ms_place", "ALTER TABLE app.scratch SET TABLESPACE pg_default",
     "+ tablespace app.scratch"),
    ("index in a tablespace", "ALTER INDEX app.orders_status SET TABLESPACE ms_place", "ALTER INDEX app.orders_status SET TABLESPACE pg_default",
     "+ tablespace app.orders_status"),
    ("tablespace of a partitioned table", "ALTER TABLE app.events SET TABLESPACE ms_place", "ALTER TABLE app.events SET TABLESPACE pg_default",
     "+ tablespace app.events"),
    ("replica identity nothing", "ALTER TABLE app.orders REPLICA IDENTITY NOTHING", "ALTER TABLE app.orders REPLICA IDENTITY DEFAULT",
     "~ table app.orders: replica identity"),
    # columns
    ("column dropped", "ALTER TABLE app.base DROP a", "DROP TABLE app.derived, app.base; CREATE TABLE app.base (a int, b text DEFAULT 'x'); "
     "CREATE TABLE app.derived (c int) INHERITS (app.base); CREATE RULE no_delete AS ON DELETE TO app.base DO INSTEAD NOTHING; "
     "GRANT SELECT ON app.base, app.derived TO ms_reader", "- column app.base.a"),
    ("column type modifier changed", "ALTER TABLE app.typed NOT OF; ALTER TABLE app.typed ALTER zip TYPE varchar(20)",
     "DROP TABLE app.typed; CREATE TABLE app.typed OF app.address", "~ column app.typed.zip: type"),
    ("column's array", "ALTER TABLE app.scratch ALTER a TYPE int[] USING ARRAY[a]", "ALTER TABLE app.scratch ALTER a TYPE int USING a[1]",
     "~ column app.scratch.a: type"),
    ("identity added", "ALTER TABLE app.scratch ALTER a SET NOT NULL, ALTER a ADD GENERATED BY DEFAULT AS IDENTITY",
     "ALTER TABLE app.scratch ALTER a DROP IDENTITY, ALTER a DROP NOT NULL", "~ column app.scratch.a: identity column, not null"),
    ("identity dropped", "ALTER TABLE app.customers ALTER id DROP IDENTITY",
     "ALTER TABLE app.customers ALTER id ADD GENERATED ALWAYS AS IDENTITY; SELECT setval('app.customers_id_seq', 2)", "~ column app.customers.id: identity column"),
    ("generated column added", "ALTER TABLE app.scratch ADD b int GENERATED ALWAYS AS (a * 2) STORED", "ALTER TABLE app.scratch DROP b",
     "+ column app.scratch.b"),
    ("generated column's expression", "ALTER TABLE app.customers DROP shout, ADD shout text GENERATED ALWAYS AS (lower(name)) STORED",
     "ALTER TABLE app.customers DROP shout, ADD shout text GENERATED ALWAYS AS (upper(name)) STORED", "~ column app.customers.shout: generated"),
    ("default in other words", "ALTER TABLE app.orders ALTER placed SET DEFAULT now()", "ALTER TABLE app.orders ALTER placed SET DEFAULT CURRENT_DATE",
     "~ column app.orders.placed: default"),
    ("default of another sequence", "ALTER TABLE app.orders ALTER number SET DEFAULT nextval('app.orders_id_seq')",
     "ALTER TABLE app.orders ALTER number SET DEFAULT nextval('app.numbers')", "~ column app.orders.number: default"),
    ("storage plain", "ALTER TABLE app.customers ALTER notes SET STORAGE PLAIN", "ALTER TABLE app.customers ALTER notes SET STORAGE EXTENDED",
     "~ column app.customers.notes: storage"),
    ("statistics target 0", "ALTER TABLE app.customers ALTER notes SET STATISTICS 0", "ALTER TABLE app.customers ALTER notes SET STATISTICS -1",
     "~ column app.customers.notes: statistics"),
    ("inherited column option", "ALTER TABLE app.base ALTER a SET (n_distinct_inherited = -0.5)", "ALTER TABLE app.base ALTER a RESET (n_distinct_inherited)",
     "~ column app.base.a: options"),
    ("column of another collation", 'ALTER TABLE app.customers ALTER notes TYPE text COLLATE app.german',
     'ALTER TABLE app.customers ALTER notes TYPE text COLLATE "default"', "~ column app.customers.notes: collation"),
    # constraints
    ("primary key dropped", "ALTER TABLE app.events DROP CONSTRAINT events_pkey CASCADE", "ALTER TABLE app.events ADD PRIMARY KEY (id, at); "
     "ALTER TABLE app.marks ADD FOREIGN KEY (event_id, event_at) REFERENCES app.events", "- constraint events_pkey on app.events"),
    ("primary key deferrable", "ALTER TABLE app.typed ADD CONSTRAINT typed_key PRIMARY KEY (zip) DEFERRABLE",
     "DROP TABLE app.typed; CREATE TABLE app.typed OF app.address", "+ constraint typed_key on app.typed"),
    ("unique not deferrable", "ALTER TABLE app.orders DROP CONSTRAINT orders_number, ADD CONSTRAINT orders_number UNIQUE (number)",
     "ALTER TABLE app.orders DROP CONSTRAINT orders_number, ADD CONSTRAINT orders_number UNIQUE (number) DEFERRABLE INITIALLY DEFERRED",
     "~ constraint orders_number on app.orders: definition"),
    ("unique initially immediate", "ALTER TABLE app.orders DROP CONSTRAINT orders_number, ADD CONSTRAINT orders_number UNIQUE (number) DEFERRABLE",
     "ALTER TABLE app.orders DROP CONSTRAINT orders_number, ADD CONSTRAINT orders_number UNIQUE (number) DEFERRABLE INITIALLY DEFERRED",
     "~ constraint orders_number on app.orders: definition"),
    ("check no inherit", "ALTER TABLE app.base ADD CONSTRAINT own CHECK (a > 0) NO INHERIT", "ALTER TABLE app.base DROP CONSTRAINT own",
     "+ constraint own on app.base"),
    ("foreign key on update", OTHER_KEY("ON UPDATE CASCADE ON DELETE CASCADE"), OTHER_KEY("ON DELETE CASCADE"),
     "~ constraint orders_customer on app.orders: definition"),
    ("foreign key match full", OTHER_KEY("MATCH FULL ON DELETE CASCADE"), OTHER_KEY("ON DELETE CASCADE"),
     "~ constraint orders_customer on app.orders: definition"),
    ("foreign key not valid", OTHER_KEY("ON DELETE CASCADE NOT VALID"), OTHER_KEY("ON DELETE CASCADE"),
     "~ constraint orders_customer on app.orders: definition"),
    ("foreign key's columns", "ALTER TABLE app.orders DROP CONSTRAINT orders_customer, ADD CONSTRAINT orders_customer FOREIGN KEY (number) "
     "REFERENCES app.customers ON DELETE CASCADE", OTHER_KEY("ON DELETE CASCADE"), "~ constraint orders_customer on app.orders: definition"),
    ("foreign key to itself", "ALTER TABLE app.customers ADD CONSTRAINT friend FOREIGN KEY (age) REFERENCES app.customers",
     "ALTER TABLE app.customers DROP CONSTRAINT friend", "+ constraint friend on app.customers"),
    ("foreign key's set null columns", "ALTER TABLE app.marks DROP CONSTRAINT marks_event_id_event_at_fkey, ADD FOREIGN KEY (event_id, event_at) "
     "REFERENCES app.events ON DELETE SET NULL (event_at)", "ALTER TABLE app.marks DROP CONSTRAINT marks_event_id_event_at_fkey, "
     "ADD FOREIGN KEY (event_id, event_at) REFERENCES app.events", "~ constraint marks_event_id_event_at_fkey on app.marks: definition"),
    ("exclusion's operator", "ALTER TABLE app.orders DROP CONSTRAINT orders_during, ADD CONSTRAINT orders_during EXCLUDE USING gist (during WITH -|-)",
     "ALTER TABLE app.orders DROP CONSTRAINT orders_during, ADD CONSTRAINT orders_during EXCLUDE USING gist (during WITH &&)",
     "~ constraint orders_during on app.orders: definition"),
    ("exclusion's condition", "ALTER TABLE app.orders DROP CONSTRAINT orders_during, ADD CONSTRAINT orders_during EXCLUDE USING gist "
     "(during WITH &&) WHERE (id > 0)", "ALTER TABLE app.orders DROP CONSTRAINT orders_during, ADD CONSTRAINT orders_during EXCLUDE USING gist "
     "(during WITH &&)", "~ constraint orders_during on app.orders: definition"),
    ("one internal trigger on replicas", "DO $$ BEGIN EXECUTE format('ALTER TABLE app.orders ENABLE REPLICA TRIGGER %I', (SELECT tgname FROM pg_trigger "
     "WHERE tgrelid = 'app.orders'::regclass AND tgtype = 5 AND tgname ~ 'RI_')); END $$", "DO $$ BEGIN EXECUTE format('ALTER TABLE app.orders ENABLE "
     "TRIGGER %I', (SELECT tgname FROM pg_trigger WHERE tgrelid = 'app.orders'::regclass AND tgtype = 5 AND tgname ~ 'RI_')); END $$",
     "+ internal trigger RI_FKey_check_ins of orders_customer on app.orders"),
    # indexes
    ("index dropped", "DROP INDEX app.orders_lower", "CREATE INDEX orders_lower ON app.orders ((id % 10), placed DESC NULLS LAST) INCLUDE (amount)",
     "- index app.orders_lower"),
    ("index unique", OTHER_INDEX("INDEX customers_name", "(name)"), INDEX_AGAIN, "~ index app.customers_name: definition"),
    ("index operator class", OTHER_INDEX("UNIQUE INDEX customers_name", "(name varchar_pattern_ops)"), INDEX_AGAIN, "~ index app.customers_name: definition"),
    ("index of our own operator class", "CREATE INDEX odd ON app.orders (number app.odd_int_ops)", "DROP INDEX app.odd", "+ index app.odd"),
    ("index operator class options", "CREATE INDEX alike ON app.customers USING gist (name gist_trgm_ops (siglen = 32))", "DROP INDEX app.alike",
     "+ index app.alike"),
    ("index collation", OTHER_INDEX("UNIQUE INDEX customers_name", "(name COLLATE app.german)"), INDEX_AGAIN, "~ index app.customers_name: definition"),
    ("index method", OTHER_INDEX("INDEX customers_name", "USING hash (name)"), INDEX_AGAIN, "~ index app.customers_name: definition"),
    ("index direction", OTHER_INDEX("UNIQUE INDEX customers_name", "(name DESC)"), INDEX_AGAIN, "~ index app.customers_name: definition"),
    ("index nulls", OTHER_INDEX("UNIQUE INDEX customers_name", "(name NULLS FIRST)"), INDEX_AGAIN, "~ index app.customers_name: definition"),
    ("index include", OTHER_INDEX("UNIQUE INDEX customers_name", "(name) INCLUDE (age)"), INDEX_AGAIN, "~ index app.customers_name: definition"),
    ("index of a materialised view", "DROP INDEX app.totals_customer; CREATE INDEX totals_customer ON app.totals (customer_id)",
     "DROP INDEX app.totals_customer; CREATE UNIQUE INDEX totals_customer ON app.totals (customer_id)", "~ index app.totals_customer: definition"),
    ("index of one partition", "CREATE INDEX alone ON app.events_2024 (id)", "DROP INDEX app.alone", "+ index app.alone"),
    ("index of the parent alone", "CREATE INDEX alone ON ONLY app.events (what, id)", "DROP INDEX app.alone", "+ index app.alone"),
    ("index attached", "CREATE INDEX alone ON ONLY app.events (what, id); CREATE INDEX part ON app.events_2024 (what, id); ALTER INDEX app.alone "
     "ATTACH PARTITION app.part", "DROP INDEX app.alone", "+ index app.part"),
    # views and sequences
    ("view added", "CREATE VIEW app.more AS SELECT 1 AS a", "DROP VIEW app.more", "+ view app.more"),
    ("view dropped", "DROP VIEW app.open_orders", VIEW_AGAIN.partition("; ")[2], "- view app.open_orders"),
    ("view column renamed", "ALTER VIEW app.open_orders RENAME COLUMN amount TO total", "ALTER VIEW app.open_orders RENAME COLUMN total TO amount",
     "~ view app.open_orders: columns, definition"),
    ("view with check option", "CREATE VIEW app.more AS SELECT a FROM app.scratch WHERE a > 0 WITH LOCAL CHECK OPTION", "DROP VIEW app.more",
     "+ view app.more"),
    ("view recursive", "CREATE RECURSIVE VIEW app.more (n) AS SELECT 1 UNION ALL SELECT n + 1 FROM more WHERE n < 3", "DROP VIEW app.more", "+ view app.more"),
    ("column grant on a view", "GRANT SELECT (id) ON app.open_orders TO ms_writer", "REVOKE SELECT (id) ON app.open_orders FROM ms_writer",
     "~ column app.open_orders.id: privileges"),
    ("materialised view's query", "DROP MATERIALIZED VIEW app.totals; CREATE MATERIALIZED VIEW app.totals AS SELECT customer_id, max(amount) AS sum "
     "FROM app.orders GROUP BY 1; CREATE UNIQUE INDEX totals_customer ON app.totals (customer_id)", TOTALS_AGAIN, "~ materialized view app.totals: definition"),
    ("materialised view's parameters", "ALTER MATERIALIZED VIEW app.totals SET (fillfactor = 50)", "ALTER MATERIALIZED VIEW app.totals RESET (fillfactor)",
     "~ materialized view app.totals: options"),
    ("materialised view's method", "ALTER MATERIALIZED VIEW app.totals SET ACCESS METHOD my_heap", "ALTER MATERIALIZED VIEW app.totals SET ACCESS METHOD heap",
     "~ materialized view app.totals: access method"),
    ("materialised view's column", "ALTER MATERIALIZED VIEW app.totals ALTER sum SET STATISTICS 10", "ALTER MATERIALIZED VIEW app.totals ALTER sum "
     "SET STATISTICS -1", "~ column app.totals.sum: statistics"),
    ("materialised view clustered", "ALTER MATERIALIZED VIEW app.totals CLUSTER ON totals_customer", "ALTER MATERIALIZED VIEW app.totals SET WITHOUT CLUSTER",
     "~ index app.totals_customer: clustered"),
    ("sequence added", "CREATE SEQUENCE app.more", "DROP SEQUENCE app.more", "+ sequence app.more"),
    ("sequence increment", "ALTER SEQUENCE app.numbers INCREMENT -2 MINVALUE -100 MAXVALUE 100",
     "ALTER SEQUENCE app.numbers INCREMENT 2 NO MINVALUE NO MAXVALUE START 1", "~ sequence app.numbers: increment, maximum, minimum"),
    ("sequence owned", "ALTER SEQUENCE app.numbers OWNED BY app.scratch.a", "ALTER SEQUENCE app.numbers OWNED BY NONE", "~ sequence app.numbers: owned by"),
    # routines
    ("function added", "CREATE FUNCTION app.more() RETURNS int LANGUAGE sql AS 'SELECT 1'", "DROP FUNCTION app.more()", "+ function app.more()"),
    ("function of other arguments", "CREATE FUNCTION app.plus(int, int) RETURNS int LANGUAGE sql AS 'SELECT $1 + $2'", "DROP FUNCTION app.plus(int, int)",
     "+ function app.plus(integer, integer)"),
    ("function's default", TOTAL("quantity int, price numeric DEFAULT 2", "sql", "SELECT quantity * price"), TOTAL_AGAIN,
     "~ function app.total(integer, numeric): source"),
    ("function's language", TOTAL("quantity int, price numeric DEFAULT 1", "plpgsql", "BEGIN RETURN quantity * price; END"), TOTAL_AGAIN,
     "~ function app.total(integer, numeric): source"),
    ("function's argument name", "DROP FUNCTION app.total(int, numeric); " + TOTAL("q int, price numeric DEFAULT 1", "sql", "SELECT q * price")
     + "; REVOKE EXECUTE ON FUNCTION app.total(int, numeric) FROM PUBLIC", "DROP FUNCTION app.total(int, numeric); " + TOTAL_AGAIN
     + "; REVOKE EXECUTE ON FUNCTION app.total(int, numeric) FROM PUBLIC", "~ function app.total(integer, numeric): source"),
    ("function's result", "DROP FUNCTION app.total(int, numeric); CREATE FUNCTION app.total(quantity int, price numeric DEFAULT 1) RETURNS float8 "
     "LANGUAGE sql IMMUTABLE AS $f$ SELECT quantity * price $f$; REVOKE EXECUTE ON FUNCTION app.total(int, numeric) FROM PUBLIC",
     "DROP FUNCTION app.total(int, numeric); " + TOTAL_AGAIN + "; REVOKE EXECUTE ON FUNCTION app.total(int, numeric) FROM PUBLIC",
     "~ function app.total(integer, numeric): source"),
    ("function's rows", "CREATE FUNCTION app.many() RETURNS SETOF int LANGUAGE sql ROWS 7 AS 'SELECT 1'", "DROP FUNCTION app.many()", "+ function app.many()"),
    ("function's support", "ALTER FUNCTION app.total(int, numeric) SUPPORT pg_catalog.generate_series_int4_support", "DROP FUNCTION app.total(int, numeric); "
     + TOTAL_AGAIN + "; REVOKE EXECUTE ON FUNCTION app.total(int, numeric) FROM PUBLIC", "~ function app.total(integer, numeric): source"),
    ("function's setting dropped", "ALTER FUNCTION app.touch() RESET work_mem", "ALTER FUNCTION app.touch() SET work_mem = '8MB'",
     "~ function app.touch(): source"),
    ("function of tables", "CREATE FUNCTION app.listed(OUT a int, OUT b text) RETURNS SETOF record LANGUAGE sql AS 'SELECT 1, ''x'''",
     "DROP FUNCTION app.listed()", "+ function app.listed()"),
    ("function of many", "CREATE FUNCTION app.many(VARIADIC int[]) RETURNS int LANGUAGE sql AS 'SELECT 1'", "DROP FUNCTION app.many(int[])",
     "+ function app.many(integer[])"),
    ("window function", "CREATE FUNCTION app.ranked() RETURNS bigint LANGUAGE internal WINDOW AS 'window_row_number'", "DROP FUNCTION app.ranked()",
     "+ function app.ranked()"),
    ("procedure added", "CREATE PROCEDURE app.more() LANGUAGE sql AS 'SELECT 1'", "DROP PROCEDURE app.more()", "+ procedure app.more()"),
    ("procedure security", "ALTER PROCEDURE app.tidy(int) SECURITY DEFINER", "ALTER PROCEDURE app.tidy(int) SECURITY INVOKER",
     "~ procedure app.tidy(integer): source"),
    ("aggregate's final function", AGGREGATE(", finalfunc = int4um"), AGGREGATE(""), "~ aggregate app.sum_up(integer): finalfunc"),
    ("aggregate parallel", AGGREGATE(", parallel = safe, combinefunc = int4pl"), AGGREGATE(""), "~ aggregate app.sum_up(integer): combinefunc, parallel"),
    ("aggregate moving", AGGREGATE(", msfunc = int4pl, minvfunc = int4mi, mstype = int"), AGGREGATE(""), "~ aggregate app.sum_up(integer): minvfunc, msfunc, mstype"),
    ("aggregate's sort operator", AGGREGATE(", sortop = operator(pg_catalog.<)"), AGGREGATE(""), "~ aggregate app.sum_up(integer): sortop"),
    ("aggregate ordered", "CREATE AGGREGATE app.middle(float8 ORDER BY anyelement) (sfunc = ordered_set_transition, stype = internal, "
     "finalfunc = percentile_disc_final, finalfunc_extra)", "DROP AGGREGATE app.middle(float8 ORDER BY anyelement)",
     "+ aggregate app.middle(double precision, anyelement)"),
    # triggers, rules, event triggers
    ("trigger dropped", "DROP TRIGGER touch ON app.customers", TOUCH, "- trigger touch on app.customers"),
    ("trigger time", OTHER_TRIGGER.format("AFTER UPDATE ON app.customers FOR EACH ROW WHEN (OLD.kind IN ('private', 'company'))"), TOUCH_AGAIN,
     "~ trigger touch on app.customers: definition"),
    ("trigger events", OTHER_TRIGGER.format("BEFORE UPDATE OR INSERT ON app.customers FOR EACH ROW"), TOUCH_AGAIN, "~ trigger touch on app.customers: definition"),
    ("trigger columns", OTHER_TRIGGER.format("BEFORE UPDATE OF name ON app.customers FOR EACH ROW WHEN (OLD.kind IN ('private', 'company'))"), TOUCH_AGAIN,
     "~ trigger touch on app.customers: definition"),
    ("trigger of statements", OTHER_TRIGGER.format("BEFORE UPDATE ON app.customers FOR EACH STATEMENT"), TOUCH_AGAIN, "~ trigger touch on app.customers: definition"),
    ("trigger arguments", "CREATE TRIGGER argued BEFORE INSERT ON app.orders FOR EACH ROW EXECUTE FUNCTION app.touch('a', 'b')",
     "DROP TRIGGER argued ON app.orders", "+ trigger argued on app.orders"),
    ("trigger transition tables", "CREATE TRIGGER seen AFTER UPDATE ON app.orders REFERENCING OLD TABLE AS o NEW TABLE AS n FOR EACH STATEMENT EXECUTE "
     "FUNCTION app.touch()", "DROP TRIGGER seen ON app.orders", "+ trigger seen on app.orders"),
    ("constraint trigger", "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON app.orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.touch()",
     "DROP TRIGGER late ON app.orders", "+ trigger late on app.orders"),
    ("trigger of a view", "CREATE TRIGGER instead INSTEAD OF UPDATE ON app.open_orders FOR EACH ROW EXECUTE FUNCTION app.touch()",
     "DROP TRIGGER instead ON app.open_orders", "+ trigger instead on app.open_orders"),
    ("event trigger on replicas", "ALTER EVENT TRIGGER watch_ddl ENABLE REPLICA", "ALTER EVENT TRIGGER watch_ddl ENABLE", "~ event trigger watch_ddl: state"),
    ("event trigger's event", EVENT_TRIGGER("ddl_command_start", "on_ddl"), EVENT_TRIGGER_AGAIN, "~ event trigger watch_ddl: event"),
    ("event trigger's function", "CREATE FUNCTION app.on_ddl2() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'; "
     + EVENT_TRIGGER("ddl_command_end", "on_ddl2"), EVENT_TRIGGER_AGAIN + "; DROP FUNCTION app.on_ddl2()", "~ event trigger watch_ddl: function"),
    ("rule added", "CREATE RULE copied AS ON INSERT TO app.scratch DO ALSO INSERT INTO app.base VALUES (NEW.a)", "DROP RULE copied ON app.scratch",
     "+ rule copied on app.scratch"),
    ("rule on replicas", "ALTER TABLE app.base ENABLE REPLICA RULE no_delete", "ALTER TABLE app.base ENABLE RULE no_delete", "~ rule no_delete on app.base: state"),
    # types
    ("enum value added", "ALTER TYPE app.mood ADD VALUE 'best'", MOOD_AGAIN, "~ enum app.mood: labels"),
    ("enum value between", "ALTER TYPE app.mood ADD VALUE 'so so' BEFORE 'ok'", MOOD_AGAIN, "~ enum app.mood: labels"),
    ("enum values in another order", "DROP TYPE app.mood; CREATE TYPE app.mood AS ENUM ('sad', 'glad', 'ok')", MOOD_AGAIN, "~ enum app.mood: labels"),
    ("enum value removed", "DROP TYPE app.mood; CREATE TYPE app.mood AS ENUM ('sad', 'glad')", MOOD_AGAIN, "~ enum app.mood: labels"),
    ("attribute type", "ALTER TYPE app.pair ALTER ATTRIBUTE a TYPE bigint", "ALTER TYPE app.pair ALTER ATTRIBUTE a TYPE int", "~ attribute app.pair.a: type"),
    ("attribute collation", 'ALTER TYPE app.pair ALTER ATTRIBUTE b TYPE varchar(5) COLLATE "C"',
     'ALTER TYPE app.pair ALTER ATTRIBUTE b TYPE varchar(5) COLLATE "default"', "~ attribute app.pair.b: collation"),
    ("attribute renamed", "ALTER TYPE app.pair RENAME ATTRIBUTE a TO c", "ALTER TYPE app.pair RENAME ATTRIBUTE c TO a", "+ attribute app.pair.c"),
    ("attribute dropped", "ALTER TYPE app.pair DROP ATTRIBUTE b", "ALTER TYPE app.pair ADD ATTRIBUTE b varchar(5)", "- attribute app.pair.b"),
    ("attributes in another order", "ALTER TYPE app.pair DROP ATTRIBUTE a, ADD ATTRIBUTE a int", "DROP TYPE app.pair; CREATE TYPE app.pair AS (a int, b varchar(5))",
     "~ attribute app.pair.a: position"),
    ("domain added", "CREATE DOMAIN app.more AS text COLLATE \"C\"", "DROP DOMAIN app.more", "+ domain app.more"),
    ("domain check changed", "ALTER DOMAIN app.price DROP CONSTRAINT price_positive, ADD CONSTRAINT price_positive CHECK (VALUE > 0)".replace(
        ", ADD", "; ALTER DOMAIN app.price ADD"), "ALTER DOMAIN app.price DROP CONSTRAINT price_positive; ALTER DOMAIN app.price ADD CONSTRAINT "
     "price_positive CHECK (VALUE >= 0)", "~ domain constraint price_positive on app.price: definition"),
    ("domain check not valid", "ALTER DOMAIN app.price ADD CONSTRAINT small CHECK (VALUE < 100) NOT VALID", "ALTER DOMAIN app.price DROP CONSTRAINT small",
     "+ domain constraint small on app.price"),
    ("range of another collation", "CREATE TYPE app.words_span AS RANGE (subtype = text, collation = app.german)", "DROP TYPE app.words_span",
     "+ range app.words_span"),
    ("base type", "CREATE TYPE app.label; CREATE FUNCTION app.label_in(cstring) RETURNS app.label LANGUAGE internal IMMUTABLE STRICT AS 'textin'; "
     "CREATE FUNCTION app.label_out(app.label) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout'; CREATE TYPE app.label "
     "(INPUT = app.label_in, OUTPUT = app.label_out, LIKE = text)", "DROP TYPE app.label CASCADE", "+ type app.label"),
    # extensions, schemas, owners, privileges
    ("extension added", "CREATE EXTENSION btree_gin SCHEMA app", "DROP EXTENSION btree_gin", "+ extension btree_gin"),
    ("owner of a sequence's table", "ALTER TABLE app.base OWNER TO ms_writer", "ALTER TABLE app.base OWNER TO CURRENT_USER", "~ table app.base: owner, privileges"),
    ("owner of a materialised view", "ALTER MATERIALIZED VIEW app.totals OWNER TO ms_writer", "ALTER MATERIALIZED VIEW app.totals OWNER TO CURRENT_USER",
     "~ materialized view app.totals: owner, privileges"),
    ("owner of a domain", "ALTER DOMAIN app.price OWNER TO ms_writer", "ALTER DOMAIN app.price OWNER TO CURRENT_USER", "~ domain app.price: owner, privileges"),
    ("owner of a procedure", "ALTER PROCEDURE app.tidy(int) OWNER TO ms_writer", "ALTER PROCEDURE app.tidy(int) OWNER TO CURRENT_USER",
     "~ procedure app.tidy(integer): owner, privileges"),
    ("owner of an aggregate", "ALTER AGGREGATE app.sum_up(int) OWNER TO ms_writer", "ALTER AGGREGATE app.sum_up(int) OWNER TO CURRENT_USER",
     "~ aggregate app.sum_up(integer): owner, privileges"),
    ("owner of an operator", "ALTER OPERATOR app.+? (int, text) OWNER TO ms_writer", "ALTER OPERATOR app.+? (int, text) OWNER TO CURRENT_USER",
     "~ operator app.+?(integer, text): owner"),
    ("owner of a statistics object", "ALTER STATISTICS app.orders_stat OWNER TO ms_writer", "ALTER STATISTICS app.orders_stat OWNER TO CURRENT_USER",
     "~ statistics app.orders_stat: owner"),
    ("owner of a collation", "ALTER COLLATION app.german OWNER TO ms_writer", "ALTER COLLATION app.german OWNER TO CURRENT_USER", "~ collation app.german: owner"),
    ("owner of a conversion", "ALTER CONVERSION app.to_latin OWNER TO ms_writer", "ALTER CONVERSION app.to_latin OWNER TO CURRENT_USER",
     "~ conversion app.to_latin: owner"),
    ("owner of a publication", AS_DATABASE("GRANT CREATE ON DATABASE %I TO ms_writer") + "; ALTER PUBLICATION changes OWNER TO ms_writer",
     "ALTER PUBLICATION changes OWNER TO CURRENT_USER; " + AS_DATABASE("REVOKE CREATE ON DATABASE %I FROM ms_writer"), "~ publication changes: owner"),
    ("owner of a server", "GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO ms_writer; ALTER SERVER elsewhere OWNER TO ms_writer",
     "ALTER SERVER elsewhere OWNER TO CURRENT_USER; REVOKE USAGE ON FOREIGN DATA WRAPPER postgres_fdw FROM ms_writer", "~ foreign server elsewhere: owner, privileges"),
    ("owner of a dictionary", "ALTER TEXT SEARCH DICTIONARY app.words OWNER TO ms_writer", "ALTER TEXT SEARCH DICTIONARY app.words OWNER TO CURRENT_USER",
     "~ text search dictionary app.words: owner"),
    ("owner of a configuration", "ALTER TEXT SEARCH CONFIGURATION app.search OWNER TO ms_writer", "ALTER TEXT SEARCH CONFIGURATION app.search OWNER TO CURRENT_USER",
     "~ text search configuration app.search: owner"),
    ("owner of a foreign table", "ALTER FOREIGN TABLE app.remote OWNER TO ms_writer", "ALTER FOREIGN TABLE app.remote OWNER TO CURRENT_USER",
     "~ foreign table app.remote: owner, privileges"),
    ("procedure grant", "REVOKE EXECUTE ON PROCEDURE app.tidy(int) FROM PUBLIC", "GRANT EXECUTE ON PROCEDURE app.tidy(int) TO PUBLIC",
     "~ procedure app.tidy(integer): privileges"),
    ("aggregate grant", "REVOKE EXECUTE ON FUNCTION app.sum_up(int) FROM PUBLIC", "GRANT EXECUTE ON FUNCTION app.sum_up(int) TO PUBLIC",
     "~ aggregate app.sum_up(integer): privileges"),
    ("grant on all columns' table", "GRANT UPDATE (status, placed) ON app.orders TO ms_writer", "REVOKE UPDATE (status, placed) ON app.orders FROM ms_writer",
     "~ column app.orders.placed: privileges"),
    ("grant to PUBLIC", "GRANT SELECT ON app.base TO PUBLIC", "REVOKE SELECT ON app.base FROM PUBLIC", "~ table app.base: privileges"),
    ("materialised view grant", "GRANT SELECT ON app.totals TO ms_writer", "REVOKE SELECT ON app.totals FROM ms_writer", "~ materialized view app.totals: privileges"),
    ("range grant", "REVOKE USAGE ON TYPE app.span FROM PUBLIC", "GRANT USAGE ON TYPE app.span TO PUBLIC", "~ range app.span: privileges"),
    ("composite type grant", "REVOKE USAGE ON TYPE app.pair FROM PUBLIC", "GRANT USAGE ON TYPE app.pair TO PUBLIC", "~ composite type app.pair: privileges"),
    ("default privileges of another role", "ALTER DEFAULT PRIVILEGES FOR ROLE ms_owner GRANT SELECT ON TABLES TO ms_reader",
     "ALTER DEFAULT PRIVILEGES FOR ROLE ms_owner REVOKE SELECT ON TABLES FROM ms_reader", "+ default privileges of ms_owner on tables"),
    ("default privileges for sequences", "ALTER DEFAULT PRIVILEGES GRANT USAGE ON SEQUENCES TO ms_reader",
     "ALTER DEFAULT PRIVILEGES REVOKE USAGE ON SEQUENCES FROM ms_reader", "+ default privileges of postgres on sequences"),
    ("default privileges for types", "ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC", "ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO PUBLIC",
     "+ default privileges of postgres on types"),
    ("default privileges for schemas", "ALTER DEFAULT PRIVILEGES GRANT CREATE ON SCHEMAS TO ms_reader",
     "ALTER DEFAULT PRIVILEGES REVOKE CREATE ON SCHEMAS FROM ms_reader", "+ default privileges of postgres on schemas"),
    ("row security of the owner off", "ALTER TABLE app.customers DISABLE ROW LEVEL SECURITY", "ALTER TABLE app.customers ENABLE ROW LEVEL SECURITY",
     "~ table app.customers: row security"),
    ("policy dropped", "DROP POLICY mine ON app.customers", "CREATE POLICY mine ON app.customers FOR SELECT TO ms_reader USING (kind IN ('private', 'other'))",
     "- policy mine on app.customers"),
    ("policy's command", "DROP POLICY mine ON app.customers; CREATE POLICY mine ON app.customers FOR DELETE TO ms_reader USING (kind IN ('private', 'other'))",
     "DROP POLICY mine ON app.customers; CREATE POLICY mine ON app.customers FOR SELECT TO ms_reader USING (kind IN ('private', 'other'))",
     "~ policy mine on app.customers: command"),
    ("policy restrictive", "DROP POLICY mine ON app.customers; CREATE POLICY mine ON app.customers AS RESTRICTIVE FOR SELECT TO ms_reader "
     "USING (kind IN ('private', 'other'))", "DROP POLICY mine ON app.customers; CREATE POLICY mine ON app.customers FOR SELECT TO ms_reader "
     "USING (kind IN ('private', 'other'))", "~ policy mine on app.customers: restrictive"),
    ("policy to PUBLIC", "ALTER POLICY mine ON app.customers TO PUBLIC", "ALTER POLICY mine ON app.customers TO ms_reader", "~ policy mine on app.customers: roles"),
    # comments
    ("comment on a constraint", "COMMENT ON CONSTRAINT orders_customer ON app.orders IS 'x'", "COMMENT ON CONSTRAINT orders_customer ON app.orders IS NULL",
     "+ comment table constraint orders_customer on app.orders"),
    ("comment on a trigger", "COMMENT ON TRIGGER touch ON app.customers IS 'x'", "COMMENT ON TRIGGER touch ON app.customers IS NULL",
     "+ comment trigger touch on app.customers"),
    ("comment on a rule", "COMMENT ON RULE no_delete ON app.base IS 'x'", "COMMENT ON RULE no_delete ON app.base IS NULL", "+ comment rule no_delete on app.base"),
    ("comment on a policy", "COMMENT ON POLICY mine ON app.customers IS 'x'", "COMMENT ON POLICY mine ON app.customers IS NULL",
     "+ comment policy mine on app.customers"),
    ("comment on a type", "COMMENT ON TYPE app.status IS 'x'", "COMMENT ON TYPE app.status IS NULL", "+ comment type app.status"),
    ("comment on a domain constraint", "COMMENT ON CONSTRAINT price_positive ON DOMAIN app.price IS 'x'",
     "COMMENT ON CONSTRAINT price_positive ON DOMAIN app.price IS NULL", "+ comment domain constraint price_positive on app.price"),
    ("comment on an extension", "COMMENT ON EXTENSION pg_trgm IS 'x'", "DROP EXTENSION pg_trgm; CREATE EXTENSION pg_trgm SCHEMA public",
     "~ comment extension pg_trgm: text"),
    ("comment on a view's column", "COMMENT ON COLUMN app.open_orders.id IS 'x'", "COMMENT ON COLUMN app.open_orders.id IS NULL",
     "+ comment view column app.open_orders.id"),
    ("comment on a large object", "COMMENT ON LARGE OBJECT 70001 IS 'x'", "COMMENT ON LARGE OBJECT 70001 IS NULL", "+ comment large object 70001"),
    ("comment on an event trigger", "COMMENT ON EVENT TRIGGER watch_ddl IS 'x'", "COMMENT ON EVENT TRIGGER watch_ddl IS NULL", "+ comment event trigger watch_ddl"),
    ("comment on a publication", "COMMENT ON PUBLICATION changes IS 'x'", "COMMENT ON PUBLICATION changes IS NULL", "+ comment publication changes"),
    ("comment on a cast", "COMMENT ON CAST (app.address AS text) IS 'x'", "COMMENT ON CAST (app.address AS text) IS NULL", "+ comment cast (app.address AS pg_catalog.text)"),
    ("security label", LABEL, "DELETE FROM pg_seclabel WHERE provider = 'selinux'", "+ security label selinux on table app.orders"),
    # replication and foreign data
    ("publication added", "CREATE PUBLICATION more", "DROP PUBLICATION more", "+ publication more"),
    ("publication of all tables", "CREATE PUBLICATION more FOR ALL TABLES", "DROP PUBLICATION more", "+ publication more"),
    ("publication of another table", "ALTER PUBLICATION changes ADD TABLE app.base", "ALTER PUBLICATION changes DROP TABLE app.base",
     "+ publication table app.base in changes"),
    ("subscription's slot", "ALTER SUBSCRIPTION incoming SET (slot_name = 'other')", "ALTER SUBSCRIPTION incoming SET (slot_name = NONE)",
     "~ subscription incoming: options"),
    ("subscription's commit", "ALTER SUBSCRIPTION incoming SET (synchronous_commit = on)", "ALTER SUBSCRIPTION incoming SET (synchronous_commit = off)",
     "~ subscription incoming: options"),
    ("foreign-data wrapper added", "CREATE FOREIGN DATA WRAPPER other_fdw", "DROP FOREIGN DATA WRAPPER other_fdw", "+ foreign-data wrapper other_fdw"),
    ("foreign-data wrapper's functions", "ALTER FOREIGN DATA WRAPPER mine_fdw VALIDATOR postgresql_fdw_validator", "ALTER FOREIGN DATA WRAPPER mine_fdw NO VALIDATOR",
     "~ foreign-data wrapper mine_fdw: validator"),
    ("server added", "CREATE SERVER more TYPE 't' FOREIGN DATA WRAPPER mine_fdw", "DROP SERVER more", "+ foreign server more"),
    ("foreign table's server", "CREATE SERVER more FOREIGN DATA WRAPPER postgres_fdw; DROP FOREIGN TABLE app.remote; CREATE FOREIGN TABLE app.remote "
     "(a int OPTIONS (column_name 'x'), b text) SERVER more OPTIONS (table_name 't')", REMOTE_AGAIN + "; DROP SERVER more", "~ foreign table app.remote: server"),
    ("foreign table's check", "ALTER FOREIGN TABLE app.remote ADD CONSTRAINT c CHECK (a > 0)", "ALTER FOREIGN TABLE app.remote DROP CONSTRAINT c",
     "+ constraint c on app.remote"),
    # text search, statistics, operators, collations, casts ...
    ("text search parser", "CREATE TEXT SEARCH PARSER app.cut (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype)",
     "DROP TEXT SEARCH PARSER app.cut", "+ text search parser app.cut"),
    ("text search template", "CREATE TEXT SEARCH TEMPLATE app.form (INIT = dsimple_init, LEXIZE = dsimple_lexize)", "DROP TEXT SEARCH TEMPLATE app.form",
     "+ text search template app.form"),
    ("text search mapping dropped", "ALTER TEXT SEARCH CONFIGURATION app.search DROP MAPPING FOR word",
     "ALTER TEXT SEARCH CONFIGURATION app.search ADD MAPPING FOR word WITH simple", "~ text search configuration app.search: mappings"),
    ("statistics' columns", "DROP STATISTICS app.orders_stat; CREATE STATISTICS app.orders_stat (dependencies) ON customer_id, status FROM app.orders",
     "DROP STATISTICS app.orders_stat; CREATE STATISTICS app.orders_stat (dependencies) ON customer_id, placed FROM app.orders",
     "~ statistics app.orders_stat: columns"),
    ("statistics of an expression", "CREATE STATISTICS app.more ON (id % 5) FROM app.orders", "DROP STATISTICS app.more", "+ statistics app.more"),
    ("operator's negator", "CREATE FUNCTION app.minus(a int, b text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT a <= 0'; CREATE OPERATOR app.-? "
     "(leftarg = int, rightarg = text, function = app.minus, negator = OPERATOR(app.+?))", "DROP OPERATOR app.-? (int, text); DROP FUNCTION app.minus(int, text)",
     "~ operator app.+?(integer, text): negator"),
    ("operator merges", "CREATE OPERATOR app.=? (leftarg = int, rightarg = int, function = int4eq, commutator = OPERATOR(app.=?), merges, hashes)",
     "DROP OPERATOR app.=? (int, int)", "+ operator app.=?(integer, integer)"),
    ("operator class's members", "DROP OPERATOR CLASS app.odd_int_ops USING btree; CREATE OPERATOR CLASS app.odd_int_ops FOR TYPE int USING btree FAMILY app.odd_ops AS "
     "OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, FUNCTION 1 app.backwards(int, int)",
     "DROP OPERATOR CLASS app.odd_int_ops USING btree; CREATE OPERATOR CLASS app.odd_int_ops FOR TYPE int USING btree FAMILY app.odd_ops AS "
     "OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 app.backwards(int, int)",
     "~ operator class app.odd_int_ops USING btree: members"),
    ("operator family added", "CREATE OPERATOR FAMILY app.more USING hash", "DROP OPERATOR FAMILY app.more USING hash", "+ operator family app.more USING hash"),
    ("collation's locale", "DROP COLLATION app.german; CREATE COLLATION app.german (provider = icu, locale = 'de-AT')", COLLATION_AGAIN, "~ collation app.german: locale"),
    ("collation not deterministic", "DROP COLLATION app.german; CREATE COLLATION app.german (provider = icu, locale = 'de-DE', deterministic = false)",
     COLLATION_AGAIN, "~ collation app.german: deterministic"),
    ("collation of libc", "CREATE COLLATION app.plain (provider = libc, locale = 'C')", "DROP COLLATION app.plain", "+ collation app.plain"),
    ("conversion default", "CREATE DEFAULT CONVERSION app.more FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8", "DROP CONVERSION app.more", "+ conversion app.more"),
    ("cast without a function", CAST("WITH INOUT"), CAST("WITH FUNCTION app.address_text(app.address)"), "~ cast (app.address AS text): function, method"),
    ("cast added", "CREATE CAST (text AS app.mood) WITH INOUT AS IMPLICIT", "DROP CAST (text AS app.mood)", "+ cast (text AS app.mood)"),
    ("language owner", "ALTER LANGUAGE plmine OWNER TO ms_writer", "ALTER LANGUAGE plmine OWNER TO CURRENT_USER", "~ language plmine: owner, privileges"),
    ("transform's functions", "DROP TRANSFORM FOR int LANGUAGE plmine; CREATE TRANSFORM FOR int LANGUAGE plmine (FROM SQL WITH FUNCTION prsd_lextype(internal), "
     "TO SQL WITH FUNCTION int4recv(internal))", "DROP TRANSFORM FOR int LANGUAGE plmine; CREATE TRANSFORM FOR int LANGUAGE plmine (FROM SQL WITH FUNCTION "
     "prsd_lextype(internal))", "~ transform for integer language plmine: to sql"),
    ("database setting with spaces", AS_DATABASE("ALTER DATABASE %I SET search_path = app, \"$user\""), AS_DATABASE("ALTER DATABASE %I RESET search_path"),
     "+ database setting search_path"),
    ("database limit", AS_DATABASE("ALTER DATABASE %I CONNECTION LIMIT 70"), AS_DATABASE("ALTER DATABASE %I CONNECTION LIMIT -1"),
     "~ database database: connection limit"),
    # names that want to be SQL
    ("hostile table", 'CREATE TABLE "My Schema"."a""b\'c;\n-- \\ ü" (a int)', 'DROP TABLE "My Schema"."a""b\'c;\n-- \\ ü"', '+ table "My Schema"."a""b\'c;\n-- \\ ü"'),
    ("column named as a keyword", 'ALTER TABLE "My Schema"."Table ""of"" mine" RENAME "select" TO "from"',
     'ALTER TABLE "My Schema"."Table ""of"" mine" RENAME "from" TO "select"', '+ column "My Schema"."Table ""of"" mine"."from"'),
    ("the same name in another schema", "CREATE TABLE public.orders (id int)", "DROP TABLE public.orders", "+ table public.orders"),
    ("a name of 63 bytes", f"ALTER TABLE app.scratch RENAME TO {'n' * 63}", f"ALTER TABLE app.{'n' * 63} RENAME TO scratch", f"+ table app.{'n' * 63}"),
    ("an attribute's words in a default", "ALTER TABLE app.base ALTER b SET DEFAULT E'x\\nowner: y\\ntype: z'", "ALTER TABLE app.base ALTER b SET DEFAULT 'x'",
     "~ column app.base.b: default"),
]

# What a later server brought: on those below, the case is left out.
SINCE = {
    14: ("column compression", "function in SQL's syntax", "trigger condition", "subscription options", "extension version", "statistics of an expression"),
    15: ("table access method", "nulls not distinct", "view options", "publication filter", "publication columns", "publication schema",
         "foreign key's set null columns", "materialised view's method", "collation's locale"),  # two settings of equal value before
}

# name, change, back, named: on the major where they are new, and on later ones.
NEWER = {
    16: [
        ("collation's rules", "DROP COLLATION app.german; CREATE COLLATION app.german (provider = icu, locale = 'de-DE', rules = '&a < g')", COLLATION_AGAIN,
         "~ collation app.german: rules"),
        ("subscription's origin", "ALTER SUBSCRIPTION incoming SET (origin = none)", "ALTER SUBSCRIPTION incoming SET (origin = any)", "~ subscription incoming: options"),
    ],
    17: [
        ("maintain", "GRANT MAINTAIN ON app.orders TO ms_writer", "REVOKE MAINTAIN ON app.orders FROM ms_writer", "~ table app.orders: privileges"),
        ("maintain by default", "ALTER DEFAULT PRIVILEGES GRANT MAINTAIN ON TABLES TO ms_writer", "ALTER DEFAULT PRIVILEGES REVOKE MAINTAIN ON TABLES FROM "
         "ms_writer", "+ default privileges of postgres on tables"),
        ("maintain on a materialised view", "GRANT MAINTAIN ON app.totals TO ms_writer WITH GRANT OPTION", "REVOKE MAINTAIN ON app.totals FROM ms_writer",
         "~ materialized view app.totals: privileges"),
        ("domain's not null named", "ALTER DOMAIN app.price DROP NOT NULL; ALTER DOMAIN app.price ADD CONSTRAINT there NOT NULL",
         "ALTER DOMAIN app.price DROP NOT NULL; ALTER DOMAIN app.price SET NOT NULL", "+ domain constraint there on app.price"),
        ("collation built in of bytes", "CREATE COLLATION app.plain (provider = builtin, locale = 'C')", "DROP COLLATION app.plain",
         "+ collation app.plain"),
        ("collation built in", "CREATE COLLATION app.plain (provider = builtin, locale = 'C.UTF-8')", "DROP COLLATION app.plain", "+ collation app.plain"),
        ("generated column's expression set", "ALTER TABLE app.customers ALTER shout SET EXPRESSION AS (lower(name))",
         "ALTER TABLE app.customers ALTER shout SET EXPRESSION AS (upper(name))", "~ column app.customers.shout: generated"),
        ("identity of a partitioned table", "ALTER TABLE app.events ALTER id ADD GENERATED ALWAYS AS IDENTITY", "ALTER TABLE app.events ALTER id DROP IDENTITY",
         "~ column app.events.id: identity column"),
        ("partitioned table of an identity", "CREATE TABLE app.counted (id int GENERATED ALWAYS AS IDENTITY, at date) PARTITION BY RANGE (at); "
         "CREATE TABLE app.counted_rest PARTITION OF app.counted DEFAULT", "DROP TABLE app.counted", "+ table app.counted_rest"),
        ("identity kind of a partitioned table", "ALTER TABLE app.events ALTER id ADD GENERATED ALWAYS AS IDENTITY; ALTER TABLE app.events ALTER id SET GENERATED "
         "BY DEFAULT", "ALTER TABLE app.events ALTER id DROP IDENTITY", "~ column app.events_rest.id: identity column"),
        ("trigger at login", "CREATE EVENT TRIGGER hello ON login EXECUTE FUNCTION app.on_ddl()", "DROP EVENT TRIGGER hello", "+ event trigger hello"),
        ("subscription's failover", "UPDATE pg_subscription SET subfailover = true", "UPDATE pg_subscription SET subfailover = false",
         "~ subscription incoming: options"),
    ],
    18: [
        ("virtual generated column", "ALTER TABLE app.scratch ADD b int GENERATED ALWAYS AS (a * 2) VIRTUAL", "ALTER TABLE app.scratch DROP b", "+ column app.scratch.b"),
        ("check not enforced", "ALTER TABLE app.base ADD CONSTRAINT loose CHECK (a < 5) NOT ENFORCED", "ALTER TABLE app.base DROP CONSTRAINT loose",
         "+ constraint loose on app.base"),
        ("foreign key not enforced", "ALTER TABLE app.orders ALTER CONSTRAINT orders_customer NOT ENFORCED", OTHER_KEY("ON DELETE CASCADE"),
         "~ constraint orders_customer on app.orders: definition"),
        ("not null named", "ALTER TABLE app.scratch ADD CONSTRAINT there NOT NULL a", "ALTER TABLE app.scratch DROP CONSTRAINT there",
         "+ constraint there on app.scratch"),
        ("not null not valid", "ALTER TABLE app.scratch ADD CONSTRAINT there NOT NULL a NOT VALID", "ALTER TABLE app.scratch DROP CONSTRAINT there",
         "+ constraint there on app.scratch"),
        ("not null no inherit", "ALTER TABLE app.base ADD CONSTRAINT there NOT NULL a NO INHERIT", "ALTER TABLE app.base DROP CONSTRAINT there",
         "+ constraint there on app.base"),
        ("not null renamed", "ALTER TABLE app.orders RENAME CONSTRAINT orders_placed_not_null TO there",
         "ALTER TABLE app.orders RENAME CONSTRAINT there TO orders_placed_not_null", "+ constraint there on app.orders"),
        ("key without overlaps", "CREATE TABLE app.periods (a int4range, b tstzrange, PRIMARY KEY (a, b WITHOUT OVERLAPS))", "DROP TABLE app.periods",
         "+ table app.periods"),
        ("publication's generated columns", "ALTER PUBLICATION changes SET (publish_generated_columns = stored)",
         "ALTER PUBLICATION changes SET (publish_generated_columns = none)", "~ publication changes: generated columns"),
        ("not null under a key", "ALTER TABLE app.scratch ADD CONSTRAINT z NOT NULL a; ALTER TABLE app.scratch ADD CONSTRAINT a PRIMARY KEY (a)",
         "ALTER TABLE app.scratch DROP CONSTRAINT a; ALTER TABLE app.scratch DROP CONSTRAINT z", "+ constraint z on app.scratch"),
        ("not null under another key", "ALTER TABLE app.scratch ADD CONSTRAINT a NOT NULL a; ALTER TABLE app.scratch ADD CONSTRAINT z PRIMARY KEY (a)",
         "ALTER TABLE app.scratch DROP CONSTRAINT z; ALTER TABLE app.scratch DROP CONSTRAINT a", "+ constraint z on app.scratch"),
        ("not null renamed under a key", "ALTER TABLE app.orders RENAME CONSTRAINT orders_id_not_null TO there; COMMENT ON CONSTRAINT there ON app.orders IS 'x'",
         "COMMENT ON CONSTRAINT there ON app.orders IS NULL; ALTER TABLE app.orders RENAME CONSTRAINT there TO orders_id_not_null",
         "+ constraint there on app.orders"),
        ("not null renamed under an identity", "ALTER TABLE app.customers RENAME CONSTRAINT customers_id_not_null TO there",
         "ALTER TABLE app.customers RENAME CONSTRAINT there TO customers_id_not_null", "+ constraint there on app.customers"),
        ("not null with a comment", "ALTER TABLE app.scratch ADD CONSTRAINT there NOT NULL a; COMMENT ON CONSTRAINT there ON app.scratch IS 'x'",
         "ALTER TABLE app.scratch DROP CONSTRAINT there", "+ comment table constraint there on app.scratch"),
        ("not null inherited", "ALTER TABLE app.base ADD CONSTRAINT there NOT NULL a", "ALTER TABLE app.base DROP CONSTRAINT there",
         "+ constraint there on app.derived"),
        ("not null of a partitioned table", "ALTER TABLE app.events ADD CONSTRAINT there NOT NULL what", "ALTER TABLE app.events DROP CONSTRAINT there",
         "+ constraint there on app.events_rest"),
        ("not null of a partition", "ALTER TABLE app.events_rest ADD CONSTRAINT there NOT NULL what", "ALTER TABLE app.events_rest DROP CONSTRAINT there",
         "+ constraint there on app.events_rest"),
        ("not null no longer inherited", "ALTER TABLE app.orders ALTER CONSTRAINT orders_placed_not_null NO INHERIT",
         "ALTER TABLE app.orders ALTER CONSTRAINT orders_placed_not_null INHERIT", "~ constraint orders_placed_not_null on app.orders: definition"),
        ("not null no longer valid", "ALTER TABLE app.orders DROP CONSTRAINT orders_placed_not_null; ALTER TABLE app.orders ADD CONSTRAINT "
         "orders_placed_not_null NOT NULL placed NOT VALID", "ALTER TABLE app.orders VALIDATE CONSTRAINT orders_placed_not_null",
         "~ constraint orders_placed_not_null on app.orders: definition"),
        ("table of odd not nulls", "CREATE TABLE app.odd (a int CONSTRAINT own NOT NULL NO INHERIT, b int, c int CONSTRAINT key_c NOT NULL, PRIMARY KEY (c)); "
         "ALTER TABLE app.odd ADD CONSTRAINT late NOT NULL b NOT VALID; CREATE TABLE app.odd_child (d int NOT NULL) INHERITS (app.odd); "
         "ALTER TABLE app.odd_child ADD CONSTRAINT mine NOT NULL a", "DROP TABLE app.odd_child, app.odd", "+ table app.odd"),
        ("column with an odd not null", "ALTER TABLE app.scratch ADD b int CONSTRAINT own NOT NULL NO INHERIT, ADD c int; "
         "ALTER TABLE app.scratch ADD CONSTRAINT late NOT NULL c NOT VALID", "ALTER TABLE app.scratch DROP b, DROP c", "+ column app.scratch.b"),
        ("virtual column's expression", "ALTER TABLE app.customers DROP shout, ADD shout text GENERATED ALWAYS AS (lower(name)) VIRTUAL",
         "ALTER TABLE app.customers DROP shout, ADD shout text GENERATED ALWAYS AS (upper(name)) STORED", "~ column app.customers.shout: generated"),
        ("check enforced no more", "ALTER TABLE app.orders DROP CONSTRAINT amount_small, ADD CONSTRAINT amount_small CHECK (amount < 1000000) NOT ENFORCED",
         "ALTER TABLE app.orders DROP CONSTRAINT amount_small, ADD CONSTRAINT amount_small CHECK (amount < 1000000) NOT VALID; "
         "COMMENT ON CONSTRAINT amount_small ON app.orders IS 'not yet checked'", "~ constraint amount_small on app.orders: definition"),
        ("unique without overlaps", "CREATE TABLE app.periods (a int4range, b tstzrange, CONSTRAINT apart UNIQUE (a, b WITHOUT OVERLAPS))", "DROP TABLE app.periods",
         "+ table app.periods"),
        ("foreign key of a period", "CREATE TABLE app.periods (a int4range, b tstzrange, PRIMARY KEY (a, b WITHOUT OVERLAPS)); CREATE TABLE app.visits "
         "(a int4range, b tstzrange, FOREIGN KEY (a, PERIOD b) REFERENCES app.periods (a, PERIOD b))", "DROP TABLE app.visits, app.periods", "+ table app.visits"),
        ("foreign key of a partitioned table not enforced", "ALTER TABLE app.marks ALTER CONSTRAINT marks_event_id_event_at_fkey NOT ENFORCED",
         "ALTER TABLE app.marks ALTER CONSTRAINT marks_event_id_event_at_fkey ENFORCED", "~ constraint marks_event_id_event_at_fkey on app.marks: definition"),
        ("virtual column of a view", "CREATE TABLE app.more (a int, b int GENERATED ALWAYS AS (a + 1)); CREATE VIEW app.of_more AS SELECT b FROM app.more",
         "DROP VIEW app.of_more; DROP TABLE app.more", "+ table app.more"),
        ("default privileges for large objects", "ALTER DEFAULT PRIVILEGES GRANT SELECT ON LARGE OBJECTS TO ms_reader",
         "ALTER DEFAULT PRIVILEGES REVOKE SELECT ON LARGE OBJECTS FROM ms_reader", "+ default privileges of postgres on large objects"),
    ],
}
