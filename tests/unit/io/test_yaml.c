#include "io/yaml.h"

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

static YamlNode parse(const char *text)
{
    Err err = {0};
    YamlNode root;
    if (!yaml_parse(arena, str_from(text), "c.yaml", &root, &err))
        fail_msg("%s:%d:%d: %s", err.file, err.position.line, err.position.column, err.message);
    return root;
}

static void assert_at(const YamlNode *node, int line, int column)
{
    assert_non_null(node);
    assert_int_equal(node->position.line, line);
    assert_int_equal(node->position.column, column);
}

static void test_tree(void **state)
{
    YamlNode root = parse("defaults:\n"
                          "  dir: [a, 'b c']\n"
                          "  schema: ops # why\n"
                          "  logs:\n"
                          "environments:\n"
                          "  prod:\n"
                          "    database: \"postgresql://x\"\n");
    assert_int_equal(root.kind, YAML_MAP);
    assert_int_equal(root.count, 2);
    const YamlNode *defaults = yaml_find(&root, "defaults");
    const YamlNode *dir = yaml_find(defaults, "dir");
    assert_int_equal(dir->kind, YAML_LIST);
    assert_int_equal(dir->count, 2);
    assert_string_equal(dir->children[1].text, "b c");
    assert_null(dir->children[1].key);
    assert_at(dir, 2, 3);
    assert_at(&dir->children[1], 2, 13); // behind the quote
    assert_string_equal(yaml_find(defaults, "schema")->text, "ops");
    assert_string_equal(yaml_find(defaults, "logs")->text, "");
    assert_at(yaml_find(defaults, "logs"), 4, 3);
    const YamlNode *prod = yaml_find(yaml_find(&root, "environments"), "prod");
    assert_string_equal(yaml_find(prod, "database")->text, "postgresql://x");
}

static void test_absent(void **state)
{
    YamlNode root = parse("a: x\n");
    assert_null(yaml_find(&root, "b"));
    assert_null(yaml_find(yaml_find(&root, "a"), "b")); // no map
    assert_null(yaml_find(NULL, "b"));
}

static void test_empty(void **state)
{
    static const char *const CASES[] = {"", "  \n\n", "# comments only\n", "---\n"};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        YamlNode root = parse(CASES[i]);
        assert_int_equal(root.kind, YAML_MAP);
        assert_int_equal(root.count, 0);
    }
}

static void test_aliases(void **state)
{
    YamlNode root = parse("a: &x {b: 1}\nc: *x\n");
    assert_string_equal(yaml_find(yaml_find(&root, "c"), "b")->text, "1");
}

static void assert_refused(Str text, int line, int column, const char *message)
{
    Err err = {0};
    YamlNode root = {.count = 7};
    assert_false(yaml_parse(arena, text, "c.yaml", &root, &err));
    assert_int_equal(root.count, 7);
    assert_int_equal(err.class, ERR_CONFIG);
    assert_string_equal(err.message, message);
    assert_string_equal(err.file, "c.yaml");
    assert_int_equal(err.position.line, line);
    assert_int_equal(err.position.column, column);
}

static void test_refused(void **state)
{
    assert_refused(STR("a: 1\nb: 2\na: 3\n"), 3, 1, "duplicate key");
    assert_refused(STR("a: 1\n---\nb: 1\n"), 3, 1,
                   "a second document begins here; one is all that is read");
    assert_refused(STR("a: *nobody\n"), 1, 5, "this alias has no anchor");
    assert_refused(STR("[a, b]: 1\n"), 1, 2, "a key must be plain text");
    assert_refused(STR("a: caf\xe9\n"), 0, 0, "the file is not valid UTF-8");
    assert_refused(STR("a: \xe2\x82"), 0, 0, "the file is not valid UTF-8");
    assert_refused(STR("a: b\0c\n"), 0, 0, "NUL byte: this is a binary file, not YAML");
    assert_refused(STR("a: \"b\\0c\"\n"), 1, 5, "a value holds a NUL byte");
}

static void test_syntax(void **state)
{
    Err err = {0};
    YamlNode root;
    assert_false(yaml_parse(arena, STR("a: [1\nb: 2\n"), "c.yaml", &root, &err));
    assert_int_equal(err.class, ERR_CONFIG);
    assert_true(err.message[0]);
    assert_string_equal(err.file, "c.yaml");
    assert_true(err.position.line >= 1);
}

static void test_too_deep(void **state)
{
    char text[256];
    memset(text, '[', 40);
    memset(text + 40, ']', 40);
    text[80] = '\0';
    assert_refused(str_from(text), 1, 1, "nested deeper than 32 levels");
}

// Ten lines that are ten million values when every alias is followed.
static void test_too_large(void **state)
{
    assert_refused(STR("a: &a [x,x,x,x,x,x,x,x,x,x]\n"
                       "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
                       "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
                       "d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
                       "e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\n"),
                   1, 10, "more than 10000 values");
}

static void assert_quoted(const char *text, Position position, const char *source, int column)
{
    Err err = {.position = position};
    yaml_quote(&err, str_from(text));
    assert_string_equal(err.source, source);
    assert_int_equal(err.source_column, column);
}

static void test_quote(void **state)
{
    static const char TEXT[] =
        "a: 1\n  t\xc3\xa9xt: 2\ndatabase: postgresql://u:p@h/d\npassword: x";
    assert_quoted(TEXT, (Position){1, 1}, "a: 1", 1);
    assert_quoted(TEXT, (Position){2, 7}, "  t\xc3\xa9xt: 2", 7);
    assert_quoted(TEXT, (Position){3, 1}, "", 0);
    assert_quoted(TEXT, (Position){4, 1}, "", 0);
    assert_quoted(TEXT, (Position){9, 1}, "", 0);
    assert_quoted(TEXT, (Position){0, 0}, "", 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tree),     cmocka_unit_test(test_absent),
        cmocka_unit_test(test_empty),    cmocka_unit_test(test_aliases),
        cmocka_unit_test(test_refused),  cmocka_unit_test(test_syntax),
        cmocka_unit_test(test_too_deep), cmocka_unit_test(test_too_large),
        cmocka_unit_test(test_quote),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
