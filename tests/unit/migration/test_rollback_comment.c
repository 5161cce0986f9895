#include "migration/rollback_comment.h"
#include "migration/rollback_heading.h"
#include "migration/sql_opening.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// What is found, with runs of blanks and line ends as one blank; "none" when there is none. Where
// it stands is checked here: every byte is the script's own, or a blank in place of it.
static const char *find(Arena *arena, const char *text)
{
    Str script = str_from(text);
    Str found = {0};
    if (!rollback_comment_find(arena, script, &found))
        return "none";
    assert_int_equal(found.n, script.n);
    char *words = arena_alloc(arena, found.n + 1);
    size_t used = 0;
    for (size_t i = 0; i < found.n; i++) {
        bool is_line_end = script.p[i] == '\n' || script.p[i] == '\r';
        if (found.p[i] != script.p[i] && (found.p[i] != ' ' || is_line_end))
            fail_msg("byte %zu of %s", i, text);
        bool is_blank = found.p[i] == ' ' || found.p[i] == '\n' || found.p[i] == '\r';
        if (!is_blank)
            words[used++] = found.p[i];
        else if (used && words[used - 1] != ' ')
            words[used++] = ' ';
    }
    while (used && words[used - 1] == ' ')
        used--;
    words[used] = '\0';
    return words;
}

#define UP "CREATE TABLE t (a int);\n"

