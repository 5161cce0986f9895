#include "migration/directive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static Arena *arena;

static int arena_open(void **state)
{
    arena = arena_new();
    return 0;
}

static int arena_close(void **state)
{
    arena_free_at(&arena);
    return 0;
}

static Directives parse(const char *text)
{
    Directives directives = {0};
    Err err = {0};
    if (!directives_parse(arena, str_from(text), "m/001_x.sql", 1, &directives, &err))
        fail_msg("%d:%d %s", err.position.line, err.position.column, err.message);
    return directives;
}

static void test_nothing(void **state)
{
    const char *const SILENT[] = {
        "",
        "SELECT 1;",
        "-- migrate-safe runs this file",
        "-- see migrate-safe: the manual", // not in front
        "SELECT 1; -- migrate-safe: no-transaction",
        "/* migrate-safe: no-transaction */",
        "-- we migrate safely",
    };
    for (size_t i = 0; i < sizeof SILENT / sizeof SILENT[0]; i++) {
        Directives directives = parse(SILENT[i]);
        directives.description = NULL;
        assert_memory_equal(&directives, &(Directives){0}, sizeof directives);
    }
}

static void test_each(void **state)
{
    Directives all = parse("CREATE TABLE x ();\r\n"
                           "-- migrate-safe: no-transaction\r\n"
                           "  --migrate-safe:idempotent\n"
                           "-- Migrate-Safe : lock-timeout 2s\n"
                           "-- migrate-safe: statement-timeout = 10min\r\n"
                           "-- migrate-safe: ignore drop-column: unused: since May\n"
                           "-- migrate-safe: ignore rename : planned\n"
                           "-- migrate-safe: irreversible: data is gone\n"
                           "-- migrate-safe: verify: SELECT count(*) = 0 FROM x;\n"
                           "-- migrate-safe: verify SELECT true");
    assert_true(all.no_transaction);
    assert_true(all.is_idempotent);
    assert_int_equal(all.lock_timeout_ms, 2000);
    assert_int_equal(all.statement_timeout_ms, 600000);
    assert_int_equal(all.ignores.len, 2);
    assert_string_equal(all.ignores.items[0].rule, "drop-column");
    assert_string_equal(all.ignores.items[0].reason, "unused: since May");
    assert_int_equal(all.ignores.items[0].line, 6);
    assert_string_equal(all.ignores.items[1].rule, "rename");
    assert_string_equal(all.ignores.items[1].reason, "planned");
    assert_string_equal(all.irreversible, "data is gone");
    assert_int_equal(all.verifies.len, 2);
    assert_string_equal(all.verifies.items[0].sql, "SELECT count(*) = 0 FROM x");
    assert_int_equal(all.verifies.items[0].position.line, 9);
    assert_int_equal(all.verifies.items[0].position.column, 26);
    assert_string_equal(all.verifies.items[1].sql, "SELECT true");
}

static void test_ignores(void **state)
{
    Directives all =
        parse("-- migrate-safe: ignore-file drop-column, rename until 2026-12-31: soon\n"
              "-- migrate-safe: ignore a until 1970-01-01: until when\n"
              "-- migrate-safe: ignore a until 2000-03-01: leap\n");
    const IgnoreDirective *first = &all.ignores.items[0];
    assert_int_equal(all.ignores.len, 3);
    assert_true(first->is_whole_file);
    assert_string_equal(first->rule, "drop-column, rename");
    assert_string_equal(first->until, "2026-12-31");
    assert_int_equal(first->until_day, 20818);
    assert_string_equal(all.ignores.items[1].reason, "until when");
    assert_int_equal(all.ignores.items[1].until_day, 0);
    assert_int_equal(all.ignores.items[2].until_day, 11017);
}

