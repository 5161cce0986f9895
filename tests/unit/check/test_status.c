#include "status_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// "STATE VERSION" for each entry, with "(renamed)"; then what is not zero of the counts, and the
// version applied last.
static const char *outcome(Arena *arena, const char *folder, const char *history)
{
    Migrations migrations = case_folder(arena, folder);
    History rows = case_history(arena, history);
    Status status;
    status_build(arena, &migrations, &rows, &status);
    const struct {
        const char *word;
        size_t count;
    } COUNTS[] = {{"applied", status.applied}, {"pending", status.pending},
                  {"late", status.late},       {"edited", status.edited},
                  {"missing", status.missing}, {"dirty", status.dirty}};
    TEXT_SCOPED out;
    text_init(&out, 65536);
    VEC_EACH (const StatusEntry, entry, &status.entries)
        text_printf(&out, "%s %s%s, ", status_word(entry),
                    entry->migration ? entry->migration->version : entry->applied->version,
                    entry->is_renamed ? " (renamed)" : "");
    text_printf(&out, ":");
    for (size_t i = 0; i < sizeof COUNTS / sizeof COUNTS[0]; i++)
        if (COUNTS[i].count)
            text_printf(&out, " %zu %s", COUNTS[i].count, COUNTS[i].word);
    if (status.current)
        text_printf(&out, " at %s", status.current);
    return arena_dup(arena, text_str(&out));
}

typedef struct Case {
    const char *folder;
    const char *history;
    const char *expected;
} Case;

static void assert_states(const Case *cases)
{
    ARENA_SCOPED arena = arena_new();
    for (const Case *c = cases; c->folder; c++) {
        const char *got = outcome(arena, c->folder, c->history);
        if (strcmp(got, c->expected) != 0)
            fail_msg("[%s] and [%s]\n  gave     %s\n  expected %s", c->folder, c->history, got,
                     c->expected);
    }
}

static void test_states(void **state)
{
    static const Case CASES[] = {
        {"", "", ":"},
        {"001 002", "", "pending 001, pending 002, : 2 pending"},
        {"001 002", "001", "applied 001, pending 002, : 1 applied 1 pending at 001"},
        {"001 002", "001 002", "applied 001, applied 002, : 2 applied at 002"},
        {"", "001", "missing 001, : 1 applied 1 missing at 001"},
        {"002", "001 002", "missing 001, applied 002, : 2 applied 1 missing at 002"},
        {"001 002 003", "001 003",
         "applied 001, late 002, applied 003, : 2 applied 1 pending 1 late at 003"},
        {"001 002 003", "003",
         "late 001, late 002, applied 003, : 1 applied 2 pending 2 late at 003"},
        {"001 002", "001/e", "edited 001, pending 002, : 1 applied 1 pending 1 edited at 001"},
        {"001 002", "001/d", "dirty 001, pending 002, : 1 pending 1 dirty at 001"},
        {"001", "001/de", "dirty 001, : 1 dirty at 001"}, // dirty says more than edited
        {"", "001/d", "dirty 001, : 1 dirty at 001"},
        // applied in another order than that of the versions
        {"001 002 003", "003 001 002", "applied 001, applied 002, applied 003, : 3 applied at 002"},
        {"9 10", "9", "applied 9, pending 10, : 1 applied 1 pending at 9"},
        {"002 002b 003", "002 003",
         "applied 002, late 002b, applied 003, : 2 applied 1 pending 1 late at 003"},
        // the same number, spelled otherwise
        {"001 002", "1", "applied 001 (renamed), pending 002, : 1 applied 1 pending at 1"},
        {"1", "001/e", "edited 1 (renamed), : 1 applied 1 edited at 001"},
        // what a baseline stands for was never compared, and needs no file
        {"001 002", "001/be", "applied 001, pending 002, : 1 applied 1 pending at 001"},
        {"002", "001/b", "applied 001, pending 002, : 1 applied 1 pending at 001"},
        {"001", "002/b", "late 001, applied 002, : 1 applied 1 pending 1 late at 002"},
        {NULL, NULL, NULL},
    };
    assert_states(CASES);
}

