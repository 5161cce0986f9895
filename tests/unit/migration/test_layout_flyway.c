#include "layout_case.h"

#include "migration/flyway_callback.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NO_VERSION                                                                                 \
    "this is no version of Flyway's: digits parted by dots or underscores, then two underscores "  \
    "and what it does"
#define NO_PREFIX "this folder is Flyway's, and the file name begins with none of V, U, R, B"

static const struct {
    const char *names;
    const char *expected;
} CASES[] = {
    {"", ""},
    // order: versions as numbers, a baseline script behind its version, repeatable ones behind all
    {"R__views.sql V10__d.sql V2__c.sql V1_10__b.sql V1.9__a.sql B2__all.sql R__a_b.sql R__aB.sql "
     "V20240101120000__t.sql U2__c.sql",
     "1.9 a V1.9__a.sql -\n"
     "1_10 b V1_10__b.sql -\n"
     "2 c V2__c.sql U2__c.sql\n"
     "2 all B2__all.sql -\n"
     "10 d V10__d.sql -\n"
     "20240101120000 t V20240101120000__t.sql -\n"
     "R__a_b a_b R__a_b.sql -\n"
     "R__aB aB R__aB.sql -\n"
     "R__views views R__views.sql -\n"},
    // folders below; a down is found by its version alone
    {"V1__a.sql core/V2__b.sql core/deep/V3__c.sql undo/U2__other.sql core/R__v.sql "
     "U1_0__x.sql",
     "1 a V1__a.sql -\n"
     "2 b core/V2__b.sql undo/U2__other.sql\n"
     "3 c core/deep/V3__c.sql -\n"
     "R__v v core/R__v.sql -\n"
     "orphan m/U1_0__x.sql: down migration without an up migration of version 1_0 (add the up "
     "migration, or move this file out of the folder)\n"},
    // the first two underscores part; a description may be missing
    {"V1__a__b.sql V2___c.sql V3.sql V4__.sql", "1 a__b V1__a__b.sql -\n"
                                                "2 _c V2___c.sql -\n"
                                                "3 3 V3.sql -\n"
                                                "4 4 V4__.sql -\n"},
    {"V1_2__a.sql V1.2__b.sql",
     "duplicate m/V1.2__b.sql: version 1.2 is also the version of m/V1_2__a.sql (give one of the "
     "two files a version of its own)\n"
     "duplicate m/V1_2__a.sql: version 1_2 is also the version of m/V1.2__b.sql (give one of the "
     "two files a version of its own)\n"},
    {"V1__a.sql V1.0__b.sql B1.0.0__b.sql",
     "1 a V1__a.sql -\n"
     "1.0 b V1.0__b.sql -\n"
     "1.0.0 b B1.0.0__b.sql -\n"
     "duplicate m/V1__a.sql: to Flyway version 1 is also the version of m/V1.0__b.sql (give one of "
     "the two files a version of its own)\n"},
    {"R__a_b.sql x/R__a_b.sql",
     "duplicate m/R__a_b.sql: the description of R__a_b is also the one of m/x/R__a_b.sql (give "
     "one of the two files a description of its own)\n"
     "duplicate m/x/R__a_b.sql: the description of R__a_b is also the one of m/R__a_b.sql (give "
     "one of the two files a description of its own)\n"},
    {"V1__a.sql U1__a.sql U1__b.sql",
     "1 a V1__a.sql U1__a.sql\n"
     "duplicate m/U1__a.sql: version 1 has another down migration: m/U1__b.sql (keep one of the "
     "two files)\n"
     "duplicate m/U1__b.sql: version 1 has another down migration: m/U1__a.sql (keep one of the "
     "two files)\n"},
    // names
    {"init.sql v1__a.sql 001_a.sql V1_2_a.sql V__a.sql V1.2b__a.sql V2024-01-01__a.sql U__a.sql "
     "Bad.sql rollback.sql V_2__a.sql V1.__a.sql V1._2__a.sql",
     "version m/init.sql: " NO_PREFIX
     " (rename it, for example to V1__init.sql, or move it out of the folder)\n"
     "version m/v1__a.sql: " NO_PREFIX
     " (rename it, for example to V1__a.sql, or move it out of the folder)\n"
     "version m/001_a.sql: " NO_PREFIX
     " (rename it, for example to V001__a.sql, or move it out of the folder)\n"
     "version m/V1_2_a.sql: " NO_VERSION
     " (rename it, for example to V1_2__a.sql, or move it out of the folder)\n"
     "version m/V__a.sql: " NO_VERSION
     " (rename it, for example to V1__a.sql, or move it out of the folder)\n"
     "version m/V1.2b__a.sql: " NO_VERSION
     " (rename it, for example to V1.2__b_a.sql, or move it out of the folder)\n"
     "version m/V2024-01-01__a.sql: " NO_VERSION
     " (rename it, for example to V2024__01_01_a.sql, or move it out of the folder)\n"
     "version m/U__a.sql: " NO_VERSION
     " (rename it, for example to U1__a.sql, or move it out of the folder)\n"
     "version m/Bad.sql: " NO_VERSION
     " (rename it, for example to V1__Bad.sql, or move it out of the folder)\n"
     "version m/rollback.sql: " NO_PREFIX
     " (rename it, for example to V1__rollback.sql, or move it out of the folder)\n"
     "version m/V_2__a.sql: " NO_VERSION
     " (rename it, for example to V1__2_a.sql, or move it out of the folder)\n"
     "version m/V1.__a.sql: " NO_VERSION
     " (rename it, for example to V1__a.sql, or move it out of the folder)\n"
     "version m/V1._2__a.sql: " NO_VERSION
     " (rename it, for example to V1__2_a.sql, or move it out of the folder)\n"},
    {"R1__a.sql R__.sql R.sql",
     "version m/R1__a.sql: a repeatable migration has no version: R, two underscores, what it does "
     "(rename it, for example to R__a.sql, or move it out of the folder)\n"
     "version m/R__.sql: a repeatable migration needs a name that says what it does (rename it, "
     "for example to R__what_it_does.sql, or move it out of the folder)\n"
     "version m/R.sql: a repeatable migration needs a name that says what it does (rename it, for "
     "example to R__what_it_does.sql, or move it out of the folder)\n"},
    {"V1__\xe4.sql", "version m/V1__\xe4.sql: the file name holds control characters or is not "
                     "UTF-8 (rename it, for example to V1__what_it_does.sql, or move it out of the "
                     "folder)\n"},
    // callbacks
    {"beforeEachMigrate.sql afterMigrate__grants.sql afterMigrateError.sql beforeClean.sql "
     "afterMigrateX.sql",
     "foreign m/beforeEachMigrate.sql: Flyway runs this callback around its migrations, "
     "migrate-safe runs none (put what it does into the migrations, and move the file out of the "
     "folder)\n"
     "foreign m/afterMigrate__grants.sql: Flyway runs this callback around its migrations, "
     "migrate-safe runs none (put what it does into the migrations, and move the file out of the "
     "folder)\n"
     "foreign? m/afterMigrateError.sql: migrate-safe never runs this callback of Flyway's (move "
     "the file out of the folder, if only migrate-safe reads it)\n"
     "foreign? m/beforeClean.sql: migrate-safe never runs this callback of Flyway's (move the file "
     "out of the folder, if only migrate-safe reads it)\n"
     "version m/afterMigrateX.sql: " NO_PREFIX
     " (rename it, for example to V1__afterMigrateX.sql, or move it out of the folder)\n"},
};

