#include "ddl_case.h"

static void casts_conversions_transforms_collations(void **state)
{
    static const DdlCase CASES[] = {
        {"cast", "(a.t AS text)", NULL, NULL, "function: a.f(a.t)\ncontext: assignment\n",
         "CREATE CAST (a.t AS text) WITH FUNCTION a.f(a.t) AS ASSIGNMENT;\n"},
        {"cast", "(a.t AS text)", NULL, NULL, "method: input and output\ncontext: implicit\n",
         "CREATE CAST (a.t AS text) WITH INOUT AS IMPLICIT;\n"},
        {"cast", "(a.t AS text)", NULL, NULL, "method: binary coercible\ncontext: explicit\n",
         "CREATE CAST (a.t AS text) WITHOUT FUNCTION;\n"},
        {"cast", "(a.t AS text)", NULL, "context: explicit\n", NULL, "DROP CAST (a.t AS text);\n"},
        {"cast", "(a.t AS text)", NULL, "context: explicit\n", "context: implicit\n", "by create"},
        {"conversion", "a.c", NULL, NULL,
         "from: UTF8\nto: LATIN1\nfunction: a.f(integer,integer)\ndefault: yes\n",
         "CREATE DEFAULT CONVERSION a.c FOR 'UTF8' TO 'LATIN1' FROM a.f;\n"},
        {"conversion", "a.c", NULL, "from: UTF8\n", NULL, "DROP CONVERSION a.c;\n"},
        {"transform", "for a.t language l", NULL, NULL,
         "from sql: a.f(internal)\nto sql: a.g(internal)\n",
         "CREATE TRANSFORM for a.t language l (FROM SQL WITH FUNCTION a.f(internal), "
         "TO SQL WITH FUNCTION a.g(internal));\n"},
        {"transform", "for a.t language l", NULL, "from sql: a.f(internal)\n",
         "to sql: a.g(internal)\n",
         "CREATE OR REPLACE TRANSFORM for a.t language l (TO SQL WITH FUNCTION a.g(internal));\n"},
        {"transform", "for a.t language l", NULL, "from sql: a.f(internal)\n", NULL,
         "DROP TRANSFORM for a.t language l;\n"},
        {"collation", "a.c", NULL, NULL,
         "provider: i\nlocale: de-DE\nrules: &a < b\ndeterministic: no\n",
         "CREATE COLLATION a.c (PROVIDER = icu, LOCALE = 'de-DE', RULES = '&a < b', "
         "DETERMINISTIC = false);\n"},
        {"collation", "a.c", NULL, NULL, "provider: i\nlc_collate: de\nlc_ctype: de\n",
         "CREATE COLLATION a.c (PROVIDER = icu, LOCALE = 'de');\n", .major = 14},
        {"collation", "a.c", NULL, NULL, "provider: c\nlc_collate: C\nlc_ctype: POSIX\n",
         "CREATE COLLATION a.c (PROVIDER = libc, LC_COLLATE = 'C', LC_CTYPE = 'POSIX');\n"},
        {"collation", "a.c", NULL, NULL, "provider: c\nencoding: LATIN1\n",
         "refused: collation a.c: it is of encoding LATIN1, which is not the database's"},
        {"collation", "a.c", NULL, NULL, "provider: z\n",
         "refused: collation a.c: nothing is known of its provider"},
        {"collation", "a.c", NULL, "provider: c\n", NULL, "DROP COLLATION a.c;\n"},
    };
    DDL_CASES_CHECK(CASES);
}

