#include "migration/toml.h"

#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// "TABLE.KEY=VALUE" of each line, strings in quotes, then where it stopped.
static const char *outcome(Arena *arena, const char *text)
{
    TomlReader reader;
    TomlEntry entry;
    Err err;
    const char *out = "";
    toml_reader_init(&reader, "x.toml", str_from(text));
    while (toml_next(&reader, &entry, &err))
        out = arena_printf(arena, "%s%d:%d " STR_FMT "." STR_FMT "=%s" STR_FMT "\n", out,
                           entry.position.line, entry.position.column, STR_ARG(entry.table),
                           STR_ARG(entry.key), entry.is_string ? "'" : "", STR_ARG(entry.value));
    if (err.class != ERR_NONE)
        out = arena_printf(arena, "%s%d:%d %s", out, err.position.line, err.position.column,
                           err.message);
    return out;
}

#define NEITHER "this line is neither KEY = VALUE nor [TABLE]"

static const struct {
    const char *text;
    const char *expected;
} CASES[] = {
    {"", ""},
    {"# only\r\n\r\n", ""},
    {"a = true\nb=\"x # y\" # z\r\n  c-d = 'q\"'\n", "1:1 .a=true\n2:1 .b='x # y\n3:3 .c-d='q\"\n"},
    {"a = \"x\\\"y\"", "1:1 .a='x\\\"y\n"},
    {"[main]\nport = 5432\n[ other ] # x\nx=-1\n", "2:1 main.port=5432\n4:1 other.x=-1\n"},
    {"a\n", "1:1 " NEITHER},
    {"a =\n", "1:1 " NEITHER},
    {"ok = 1\n = 1\n", "1:1 .ok=1\n2:2 " NEITHER},
    {"a = 'x\n", "1:1 " NEITHER},
    {"a = \"x\\\n", "1:1 " NEITHER},
    {"a = 'x' y\n", "1:1 " NEITHER},
    {"a = 1 2\n", "1:1 " NEITHER},
    {"a = [1]\n", "1:1 " NEITHER},
    {"[main\n", "1:1 " NEITHER},
    {"[[main]]\n", "1:1 " NEITHER},
};

static void test_lines(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        assert_string_equal(outcome(arena, CASES[i].text), CASES[i].expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
