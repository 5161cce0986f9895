"""Objects of every kind that is no relation, with all that one can say of them, and what they need."""

NEEDED = r"""
CREATE SCHEMA app; CREATE SCHEMA "My Schema";
CREATE TABLE app.orders (id int PRIMARY KEY, status text, flag boolean, a int, b int);
CREATE TABLE app.base (x int, y int); CREATE TABLE app.child () INHERITS (app.base);
CREATE TABLE app.parted (k int, v text) PARTITION BY LIST (k); CREATE TABLE app.parted1 PARTITION OF app.parted FOR VALUES IN (1);
SELECT lo_create(70001);
"""

KINDS = r"""
ALTER DEFAULT PRIVILEGES IN SCHEMA app GRANT SELECT ON TABLES TO ms_reader;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE ms_owner GRANT ALL ON SEQUENCES TO ms_writer WITH GRANT OPTION;
CREATE EXTENSION hstore SCHEMA app; CREATE EXTENSION postgres_fdw SCHEMA public; CREATE EXTENSION pg_trgm SCHEMA "My Schema" VERSION '1.5';
CREATE TYPE app.status AS ENUM ('new', 'it''s, paid', E'back\\slash "q"'); CREATE TYPE app.nothing AS ENUM ();
CREATE TYPE app.address AS (street text COLLATE "C", zip varchar(10), "Odd, name" int[]);
CREATE TYPE app.empty AS ();
CREATE TYPE app.outer_type AS (home app.address, s app.status);
CREATE DOMAIN app.price AS numeric(12, 2) DEFAULT 0 NOT NULL CONSTRAINT price_positive CHECK (VALUE >= 0);
ALTER DOMAIN app.price ADD CONSTRAINT "Not, so old" CHECK (VALUE < 100000) NOT VALID;
CREATE DOMAIN app.word AS text COLLATE "C" DEFAULT 'it''s' CHECK (VALUE IN ('a', 'b'));
CREATE DOMAIN app.chars AS "char"; CREATE DOMAIN app.bp AS bpchar; CREATE DOMAIN app.list AS app.status[];
CREATE TYPE app.span AS RANGE (subtype = float8, subtype_diff = float8mi);
CREATE TYPE app.words AS RANGE (subtype = text, collation = "C", multirange_type_name = app."Many, words");
CREATE COLLATION app.german (provider = icu, locale = 'de-DE'); CREATE COLLATION app.nd (provider = icu, locale = 'und', deterministic = false);
CREATE COLLATION app.plain (provider = libc, lc_collate = 'C', lc_ctype = 'POSIX'); CREATE COLLATION app.same (locale = 'C');
CREATE FUNCTION app.total(quantity int, price numeric DEFAULT 1) RETURNS numeric LANGUAGE sql IMMUTABLE AS $f$ SELECT quantity * price $f$;
CREATE FUNCTION app.modern(a int, OUT b int, OUT c text) LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN a BETWEEN 1 AND 2 AND a > 0 THEN 1 ELSE 2 END, 'x'; END;
CREATE FUNCTION app.rows(VARIADIC a text[] DEFAULT '{"x, y"}') RETURNS TABLE (n int, "odd, col" text) LANGUAGE sql STABLE ROWS 7 COST 3 SET search_path = app, "My Schema" SET work_mem = '8MB' AS $f$ SELECT 1, 'a' $f$;
CREATE FUNCTION app.win() RETURNS bigint LANGUAGE internal WINDOW IMMUTABLE STRICT AS 'window_row_number';
CREATE FUNCTION app.on_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $f$ BEGIN -- $function$
 END $f$;
CREATE PROCEDURE app.tidy(days int, INOUT x text DEFAULT 'a') LANGUAGE plpgsql AS $f$ BEGIN END $f$;
CREATE FUNCTION app.plus(a int, b text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $f$ SELECT a > 0 $f$;
CREATE FUNCTION app.minus(a text, b int) RETURNS boolean LANGUAGE sql IMMUTABLE AS $f$ SELECT b > 0 $f$;
CREATE FUNCTION app.same(a int, b int) RETURNS boolean LANGUAGE sql IMMUTABLE AS $f$ SELECT a = b $f$;
CREATE FUNCTION app.not_same(a int, b int) RETURNS boolean LANGUAGE sql IMMUTABLE AS $f$ SELECT a <> b $f$;
CREATE FUNCTION app.pre(app.status) RETURNS boolean LANGUAGE sql IMMUTABLE AS $f$ SELECT true $f$;
CREATE AGGREGATE app.sum_up(int) (sfunc = int4pl, stype = int, initcond = '0');
CREATE AGGREGATE app.nobody(*) (sfunc = int8inc, stype = bigint, initcond = '0');
CREATE FUNCTION app.fin(bigint, int) RETURNS text LANGUAGE sql IMMUTABLE AS $f$ SELECT 'a' $f$;
CREATE FUNCTION app.sf(bigint, int) RETURNS bigint LANGUAGE sql IMMUTABLE AS $f$ SELECT $1 $f$;
CREATE AGGREGATE app.moving(int) (sfunc = app.sf, stype = bigint, sspace = 40, finalfunc = app.fin, finalfunc_extra, finalfunc_modify = shareable, initcond = '12'
  , msfunc = app.sf, minvfunc = app.sf, mstype = bigint, msspace = 8, mfinalfunc = app.fin, mfinalfunc_extra, mfinalfunc_modify = read_write, minitcond = '5', parallel = safe);
CREATE AGGREGATE app.biggest(int) (sfunc = int4larger, stype = int, sortop = >, combinefunc = int4larger, parallel = restricted);
CREATE AGGREGATE app.median(float8 ORDER BY float8) (sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_cont_float8_final);
CREATE AGGREGATE app.hypo(VARIADIC "any" ORDER BY VARIADIC "any") (sfunc = ordered_set_transition_multi, stype = internal, finalfunc = rank_final, finalfunc_extra, hypothetical);
CREATE OPERATOR app.+? (leftarg = int, rightarg = text, function = app.plus, commutator = OPERATOR(app.?+));
CREATE OPERATOR app.?+ (leftarg = text, rightarg = int, function = app.minus, commutator = OPERATOR(app.+?));
CREATE OPERATOR app.=== (leftarg = int, rightarg = int, function = app.same, commutator = OPERATOR(app.===), negator = OPERATOR(app.!==), restrict = eqsel, join = eqjoinsel, hashes, merges);
CREATE OPERATOR app.!== (leftarg = int, rightarg = int, function = app.not_same, commutator = OPERATOR(app.!==), negator = OPERATOR(app.===), restrict = neqsel);
CREATE OPERATOR "My Schema".@# (rightarg = app.status, function = app.pre);
CREATE FUNCTION app.address_text(app.address) RETURNS text LANGUAGE sql IMMUTABLE AS $f$ SELECT $1.street $f$;
CREATE CAST (app.address AS text) WITH FUNCTION app.address_text(app.address) AS ASSIGNMENT;
CREATE CAST (app.status AS "char") WITH INOUT; CREATE CAST (app.span AS text) WITH INOUT AS IMPLICIT; 
CREATE CAST (date AS int) WITHOUT FUNCTION AS IMPLICIT;
CREATE FUNCTION app.backwards(int, int) RETURNS int LANGUAGE sql IMMUTABLE AS $f$ SELECT btint4cmp($2, $1) $f$;
CREATE OPERATOR FAMILY app.odd_ops USING btree;
CREATE OPERATOR CLASS app.odd_int_ops FOR TYPE int USING btree FAMILY app.odd_ops AS
    OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 app.backwards(int, int);
ALTER OPERATOR FAMILY app.odd_ops USING btree ADD FUNCTION 1 (int8, int4) btint84cmp(int8, int4), OPERATOR 1 < (int8, int4);
CREATE OPERATOR FAMILY "My Schema"."Odd, ops" USING gist;
CREATE FUNCTION app.eqs(app.status, app.status) RETURNS boolean LANGUAGE sql IMMUTABLE AS $f$ SELECT true $f$; CREATE OPERATOR app.@@@ (leftarg = app.status, rightarg = app.status, function = app.eqs); CREATE FUNCTION app.hs(app.status) RETURNS int LANGUAGE sql IMMUTABLE AS $f$ SELECT 1 $f$; CREATE OPERATOR CLASS app.pt DEFAULT FOR TYPE app.status USING hash AS OPERATOR 1 app.@@@ (app.status, app.status), FUNCTION 1 app.hs(app.status);
CREATE CONVERSION app.to_latin FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1; CREATE DEFAULT CONVERSION app.d FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE TEXT SEARCH PARSER app.pp (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, HEADLINE = prsd_headline, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH PARSER app.p2 (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE app.tt (INIT = dsimple_init, LEXIZE = dsimple_lexize); CREATE TEXT SEARCH TEMPLATE app.t2 (LEXIZE = dsimple_lexize);
CREATE TEXT SEARCH DICTIONARY app.words (TEMPLATE = simple, STOPWORDS = english, Accept = false);
CREATE TEXT SEARCH DICTIONARY app.none (TEMPLATE = app.tt);
CREATE TEXT SEARCH CONFIGURATION app.search (COPY = simple); ALTER TEXT SEARCH CONFIGURATION app.search ALTER MAPPING FOR word, int WITH app.words, simple;
CREATE TEXT SEARCH CONFIGURATION app.bare (PARSER = app.p2);
CREATE ACCESS METHOD my_heap TYPE TABLE HANDLER heap_tableam_handler; CREATE ACCESS METHOD "My, index" TYPE INDEX HANDLER bthandler;
CREATE FUNCTION app.pl_call() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE FUNCTION app.pl_inline(internal) RETURNS void LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_inline_handler';
CREATE FUNCTION app.pl_check(oid) RETURNS void LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_validator';
CREATE TRUSTED LANGUAGE plmine HANDLER app.pl_call INLINE app.pl_inline VALIDATOR app.pl_check; CREATE LANGUAGE "pl Other" HANDLER app.pl_call;
CREATE FUNCTION app.to_sql(internal) RETURNS int LANGUAGE internal AS 'int4in';
CREATE TRANSFORM FOR int LANGUAGE plmine (FROM SQL WITH FUNCTION prsd_lextype(internal)); CREATE TRANSFORM FOR app.hstore LANGUAGE plmine (FROM SQL WITH FUNCTION prsd_lextype(internal));
CREATE FUNCTION app.transformed(int) RETURNS int TRANSFORM FOR TYPE int LANGUAGE plmine AS $f$ BEGIN RETURN 1; END $f$;
CREATE EVENT TRIGGER watch_ddl ON ddl_command_end WHEN TAG IN ('CREATE SERVER', 'DROP SERVER') EXECUTE FUNCTION app.on_ddl();
CREATE EVENT TRIGGER "Watch 2" ON sql_drop EXECUTE FUNCTION app.on_ddl(); ALTER EVENT TRIGGER "Watch 2" ENABLE ALWAYS;
CREATE FOREIGN DATA WRAPPER mine_fdw OPTIONS (a 'b, c ''d''', "odd opt" 'x'); CREATE FOREIGN DATA WRAPPER "his fdw" HANDLER public.postgres_fdw_handler VALIDATOR public.postgres_fdw_validator;
CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'db', dbname 'other');
CREATE SERVER "Far away" TYPE 'a''b' VERSION '5' FOREIGN DATA WRAPPER mine_fdw;
CREATE USER MAPPING FOR ms_reader SERVER elsewhere; CREATE USER MAPPING FOR PUBLIC SERVER "Far away";
CREATE PUBLICATION changes FOR TABLE app.orders (id, status) WHERE (id > 5), TABLE ONLY app.base, TABLE app.parted1 WHERE (k = 1) WITH (publish = 'insert', publish_via_partition_root);
CREATE PUBLICATION "Every thing" FOR TABLES IN SCHEMA "My Schema"; CREATE PUBLICATION al FOR ALL TABLES; CREATE PUBLICATION bo FOR TABLE app.orders WHERE (flag);
CREATE STATISTICS app.stat1 (dependencies) ON a, b FROM app.orders; CREATE STATISTICS app.stat2 ON a, (b + 1), lower(status) FROM app.orders; ALTER STATISTICS app.stat2 SET STATISTICS 500;
CREATE STATISTICS app.stat3 ON (a % 10) FROM app.orders;
REVOKE EXECUTE ON FUNCTION app.total(int, numeric) FROM PUBLIC; ALTER FUNCTION app.total(int, numeric) OWNER TO ms_owner; GRANT EXECUTE ON FUNCTION app.total(int, numeric) TO ms_reader WITH GRANT OPTION;
ALTER AGGREGATE app.nobody(*) OWNER TO ms_owner; GRANT EXECUTE ON FUNCTION app.nobody() TO ms_writer; ALTER PROCEDURE app.tidy OWNER TO ms_owner; GRANT EXECUTE ON PROCEDURE app.tidy TO ms_writer;
ALTER TYPE app.address OWNER TO ms_owner; ALTER TYPE app.status OWNER TO ms_owner; REVOKE USAGE ON TYPE app.status FROM PUBLIC; ALTER DOMAIN app.price OWNER TO ms_owner; REVOKE USAGE ON DOMAIN app.price FROM PUBLIC; ALTER TYPE app.span OWNER TO ms_owner;
ALTER OPERATOR app.+? (int, text) OWNER TO ms_owner; ALTER OPERATOR "My Schema".@# (NONE, app.status) OWNER TO ms_owner; ALTER OPERATOR CLASS app.odd_int_ops USING btree OWNER TO ms_owner; ALTER OPERATOR FAMILY app.odd_ops USING btree OWNER TO ms_owner;
ALTER COLLATION app.german OWNER TO ms_owner; ALTER CONVERSION app.to_latin OWNER TO ms_owner; ALTER TEXT SEARCH DICTIONARY app.words OWNER TO ms_owner; ALTER TEXT SEARCH CONFIGURATION app.search OWNER TO ms_owner;
ALTER LANGUAGE plmine OWNER TO ms_owner; GRANT USAGE ON LANGUAGE plmine TO ms_reader WITH GRANT OPTION; ALTER SERVER elsewhere OWNER TO ms_owner; GRANT USAGE ON FOREIGN SERVER elsewhere TO ms_reader; GRANT USAGE ON FOREIGN DATA WRAPPER mine_fdw TO ms_reader;
ALTER STATISTICS app.stat1 OWNER TO ms_owner; ALTER PUBLICATION bo OWNER TO ms_owner; GRANT SELECT ON LARGE OBJECT 70001 TO ms_reader; ALTER LARGE OBJECT 70001 OWNER TO ms_owner;
REVOKE EXECUTE ON FUNCTION pg_catalog.pg_sleep(float8) FROM PUBLIC; GRANT SELECT ON pg_catalog.pg_authid TO ms_reader; GRANT SELECT (rolpassword) ON pg_catalog.pg_authid TO ms_reader; REVOKE EXECUTE ON FUNCTION "My Schema".similarity(text, text) FROM PUBLIC;
GRANT USAGE ON LANGUAGE plpgsql TO ms_reader; REVOKE USAGE ON SCHEMA pg_catalog FROM PUBLIC; GRANT USAGE ON SCHEMA pg_catalog TO PUBLIC;
"""

OF_DATABASE = """
ALTER DATABASE {name} SET work_mem = '9MB';
ALTER DATABASE {name} SET search_path = app, "My Schema", public;
ALTER DATABASE {name} SET "app.Odd.name" = 'a%b $$ ''q''';
ALTER ROLE ms_reader IN DATABASE {name} SET statement_timeout = '5s';
GRANT CREATE ON DATABASE {name} TO ms_writer WITH GRANT OPTION;
REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC;
COMMENT ON DATABASE {name} IS '50% $$ it''s';
ALTER DATABASE {name} CONNECTION LIMIT 77;
REVOKE CREATE ON DATABASE {name} FROM postgres
"""
