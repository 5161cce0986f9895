#include "io/dotenv.h"

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

static bool is_wanted(Str name)
{
    return str_eq(name, STR("URL"));
}

static const char *environment(const char *name)
{
    return strcmp(name, "HOST") == 0 ? "from-environment" : strcmp(name, "EMPTY") == 0 ? "" : NULL;
}

static bool parse(Str text, Dotenv *ret_dotenv, Err *err)
{
    DotenvOptions options = {".env", is_wanted, environment};
    return dotenv_parse(arena, text, &options, ret_dotenv, err);
}

// The value of URL; NULL when it is not there.
static const char *url_of(const char *text)
{
    Dotenv dotenv;
    Err err = {0};
    if (!parse(str_from(text), &dotenv, &err))
        fail_msg("%s: %d:%d: %s", text, err.position.line, err.position.column, err.message);
    const DotenvEntry *entry = dotenv_find(&dotenv, STR("URL"));
    return entry ? entry->value : NULL;
}

typedef struct Value {
    const char *text;
    const char *value;
} Value;

static void assert_values(const Value *values)
{
    for (; values->text; values++) {
        const char *value = url_of(values->text);
        if (!value || strcmp(value, values->value) != 0)
            fail_msg("%s: \"%s\", not \"%s\"", values->text, value ? value : "(none)",
                     values->value);
    }
}

static void test_plain(void **state)
{
    static const Value VALUES[] = {
        {"URL=a", "a"},
        {"URL=", ""},
        {"URL = a b  ", "a b"},
        {"export URL=a", "a"},
        {"  export\tURL =a", "a"},
        {"\xef\xbb\xbfURL=a", "a"},
        {"URL=a\r\nX=b\r\n", "a"},
        {"\r\n\n# URL=x\nURL=a\n", "a"},
        {"URL=a\nURL=b\n", "b"}, // the last one counts
        {"URL=a=b==", "a=b=="},
        {"URL=a # why", "a"},
        {"URL=a\t# why", "a"},
        {"URL=a#b", "a#b"}, // no blank before it: a part of the value
        {"URL=#b", "#b"},
        {"URL= # nothing", ""},
        {"URL=it's \"so\"", "it's \"so\""},
        {"URL=a\\nb\\", "a\\nb\\"},
        {"URL=d\xc3\xa4", "d\xc3\xa4"},
        {NULL, NULL},
    };
    assert_values(VALUES);
}

static void test_quotes(void **state)
{
    static const Value VALUES[] = {
        {"URL='a # $X ${Y \\n \"b\" '", "a # $X ${Y \\n \"b\" "},
        {"URL=''", ""},
        {"URL=\"\"", ""},
        {"URL=\" a # b \" # why", " a # b "},
        {"URL=\"a\\nb\\rc\\td\\\"e\\\\n\\$f\\q\"", "a\nb\rc\td\"e\\n$f\\q"},
        {"URL=\"it's\"", "it's"},
        {"URL='a\nb'\nX=1", "a\nb"},
        {"URL=\"a\r\nb\"\r\n", "a\nb"},
        {"KEY=\"---\nURL=no\n---\"\nURL=yes", "yes"}, // another variable's lines
        {"MOTD='tis\nURL='yes'\n", "yes"},            // not the quote that it seems to be
        {"MOTD=\"a\" b\nURL=yes", "yes"},
        {NULL, NULL},
    };
    assert_values(VALUES);
}

static void test_expansion(void **state)
{
    static const Value VALUES[] = {
        {"A=x\nURL=a${A}b", "axb"},
        {"A=x\nURL=a$A/b", "ax/b"},
        {"A=x\nURL=\"$A${A}\"", "xx"},
        {"A=x\nURL='$A'", "$A"},
        {"A=x\nURL=\\$A\\${A}", "$A${A}"},
        {"A=x\nB=$A$A\nURL=$B", "xx"},
        {"A='$B'\nB=x\nURL=$A", "$B"}, // once only
        {"HOST=file\nURL=$HOST", "from-environment"},
        {"EMPTY=file\nURL=a$EMPTY", "a"}, // set, and empty
        {"URL=${NO:-b c}", "b c"},
        {"URL=${NO-b}${EMPTY-c}${EMPTY:-d}${HOST:-e}", "bdfrom-environment"},
        {"URL=${NO:-}x${NO-}", "x"},
        {"URL=a$ $1 $", "a$ $1 $"},
        {"A=1\nA=2\nURL=$A\nA=3", "2"},
        {"URL=a\nURL=${URL}b", "ab"},
        {NULL, NULL},
    };
    assert_values(VALUES);
}