static void languages_and_extensions(void **state)
{
    static const DdlCase CASES[] = {
        {"language", "l", NULL, NULL,
         "trusted: yes\nhandler: a.h()\ninline: a.i(internal)\nvalidator: a.v(oid)\n",
         "CREATE TRUSTED LANGUAGE l HANDLER a.h INLINE a.i VALIDATOR a.v;\n"},
        {"language", "l", NULL, "handler: a.h()\n", "handler: a.j()\n",
         "CREATE OR REPLACE LANGUAGE l HANDLER a.j;\n"},
        {"language", "l", NULL, "handler: a.h()\n", NULL, "DROP LANGUAGE l;\n"},
        {"access method", "m", NULL, NULL, "type: table\nhandler: a.h(internal)\n",
         "CREATE ACCESS METHOD m TYPE table HANDLER a.h;\n"},
        {"access method", "m", NULL, "type: table\n", NULL, "DROP ACCESS METHOD m;\n"},
        {"extension", "\"uuid-ossp\"", NULL, NULL, "schema: My Schema\n",
         "CREATE EXTENSION \"uuid-ossp\" SCHEMA \"My Schema\";\n"},
        {"extension", "e", NULL, "schema: a\n", "schema: b\n", "ALTER EXTENSION e SET SCHEMA b;\n"},
        {"extension", "e", NULL, "schema: a\n", NULL,
         "-- loses all that extension e has, tables with their rows too\nDROP EXTENSION e;\n"},
        {"extension version", "e", "e", "version: 1.0\n", "version: 1.1\n",
         "ALTER EXTENSION e UPDATE TO '1.1';\n"},
        {"extension version", "e", "e", "version: 1.0\n", NULL, ""},
    };
    DDL_CASES_CHECK(CASES);
}

static void an_extension_is_made_in_its_version(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Snapshot now = {0};
    *vec_append(arena, &now.objects) =
        (SnapshotObject){.kind = "extension", .identity = "e", .text = "schema: a\n"};
    *vec_append(arena, &now.objects) = (SnapshotObject){
        .kind = "extension version", .identity = "e", .parent = "e", .text = "version: 1.5\n"};
    DdlParts parts;
    ddl_parts_fill(arena, &now, &parts);
    Ddl ddl = {.arena = arena, .server_major = 15, .now = &parts};
    assert_true(ddl_kind("extension")->create(&ddl, &now.objects.items[0]));
    assert_true(ddl_kind("extension version")->create(&ddl, &now.objects.items[1]));
    assert_string_equal(ddl_case_sql(&ddl), "CREATE EXTENSION e SCHEMA a VERSION '1.5';\n");
}

static void event_triggers(void **state)
{
    static const DdlCase CASES[] = {
        {"event trigger", "w", NULL, NULL,
         "event: sql_drop\ntags: DROP TABLE, DROP VIEW\nfunction: a.f()\nstate: enabled\n",
         "CREATE EVENT TRIGGER w ON sql_drop WHEN TAG IN ('DROP TABLE', 'DROP VIEW') "
         "EXECUTE FUNCTION a.f();\n"},
        {"event trigger", "w", NULL, NULL, "event: sql_drop\nfunction: a.f()\nstate: always\n",
         "CREATE EVENT TRIGGER w ON sql_drop EXECUTE FUNCTION a.f();\n"
         "ALTER EVENT TRIGGER w ENABLE ALWAYS;\n"},
        {"event trigger", "w", NULL, "event: sql_drop\nstate: enabled\n",
         "event: sql_drop\nstate: disabled\n", "ALTER EVENT TRIGGER w DISABLE;\n"},
        {"event trigger", "w", NULL, "event: sql_drop\nstate: disabled\n",
         "event: sql_drop\nstate: replica\n", "ALTER EVENT TRIGGER w ENABLE REPLICA;\n"},
        {"event trigger", "w", NULL, "event: sql_drop\n", "event: table_rewrite\n", "by create"},
        {"event trigger", "w", NULL, "event: sql_drop\n", NULL, "DROP EVENT TRIGGER w;\n"},
    };
    DDL_CASES_CHECK(CASES);
}