static const struct {
    const char *script;
    const char *expected;
} FOUND[] = {
    // headings
    {UP "-- Rollback:\n-- DROP TABLE t;\n", "DROP TABLE t;"},
    {UP "-- ROLLBACK\n-- DROP TABLE t;", "DROP TABLE t;"},
    {UP "-- To rollback, run:\n-- DROP TABLE t;\n", "DROP TABLE t;"},
    {UP "-- === Rollback ===\n-- DROP TABLE t;\n", "DROP TABLE t;"},
    {UP "-- =====\n-- Rollback (run by hand)\n-- =====\n-- DROP TABLE t;\n", "DROP TABLE t;"},
    {UP "--Rollback steps:\n--DROP TABLE t;\n", "DROP TABLE t;"},
    {UP "-- How to roll back:\n-- DROP TABLE t;\n", "DROP TABLE t;"},
    {UP "-- 3. Rollback\n-- DROP TABLE t;\n", "DROP TABLE t;"},
    {UP "-- \xe2\x9a\xa0 ROLLBACK:\n-- DROP TABLE t;\n", "DROP TABLE t;"},
    {UP "  -- Rollback:\r\n  -- DROP TABLE t;\r\n", "DROP TABLE t;"},
    {UP "-- Migration rollback:\n-- DROP TABLE t;\n", "DROP TABLE t;"},
    // on the heading's line
    {UP "-- Rollback: DROP TABLE t;\n", "DROP TABLE t;"},
    {UP "--rollback DROP TABLE t;\n--rollback DROP TYPE u;\n", "DROP TABLE t; DROP TYPE u;"},
    {UP "-- To rollback: DROP TABLE t; DROP TYPE u;\n-- DROP SCHEMA s;\n",
     "DROP TABLE t; DROP TYPE u; DROP SCHEMA s;"},
    // several statements, over several lines, with prose between
    {UP "-- Rollback:\n-- ALTER TABLE r DROP CONSTRAINT IF EXISTS c;\n-- ALTER TABLE r ADD "
        "CONSTRAINT c\n--   CHECK (i IN ('A;', 'B'));\n",
     "ALTER TABLE r DROP CONSTRAINT IF EXISTS c; ALTER TABLE r ADD CONSTRAINT c CHECK (i IN "
     "('A;', 'B'));"},
    {UP "-- Rollback:\n--\n-- first the view, it's in the way\n-- DROP VIEW v; -- the view\n--\n"
        "-- 2. then\n--    DROP TABLE t;\n-- and restart the application\n",
     "DROP VIEW v; DROP TABLE t;"},
    {UP "-- Rollback:\n-- 1. DROP VIEW v;\n-- 2) DROP TABLE t;\n-- * DROP TYPE u;\n",
     "DROP VIEW v; DROP TABLE t; DROP TYPE u;"},
    {UP "-- Rollback:\n-- BEGIN;\n-- UPDATE t SET a = 1\n--  WHERE a = 2;\n-- COMMIT;\n",
     "BEGIN; UPDATE t SET a = 1 WHERE a = 2; COMMIT;"},
    {UP "-- Rollback:\n-- DO $$\n-- BEGIN\n--   DROP TABLE t;\n--   DROP TABLE u;\n-- END $$;\n",
     "DO $$ BEGIN DROP TABLE t; DROP TABLE u; END $$;"},
    {UP "-- Rollback:\n-- update the code first\n-- delete what is left\n-- DROP TABLE t;\n",
     "DROP TABLE t;"},
    {UP "-- Rollback:\n-- ALTER TABLE t\n--   ALTER COLUMN a\n--   DROP DEFAULT;\n",
     "ALTER TABLE t ALTER COLUMN a DROP DEFAULT;"},
    {UP "-- Rollback:\n-- psql -c \"DROP DATABASE d\"\n-- DROP TABLE t;\n", "DROP TABLE t;"},
    {UP "-- Rollback:\n-- -- DROP SCHEMA s;\n-- DROP TABLE t;\n", "DROP TABLE t;"},
    {UP "-- Rollback:\n-- migrate-safe: verify: SELECT true;\n-- DROP TABLE t;\n", "DROP TABLE t;"},
    // empty lines: at the end of the file they part nothing, in its head they end the rollback
    {UP "-- Rollback:\n\n-- DROP VIEW v;\n\n-- DROP TABLE t;\n", "DROP VIEW v; DROP TABLE t;"},
    {"-- Rollback:\n\n-- DROP TABLE t;\n\n-- DROP TABLE old;\n" UP, "DROP TABLE t;"},
    {"-- Adds t\n-- Rollback:\n--   DROP TABLE t;\n-- Author: me\n" UP, "DROP TABLE t;"},
    {"-- Adds t\n-- Rollback: DROP TABLE t;\n\n-- The table\n" UP, "DROP TABLE t;"},
    // what else stands below
    {UP "-- Rollback:\n-- DROP TABLE t;\n-- Verify:\n-- SELECT * FROM t;\n", "DROP TABLE t;"},
    {UP "-- Rollback:\n-- DROP TABLE t;\n\n-- --- Test ---\n-- INSERT INTO t VALUES (1);\n",
     "DROP TABLE t;"},
    {UP "-- Verify:\n-- SELECT * FROM t;\n-- Rollback:\n-- DROP TABLE t;\n", "DROP TABLE t;"},
    {UP "-- Rollback:\n-- test on staging\n-- DROP TABLE t;\n", "DROP TABLE t;"},
    // block comments
    {UP "/* Rollback:\nDROP TABLE t;\n*/\n", "DROP TABLE t;"},
    {UP "/*\n * ROLLBACK\n *\n * DROP VIEW v;\n * DROP TABLE t;\n */\n",
     "DROP VIEW v; DROP TABLE t;"},
    {UP "/* rollback\nINSERT INTO t SELECT\n* FROM u;\n*/\n", "INSERT INTO t SELECT * FROM u;"},
    {UP "/*\n * Rollback:\n * ALTER TABLE t\n *   DROP COLUMN a;\n */\n",
     "ALTER TABLE t DROP COLUMN a;"},
    {UP "/* Rollback: DROP TABLE t; */\n", "DROP TABLE t;"},
    {UP "-- Rollback:\n/* DROP TABLE t; */\n", "DROP TABLE t;"},
    // around other things
    {"COPY t FROM stdin;\n-- Rollback:\n-- DROP TABLE data;\n\\.\n-- Rollback:\n-- DELETE FROM "
     "t;\n",
     "DELETE FROM t;"},
    {"COPY t FROM stdin;\n\\.\n-- Rollback:\n-- DELETE FROM t;\n", "DELETE FROM t;"},
    {"\\restrict abc\n" UP "\\unrestrict abc\n-- Rollback:\n-- DROP TABLE t;\n", "DROP TABLE t;"},
    {"-- Rollback: see the wiki\n" UP "-- Rollback:\n-- DROP TABLE t;\n", "DROP TABLE t;"},
    {"-- Rollback: insert into the queue by hand\n" UP "-- Rollback:\n-- DROP TABLE t;\n",
     "DROP TABLE t;"},
};

