#include "sql/name_pattern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_patterns(void **state)
{
    static const struct {
        const char *text;
        const char *schema;
        const char *name;
    } CASES[] = {
        {"orders", NULL, "^(orders)$"},
        {"Orders", NULL, "^(orders)$"},
        {"app.ord*", "^(app)$", "^(ord.*)$"},
        {"*.log_?", "^(.*)$", "^(log_.)$"},
        {"\"My.Table\"", NULL, "^(My\\.Table)$"},
        {"\"a\"\"b\".c", "^(a\"b)$", "^(c)$"},
        {"\"x*\"", NULL, "^(x\\*)$"},
        {"a$b", NULL, "^(a\\$b)$"},
        {"(a|b)_log", NULL, "^((a|b)_log)$"},
        {"pre\"Mid\"post", NULL, "^(preMidpost)$"},
        {"\xc3\x84rger", NULL, "^(\xc3\x84rger)$"},
        {"", NULL, "^()$"},
    };
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        NamePattern pattern;
        assert_true(name_pattern_parse(arena, str_from(CASES[i].text), &pattern));
        assert_string_equal(pattern.name, CASES[i].name);
        if (CASES[i].schema)
            assert_string_equal(pattern.schema, CASES[i].schema);
        else
            assert_null(pattern.schema);
    }
}

static void test_what_is_no_pattern(void **state)
{
    static const char *const TEXTS[] = {"\"open", "a.b.c", "a.\"b\".c", "\"a\"\""};
    ARENA_SCOPED arena = arena_new();
    NamePattern pattern = {.name = "untouched"};
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
        assert_false(name_pattern_parse(arena, str_from(TEXTS[i]), &pattern));
    assert_string_equal(pattern.name, "untouched");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_patterns),
        cmocka_unit_test(test_what_is_no_pattern),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