static void foreign_data(void **state)
{
    static const DdlCase CASES[] = {
        {"foreign-data wrapper", "w", NULL, NULL,
         "handler: a.h()\nvalidator: a.v(text[],oid)\noptions: a 'b'\n",
         "CREATE FOREIGN DATA WRAPPER w HANDLER a.h VALIDATOR a.v OPTIONS (a 'b');\n"},
        {"foreign-data wrapper", "w", NULL, "handler: a.h()\noptions: a 'b'\n",
         "validator: a.v(text[],oid)\n",
         "ALTER FOREIGN DATA WRAPPER w NO HANDLER VALIDATOR a.v OPTIONS (DROP a);\n"},
        {"foreign-data wrapper", "w", NULL, "owner: o\n", "owner: p\n", ""},
        {"foreign-data wrapper", "w", NULL, "owner: o\n", NULL, "DROP FOREIGN DATA WRAPPER w;\n"},
        {"foreign server", "s", NULL, NULL,
         "wrapper: My fdw\ntype: t'\nversion: 5\noptions: host 'a, b'\n",
         "CREATE SERVER s TYPE 't''' VERSION '5' FOREIGN DATA WRAPPER \"My fdw\" OPTIONS (host 'a, "
         "b');\n"},
        {"foreign server", "s", NULL, NULL, "wrapper: w\noptions: api_token sha256:00\n",
         "refused: foreign server s: an option of it is a secret, of which only the hash is known"},
        {"foreign server", "s", NULL, "wrapper: w\nversion: 5\noptions: a 'b', token sha256:00\n",
         "wrapper: w\noptions: a 'c', token sha256:00\n",
         "ALTER SERVER s VERSION NULL OPTIONS (SET a 'c');\n"},
        {"foreign server", "s", NULL, "wrapper: w\n", "wrapper: w\nversion: 5\n",
         "ALTER SERVER s VERSION '5';\n"},
        {"foreign server", "s", NULL, "wrapper: w\noptions: token sha256:00\n",
         "wrapper: w\noptions: token sha256:01\n",
         "refused: foreign server s: an option of it is a secret, of which only the hash is known"},
        {"foreign server", "s", NULL, "wrapper: w\n", "wrapper: v\n", "by create"},
        {"foreign server", "s", NULL, "wrapper: w\n", NULL, "DROP SERVER s;\n"},
        {"user mapping", "u on s", "s", NULL, "", "CREATE USER MAPPING FOR u SERVER s;\n"},
        {"user mapping", "PUBLIC on \"s on s\"", "\"s on s\"", NULL,
         "options: password, \"user\"\n",
         "refused: user mapping PUBLIC on \"s on s\": its options are secrets, of which only the "
         "names are "
         "known (password, \"user\")"},
        {"user mapping", "u on s", "s", "options: password, \"user\"\n", "options: \"user\"\n",
         "-- loses the values of the options that it drops\n"
         "ALTER USER MAPPING FOR u SERVER s OPTIONS (DROP password);\n"},
        {"user mapping", "u on s", "s", "options: password\n", "options: \"user\"\n",
         "refused: user mapping u on s: its options are secrets, of which only the names are known "
         "(\"user\")"},
        {"user mapping", "u on s", "s", "options: password\n", NULL,
         "-- loses the values of its options: password\nDROP USER MAPPING FOR u SERVER s;\n"},
    };
    DDL_CASES_CHECK(CASES);
}