static const char *const NOT_FOUND[] = {
    "",
    UP,
    UP "-- Rollback: see the wiki\n",
    UP "-- Rollback:\n",
    UP "-- DROP TABLE t;\n",
    // prose, not a heading
    UP "-- Supports the rollback of payments\n-- DROP TABLE t;\n",
    UP "-- A rollback takes ten minutes.\n-- DROP TABLE t;\n",
    UP "-- Rollback is done by the application.\n-- DROP TABLE t;\n",
    UP "-- see 054_x.rollback.sql\n-- DROP TABLE t;\n",
    UP "-- see 054_rollback\n-- DROP TABLE t;\n",
    UP "-- before the next rollback DROP TABLE t;\n",
    UP "-- No rollback\n-- DROP TABLE t;\n",
    UP "-- Rollback is not possible\n-- DROP TABLE t;\n",
    UP "-- BEGIN;\n-- DELETE FROM t;\n-- ROLLBACK;\n-- DROP TABLE t;\n",
    UP "-- Verify rollback:\n-- SELECT * FROM t;\n",
    UP "-- After rollback:\n-- VACUUM t;\n",
    // a real down file
    "-- Rollback for 027: todos\n-- Generated: 2026-02-09\n\nDROP TABLE t;\n",
    "-- Rollback: 20231223_001_add_rls_policies\n-- Reverses the policies\n\nDROP POLICY p ON t;\n",
    // not whole
    UP "-- Rollback:\n-- DROP TABLE t\n",
    UP "-- Rollback:\n-- DROP VIEW v;\n-- DROP TABLE t\n",
    UP "-- Rollback:\n-- DROP TABLE t\n-- DROP VIEW v;\n", // a semicolon is missing
    UP "-- Rollback:\n-- DELETE FROM t WHERE a = 'x;\n",
    UP "-- Rollback:\n-- SELECT (1;\n",
    "-- Rollback:\n-- ALTER TABLE t\n\n--   DROP COLUMN a;\n" UP,
    // may be SQL, is not understood
    UP "-- Rollback:\n-- DROP VIEW v;\n-- Step 2: DROP TABLE t;\n",
    UP "-- Rollback:\n-- DROP VIEW v;\n-- FROBNICATE t;\n",
    UP "-- Rollback:\n-- DROP VIEW v;\n-- \\c other;\n",
    UP "-- Rollback:\n-- COPY t FROM stdin;\n-- 1\n-- \\.\n",
    UP "-- Rollback:\n-- DELETE FROM t;\n-- ROLLBACK;\n",
    // in statements, data and behind SQL on the line
    "SELECT '\n-- Rollback:\n-- DROP TABLE t;\n';\n",
    "DO $$\n-- Rollback:\n-- DROP TABLE t;\n$$;\n",
    "CREATE TABLE t (\n-- Rollback:\n-- DROP TABLE t;\n a int);\n",
    "COPY t FROM stdin;\n-- Rollback:\n-- DROP TABLE t;\n\\.\n",
    "SELECT 1; -- Rollback: DROP TABLE t;\n",
    "SELECT 1; /* Rollback:\nDROP TABLE t;\n*/\n",
    // in two places: in which order?
    "CREATE TABLE t ();\n-- Rollback: DROP TABLE t;\nCREATE TABLE u ();\n-- Rollback: DROP TABLE "
    "u;\n",
    // a script that cannot be split
    "SELECT 'open;\n-- Rollback:\n-- DROP TABLE t;\n",
    UP "\\connect other\n-- Rollback:\n-- DROP TABLE t;\n",
    UP "-- Rollback:\n-- DROP TABLE t\xff;\n",
};

