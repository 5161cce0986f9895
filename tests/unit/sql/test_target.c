#include "sql/target.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

// `relations`: one after the other.
typedef struct Case {
    const char *sql;
    TargetVerb verb;
    const char *object;
    const char *relations;
} Case;

static const Case INDEXES[] = {
    {"CREATE INDEX i ON t (a)", TARGET_CREATE_INDEX, "i", "t"},
    {"create unique index i on s.t using btree (a)", TARGET_CREATE_INDEX, "i", "s.t"},
    {"CREATE INDEX ON t (a)", TARGET_CREATE_INDEX, NULL, "t"},
    {"CREATE INDEX ON ONLY p (a)", TARGET_CREATE_INDEX, NULL, "p"},
    {"CREATE INDEX IF NOT EXISTS \"My I\" ON \"S\".\"T\" (a)", TARGET_CREATE_INDEX, "\"My I\"",
     "\"S\".\"T\""},
    {"CREATE INDEX CONCURRENTLY i ON t (a)", TARGET_CREATE_INDEX, "i", "t"},
    {"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON ONLY t (a)", TARGET_CREATE_INDEX, "i",
     "t"},
    {"CREATE /* x */ INDEX -- y\n i ON t (a)", TARGET_CREATE_INDEX, "i", "t"},
    {"DROP INDEX i", TARGET_DROP_INDEX, "i", "i"},
    {"DROP INDEX IF EXISTS s.i, j CASCADE", TARGET_DROP_INDEX, "s.i", "s.i, j"},
    {"DROP INDEX CONCURRENTLY i", TARGET_DROP_INDEX, "i", "i"},
    {"REINDEX TABLE t", TARGET_REINDEX, NULL, "t"},
    {"REINDEX TABLE CONCURRENTLY t", TARGET_REINDEX, NULL, "t"},
    {"REINDEX INDEX i", TARGET_REINDEX, "i", "i"},
    {"REINDEX (CONCURRENTLY) INDEX s.i", TARGET_REINDEX, "s.i", "s.i"},
    {"REINDEX (CONCURRENTLY off, VERBOSE) TABLE t", TARGET_REINDEX, NULL, "t"},
    {"REINDEX SCHEMA s", TARGET_REINDEX, NULL, ""},
    {"ALTER INDEX i RENAME TO j", TARGET_ALTER_TABLE, NULL, "i"},
    {"ALTER INDEX IF EXISTS i SET TABLESPACE x", TARGET_ALTER_TABLE, NULL, "i"},
};

static const Case ALTERS[] = {
    {"ALTER TABLE t ADD COLUMN b int", TARGET_ALTER_TABLE, NULL, "t"},
    {"ALTER TABLE IF EXISTS ONLY s.t ADD b int", TARGET_ALTER_TABLE, NULL, "s.t"},
    {"ALTER TABLE t * ADD b int", TARGET_ALTER_TABLE, NULL, "t"},
    {"ALTER TABLE t ADD COLUMN b int REFERENCES p", TARGET_ALTER_TABLE, NULL, "t"},
    {"ALTER TABLE p ATTACH PARTITION s.c FOR VALUES FROM (1) TO (2)", TARGET_ALTER_TABLE, NULL,
     "p"},
    {"ALTER TABLE p DETACH PARTITION c", TARGET_ALTER_TABLE, NULL, "p"},
    {"ALTER TABLE p DETACH PARTITION c CONCURRENTLY", TARGET_DETACH_PARTITION, "c", "p"},
    {"ALTER TABLE ALL IN TABLESPACE a SET TABLESPACE b", TARGET_OTHER, NULL, ""},
    {"ALTER FOREIGN TABLE f ADD b int", TARGET_ALTER_TABLE, NULL, "f"},
    {"ALTER VIEW v SET SCHEMA s", TARGET_ALTER_TABLE, NULL, "v"},
    {"ALTER MATERIALIZED VIEW IF EXISTS v RENAME TO w", TARGET_ALTER_TABLE, NULL, "v"},
    {"ALTER SEQUENCE q RESTART", TARGET_ALTER_TABLE, NULL, "q"},
    {"ALTER SEQUENCE q RENAME TO r", TARGET_ALTER_TABLE, NULL, "q"},
    {"ALTER TABLE t ADD b int DEFAULT (1", TARGET_ALTER_TABLE, NULL, "t"},
};

