// Lock modes were read from pg_locks of PostgreSQL 13, 15 and 18 after each statement.
#include "sql/target.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

// `locks`: relation MODE, one after the other; * reaches its tree, ** also what it references.
typedef struct Case {
    const char *sql;
    TargetVerb verb;
    const char *object;
    const char *locks;
} Case;

static const Case INDEXES[] = {
    {"CREATE INDEX i ON t (a)", TARGET_CREATE_INDEX, "i", "t S*"},
    {"create unique index i on s.t using btree (a)", TARGET_CREATE_INDEX, "i", "s.t S*"},
    {"CREATE INDEX ON t (a)", TARGET_CREATE_INDEX, NULL, "t S*"},
    {"CREATE INDEX ON ONLY p (a)", TARGET_CREATE_INDEX, NULL, "p S"},
    {"CREATE INDEX IF NOT EXISTS \"My I\" ON \"S\".\"T\" (a)", TARGET_CREATE_INDEX, "\"My I\"",
     "\"S\".\"T\" S*"},
    {"CREATE INDEX CONCURRENTLY i ON t (a)", TARGET_CREATE_INDEX, "i", "t SUE*"},
    {"CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON ONLY t (a)", TARGET_CREATE_INDEX, "i",
     "t SUE"},
    {"CREATE /* x */ INDEX -- y\n i ON t (a)", TARGET_CREATE_INDEX, "i", "t S*"},
    {"DROP INDEX i", TARGET_DROP_INDEX, "i", "i AE*"},
    {"DROP INDEX IF EXISTS s.i, j CASCADE", TARGET_DROP_INDEX, "s.i", "s.i AE*, j AE*"},
    {"DROP INDEX CONCURRENTLY i", TARGET_DROP_INDEX, "i", "i SUE*"},
    {"REINDEX TABLE t", TARGET_REINDEX, NULL, "t S*"},
    {"REINDEX TABLE CONCURRENTLY t", TARGET_REINDEX, NULL, "t SUE*"},
    {"REINDEX INDEX i", TARGET_REINDEX, "i", "i AE"},
    {"REINDEX (CONCURRENTLY) INDEX s.i", TARGET_REINDEX, "s.i", "s.i SUE"},
    {"REINDEX (CONCURRENTLY off, VERBOSE) TABLE t", TARGET_REINDEX, NULL, "t S*"},
    {"REINDEX SCHEMA s", TARGET_REINDEX, NULL, ""},
    {"ALTER INDEX i RENAME TO j", TARGET_ALTER_TABLE, NULL, "i SUE"},
    {"ALTER INDEX i SET (fillfactor = 70)", TARGET_ALTER_TABLE, NULL, "i SUE"},
    {"ALTER INDEX IF EXISTS i SET TABLESPACE x", TARGET_ALTER_TABLE, NULL, "i AE"},
};