static void test_read(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        assert_string_equal(layout_outcome(arena, &LAYOUT_FLYWAY, CASES[i].names),
                            CASES[i].expected);
}

// The options of each script, and those of none.
static void test_option_files(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Problems problems = {0};
    LayoutEntries entries =
        layout_entries(arena, &LAYOUT_FLYWAY,
                       "V1__a.sql x/U1__b.sql V1__a.sql.conf x/U1__b.sql.conf R__c.sql "
                       "R__c.sql.conf V2__d.sql x/V2__d.sql.conf README.md",
                       &problems);
    assert_int_equal(entries.len, 3);
    assert_string_equal(entries.items[0].options->name, "V1__a.sql.conf");
    assert_string_equal(entries.items[0].down_options->name, "x/U1__b.sql.conf");
    assert_null(entries.items[1].options);
    assert_string_equal(entries.items[2].options->name, "R__c.sql.conf");
    assert_int_equal(entries.items[2].kind, MIGRATION_REPEATABLE);
    assert_int_equal(problems.len, 1);
    assert_false(problems.items[0].is_error);
    assert_int_equal(problems.items[0].kind, PROBLEM_ORPHAN);
    assert_string_equal(problems.items[0].err.file, "m/x/V2__d.sql.conf");
    assert_string_equal(problems.items[0].err.message, "options of a script that is not there");
}

