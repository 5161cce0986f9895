#include "layout_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *names;
    const char *expected;
} CASES[] = {
    {"", ""},
    // pointed at the folder above
    {"committed/ committed/000002-add_users.sql committed/000001.sql committed/000010-x-y.sql",
     "000001 000001 committed/000001.sql -\n"
     "000002 add_users committed/000002-add_users.sql -\n"
     "000010 x-y committed/000010-x-y.sql -\n"},
    // pointed at committed/ itself
    {"000002-b.sql 000001.sql ../current/", "000001 000001 000001.sql -\n"
                                            "000002 b 000002-b.sql -\n"},
    {"committed/ committed/9.sql committed/10.sql",
     "9 9 committed/9.sql -\n"
     "10 10 committed/10.sql -\n"
     "order? m/committed/10.sql: version 10 runs after 9 here, and before it with "
     "graphile-migrate, which sorts text (give both versions the same number of digits)\n"},
    {"committed/ committed/000001-a.sql committed/000001-b.sql",
     "duplicate m/committed/000001-a.sql: version 000001 is also the version of "
     "m/committed/000001-b.sql (give one of the two files a version of its own)\n"
     "duplicate m/committed/000001-b.sql: version 000001 is also the version of "
     "m/committed/000001-a.sql (give one of the two files a version of its own)\n"},
    {"committed/ committed/000001_a.sql committed/x.sql",
     "version m/committed/000001_a.sql: graphile-migrate passes over a name that is not "
     "NUMBER-NAME.sql (commit it instead: graphile-migrate commit)\n"
     "version m/committed/x.sql: graphile-migrate passes over a name that is not NUMBER-NAME.sql "
     "(commit it instead: graphile-migrate commit)\n"},
    // what is not committed is named
    {"committed/ current/1-x.sql after.sql current.sql",
     "foreign? m/current/1-x.sql: not committed yet, and not run (make it a migration: "
     "graphile-migrate commit)\n"
     "foreign? m/after.sql: not run: migrations are in committed/ (graphile-migrate runs it only "
     "where .gmrc names it as an action)\n"},
    {"000001.sql ../current/1.sql",
     "000001 000001 000001.sql -\n"
     "foreign? m/../current/1.sql: not committed yet, and not run (make it a migration: "
     "graphile-migrate commit)\n"},
};

static void test_read(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        assert_string_equal(layout_outcome(arena, &LAYOUT_GRAPHILE, CASES[i].names),
                            CASES[i].expected);
}

static void test_detect(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Sample sample = {.listing = layout_listing(arena, "committed/ current.sql fixtures/")};
    assert_ptr_equal(layout_detect(&sample, NULL), &LAYOUT_GRAPHILE);
    sample = (Sample){.listing = layout_listing(arena, "000001.sql 000002-x.sql")};
    assert_int_equal(LAYOUT_GRAPHILE.detect(&sample), 0);
    *vec_append(arena, &sample.heads) = STR("--! Previous: -\n--! Hash: sha1:00\n\nSELECT 1;\n");
    assert_ptr_equal(layout_detect(&sample, NULL), &LAYOUT_GRAPHILE);
}

// The folder's texts, "NAME\nTEXT", and the problems they are.
static const char *texts_outcome(Arena *arena, const char *names, const char *name,
                                 const char *text)
{
    Listing listing = layout_listing(arena, names);
    LayoutEntries entries = {0};
    Problems problems = {0};
    const char *outcome = "";
    *vec_append(arena, &listing.texts) =
        (SourceText){name, arena_printf(arena, "m/%s", name), str_from(text)};
    LAYOUT_GRAPHILE.read(arena, &listing, &entries, &problems);
    VEC_EACH (const Problem, problem, &problems)
        outcome =
            arena_printf(arena, "%s%s%s:%d:%d: %s (%s)\n", outcome, problem->is_error ? "" : "? ",
                         problem->err.file, problem->err.position.line,
                         problem->err.position.column, problem->err.message, problem->err.hint);
    return outcome;
}

static void test_current(void **state)
{
    ARENA_SCOPED arena = arena_new();
    static const char NOT_RUN[] = "? m/current.sql:0:0: not committed yet, and not run (make it a "
                                  "migration: graphile-migrate commit)\n";
    assert_string_equal(
        texts_outcome(arena, "committed/", "current.sql", "-- Enter migration here\n"), "");
    assert_string_equal(texts_outcome(arena, "committed/", "current.sql", "/* x */\nselect 1;\n"),
                        NOT_RUN);
    assert_string_equal(texts_outcome(arena, "committed/", "../current.sql", "select 1;"), "");
    assert_non_null(strstr(texts_outcome(arena, "", "../current.sql", "select 1;"), "current.sql"));
}

static void test_settings(void **state)
{
    ARENA_SCOPED arena = arena_new();
    assert_string_equal(texts_outcome(arena, "committed/", "../.gmrc", "{placeholders: {}}"), "");
    assert_string_equal(texts_outcome(arena, "committed/", "../.gmrc", "{\n  placeholders: 1 2}"),
                        "m/../.gmrc:2:19: a ',' or '}' is expected here (make it JSON again; "
                        "graphile-migrate reads JSON5)\n");
    assert_string_equal(texts_outcome(arena, "committed/", "../.gmrc",
                                      "{\n  \"afterAllMigrations\": [\"x\"], pgSettings: {}}"),
                        "? m/../.gmrc:2:3: afterAllMigrations is not applied here (see that the "
                        "migrations do without it)\n");
    assert_string_equal(texts_outcome(arena, "committed/", "../.gmrc.js", "module.exports = {}"),
                        "? m/../.gmrc.js:0:0: these settings are JavaScript, and are not read (say "
                        "what the placeholders are: --set NAME=VALUE)\n");
}

static void test_new_files(void **state)
{
    ARENA_SCOPED arena = arena_new();
    NewFiles files = {0};
    LAYOUT_GRAPHILE.new_files(arena, &(LayoutEntries){0}, "000001", "add users", &files);
    assert_int_equal(files.len, 1);
    assert_string_equal(files.items[0].name, "committed/000001-add-users.sql");
    Problems problems = {0};
    LayoutEntries entries = layout_entries(arena, &LAYOUT_GRAPHILE, "000001.sql", &problems);
    LAYOUT_GRAPHILE.new_files(arena, &entries, "000002", "x", &files);
    assert_string_equal(files.items[1].name, "000002-x.sql");
    assert_non_null(strstr(files.items[1].text, "--! Message: x\n--! AllowInvalidHash\n\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),      cmocka_unit_test(test_detect),
        cmocka_unit_test(test_current),   cmocka_unit_test(test_settings),
        cmocka_unit_test(test_new_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