static const Case ALTERS[] = {
    {"ALTER TABLE t ADD COLUMN b int", TARGET_ALTER_TABLE, NULL, "t AE*"},
    {"ALTER TABLE IF EXISTS ONLY s.t ADD b int", TARGET_ALTER_TABLE, NULL, "s.t AE"},
    {"ALTER TABLE t * ADD b int", TARGET_ALTER_TABLE, NULL, "t AE*"},
    {"ALTER TABLE t ADD COLUMN b int REFERENCES p", TARGET_ALTER_TABLE, NULL, "t AE*, p SRE"},
    {"ALTER TABLE t ADD CONSTRAINT k FOREIGN KEY (a) REFERENCES s.p (id) NOT VALID",
     TARGET_ALTER_TABLE, NULL, "t SRE*, s.p SRE"},
    {"ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p, ADD FOREIGN KEY (b) REFERENCES q",
     TARGET_ALTER_TABLE, NULL, "t SRE*, p SRE, q SRE"},
    {"ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p, ADD b int", TARGET_ALTER_TABLE, NULL,
     "t AE*, p SRE"},
    {"ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0) NOT VALID", TARGET_ALTER_TABLE, NULL, "t AE*"},
    {"ALTER TABLE t VALIDATE CONSTRAINT k", TARGET_ALTER_TABLE, NULL, "t SUE*"},
    {"ALTER TABLE t VALIDATE CONSTRAINT k, DROP COLUMN b", TARGET_ALTER_TABLE, NULL, "t AE*"},
    {"ALTER TABLE t ALTER COLUMN a SET STATISTICS 100", TARGET_ALTER_TABLE, NULL, "t SUE*"},
    {"ALTER TABLE t ALTER a SET (n_distinct = 5)", TARGET_ALTER_TABLE, NULL, "t SUE*"},
    {"ALTER TABLE t ALTER a SET NOT NULL", TARGET_ALTER_TABLE, NULL, "t AE*"},
    {"ALTER TABLE t ALTER a TYPE bigint USING (a + 1)", TARGET_ALTER_TABLE, NULL, "t AE*"},
    {"ALTER TABLE t SET (fillfactor = 70)", TARGET_ALTER_TABLE, NULL, "t SUE*"},
    {"ALTER TABLE t RESET (fillfactor)", TARGET_ALTER_TABLE, NULL, "t SUE*"},
    {"ALTER TABLE t SET SCHEMA s", TARGET_ALTER_TABLE, NULL, "t AE*"},
    {"ALTER TABLE t CLUSTER ON i", TARGET_ALTER_TABLE, NULL, "t SUE*"},
    {"ALTER TABLE t SET WITHOUT CLUSTER", TARGET_ALTER_TABLE, NULL, "t SUE*"},
    {"ALTER TABLE t DISABLE TRIGGER ALL", TARGET_ALTER_TABLE, NULL, "t SRE*"},
    {"ALTER TABLE t ENABLE ALWAYS TRIGGER g", TARGET_ALTER_TABLE, NULL, "t SRE*"},
    {"ALTER TABLE t ENABLE ROW LEVEL SECURITY", TARGET_ALTER_TABLE, NULL, "t AE*"},
    {"ALTER TABLE t RENAME TO u", TARGET_ALTER_TABLE, NULL, "t AE*"},
    {"ALTER TABLE t INHERIT p", TARGET_ALTER_TABLE, NULL, "t AE*, p SUE"},
    {"ALTER TABLE t NO INHERIT p", TARGET_ALTER_TABLE, NULL, "t AE*"},
    {"ALTER TABLE p ATTACH PARTITION s.c FOR VALUES FROM (1) TO (2)", TARGET_ALTER_TABLE, "s.c",
     "p SUE, s.c AE*"},
    {"ALTER TABLE p DETACH PARTITION c", TARGET_ALTER_TABLE, "c", "p AE, c AE*"},
    {"ALTER TABLE p DETACH PARTITION c CONCURRENTLY", TARGET_DETACH_PARTITION, "c",
     "p SUE, c SUE*"},
    {"ALTER TABLE ALL IN TABLESPACE a SET TABLESPACE b", TARGET_OTHER, NULL, ""},
    {"ALTER FOREIGN TABLE f ADD b int", TARGET_ALTER_TABLE, NULL, "f AE*"},
    {"ALTER VIEW v SET SCHEMA s", TARGET_ALTER_TABLE, NULL, "v AE"},
    {"ALTER MATERIALIZED VIEW IF EXISTS v RENAME TO w", TARGET_ALTER_TABLE, NULL, "v AE"},
    {"ALTER SEQUENCE q RESTART", TARGET_ALTER_TABLE, NULL, "q SRE"},
    {"ALTER SEQUENCE q RENAME TO r", TARGET_ALTER_TABLE, NULL, "q AE"},
    {"ALTER TABLE t ADD b int DEFAULT (1", TARGET_ALTER_TABLE, NULL, "t AE*"},
};