static void test_kinds(void **state)
{
    static const Case CASES[] = {
        // repeatable ones: behind the versions, never edited, never late
        {"1 R__a R__b", "", "pending 1, pending R__a, pending R__b, : 3 pending"},
        {"1 2 R__a", "1 R__a 2", "applied 1, applied 2, applied R__a, : 3 applied at 2"},
        {"1 2 R__a", "1 R__a", "applied 1, pending 2, applied R__a, : 2 applied 1 pending at 1"},
        {"1 R__a", "1 R__a/e", "applied 1, pending R__a, : 1 applied 1 pending at 1"},
        {"R__a", "R__a/e", "pending R__a, : 1 pending"},
        {"1", "1 R__a", "applied 1, missing R__a, : 2 applied 1 missing at 1"},
        {"R__a", "R__a/de", "dirty R__a, : 1 dirty"},
        // baseline scripts: the highest one on an empty history, none on another
        {"1 2 B2 3", "", "covered 1, covered 2, pending 2, pending 3, : 2 pending"},
        {"1 B1 2 B2 3", "", "covered 1, unused 1, covered 2, pending 2, pending 3, : 2 pending"},
        {"1 2 B2 3", "1", "applied 1, pending 2, unused 2, pending 3, : 1 applied 2 pending at 1"},
        {"1 B1 R__a", "R__a", "pending 1, unused 1, applied R__a, : 1 applied 1 pending"},
        {"1 2 B2 3", "B2",
         "covered 1, covered 2, applied 2, pending 3, : 1 applied 1 pending at 2"},
        {"1 2 B2 3", "B2/e",
         "covered 1, covered 2, edited 2, pending 3, : 1 applied 1 pending 1 edited at 2"},
        {"1 2 B2 3", "B2/d", "covered 1, covered 2, dirty 2, pending 3, : 1 pending 1 dirty at 2"},
        {"1 3", "B2", "covered 1, applied 2, pending 3, : 1 applied 1 pending at 2"},
        {"1 2 B2", "B2 3",
         "covered 1, covered 2, applied 2, missing 3, : 2 applied 1 missing at 3"},
        {"1 2 2.5 3", "B2 3",
         "covered 1, covered 2, applied 2, late 2.5, applied 3, : 2 applied 1 pending 1 late at 3"},
        {"1 2 B2 B3", "1/b 2/b", "applied 1, applied 2, unused 2, unused 3, : 2 applied at 2"},
        {NULL, NULL, NULL},
    };
    assert_states(CASES);
}

static void test_find(void **state)
{
    static const struct {
        const char *folder;
        const char *history;
        const char *wanted;
        const char *found; // NULL: an error
        const char *message;
        const char *hint;
    } CASES[] = {
        {"001 002", "", "002", "002", "", ""},
        {"001 002", "", "2", "002", "", ""},
        {"001", "002", "2", "002", "", ""}, // its file is gone
        {"1.9 1.10", "", "1.10", "1.10", "", ""},
        {"1.9 1.10", "", "1.1", NULL, "there is no migration with version \"1.1\"",
         "see the versions: migrate-safe status"},
        {"001", "", "7", NULL, "there is no migration with version \"7\"",
         "see the versions: migrate-safe status"},
        {"001", "", "", NULL, "there is no migration with version or name \"\"",
         "see the versions: migrate-safe status"},
        {"001", "", "001_x", NULL, "there is no migration with version or name \"001_x\"",
         "see the versions: migrate-safe status"},
        {"1 R__a", "", "R__a", "R__a", "", ""},
        {"1 R__a_b", "", "R__a b", NULL, "there is no migration with version or name \"R__a b\"",
         "see the versions: migrate-safe status"},
        {"001 B001 2", "", "1", "001", "", ""},
        // history has both: the text decides, a number alone does not
        {"", "1 01", "01", "01", "", ""},
        {"", "1 01", "001", NULL, "version \"001\" could be 01 or 1",
         "write it as it is shown: migrate-safe status"},
    };
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Migrations migrations = case_folder(arena, CASES[i].folder);
        History rows = case_history(arena, CASES[i].history);
        Status status;
        status_build(arena, &migrations, &rows, &status);
        const StatusEntry *entry = NULL;
        Err err = {0};
        bool ok = status_find(&status, CASES[i].wanted, &entry, &err);
        assert_string_equal(err.message, CASES[i].message);
        assert_string_equal(err.hint, CASES[i].hint);
        assert_int_equal(ok, CASES[i].found != NULL);
        assert_int_equal(err.class, ok ? ERR_NONE : ERR_CONFIG);
        assert_int_equal(entry != NULL, ok);
        if (ok)
            assert_string_equal(entry->migration ? entry->migration->version
                                                 : entry->applied->version,
                                CASES[i].found);
    }
}

// Of a version and a baseline script of the same number the applied one is meant.
static void test_find_twin(void **state)
{
    static const struct {
        const char *history;
        const char *wanted;
        MigrationKind kind;
    } CASES[] = {
        {"", "2", MIGRATION_VERSIONED},    {"", "02", MIGRATION_VERSIONED},
        {"B2", "2", MIGRATION_BASELINE},   {"B2", "02", MIGRATION_BASELINE},
        {"1 2", "2", MIGRATION_VERSIONED}, {"1 2", "02", MIGRATION_VERSIONED},
    };
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Migrations migrations = case_folder(arena, "1 2 B2 3");
        History rows = case_history(arena, CASES[i].history);
        Status status;
        const StatusEntry *entry;
        Err err = {0};
        status_build(arena, &migrations, &rows, &status);
        assert_true(status_find(&status, CASES[i].wanted, &entry, &err));
        assert_int_equal(status_key(entry).kind, CASES[i].kind);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_find),
        cmocka_unit_test(test_find_twin),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
