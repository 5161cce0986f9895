#include "sql/tree.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static const Node *read(Arena *arena, const char *json)
{
    Err err = {0};
    const Node *tree = tree_read(arena, arena_strdup(arena, json), strlen(json), &err);
    assert_int_equal(tree == NULL, err.class != ERR_NONE);
    return tree;
}

static const char ALTER[] =
    "{\"stmt\":{\"AlterTableStmt\":{\"relation\":{\"schemaname\":\"s\",\"relname\":\"t\","
    "\"location\":12},\"cmds\":[{\"AlterTableCmd\":{\"subtype\":\"AT_DropColumn\",\"name\":\"b\","
    "\"num\":-7,\"missing_ok\":true}},{\"AlterTableCmd\":{\"names\":[{\"String\":{\"sval\":\"x\"}},"
    "{\"String\":{}}],\"arg\":{\"List\":{\"items\":[{\"Integer\":{\"ival\":3}}]}}}}]}}}";

static void fields_are_found_by_path(void **state)
{
    ARENA_SCOPED arena = arena_new();
    const Node *node = node_field(read(arena, ALTER), "stmt");
    assert_true(node_is(node, "AlterTableStmt"));
    assert_false(node_is(node, "AlterTable"));
    assert_string_equal(node_text(node, "relation.relname"), "t");
    assert_int_equal(node_location(node_field(node, "relation")), 12);
    assert_string_equal(node_dotted(arena, node_field(node, "relation")), "s.t");
    const Node *first = node_first(node_field(node, "cmds"));
    assert_true(node_text_is(first, "subtype", "AT_DropColumn"));
    assert_int_equal(node_int(first, "num"), -7);
    assert_true(node_flag(first, "missing_ok"));
    const Node *second = node_next(first);
    assert_null(node_next(second));
    assert_string_equal(node_dotted(arena, node_field(second, "names")), "x.");
    assert_string_equal(node_last_text(node_field(second, "names")), "");
    assert_int_equal(node_count(node_field(second, "arg")), 1);
    assert_int_equal(node_int(node_first(node_field(second, "arg")), NULL), 3);
    assert_string_equal(node_name(node_field(node, "relation.relname")), "relname");
}

static void what_is_absent_is_nothing(void **state)
{
    ARENA_SCOPED arena = arena_new();
    const Node *node = node_field(read(arena, ALTER), "stmt");
    const Node *absent[] = {NULL, node_field(node, "relation.no.such"), node_field(node, "rel"),
                            node_field(node, "relation.relname.x"), node_field(node, "")};
    for (size_t i = 0; i < sizeof absent / sizeof *absent; i++) {
        assert_null(absent[i]);
        assert_string_equal(node_text(absent[i], "a.b"), "");
        assert_string_equal(node_kind(absent[i]), "");
        assert_int_equal(node_int(absent[i], "a"), 0);
        assert_false(node_flag(absent[i], "a"));
        assert_int_equal(node_count(absent[i]), 0);
        assert_null(node_first(absent[i]));
        assert_null(node_next(absent[i]));
        assert_string_equal(node_dotted(arena, absent[i]), "");
        NODE_WALK(item, absent[i])
        fail();
    }
    // of another type
    assert_string_equal(node_text(node, "relation"), "");
    assert_int_equal(node_int(node, "relation.relname"), 0);
    assert_null(node_first(node_field(node, "relation.relname")));
}

static void a_walk_sees_everything_once(void **state)
{
    ARENA_SCOPED arena = arena_new();
    const Node *tree = read(arena, ALTER);
    size_t commands = 0;
    size_t all = 0;
    NODE_WALK(item, tree)
    {
        commands += node_is(item, "AlterTableCmd");
        all++;
    }
    assert_int_equal(commands, 2);
    assert_int_equal(all, 21);
    const Node *first = node_first(node_field(tree, "stmt.cmds"));
    assert_true(node_is_below(first, node_field(first, "name")));
    assert_false(node_is_below(first, node_next(first)));
}

static void texts_are_unescaped(void **state)
{
    ARENA_SCOPED arena = arena_new();
    const Node *tree = read(arena, "{\"a\":\"q\\\"b\\\\s\\/\\n\\t\\u0001\\u003cé\\u00e9\\u20ac\","
                                   " \"b\" : [ ] , \"c\":{},\"d\":null,\"e\":false}");
    assert_string_equal(node_text(tree, "a"), "q\"b\\s/\n\t\x01<éé€");
    assert_int_equal(node_count(tree), 5);
    assert_int_equal(node_count(node_field(tree, "b")), 0);
    assert_true(node_has(tree, "d"));
    assert_false(node_flag(tree, "e"));
}

static void bad_json_is_refused(void **state)
{
    static const char *const BAD[] = {
        "",
        "{",
        "[",
        "[1",
        "[1,",
        "[1 2]",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{a:1}",
        "\"a",
        "\"\\x\"",
        "\"\\u12\"",
        "\"\\u0000\"",
        "[1]]",
        "nul",
        "-",
        "99999999999999999999",
        "{]",
        "[}",
        "{\"A\":1}",
        "{\"A\":{}",
        "{\"A\":{},\"B\":{}}",
        "\"\\",
    };
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++)
        if (read(arena, BAD[i]))
            fail_msg("%s", BAD[i]);
}

static void no_nesting_is_too_deep(void **state)
{
    enum {
        DEPTH = 1000000
    };
    ARENA_SCOPED arena = arena_new();
    TEXT_SCOPED text;
    text_init(&text, SIZE_MAX / 2);
    for (int i = 0; i < DEPTH; i++)
        text_append(&text, STR("{\"A\":{\"a\":["));
    for (int i = 0; i < DEPTH; i++)
        text_append(&text, STR("]}}"));
    const Node *tree = read(arena, text_cstr(&text));
    size_t count = 0;
    NODE_WALK(item, tree)
    count++;
    assert_int_equal(count, 2 * DEPTH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_are_found_by_path),    cmocka_unit_test(what_is_absent_is_nothing),
        cmocka_unit_test(a_walk_sees_everything_once), cmocka_unit_test(texts_are_unescaped),
        cmocka_unit_test(bad_json_is_refused),         cmocka_unit_test(no_nesting_is_too_deep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