static const Case TABLES[] = {
    {"CREATE TABLE t (a int)", TARGET_CREATE_TABLE, "t", ""},
    {"CREATE UNLOGGED TABLE IF NOT EXISTS s.\"T\" (a int)", TARGET_CREATE_TABLE, "s.\"T\"", ""},
    {"CREATE TEMP TABLE t (a int)", TARGET_CREATE_TABLE, "t", ""},
    {"CREATE GLOBAL TEMPORARY TABLE t (a int)", TARGET_CREATE_TABLE, "t", ""},
    {"CREATE TABLE t (a int REFERENCES p, b int, FOREIGN KEY (b) REFERENCES s.q (id))",
     TARGET_CREATE_TABLE, "t", "p SRE, s.q SRE"},
    {"CREATE TABLE c PARTITION OF p FOR VALUES IN (1)", TARGET_CREATE_TABLE, "c", "p AE"},
    {"CREATE TABLE p (a int) PARTITION BY LIST (a)", TARGET_CREATE_TABLE, "p", ""},
    {"CREATE TABLE c () INHERITS (p, s.q)", TARGET_CREATE_TABLE, "c", "p SUE, s.q SUE"},
    {"CREATE TABLE c (LIKE t INCLUDING ALL)", TARGET_CREATE_TABLE, "c", ""},
    {"CREATE TABLE c AS SELECT * FROM t", TARGET_CREATE_TABLE, "c", ""},
    {"DROP TABLE t", TARGET_DROP_TABLE, NULL, "t AE**"},
    {"DROP TABLE IF EXISTS s.t, u CASCADE", TARGET_DROP_TABLE, NULL, "s.t AE**, u AE**"},
    {"DROP MATERIALIZED VIEW v", TARGET_DROP_TABLE, NULL, "v AE**"},
    {"DROP SEQUENCE q", TARGET_DROP_TABLE, NULL, "q AE**"},
    {"TRUNCATE t", TARGET_TRUNCATE, NULL, "t AE*"},
    {"TRUNCATE TABLE ONLY t, s.u *, v RESTART IDENTITY", TARGET_TRUNCATE, NULL,
     "t AE, s.u AE*, v AE*"},
    {"LOCK t", TARGET_LOCK, NULL, "t AE*"},
    {"LOCK TABLE t, ONLY u IN SHARE ROW EXCLUSIVE MODE NOWAIT", TARGET_LOCK, NULL, "t SRE*, u SRE"},
    {"LOCK TABLE t IN ACCESS SHARE MODE", TARGET_LOCK, NULL, "t AS*"},
    {"LOCK TABLE t IN SHARE MODE", TARGET_LOCK, NULL, "t S*"},
    {"LOCK TABLE t IN EXCLUSIVE MODE", TARGET_LOCK, NULL, "t E*"},
    {"CREATE OR REPLACE VIEW v AS SELECT 1", TARGET_OTHER, NULL, "v AE"},
    {"CREATE VIEW v AS SELECT 1", TARGET_OTHER, NULL, ""},
    {"CREATE TRIGGER g BEFORE UPDATE OF a, b ON t FOR EACH ROW EXECUTE FUNCTION f()",
     TARGET_TRIGGER, "g", "t SRE*"},
    {"CREATE OR REPLACE TRIGGER g AFTER INSERT ON s.t EXECUTE FUNCTION f()", TARGET_TRIGGER, "g",
     "s.t SRE*"},
    {"DROP TRIGGER IF EXISTS g ON t", TARGET_TRIGGER, "g", "t AE*"},
    {"CREATE RULE r AS ON INSERT TO t DO INSTEAD NOTHING", TARGET_TRIGGER, "r", "t AE"},
    {"CREATE POLICY y ON t USING (true)", TARGET_TRIGGER, "y", "t AE"},
    {"DROP POLICY y ON t", TARGET_TRIGGER, "y", "t AE*"},
    {"COMMENT ON TABLE t IS 'x'", TARGET_COMMENT, NULL, "t SUE"},
    {"COMMENT ON COLUMN s.t.a IS 'x'", TARGET_COMMENT, NULL, "s.t SUE"},
    {"COMMENT ON FUNCTION f() IS 'x'", TARGET_COMMENT, NULL, ""},
    {"CLUSTER t USING i", TARGET_CLUSTER, NULL, "t AE*"},
    {"CLUSTER i ON t", TARGET_CLUSTER, "i", "t AE*"},
    {"CLUSTER", TARGET_OTHER, NULL, ""},
    {"VACUUM t", TARGET_VACUUM, NULL, "t SUE"},
    {"VACUUM FULL VERBOSE t, u (a)", TARGET_VACUUM, NULL, "t AE, u AE"},
    {"VACUUM (FULL, ANALYZE) t", TARGET_VACUUM, NULL, "t AE"},
    {"VACUUM (FULL off) t", TARGET_VACUUM, NULL, "t SUE"},
    {"ANALYZE VERBOSE t (a, b), u", TARGET_VACUUM, NULL, "t SUE, u SUE"},
    {"REFRESH MATERIALIZED VIEW v", TARGET_REFRESH, NULL, "v AE"},
    {"REFRESH MATERIALIZED VIEW CONCURRENTLY v", TARGET_REFRESH, NULL, "v E"},
};

