#include "migration/psql_variables.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static bool expand(Arena *arena, const char *text, Str *ret_text, const TextShifts **ret_shifts,
                   Err *err)
{
    ExpansionValues values = {0};
    *vec_append(arena, &values.set) = (ExpansionValue){"s", "app"};
    *vec_append(arena, &values.set) = (ExpansionValue){"n", "7"};
    *vec_append(arena, &values.set) = (ExpansionValue){"odd", "it's \"a\\b\""};
    *vec_append(arena, &values.set) = (ExpansionValue){"empty", ""};
    *vec_append(arena, &values.set) = (ExpansionValue){"s", "shop"}; // the last one counts
    Expansion expansion = {.expand = psql_variables_expand, .values = &values};
    return expansion_run(arena, &expansion, str_from(text), NULL, "m/x.sql", (Position){1, 1},
                         ret_text, ret_shifts, err);
}

static void test_replaced(void **state)
{
    static const struct {
        const char *text;
        const char *expected;
    } CASES[] = {
        {"SELECT :n, :'s', :\"s\", :n::int, f(a := :n)",
         "SELECT 7, 'shop', \"shop\", 7::int, f(a := 7)"},
        {"CREATE TABLE :s.t (a int);\nGRANT ALL ON :s.t TO :s",
         "CREATE TABLE shop.t (a int);\nGRANT ALL ON shop.t TO shop"},
        {"SELECT :'odd', :\"odd\"", "SELECT E'it''s \"a\\\\b\"', \"it's \"\"a\\b\"\"\""},
        {"SELECT x=:n, x::::n, (:n)", "SELECT x=7, x::::n, (7)"},
        {"SELECT a:::n", "SELECT a::7"},
        {"SELECT 1 :empty", "SELECT 1 "},
        {"SELECT :{?s}, :{?nope} ,:{?s}", "SELECT TRUE, FALSE ,TRUE"},
        {"SELECT a[:n], a[1:n], a[lo:hi], a[1:2]", "SELECT a[7], a[17], a[lo:hi], a[1:2]"},
        {"SELECT :n", "SELECT 7"},
        {"SELECT ':n', E'\\':n', \":n\", $$ :n :nope $$, $a$ :nope $a$ -- :nope\n, /* :nope */ :n",
         "SELECT ':n', E'\\':n', \":n\", $$ :n :nope $$, $a$ :nope $a$ -- :nope\n, /* :nope */ 7"},
        {"SELECT JSON_OBJECT('a':b, 'c':'d'), json_objectagg (k:v), :n",
         "SELECT JSON_OBJECT('a':b, 'c':'d'), json_objectagg (k:v), 7"},
        {"COPY t FROM stdin;\na:b\t:nope'\n:n\n\\.\nSELECT :n",
         "COPY t FROM stdin;\na:b\t:nope'\n:n\n"
         "\\.\nSELECT 7"},
        {"COPY (SELECT :n) TO stdout;\nSELECT :n", "COPY (SELECT 7) TO stdout;\nSELECT 7"},
        {"\\set VERBOSITY it's :nope\nSELECT :n", "\\set VERBOSITY it's :nope\nSELECT 7"},
        {"SELECT :n 'open :nope", "SELECT 7 'open :nope"},
        {"SELECT a:", "SELECT a:"},
        {"SELECT : n", "SELECT : n"},
        {"", ""},
    };
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Str text;
        const TextShifts *shifts;
        Err err = {0};
        if (!expand(arena, CASES[i].text, &text, &shifts, &err))
            fail_msg("%s: %s", CASES[i].text, err.message);
        const char *got = arena_dup(arena, text);
        if (strcmp(got, CASES[i].expected) != 0)
            fail_msg("%s\n  gave     %s\n  expected %s", CASES[i].text, got, CASES[i].expected);
    }
}

static void test_without_a_value(void **state)
{
    static const struct {
        const char *text;
        int line;
        int column;
        const char *name;
    } CASES[] = {
        {"SELECT :nope", 1, 8, "nope"},
        {"SELECT 1;\n  SELECT :'nope'", 2, 10, "nope"},
        {"SELECT \xc3\xbc, :\"a b\", :\"Nope\"", 1, 19, "Nope"},
        {"SELECT a[1], :DBNAME", 1, 14, "DBNAME"},
        {"SELECT json_object('a':1), :x", 1, 28, "x"},
        {"COPY t FROM stdin;\n:x\n\\.\nSELECT :y", 4, 8, "y"},
    };
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Str text;
        const TextShifts *shifts;
        Err err = {0};
        assert_false(expand(arena, CASES[i].text, &text, &shifts, &err));
        assert_int_equal(err.class, ERR_CONFIG);
        assert_string_equal(
            err.message, arena_printf(arena, "the psql variable %s has no value", CASES[i].name));
        assert_string_equal(err.hint,
                            arena_printf(arena,
                                         "give it one: --set %s=VALUE, or in sqitch.conf below "
                                         "[core \"variables\"]",
                                         CASES[i].name));
        assert_int_equal(err.position.line, CASES[i].line);
        assert_int_equal(err.position.column, CASES[i].column);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replaced),
        cmocka_unit_test(test_without_a_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
