#include "migration/gmrc.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// "NAME=VALUE" of the placeholders, the owner, what is ignored; or where it is wrong.
static const char *outcome(Arena *arena, const char *text)
{
    Gmrc settings = {0};
    Err err = {0};
    TEXT_SCOPED out;
    text_init(&out, 4096);
    if (!gmrc_parse(arena, ".gmrc", str_from(text), &settings, &err)) {
        assert_string_equal(err.file, ".gmrc");
        assert_int_equal(err.class, ERR_CONFIG);
        return arena_printf(arena, "%d:%d %s", err.position.line, err.position.column, err.message);
    }
    VEC_EACH (const ExpansionValue, value, &settings.placeholders)
        text_printf(&out, "%s=%s ", value->name, value->value);
    if (settings.database_owner)
        text_printf(&out, "owner %s ", settings.database_owner);
    VEC_EACH (const GmrcIgnored, ignored, &settings.ignored)
        text_printf(&out, "%d:%d %s ", ignored->position.line, ignored->position.column,
                    ignored->name);
    return arena_strdup(arena, text_cstr(&out));
}

static const struct {
    const char *text;
    const char *expected;
} CASES[] = {
    {"{}", ""},
    {" // made by init\n{ /* nothing */ }\n", ""},
    {"{\"placeholders\": {\":APP\": \"shop\", ':AUTH': '!ENV',},}", ":APP=shop :AUTH=!ENV "},
    {"{placeholders: {\":APP_1\": 'it\\'s \"\\\\\"'}}", ":APP_1=it's \"\\\" "},
    {"{\"databaseOwner\": \"joe\",\n \"x\": [1, {\"y\": [true, null, -1.5e3,]}], '//z': \"}\"}",
     "owner joe "},
    {"{\n \"pgSettings\": {\"search_path\": \"a\"}, \"afterAllMigrations\": [\"x\"]}",
     "2:2 pgSettings 2:38 afterAllMigrations "},
    {"{pgSettings: null, beforeAllMigrations: [], afterAllMigrations: {}}", ""},
    {"", "1:1 a '{' is expected here"},
    {"[]", "1:1 a '{' is expected here"},
    {"{", "1:2 a name is expected here"},
    {"{\"a\" 1}", "1:6 a ':' is expected here"},
    {"{\"a\": }", "1:7 a value is expected here"},
    {"{\"a\": 1 \"b\": 2}", "1:9 a ',' or '}' is expected here"},
    {"{\"a\": [1 2]}", "1:10 a ',' or ']' is expected here"},
    {"{}\n{}", "2:1 nothing is expected here any more"},
    {"{a: \"x\n\"}", "1:5 this string does not end on its line"},
    {"{a: \"x", "1:5 this string has no end"},
    {"{a: \"\\u0041\"}", "1:5 this string has an escape that cannot be read here"},
    {"{\n placeholders: {\"APP\": \"x\"}}", "2:17 a placeholder's name is written \":ABCD_EFG\""},
    {"{placeholders: {\":A\": \"x\"}}", "1:17 a placeholder's name is written \":ABCD_EFG\""},
    {"{placeholders: {\":AB\": 1}}", "1:24 a string is expected here"},
    {"{a: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "1:38 this is nested too deeply"},
};

static void test_settings(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        assert_string_equal(outcome(arena, CASES[i].text), CASES[i].expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_settings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