static void publications_and_subscriptions(void **state)
{
    static const DdlCase CASES[] = {
        {"publication", "p", NULL, NULL,
         "all tables: yes\npublish: insert, update\nvia root: yes\n",
         "CREATE PUBLICATION p FOR ALL TABLES WITH (publish = 'insert, update', "
         "publish_via_partition_root = true);\n"},
        {"publication", "p", NULL, NULL, "publish: insert\ngenerated columns: s\n",
         "CREATE PUBLICATION p WITH (publish = 'insert', publish_via_partition_root = false, "
         "publish_generated_columns = stored);\n",
         .major = 18},
        {"publication", "p", NULL, NULL, "publish: \nall sequences: true\n",
         "refused: publication p: it is of all sequences, which this version of migrate-safe does "
         "not know"},
        {"publication", "p", NULL, "publish: insert\nvia root: yes\n", "publish: update\n",
         "ALTER PUBLICATION p SET (publish = 'update', publish_via_partition_root = false);\n"},
        {"publication", "p", NULL, "publish: insert\n", "all tables: yes\npublish: insert\n",
         "by create"},
        {"publication", "p", NULL, "publish: insert\n", NULL, "DROP PUBLICATION p;\n"},
        {"publication table", "a.t in \"p, q\"", "\"p, q\"", NULL,
         "columns: x, y\nwhere: (x > 5)\n",
         "ALTER PUBLICATION \"p, q\" ADD TABLE ONLY a.t (x, y) WHERE ((x > 5));\n"},
        {"publication table", "a.t in p", "p", "", NULL,
         "ALTER PUBLICATION p DROP TABLE ONLY a.t;\n"},
        {"publication table", "a.t in p", "p", "", "columns: x\n", "by create"},
        {"publication schema", "a in p", "p", NULL, "",
         "ALTER PUBLICATION p ADD TABLES IN SCHEMA a;\n"},
        {"publication schema", "a in p", "p", "", NULL,
         "ALTER PUBLICATION p DROP TABLES IN SCHEMA a;\n"},
        {"subscription", "s", NULL, NULL, "publications: p\n",
         "refused: subscription s: how it connects is a secret that was not read, and its slot is "
         "on "
         "another server: it is made by hand"},
        {"subscription", "s", NULL, "publications: p\n", NULL,
         "refused: subscription s: its slot on the other server would go or be left behind: it is "
         "dropped by hand"},
        {"subscription", "s", NULL,
         "options: subbinary false, substream f, subsynccommit off\npublications: p\n",
         "options: subbinary true, substream p, subsynccommit remote_apply\npublications: p, \"q "
         "r\"\n",
         "ALTER SUBSCRIPTION s SET (binary = true, streaming = parallel, synchronous_commit = "
         "remote_apply);\n"
         "-- loses nothing, but tables come and go only with ALTER SUBSCRIPTION s REFRESH "
         "PUBLICATION\n"
         "ALTER SUBSCRIPTION s SET PUBLICATION p, \"q r\" WITH (refresh = false);\n"},
        {"subscription", "s", NULL, "options: subslotname a\n", "options: subslotname b\n",
         "refused: subscription s: this cannot be set without the other server: subslotname b"},
        {"subscription", "s", NULL, "options: subslotname a\n", "owner: o\n",
         "refused: subscription s: its options are other ones"},
        {"subscription state", "s", "s", NULL, "owner: \n", "ALTER SUBSCRIPTION s ENABLE;\n"},
        {"subscription state", "s", "s", "owner: \n", NULL, "ALTER SUBSCRIPTION s DISABLE;\n"},
    };
    DDL_CASES_CHECK(CASES);
}