static void test_detect(void **state)
{
    static const struct {
        const char *names;
        int sure;
    } SAMPLES[] = {
        {"V1__a.sql", DETECTED_SURELY},
        {"R__a.sql", DETECTED_SURELY},
        {"B1.2__a.sql", DETECTED_SURELY},
        {"V1/V1__a.sql", DETECTED_SURELY},
        {"", 0},
        {"V1.sql", 0},
        {"Vx__a.sql", 0},
        {"R1__a.sql", 0},
        {"001_a.sql", 0},
        {"001_V1__a.up.sql", 0},
        {"README.md V1__a.java", 0},
    };
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof SAMPLES / sizeof SAMPLES[0]; i++) {
        Sample sample = {.listing = layout_listing(arena, SAMPLES[i].names)};
        assert_int_equal(LAYOUT_FLYWAY.detect(&sample), SAMPLES[i].sure);
    }
}

typedef struct Said {
    const char *text;
    const char *expected; // the error, or what is set
} Said;

static const char *said(Arena *arena, const char *name, const char *text)
{
    Err err = {0};
    Expansion folder = {.is_off = true};
    Migration migration = {.up = {.is_present = true, .expansion = &folder},
                           .down = {.is_present = true, .expansion = &folder}};
    SourceText file = {
        .name = name, .path = arena_printf(arena, "m/%s", name), .text = str_from(text)};
    if (!LAYOUT_FLYWAY.options(arena, &file, &migration, &err))
        return arena_printf(arena, "%s:%d:%d: %s (%s)", err.file, err.position.line,
                            err.position.column, err.message, err.hint);
    return arena_printf(arena, "%s%s%s%s%s%s", migration.up.is_no_transaction ? "up:steps " : "",
                        migration.down.is_no_transaction ? "down:steps " : "",
                        migration.up.expansion ? "" : "up:plain ",
                        migration.down.expansion ? "" : "down:plain ",
                        migration.down.is_present ? "" : "down:gone ",
                        migration.left_out ? migration.left_out : "");
}