static const Case TABLES[] = {
    {"CREATE TABLE t (a int)", TARGET_CREATE_TABLE, "t", ""},
    {"CREATE UNLOGGED TABLE IF NOT EXISTS s.\"T\" (a int)", TARGET_CREATE_TABLE, "s.\"T\"", ""},
    {"CREATE TEMP TABLE t (a int)", TARGET_CREATE_TABLE, "t", ""},
    {"CREATE GLOBAL TEMPORARY TABLE t (a int)", TARGET_CREATE_TABLE, "t", ""},
    {"CREATE TABLE t (a int REFERENCES p, b int, FOREIGN KEY (b) REFERENCES s.q (id))",
     TARGET_CREATE_TABLE, "t", ""},
    {"CREATE TABLE c PARTITION OF p FOR VALUES IN (1)", TARGET_CREATE_TABLE, "c", ""},
    {"CREATE TABLE p (a int) PARTITION BY LIST (a)", TARGET_CREATE_TABLE, "p", ""},
    {"CREATE TABLE c () INHERITS (p, s.q)", TARGET_CREATE_TABLE, "c", ""},
    {"CREATE TABLE c (LIKE t INCLUDING ALL)", TARGET_CREATE_TABLE, "c", ""},
    {"CREATE TABLE c AS SELECT * FROM t", TARGET_CREATE_TABLE, "c", ""},
    {"DROP TABLE t", TARGET_DROP_TABLE, NULL, "t"},
    {"DROP TABLE IF EXISTS s.t, u CASCADE", TARGET_DROP_TABLE, NULL, "s.t, u"},
    {"DROP MATERIALIZED VIEW v", TARGET_DROP_TABLE, NULL, "v"},
    {"DROP SEQUENCE q", TARGET_DROP_TABLE, NULL, "q"},
    {"CREATE OR REPLACE VIEW v AS SELECT 1", TARGET_OTHER, NULL, ""},
    {"CREATE VIEW v AS SELECT 1", TARGET_OTHER, NULL, ""},
    {"CREATE TRIGGER g BEFORE UPDATE OF a, b ON t FOR EACH ROW EXECUTE FUNCTION f()",
     TARGET_TRIGGER, "g", "t"},
    {"CREATE OR REPLACE TRIGGER g AFTER INSERT ON s.t EXECUTE FUNCTION f()", TARGET_TRIGGER, "g",
     "s.t"},
    {"DROP TRIGGER IF EXISTS g ON t", TARGET_TRIGGER, "g", "t"},
    {"CREATE RULE r AS ON INSERT TO t DO INSTEAD NOTHING", TARGET_TRIGGER, "r", "t"},
    {"CREATE POLICY y ON t USING (true)", TARGET_TRIGGER, "y", "t"},
    {"DROP POLICY y ON t", TARGET_TRIGGER, "y", "t"},
    {"COMMENT ON TABLE t IS 'x'", TARGET_COMMENT, NULL, "t"},
    {"COMMENT ON COLUMN s.t.a IS 'x'", TARGET_COMMENT, NULL, "s.t"},
    {"COMMENT ON FUNCTION f() IS 'x'", TARGET_COMMENT, NULL, ""},
    {"CLUSTER t USING i", TARGET_CLUSTER, NULL, "t"},
    {"CLUSTER i ON t", TARGET_CLUSTER, "i", "t"},
    {"CLUSTER", TARGET_OTHER, NULL, ""},
    {"VACUUM t", TARGET_VACUUM, NULL, "t"},
    {"VACUUM FULL VERBOSE t, u (a)", TARGET_VACUUM, NULL, "t, u"},
    {"VACUUM (FULL, ANALYZE) t", TARGET_VACUUM, NULL, "t"},
    {"ANALYZE VERBOSE t (a, b), u", TARGET_VACUUM, NULL, "t, u"},
    {"REFRESH MATERIALIZED VIEW v", TARGET_REFRESH, NULL, "v"},
    {"REFRESH MATERIALIZED VIEW CONCURRENTLY v", TARGET_REFRESH, NULL, "v"},
};