// What sqlx and Atlas write for it, where those tools read it.
static void test_foreign_no_transaction(void **state)
{
    static const struct {
        const char *text;
        bool is_said;
    } CASES[] = {
        {"-- no-transaction\nSELECT 1;", true},
        {"-- no-transaction", true},
        {"-- no-transaction\r\nSELECT 1;", true},
        {"-- no-transaction because of the index\n", true},
        {"-- no-transactions\n", false},
        {"--no-transaction\n", false},
        {" -- no-transaction\n", false},
        {"\n-- no-transaction\n", false},
        {"-- an index\n-- no-transaction\n", false},
        {"-- a\n\n-- atlas:txmode none\n\nSELECT 1;", true},
        {"-- atlas:txmode none\r\nSELECT 1;", true},
        {"-- atlas:txmode file\nSELECT 1;", false},
        {"-- atlas:txmode all\nSELECT 1;", false},
        {"-- atlas:txmodes\nSELECT 1;", false},
        {"SELECT 1;\n-- atlas:txmode none\n", false},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        if (parse(CASES[i].text).no_transaction != CASES[i].is_said)
            fail_msg("%s", CASES[i].text);
    assert_null(parse("-- no-transaction\n").description);
}

static void test_no_statement_timeout(void **state)
{
    assert_int_equal(parse("-- migrate-safe: statement-timeout 0").statement_timeout_ms, -1);
}

#define KNOWN                                                                                      \
    "known are: no-transaction, lock-timeout 2s, statement-timeout 10min, ignore RULE: reason, "   \
    "ignore-file RULE: reason, irreversible: reason, idempotent, verify: SQL"
#define IGNORE_HINT                                                                                \
    "write \"-- migrate-safe: ignore RULE: reason\", or \"ignore RULE until 2026-12-31: reason\""
#define FOR_LOCK "write for example \"-- migrate-safe: lock-timeout 2s\""

static const struct {
    const char *line;
    const char *message;
    const char *hint;
} REFUSED[] = {
    {"-- migrate-safe: no-transactions", "unknown directive \"no-transactions\"", KNOWN},
    {"-- migrate-safe:", "unknown directive \"\"", KNOWN},
    {"-- migrate-safe: no-transaction: false", "no-transaction takes no value",
     "write \"-- migrate-safe: no-transaction\""},
    {"-- migrate-safe: idempotent, no-transaction", "unknown directive \"idempotent,\"", KNOWN},
    {"-- migrate-safe: lock-timeout", "lock-timeout needs a duration", FOR_LOCK},
    {"-- migrate-safe: lock-timeout 2 parsecs",
     "lock-timeout has no duration that can be read: \"2 parsecs\"", FOR_LOCK},
    {"-- migrate-safe: lock-timeout 0", "lock-timeout 0 would wait for a lock without end",
     FOR_LOCK},
    {"-- migrate-safe: lock-timeout 25d", NULL, NULL}, // this one is refused by its size
    {"-- migrate-safe: ignore drop-column", "ignore needs a rule and a reason", IGNORE_HINT},
    {"-- migrate-safe: ignore: because", "ignore needs a rule and a reason", IGNORE_HINT},
    {"-- migrate-safe: ignore two rules: because", "ignore needs a rule and a reason", IGNORE_HINT},
    {"-- migrate-safe: ignore a,: because", "ignore needs a rule and a reason", IGNORE_HINT},
    {"-- migrate-safe: ignore-file drop-column", "ignore needs a rule and a reason", IGNORE_HINT},
    {"-- migrate-safe: ignore a until 2026-02-29: because", "\"2026-02-29\" is no date",
     "write it as 2026-12-31"},
    {"-- migrate-safe: ignore a until soon: because", "\"soon\" is no date",
     "write it as 2026-12-31"},
    {"-- migrate-safe: irreversible", "irreversible needs a reason",
     "write \"-- migrate-safe: irreversible: reason\""},
    {"-- migrate-safe: verify: ;", "verify needs SQL that returns true",
     "write for example \"-- migrate-safe: verify: SELECT count(*) = 0 FROM orders WHERE total < "
     "0\""},
    {"-- migrate-safe no-transaction", "a directive begins with \"-- migrate-safe:\"",
     "write \"-- migrate-safe: no-transaction\""},
    {"-- atlas:txmode off", "atlas:txmode cannot be \"off\"",
     "write \"-- atlas:txmode none\", or file, or all"},
    {"-- migrate_safe: lock-timeout 2s", "a directive begins with \"-- migrate-safe:\"",
     "write \"-- migrate-safe: lock-timeout 2s\""},
};

static void test_refused(void **state)
{
    for (size_t i = 0; i < sizeof REFUSED / sizeof REFUSED[0]; i++) {
        const char *text =
            arena_printf(arena, "-- first\n-- \xc3\xbc\n\t %s\nSELECT 1;\n", REFUSED[i].line);
        Directives untouched = {.lock_timeout_ms = 77};
        Err err = {0};
        assert_false(directives_parse(arena, str_from(text), "m/001_x.sql", 10, &untouched, &err));
        assert_int_equal(untouched.lock_timeout_ms, 77);
        assert_int_equal(err.class, ERR_CONFIG);
        assert_string_equal(err.file, "m/001_x.sql");
        assert_int_equal(err.position.line, 12);
        assert_int_equal(err.position.column, 3);
        assert_int_equal(err.source_column, 3);
        assert_non_null(strstr(err.source, REFUSED[i].line));
        if (!REFUSED[i].message) {
            assert_string_equal(err.message,
                                "lock-timeout is longer than PostgreSQL's limit of 2147483647 ms");
            continue;
        }
        assert_string_equal(err.message, REFUSED[i].message);
        assert_string_equal(err.hint, REFUSED[i].hint);
    }
}

static void test_said_twice(void **state)
{
    const char *const TWICE[] = {"lock-timeout 1s", "statement-timeout 0", "irreversible: x"};
    for (size_t i = 0; i < sizeof TWICE / sizeof TWICE[0]; i++) {
        const char *text =
            arena_printf(arena, "-- migrate-safe: %s\n-- migrate-safe: %s\n", TWICE[i], TWICE[i]);
        Directives directives;
        Err err = {0};
        assert_false(directives_parse(arena, str_from(text), "x.sql", 1, &directives, &err));
        assert_non_null(strstr(err.message, " is said twice"));
        assert_string_equal(err.hint, "keep one of the two lines");
        assert_int_equal(err.position.line, 2);
    }
}

static const struct {
    const char *text;
    Complexity complexity;
    int64_t ms;
    const char *description;
} HEADERS[] = {
    {"-- 054_add_message_bookmarks.sql\n-- Add bookmarking feature to messages\n"
     "-- Complexity: LOW\n-- Estimated Duration: 30 seconds\n\nBEGIN;\n",
     COMPLEXITY_LOW, 30000, "Add bookmarking feature to messages"},
    {"-- complexity: medium (new index)\n-- ESTIMATED DURATION: 2 minutes\n", COMPLEXITY_MEDIUM,
     120000, NULL},
    {"-- Complexity: High\r\n-- Estimated Duration: 1-2 minutes\r\n", COMPLEXITY_HIGH, 120000,
     NULL},
    {"-- Rollback for XXX_migration_name.sql\n-- Generated: YYYY-MM-DD\n"
     "-- Complexity: [LOW|MEDIUM|HIGH]\n-- Estimated Duration: XX minutes\n",
     COMPLEXITY_UNSTATED, 0, "Rollback for XXX_migration_name.sql"},
    {"-- Complexity: LOW|MEDIUM|HIGH\n", COMPLEXITY_UNSTATED, 0, NULL},
    {"-- Complexity: trivial\n", COMPLEXITY_UNSTATED, 0, NULL},
    {"-- Estimated Duration: 30\n", COMPLEXITY_UNSTATED, 0, NULL}, // of what?
    {"-- Estimated Duration: < 1 second (on 1M rows)\n", COMPLEXITY_UNSTATED, 1000, NULL},
    {"-- Complexity: LOW\n-- Complexity: HIGH\n", COMPLEXITY_LOW, 0, NULL},
    {"CREATE TABLE x ();\n-- Complexity: HIGH\n", COMPLEXITY_UNSTATED, 0, NULL},
    {"/*\n * Add todos\n * Complexity: HIGH\n */\n-- Estimated Duration: 5s\n", COMPLEXITY_HIGH,
     5000, "Add todos"},
    {"/* Add todos */ CREATE TABLE x ();\n-- Complexity: HIGH\n", COMPLEXITY_UNSTATED, 0,
     "Add todos"},
    {"-- ==========\n-- === Todos ===\n", COMPLEXITY_UNSTATED, 0, "Todos"},
    {"-- 001_x\n-- m/001_x.sql\n-- Description: adds x\n", COMPLEXITY_UNSTATED, 0, "adds x"},
    {"-- migrate-safe: idempotent\n-- adds x\n", COMPLEXITY_UNSTATED, 0, "adds x"},
};

static void test_headers(void **state)
{
    for (size_t i = 0; i < sizeof HEADERS / sizeof HEADERS[0]; i++) {
        Directives directives = parse(HEADERS[i].text);
        const char *description = directives.description ? directives.description : "none";
        const char *expected = HEADERS[i].description ? HEADERS[i].description : "none";
        if (directives.complexity != HEADERS[i].complexity ||
            directives.estimated_duration_ms != HEADERS[i].ms || strcmp(description, expected) != 0)
            fail_msg("%s: %d %lld %s", HEADERS[i].text, directives.complexity,
                     (long long)directives.estimated_duration_ms, description);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nothing),
        cmocka_unit_test(test_each),
        cmocka_unit_test(test_ignores),
        cmocka_unit_test(test_foreign_no_transaction),
        cmocka_unit_test(test_no_statement_timeout),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_said_twice),
        cmocka_unit_test(test_headers),
    };
    return cmocka_run_group_tests(tests, arena_open, arena_close);
}
