#include "io/json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
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

static void assert_json(json_t *value, const char *expected)
{
    assert_non_null(value);
    assert_string_equal(json_line(arena, value), expected);
    json_decref(value);
}

static void test_text(void **state)
{
    assert_json(json_cstr("a \"b\"\n\x1b \xc3\xa9"), "\"a \\\"b\\\"\\n\\u001B \xc3\xa9\"");
    assert_json(json_cstr(""), "\"\"");
    assert_json(json_cstr(NULL), "null");
    assert_json(json_str((Str){NULL, 0}), "\"\"");
    assert_json(json_str((Str){"a\0b", 3}), "\"a\\u0000b\"");
}

// A file name or a server's message in another encoding must not break the document.
static void test_bytes_that_are_no_text(void **state)
{
#define BAD "\xef\xbf\xbd"
    static const struct {
        const char *bytes;
        const char *expected;
    } CASES[] = {
        {"caf\xe9", "\"caf" BAD "\""},
        {"\xff\xfe", "\"" BAD BAD "\""},
        {"a\xe9z", "\"a" BAD "z\""},
        {"cut \xe2\x82", "\"cut " BAD BAD "\""},
        {"\xed\xa0\x80", "\"" BAD BAD BAD "\""}, // a surrogate
        {"\xc0\xaf", "\"" BAD BAD "\""},         // overlong
        {"\xe2\x82\xac\xe9\xe2\x82\xac", "\"\xe2\x82\xac" BAD "\xe2\x82\xac\""},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        assert_json(json_cstr(CASES[i].bytes), CASES[i].expected);
}

static void test_document(void **state)
{
    JSON_SCOPED object = json_object();
    json_put(object, "z", json_integer(INT64_MAX));
    json_put(object, "a", json_cstr("x"));
    json_put(object, "z", json_integer(1)); // replaced in its place
    assert_string_equal(json_line(arena, object), "{\"z\":1,\"a\":\"x\"}");
    char *written = NULL;
    size_t size = 0;
    FILE *stream = open_memstream(&written, &size);
    assert_true(json_write(stream, object));
    fclose(stream);
    assert_string_equal(written, "{\n  \"z\": 1,\n  \"a\": \"x\"\n}\n");
    free(written);
}

static void test_write_fails(void **state)
{
    JSON_SCOPED object = json_object();
    FILE *full = fopen("/dev/full", "w");
    assert_non_null(full);
    assert_false(json_write(full, object));
    fclose(full);
}

static void test_read(void **state)
{
    static const struct {
        const char *text;
        int line;
        int column;
        const char *message;
    } CASES[] = {
        {"{\"a\": 1,\n \"a\": 2}", 2, 4, "duplicate object key near '\"a\"'"},
        {"{\n  \"a\": nope}", 2, 11, "invalid token near 'nope'"},
        {"", 1, 1, "'[' or '{' expected near end of file"},
    };
    Err err = {0};
    JSON_SCOPED good = json_read(STR("{\"a\": [1, 2.5, null]}"), "f.json", &err);
    assert_string_equal(json_line(arena, good), "{\"a\":[1,2.5,null]}");
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        assert_null(json_read(str_from(CASES[i].text), "f.json", &err));
        assert_int_equal(err.class, ERR_CONFIG);
        assert_string_equal(err.message, CASES[i].message);
        assert_string_equal(err.file, "f.json");
        assert_int_equal(err.position.line, CASES[i].line);
        assert_int_equal(err.position.column, CASES[i].column);
    }
    assert_null(json_read((Str){NULL, 0}, "f.json", &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text),     cmocka_unit_test(test_bytes_that_are_no_text),
        cmocka_unit_test(test_document), cmocka_unit_test(test_write_fails),
        cmocka_unit_test(test_read),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