// What other programs have in it is theirs.
static void test_passed_over(void **state)
{
    static const char *const TEXTS[] = {
        "just some words\n",
        "[section]\n",
        "=x\n",
        "A-B=x\n",
        "URL.X=1\n",
        "MYURL\n",
        "url=x\n",
        "KEY: value\n",
        "A='unclosed\n",
        "A=\"unclosed\n",
        "A=$NO${\n",
        "A=\xff\xfe\n",
        "export A B C\n",
        "export URL\n",
        "export URL # it\n",
        "-----BEGIN KEY-----\n",
    };
    for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++) {
        assert_null(url_of(TEXTS[i]));
        assert_string_equal(url_of(arena_printf(arena, "%sURL=here\n", TEXTS[i])), "here");
    }
}

static void test_positions(void **state)
{
    Dotenv dotenv;
    Err err = {0};
    assert_true(parse(STR("A='1\n2'\n  export URL=x\n"), &dotenv, &err));
    const DotenvEntry *url = dotenv_find(&dotenv, STR("URL"));
    assert_int_equal(url->position.line, 3);
    assert_int_equal(url->position.column, 10);
    assert_null(dotenv_find(&dotenv, STR("B")));
}

static void test_refused(void **state)
{
    static const char UNCLOSED[] = "URL: this quote is not closed";
    static const char UNSET[] = "URL: here is the name of a variable that is not set";
    static const char BRACE[] = "URL: what follows ${ cannot be read";
    static const char BEHIND[] = "URL: here is something behind the closing quote";
    static const struct {
        const char *text;
        int line;
        int column;
        const char *message;
    } CASES[] = {
        {"URL", 1, 4, "URL: there is no = behind it"},
        {"\n URL secret", 2, 6, "URL: there is no = behind it"},
        {"URL: secret", 1, 4, "URL: there is no = behind it"},
        {"export URL secret", 1, 12, "URL: there is no = behind it"},
        {"URL='secret", 1, 5, UNCLOSED},
        {"URL='secret\nX=1\n", 1, 5, UNCLOSED},
        {"X='\n'\n\xc3\xa4=\nURL=  \"secret\\\"", 4, 7, UNCLOSED},
        {"URL=\"a\nb\" secret", 2, 4, BEHIND},
        {"URL='secret'x", 1, 13, BEHIND},
        {"URL='secret'# no", 1, 13, BEHIND},
        {"URL=pa$secret", 1, 7, UNSET},
        {"URL=\"\xc3\xa4${secret}\"", 1, 7, UNSET},
        {"A=$secret\nURL=${A}", 2, 5, UNSET}, // passed over, so nobody knows what it is
        {"URL=a${secret", 1, 6, BRACE},
        {"URL=a${}", 1, 6, BRACE},
        {"URL=a${1}", 1, 6, BRACE},
        {"URL=a${A secret}", 1, 6, BRACE},
        {"URL=a${A:=secret}", 1, 6, BRACE},
        {"URL=a${A:-${B}}", 1, 6, BRACE},
        {"URL=secret\xff", 1, 5, "URL: the value is not valid UTF-8"},
        {"URL=secret\xc3", 1, 5, "URL: the value is not valid UTF-8"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Dotenv dotenv;
        Err err = {0};
        if (parse(str_from(CASES[i].text), &dotenv, &err))
            fail_msg("accepted: %s", CASES[i].text);
        assert_string_equal(err.message, CASES[i].message);
        assert_int_equal(err.class, ERR_CONFIG);
        assert_string_equal(err.file, ".env");
        if (err.position.line != CASES[i].line || err.position.column != CASES[i].column)
            fail_msg("%s: at %d:%d", CASES[i].text, err.position.line, err.position.column);
        assert_true(err.hint[0]);
        assert_null(strstr(err.hint, "secret"));
    }
}

static void test_sizes(void **state)
{
    Dotenv dotenv;
    Err err = {0};
    assert_false(parse(STR("URL=a\0b"), &dotenv, &err));
    assert_string_equal(err.message, "URL: the value holds a NUL byte");
    const char *text = "A=0123456789abcdef\n";
    for (int i = 0; i < 40; i++)
        text = arena_printf(arena, "%sA=$A$A\n", text);
    // Another program's value grows without end: it is of no use, and that is all.
    assert_true(parse(str_from(text), &dotenv, &err));
    assert_false(parse(str_from(arena_printf(arena, "%sURL=$A\n", text)), &dotenv, &err));
    text = arena_printf(arena, "A=%065000d\nURL=$A$A\n", 0);
    assert_false(parse(str_from(text), &dotenv, &err));
    assert_string_equal(err.message, "URL: the value is longer than 64 KiB");
    assert_true(parse((Str){NULL, 0}, &dotenv, &err));
    assert_int_equal(dotenv.entries.len, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_plain, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_quotes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_expansion, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_passed_over, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_positions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sizes, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