static void text_search(void **state)
{
    static const DdlCase CASES[] = {
        {"text search parser", "a.p", NULL, NULL,
         "functions: s(internal,integer), a.g(internal,internal), e(internal), -, l(internal)\n",
         "CREATE TEXT SEARCH PARSER a.p (START = s, GETTOKEN = a.g, END = e, LEXTYPES = l);\n"},
        {"text search parser", "a.p", NULL, "functions: s()\n", NULL,
         "DROP TEXT SEARCH PARSER a.p;\n"},
        {"text search parser", "a.p", NULL, "functions: s()\n", "functions: t()\n", "by create"},
        {"text search template", "a.t", NULL, NULL, "functions: i(internal), l(internal)\n",
         "CREATE TEXT SEARCH TEMPLATE a.t (INIT = i, LEXIZE = l);\n"},
        {"text search template", "a.t", NULL, "functions: -, l(internal)\n", NULL,
         "DROP TEXT SEARCH TEMPLATE a.t;\n"},
        {"text search dictionary", "a.d", NULL, NULL,
         "template: a.t\noptions: stopwords = 'a, b', x = '1'\n",
         "CREATE TEXT SEARCH DICTIONARY a.d (TEMPLATE = a.t, stopwords = 'a, b', x = '1');\n"},
        {"text search dictionary", "a.d", NULL,
         "template: a.t\noptions: a = '1', b = '2', c = '3'\n",
         "template: a.t\noptions: c = '4', b = '2'\n",
         "ALTER TEXT SEARCH DICTIONARY a.d (a, c = '4', b = '2');\n"},
        {"text search dictionary", "a.d", NULL, "template: a.t\n", "template: a.u\n", "by create"},
        {"text search dictionary", "a.d", NULL, "template: a.t\n", NULL,
         "DROP TEXT SEARCH DICTIONARY a.d;\n"},
        {"text search configuration", "a.c", NULL, NULL,
         "parser: pg_catalog.\"default\"\nmappings: word a.d\n  word pg_catalog.simple\n  \"int\" "
         "a.d\n",
         "CREATE TEXT SEARCH CONFIGURATION a.c (PARSER = pg_catalog.\"default\");\n"
         "ALTER TEXT SEARCH CONFIGURATION a.c ADD MAPPING FOR word WITH a.d, pg_catalog.simple;\n"
         "ALTER TEXT SEARCH CONFIGURATION a.c ADD MAPPING FOR \"int\" WITH a.d;\n"},
        {"text search configuration", "a.c", NULL,
         "parser: p\nmappings: word a.d\n  url a.d\n  host a.d\n",
         "parser: p\nmappings: word a.d\n  word a.e\n  host a.d\n  email a.d\n",
         "ALTER TEXT SEARCH CONFIGURATION a.c DROP MAPPING FOR url;\n"
         "ALTER TEXT SEARCH CONFIGURATION a.c ALTER MAPPING FOR word WITH a.d, a.e;\n"
         "ALTER TEXT SEARCH CONFIGURATION a.c ADD MAPPING FOR email WITH a.d;\n"},
        {"text search configuration", "a.c", NULL, "parser: p\n", "parser: q\n", "by create"},
        {"text search configuration", "a.c", NULL, "parser: p\n", NULL,
         "DROP TEXT SEARCH CONFIGURATION a.c;\n"},
    };
    DDL_CASES_CHECK(CASES);
}

static void statistics(void **state)
{
    static const DdlCase CASES[] = {
        {"statistics", "a.s", "a.t", NULL,
         "table: a.t\nkinds: ndistinct, expressions, mcv\ncolumns: x, y\n"
         "expressions: (x + 1), f(x, ARRAY[1, 2])\nstatistics: 500\n",
         "CREATE STATISTICS a.s (ndistinct, mcv) ON x, y, ((x + 1)), (f(x, ARRAY[1, 2])) FROM "
         "a.t;\n"
         "ALTER STATISTICS a.s SET STATISTICS 500;\n"},
        {"statistics", "a.s", "a.t", NULL,
         "table: a.t\nkinds: expressions\nexpressions: lower(x)\n",
         "CREATE STATISTICS a.s ON (lower(x)) FROM a.t;\n"},
        {"statistics", "a.s", "a.t", "table: a.t\nstatistics: 500\n", "table: a.t\n",
         "ALTER STATISTICS a.s SET STATISTICS -1;\n"},
        {"statistics", "a.s", "a.t", "table: a.t\n", "table: a.u\n", "by create"},
        {"statistics", "a.s", "a.t", "table: a.t\nkinds: mcv\n", "table: a.t\nkinds: ndistinct\n",
         "by create"},
        {"statistics", "a.s", "a.t", "table: a.t\n", NULL, "DROP STATISTICS a.s;\n"},
    };
    DDL_CASES_CHECK(CASES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(casts_conversions_transforms_collations),
        cmocka_unit_test(languages_and_extensions),
        cmocka_unit_test(an_extension_is_made_in_its_version),
        cmocka_unit_test(event_triggers),
        cmocka_unit_test(foreign_data),
        cmocka_unit_test(publications_and_subscriptions),
        cmocka_unit_test(text_search),
        cmocka_unit_test(statistics),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