static void test_options(void **state)
{
    static const Said SAID[] = {
        {"", ""},
        {"# nothing\n\n! either\n", ""},
        {"executeInTransaction=false\n", "up:steps "},
        {"executeInTransaction = FALSE\r\nencoding: utf-8\r\n", "up:steps "},
        {"executeInTransaction=true", ""},
        {"placeholderReplacement=false", "up:plain "},
        {"shouldExecute=true", ""},
        {"shouldExecute=false", "shouldExecute=false"},
        {"executeInTransaction=true\nexecuteInTransaction=false", "up:steps "},
        {"shouldExecute=${x}==true",
         "m/V1__a.sql.conf:1:1: shouldExecute: only true and false are understood here (write true "
         "or false)"},
        {"\n  executeInTransaction=no\n",
         "m/V1__a.sql.conf:2:3: executeInTransaction: only true and false are understood here "
         "(write true or false)"},
        {"encoding=ISO-8859-1",
         "m/V1__a.sql.conf:1:1: encoding: only UTF-8 is read (convert the script to UTF-8 (iconv "
         "-t UTF-8) and take this line out)"},
        {"# x\nexecuteInTransactions=false\n",
         "m/V1__a.sql.conf:2:1: executeInTransactions: there is no such option of a script (known: "
         "executeInTransaction, placeholderReplacement, shouldExecute, encoding)"},
    };
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof SAID / sizeof SAID[0]; i++)
        assert_string_equal(said(arena, "V1__a.sql.conf", SAID[i].text), SAID[i].expected);
    assert_string_equal(said(arena, "U/U1__a.sql.conf", "executeInTransaction=false"),
                        "down:steps ");
    assert_string_equal(said(arena, "U1__a.sql.conf", "placeholderReplacement=false"),
                        "down:plain ");
    assert_string_equal(said(arena, "U1__a.sql.conf", "shouldExecute=false"),
                        "down:plain down:gone ");
}

static void test_new_files(void **state)
{
    static const struct {
        const char *names;
        const char *title;
        const char *up;
        const char *down;
    } NEW[] = {
        {"", "add todos", "V1__add_todos.sql", "U1__add_todos.sql"},
        {"V1__a.sql V2__b.sql R__z.sql", "c", "V3__c.sql", "U3__c.sql"},
        {"V1_2__a.sql", "c", "V1_3__c.sql", "U1_3__c.sql"},
        {"V1.9__a.sql B1.9__a.sql", "c", "V1.10__c.sql", "U1.10__c.sql"},
        {"V009__a.sql", "c", "V010__c.sql", "U010__c.sql"},
        {"V20240101120000__a.sql", "c", "V20250607080910__c.sql", "U20250607080910__c.sql"},
        {"", "!", "V1__migration.sql", "U1__migration.sql"},
    };
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof NEW / sizeof NEW[0]; i++) {
        Problems problems = {0};
        LayoutEntries entries = layout_entries(arena, &LAYOUT_FLYWAY, NEW[i].names, &problems);
        NewFiles files = {0};
        const char *version =
            layout_next_version(arena, &LAYOUT_FLYWAY, &entries, "20250607080910");
        LAYOUT_FLYWAY.new_files(arena, &entries, version, NEW[i].title, &files);
        assert_int_equal(files.len, 2);
        assert_string_equal(files.items[0].name, NEW[i].up);
        assert_string_equal(files.items[1].name, NEW[i].down);
        const char *names = arena_printf(arena, "%s %s", NEW[i].up, NEW[i].down);
        LayoutEntries read = layout_entries(arena, &LAYOUT_FLYWAY, names, &problems);
        assert_int_equal(problems.len, 0);
        assert_int_equal(read.len, 1);
        assert_non_null(read.items[0].down);
    }
}

static void test_callbacks(void **state)
{
    assert_int_equal(flyway_callback_find(STR("beforeMigrate")), FLYWAY_CALLBACK_NEEDED);
    assert_int_equal(flyway_callback_find(STR("afterConnect__x")), FLYWAY_CALLBACK_NEEDED);
    assert_int_equal(flyway_callback_find(STR("afterRepair")), FLYWAY_CALLBACK_OTHER);
    assert_int_equal(flyway_callback_find(STR("beforemigrate")), FLYWAY_NO_CALLBACK);
    assert_int_equal(flyway_callback_find(STR("beforeMigrate_x")), FLYWAY_NO_CALLBACK);
    assert_int_equal(flyway_callback_find(STR("")), FLYWAY_NO_CALLBACK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),      cmocka_unit_test(test_option_files),
        cmocka_unit_test(test_detect),    cmocka_unit_test(test_options),
        cmocka_unit_test(test_new_files), cmocka_unit_test(test_callbacks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