static const Case OTHERS[] = {
    {"CREATE DATABASE d TEMPLATE e", TARGET_DATABASE, "d", ""},
    {"DROP DATABASE IF EXISTS d", TARGET_DATABASE, "d", ""},
    {"CREATE TABLESPACE x LOCATION '/y'", TARGET_TABLESPACE, "x", ""},
    {"DROP SUBSCRIPTION z", TARGET_SUBSCRIPTION, "z", ""},
    {"ALTER SYSTEM SET work_mem = 1", TARGET_SYSTEM, NULL, ""},
    {"COPY t TO stdout", TARGET_OTHER, NULL, ""},
    {"SELECT 1", TARGET_OTHER, NULL, ""},
    {"ALTER TABLE U&\"t\" ADD b int", TARGET_ALTER_TABLE, NULL, ""},
    {"\"ALTER\" TABLE t", TARGET_OTHER, NULL, ""},
    {"ALTER TABLE", TARGET_OTHER, NULL, ""},
    {"", TARGET_OTHER, NULL, ""},
};

static const char *described(Arena *arena, const StatementTarget *target)
{
    TEXT_SCOPED out;
    text_init(&out, 1024);
    for (size_t i = 0; i < target->relation_count; i++)
        text_printf(&out, "%s%s", i ? ", " : "", target->relations[i]);
    assert_null(target->relations[target->relation_count]);
    return arena_dup(arena, text_str(&out));
}

static void check(const Case *cases, size_t count)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < count; i++) {
        StatementTarget target;
        statement_target(arena, str_from(cases[i].sql), &target);
        const char *relations = described(arena, &target);
        const char *object = target.object ? target.object : "";
        const char *expected = cases[i].object ? cases[i].object : "";
        if (target.verb != cases[i].verb || strcmp(relations, cases[i].relations) != 0 ||
            strcmp(object, expected) != 0)
            fail_msg("%s: verb %d, object %s, relations %s", cases[i].sql, target.verb, object,
                     relations);
    }
}

#define CHECK(cases) check(cases, sizeof(cases) / sizeof *(cases))

static void indexes(void **state)
{
    CHECK(INDEXES);
}

static void alters(void **state)
{
    CHECK(ALTERS);
}

static void tables(void **state)
{
    CHECK(TABLES);
}

static void others(void **state)
{
    CHECK(OTHERS);
}

static void words_beside_the_names(void **state)
{
    ARENA_SCOPED arena = arena_new();
    StatementTarget target;
    statement_target(arena, STR("CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)"), &target);
    assert_true(target.is_create && target.is_concurrent && target.has_if_exists);
    statement_target(arena, STR("DROP INDEX i"), &target);
    assert_false(target.is_create || target.is_concurrent || target.has_if_exists);
    statement_target(arena, STR("REINDEX (CONCURRENTLY) TABLE t"), &target);
    assert_true(target.is_concurrent);
    assert_false(target.is_create);
    statement_target(arena, STR("COMMENT ON TABLE t IS ''"), &target);
    assert_false(target.is_create);
    statement_target(arena, STR("ALTER TABLE t VALIDATE CONSTRAINT k"), &target);
    statement_target(arena, STR("CREATE TABLE c (a int REFERENCES p)"), &target);
    assert_true(target.is_create);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(indexes),
        cmocka_unit_test(alters),
        cmocka_unit_test(tables),
        cmocka_unit_test(others),
        cmocka_unit_test(words_beside_the_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