static void test_found(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof FOUND / sizeof FOUND[0]; i++)
        if (strcmp(find(arena, FOUND[i].script), FOUND[i].expected) != 0)
            fail_msg("%s\nfound: %s", FOUND[i].script, find(arena, FOUND[i].script));
}

static void test_not_found(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof NOT_FOUND / sizeof NOT_FOUND[0]; i++)
        if (strcmp(find(arena, NOT_FOUND[i]), "none") != 0)
            fail_msg("%s\nfound: %s", NOT_FOUND[i], find(arena, NOT_FOUND[i]));
}

// Megabytes of what might be a rollback are read once, not once for each of their lines.
static void test_large(void **state)
{
    static const char *const LINES[] = {
        "-- rollback:\n",
        "-- rollback: x\n",
        "-- drop table x\n",
        "-- rollback:\n-- drop table x\n",
        "-- rollback:\n-- drop table x;\n",
        "-- rollback:\n-- update t's\n",
        "-- do $a",
        "/* rollback */",
        "/* rollback\n",
        "-- rollback:\n\n",
        "-- roll\n",
        "rollback;",
    };
    enum {
        SIZE = 1024 * 1024
    };
    for (size_t i = 0; i < sizeof LINES / sizeof LINES[0]; i++) {
        ARENA_SCOPED arena = arena_new();
        char *text = arena_alloc(arena, SIZE);
        for (size_t at = 0; at < SIZE; at++)
            text[at] = LINES[i][at % strlen(LINES[i])];
        Str found;
        (void)rollback_comment_find(arena, (Str){text, SIZE}, &found);
    }
}

static void test_openings(void **state)
{
    static const char *const SQL[] = {
        "create or replace function f()",
        "ALTER TABLE IF EXISTS t",
        "UPDATE ONLY a.\"B\" AS x SET",
        "update t set",
        "WITH x (a) AS (",
        "with recursive x as (",
        "REVOKE SELECT ON t FROM u",
        "GRANT a TO b",
        "SET LOCAL lock_timeout = '1s'",
        "SET search_path TO x",
        "DO LANGUAGE plpgsql $$",
        "DO 'x'",
        "CALL a.b(",
        "COMMIT;",
        "CREATE -- what\n TABLE t",
    };
    static const char *const PROSE[] = {
        "",
        "create a ticket",
        "Drop the table",
        "update the code, then set the flag",
        "delete everything",
        "grant them access",
        "with a backup",
        "begin with the table",
        "call the team",
        "do it by hand",
        "set the flag",
        "alter",
        ";",
        "'DROP TABLE t'",
    };
    for (size_t i = 0; i < sizeof SQL / sizeof SQL[0]; i++)
        if (!sql_opening_is_found(str_from(SQL[i])))
            fail_msg("%s", SQL[i]);
    for (size_t i = 0; i < sizeof PROSE / sizeof PROSE[0]; i++)
        if (sql_opening_is_found(str_from(PROSE[i])))
            fail_msg("%s", PROSE[i]);
}

static void test_headings(void **state)
{
    assert_true(rollback_heading_is(STR(" ===== DOWN (rollback) =====")));
    assert_true(rollback_heading_is(STR("Rollback for 027")));
    assert_false(rollback_heading_is(STR("ROLLBACK;")));
    assert_false(rollback_heading_is(STR("rollbacks:")));
    assert_false(rollback_heading_is(STR("")));
    assert_false(rollback_heading_is(STR("-----")));
    assert_true(rollback_heading_is_other(STR("--- Verify the table ---")));
    assert_true(rollback_heading_is_other(STR("Example usage:")));
    assert_false(rollback_heading_is_other(STR("- test it first")));
    assert_false(rollback_heading_is_other(STR("verify that nobody is logged in")));
    assert_false(rollback_heading_is_other(STR("Migration rollback:")));
    assert_false(rollback_heading_is_other(STR("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_found),    cmocka_unit_test(test_not_found),
        cmocka_unit_test(test_large),    cmocka_unit_test(test_openings),
        cmocka_unit_test(test_headings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
