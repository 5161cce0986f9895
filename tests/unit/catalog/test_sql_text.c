#include "catalog/sql_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void check(const char *sql, const char *expected)
{
    ARENA_SCOPED arena = arena_new();
    const char *once = sql_text_canonical(arena, sql);
    assert_string_equal(once, expected);
    assert_string_equal(sql_text_canonical(arena, once), expected);
}

static void a_name_that_the_cast_says_is_left_out(void **state)
{
    check("SELECT 'x'::text AS text;", "SELECT 'x'::text;");
    check("SELECT 'x'::text,\n  a.b::text AS text", "SELECT 'x'::text,\n  a.b::text");
    check("SELECT 'x'::text AS textual", "SELECT 'x'::text AS textual");
    check("SELECT '::text AS text'", "SELECT '::text AS text'");
    check("SELECT \"::text AS text\"", "SELECT \"::text AS text\"");
}

// What 15 gives for: CHECK (status IN ('a', 'b')) of a varchar, and again after dump and restore.
static void a_cast_of_an_array_is_one_of_its_elements(void **state)
{
    const char *restored = "CHECK (((status)::text = ANY (ARRAY[('a'::character varying)::text, "
                           "('b'::character varying)::text])))";
    check("CHECK (((status)::text = ANY ((ARRAY['a'::character varying, "
          "'b'::character varying])::text[])))",
          restored);
    check(restored, restored);
    check("(ARRAY[f(1, 2), g(ARRAY[3, 4])])::app.\"My [x]\"[]",
          "ARRAY[(f(1, 2))::app.\"My [x]\", (g(ARRAY[3, 4]))::app.\"My [x]\"]");
    check("((ARRAY['x'])::text[])::character varying[]", "ARRAY[(('x')::text)::character varying]");
    check("(ARRAY['1'::text])::numeric(10,2)[]", "ARRAY[('1'::text)::numeric(10,2)]");
}

static void quoted_brackets_and_commas_are_text(void **state)
{
    check("(ARRAY['a, ]'::bpchar, 'it''s (ARRAY['::bpchar])::text[]",
          "ARRAY[('a, ]'::bpchar)::text, ('it''s (ARRAY['::bpchar)::text]");
    check("'(ARRAY[1])::text[]'::text", "'(ARRAY[1])::text[]'::text");
    check("E'\\\\''(ARRAY[1])::text[]'", "E'\\\\''(ARRAY[1])::text[]'");
}

static void other_arrays_stay(void **state)
{
    check("(ARRAY[]::text[])", "(ARRAY[]::text[])");
    check("(ARRAY[1, 2])", "(ARRAY[1, 2])");
    check("(ARRAY[1, 2])::x", "(ARRAY[1, 2])::x");
    check("(ARRAY[ARRAY[1], ARRAY[2]])::text[]", "(ARRAY[ARRAY[1], ARRAY[2]])::text[]");
    check("(ARRAY[1", "(ARRAY[1");
}

// What 15 gives for: a BETWEEN 1 AND 2 AND b > 0, and again after dump and restore.
static void a_list_that_begins_with_a_list_is_one(void **state)
{
    check("CHECK ((((a >= 1) AND (a <= 2)) AND (b > 0)))",
          "CHECK (((a >= 1) AND (a <= 2) AND (b > 0)))");
    check("(((a < 1) OR (a > 2)) OR b)", "((a < 1) OR (a > 2) OR b)");
    check("((((a) AND (b)) AND (c)) AND (d))", "((a) AND (b) AND (c) AND (d))");
    check("((((a) AND (b)) AND ((c) AND (d))) AND (e))", "((a) AND (b) AND ((c) AND (d)) AND (e))");
}

static void what_reads_back_as_it_is_stays(void **state)
{
    check("((b > 0) AND ((a >= 1) AND (a <= 2)))", "((b > 0) AND ((a >= 1) AND (a <= 2)))");
    check("(((a) AND (b)) OR (c))", "(((a) AND (b)) OR (c))");
    check("(((a) OR (b)) AND (c))", "(((a) OR (b)) AND (c))");
    check("((x = ') AND ((a) AND (b)) AND ') AND (c))",
          "((x = ') AND ((a) AND (b)) AND ') AND (c))");
    check("sum(x) OVER (ROWS BETWEEN (1) PRECEDING AND (2) FOLLOWING)",
          "sum(x) OVER (ROWS BETWEEN (1) PRECEDING AND (2) FOLLOWING)");
    check(") AND ((", ") AND ((");
    check("", "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_that_the_cast_says_is_left_out),
        cmocka_unit_test(a_cast_of_an_array_is_one_of_its_elements),
        cmocka_unit_test(quoted_brackets_and_commas_are_text),
        cmocka_unit_test(other_arrays_stay),
        cmocka_unit_test(a_list_that_begins_with_a_list_is_one),
        cmocka_unit_test(what_reads_back_as_it_is_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
