#include "check/meant.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static Arena *arena;

static int set_up(void **state)
{
    arena = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    arena_free(arena);
    return 0;
}

static Meant read(const char *sql)
{
    Meant meant = {0};
    meant_read(arena, &meant, str_from(sql));
    return meant;
}

static bool says(const Meant *meant, const char *word, const char *name)
{
    return meant_says(meant, (const char *const[]){word, NULL}, name);
}

static void test_words_of_one_statement(void **state)
{
    Meant meant = read("DROP TABLE a; REVOKE ALL ON \"My \"\"b\" FROM c");
    assert_true(says(&meant, "drop", "a"));
    assert_true(says(&meant, "revoke", "My \"b"));
    assert_false(says(&meant, "drop", "c"));
    assert_true(meant_names(&meant, "c"));
    assert_false(meant_names(&meant, "d"));
    assert_false(meant.is_opaque);
}

static void test_strings_and_comments_are_no_words(void **state)
{
    Meant meant = read("COMMENT ON TABLE a IS 'drop b'; -- drop c\nSELECT $$drop d$$");
    assert_false(says(&meant, "drop", NULL));
    assert_false(meant_names(&meant, "b") || meant_names(&meant, "c") || meant_names(&meant, "d"));
}

static void test_what_do_runs_counts(void **state)
{
    Meant meant = read("DO $x$ BEGIN DROP POLICY p ON t; PERFORM 1; END $x$");
    assert_true(says(&meant, "drop", "p"));
    assert_false(says(&meant, "perform", "p")); // a statement of its own
    assert_false(meant.is_opaque);
    meant = read("DO 'BEGIN EXECUTE ''DROP VIEW v''; END'");
    assert_true(says(&meant, "drop", "v"));
    assert_true(meant.is_opaque);
    meant = read("CALL tidy()");
    assert_true(meant.is_opaque);
}

static void test_rows_are_not_kept(void **state)
{
    const char *sql = "INSERT INTO t VALUES (a)";
    for (int i = 0; i < 100; i++)
        sql = arena_printf(arena, "%s, (b%d)", sql, i);
    Meant meant = read(sql);
    assert_true(says(&meant, "insert", "t"));
    assert_false(meant_names(&meant, "b99"));
}

static void test_names_of_identities(void **state)
{
    static const char *const CASES[][2] = {
        {"app.t", "t"},
        {"app.t.c", "c"},
        {"app.f(integer)", "f"},
        {"p on app.t", "p"},
        {"\"a.b\".\"c on d\"", "c on d"},
        {"\"a\"\"b\"", "a\"b"},
        {"app.\"F(x)\"(text)", "F(x)"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        assert_string_equal(meant_name(arena, CASES[i][0]), CASES[i][1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words_of_one_statement),
        cmocka_unit_test(test_strings_and_comments_are_no_words),
        cmocka_unit_test(test_what_do_runs_counts),
        cmocka_unit_test(test_rows_are_not_kept),
        cmocka_unit_test(test_names_of_identities),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
