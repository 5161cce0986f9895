// What goes wrong inside of the parser is an error of one call, and the next call works.
#include "sql/parser_host.h"

#include "base/text.h"
#include "sql/parser_runtime.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static bool call(ParserGrammar grammar, Str text, Err *err)
{
    ARENA_SCOPED arena = arena_new();
    char *json = NULL;
    size_t length;
    size_t character;
    *err = (Err){0};
    bool passed = parser_call(arena, grammar, text, &json, &length, &character, err);
    assert_int_equal(passed, json != NULL);
    assert_int_equal(passed, err->class == ERR_NONE);
    if (passed)
        assert_int_equal(strlen(json), length);
    return passed;
}

static void assert_works(void)
{
    Err err;
    assert_true(call(PARSER_SQL, STR("SELECT 1"), &err));
    assert_true(call(PARSER_PLPGSQL, STR("DO 'BEGIN END'"), &err));
}

static Text nested(const char *open, const char *middle, const char *close, size_t count)
{
    Text text;
    text_init(&text, SIZE_MAX / 2);
    text_append(&text, STR("SELECT "));
    for (size_t i = 0; i < count; i++)
        text_append(&text, str_from(open));
    text_append(&text, str_from(middle));
    for (size_t i = 0; i < count; i++)
        text_append(&text, str_from(close));
    return text;
}

static void assert_nested(const char *open, const char *close, size_t count, const char *message)
{
    TEXT_SCOPED text = nested(open, "'a'", close, count);
    Err err;
    bool passed = call(PARSER_SQL, text_str(&text), &err);
    if (message)
        assert_non_null(strstr(err.message, message));
    else
        assert_true(passed);
    assert_works();
}

static void deep_nesting_is_an_error(void **state)
{
    assert_nested("(", ")", 1000, NULL);
    assert_nested("(", ")", 100000, "memory exhausted"); // bison's word, as the server's
    assert_nested("f(", ")", 100000, "memory exhausted");
    assert_nested("'a' || ", "", 3000, NULL);
    assert_nested("'a' || ", "", 50000, "nested too deeply");
    assert_nested("", "::text", 100000, "nested too deeply");
    assert_nested("", " -> 'a'", 100000, "nested too deeply");
    assert_nested("a AND ", "", 50000, NULL);
}

static void memory_has_a_ceiling(void **state)
{
    TEXT_SCOPED text = nested("1, ", "2", "", 400000);
    Err err;
    parser_set_limits(&(ParserLimits){.memory_bytes = 130 << 20});
    assert_false(call(PARSER_SQL, text_str(&text), &err));
    assert_string_equal(err.message, "the statement is too large to be parsed");
    assert_non_null(strstr(err.detail, "130 MB"));
    assert_works();
    parser_set_limits(&(ParserLimits){.memory_bytes = 1 << 20}); // less than it starts with
    assert_false(call(PARSER_SQL, STR("SELECT 1"), &err));
    assert_false(call(PARSER_SQL, STR("SELECT 1"), &err));
    assert_string_equal(err.message, "the statement is too large to be parsed");
    parser_set_limits(&(ParserLimits){0});
    assert_works();
    assert_true(call(PARSER_SQL, text_str(&text), &err)); // grows
    assert_works();
}

static void a_trap_is_an_error(void **state)
{
    Err err;
    parser_set_limits(&(ParserLimits){.stack_bytes = 256});
    for (int i = 0; i < 3; i++) {
        assert_false(call(PARSER_SQL, STR("SELECT 1"), &err));
        assert_string_equal(err.message, "the statement is nested too deeply");
    }
    parser_set_limits(&(ParserLimits){0});
    assert_works();
}

// Whether touching that byte of what the module can name ends the call.
static bool dies_at(size_t at)
{
    volatile char *byte = parser_running->reserved + at;
    parser_running->death = DEATH_NONE;
    if (setjmp(parser_running->escape) == 0)
        *byte = 1;
    return parser_running->death == DEATH_FAULT;
}

// 32 bits of address and as many of offset.
static void no_access_leaves_the_module_s_memory(void **state)
{
    parser_done(); // cmocka has a handler of its own in each test
    assert_works();
    size_t end = module_memory(&parser_running->instance)->size;
    assert_false(dies_at(end - 1));
    assert_true(dies_at(end));
    assert_true(dies_at(((size_t)4 << 30) - 1));
    assert_true(dies_at((size_t)4 << 30));
    assert_true(dies_at(((size_t)8 << 30) - 1));
    assert_works();
}

static void the_grammar_s_own_errors_leave_nothing_behind(void **state)
{
    Err err;
    for (int i = 0; i < 2000; i++) {
        assert_false(call(PARSER_SQL, STR("SELEC 1"), &err));
        assert_false(call(PARSER_PLPGSQL, STR("DO 'BEGIN bogus; END'"), &err));
        assert_true(call(PARSER_SQL, STR("SELECT 1"), &err));
    }
    assert_string_equal(err.message, "");
    assert_false(call(PARSER_SQL, (Str){"SELECT\0001", 8}, &err));
    assert_string_equal(err.message, "the statement has a NUL byte");
    assert_false(call(PARSER_SQL, STR("SELECT U&'\\zzzz'"), &err));
    assert_false(call(PARSER_SQL, STR("SELECT 'a\xff"), &err));
    assert_works();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deep_nesting_is_an_error),
        cmocka_unit_test(memory_has_a_ceiling),
        cmocka_unit_test(a_trap_is_an_error),
        cmocka_unit_test(no_access_leaves_the_module_s_memory),
        cmocka_unit_test(the_grammar_s_own_errors_leave_nothing_behind),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    parser_done();
    return failed;
}