static const Case OTHERS[] = {
    {"CREATE DATABASE d TEMPLATE e", TARGET_DATABASE, "d", ""},
    {"DROP DATABASE IF EXISTS d", TARGET_DATABASE, "d", ""},
    {"CREATE TABLESPACE x LOCATION '/y'", TARGET_TABLESPACE, "x", ""},
    {"DROP SUBSCRIPTION z", TARGET_SUBSCRIPTION, "z", ""},
    {"ALTER SYSTEM SET work_mem = 1", TARGET_SYSTEM, NULL, ""},
    {"INSERT INTO t SELECT 1", TARGET_WRITE, NULL, "t RE"},
    {"UPDATE ONLY s.t SET a = 1", TARGET_WRITE, NULL, "s.t RE"},
    {"DELETE FROM t USING u", TARGET_WRITE, NULL, "t RE"},
    {"MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE", TARGET_WRITE, NULL, "t RE"},
    {"COPY t (a, b) FROM stdin", TARGET_WRITE, NULL, "t RE"},
    {"COPY t TO stdout", TARGET_OTHER, NULL, ""},
    {"SELECT 1", TARGET_OTHER, NULL, ""},
    {"ALTER TABLE U&\"t\" ADD b int", TARGET_ALTER_TABLE, NULL, ""},
    {"LOCK U&\"t\", u", TARGET_LOCK, NULL, "u AE*"},
    {"\"ALTER\" TABLE t", TARGET_OTHER, NULL, ""},
    {"ALTER TABLE", TARGET_OTHER, NULL, ""},
    {"", TARGET_OTHER, NULL, ""},
};

static const char *described(Arena *arena, const StatementTarget *target)
{
    static const char *const MODES[] = {"", "AS", "RS", "RE", "SUE", "S", "SRE", "E", "AE"};
    static const char *const REACHES[] = {"", "*", "**"};
    TEXT_SCOPED out;
    text_init(&out, 1024);
    for (size_t i = 0; i < target->relation_count; i++)
        text_printf(&out, "%s%s %s%s", i ? ", " : "", target->relations[i],
                    MODES[target->locks[i].mode], REACHES[target->locks[i].reach]);
    assert_null(target->relations[target->relation_count]);
    return arena_dup(arena, text_str(&out));
}

static void check(const Case *cases, size_t count)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < count; i++) {
        StatementTarget target;
        statement_target(arena, str_from(cases[i].sql), &target);
        const char *locks = described(arena, &target);
        const char *object = target.object ? target.object : "";
        const char *expected = cases[i].object ? cases[i].object : "";
        if (target.verb != cases[i].verb || strcmp(locks, cases[i].locks) != 0 ||
            strcmp(object, expected) != 0)
            fail_msg("%s: verb %d, object %s, locks %s", cases[i].sql, target.verb, object, locks);
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
    assert_false(target.is_strong);
    statement_target(arena, STR("DROP INDEX i"), &target);
    assert_false(target.is_create || target.is_concurrent || target.has_if_exists);
    assert_true(target.is_strong);
    statement_target(arena, STR("REINDEX (CONCURRENTLY) TABLE t"), &target);
    assert_true(target.is_concurrent);
    assert_false(target.is_create || target.is_strong);
    statement_target(arena, STR("COMMENT ON TABLE t IS ''"), &target);
    assert_false(target.is_create || target.is_strong);
    statement_target(arena, STR("ALTER TABLE t VALIDATE CONSTRAINT k"), &target);
    assert_false(target.is_strong);
    statement_target(arena, STR("CREATE TABLE c (a int REFERENCES p)"), &target);
    assert_true(target.is_create && target.is_strong);
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
