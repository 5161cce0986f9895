#include "migration/template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *statement;
    int at; // -1: none
} CASES[] = {
    {"CREATE TABLE {{ .Schema }}.users (id int)", 13},
    {"{{template \"shared/v1.sql\" .}}", 0},
    {"{% if x %}\nSELECT 1", 0},
    {"SELECT ARRAY[{{ x }}]", 13},
    {"DROP TABLE <%= table %>", 11},
    {"SELECT 1,<%- x %>", 9},
    {"SELECT 1\n  <% if production? -%>\n+ 1", 11},
    {"SELECT '{{1,2},{3,4}}'::int[]", -1},
    {"SELECT $${{ x }}$$, \"{{\" -- {{ x }}\n/* <%= x %> */", -1},
    {"SELECT a <% b AND b %> a", -1}, // pg_trgm
    {"SELECT a\n  <% b", -1},
    {"SELECT a <<% b", -1},
    {"SELECT '{\"a\": {}}'::jsonb", -1},
    {"", -1},
};

static void test_template(void **state)
{
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        size_t at = 0;
        bool is_found = template_find(str_from(CASES[i].statement), &at);
        if (is_found != (CASES[i].at >= 0) || (is_found && (int)at != CASES[i].at))
            fail_msg("%s: %d %zu", CASES[i].statement, is_found, at);
    }
}

static void what_tools_fill_in_stands_as_names(void **state)
{
    static const struct {
        const char *statement;
        const char *filled; // NULL: there is nothing
    } FILLS[] = {
        {"ALTER TABLE {{ .Schema }}.users", "ALTER TABLE ____Schema___.users"},
        {"{{if .X}}\nSELECT 1\n{{- end }}", "         \nSELECT 1\n          "},
        {"{% if x %} SELECT <%= y %>", "           SELECT ____y___"},
        {"DROP TABLE ${s}.t", "DROP TABLE __s_.t"},
        {"GRANT x TO :ROLE, :\"a b\", :'c'", "GRANT x TO _ROLE,  \"a b\",  'c'"},
        {"SELECT a::int, b[1:2], c := 1", NULL},
        {"SELECT {{ never ended", NULL},
        {"", NULL},
    };
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof FILLS / sizeof FILLS[0]; i++) {
        Str filled = {0};
        Str statement = str_from(FILLS[i].statement);
        bool is_filled = template_fill(arena, statement, &filled);
        assert_int_equal(filled.n, statement.n);
        if (is_filled != (FILLS[i].filled != NULL) ||
            (is_filled && !str_eq(filled, str_from(FILLS[i].filled))))
            fail_msg("%s: %s", FILLS[i].statement, arena_dup(arena, filled));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_template),
                                       cmocka_unit_test(what_tools_fill_in_stands_as_names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
