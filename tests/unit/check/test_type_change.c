// What type changes cost and what they do to values. The costs are compared with servers by
// tests/e2e/test_lock_plan_truth.py.
#include "check/type_change.h"

#include "check/replay/replay.h"
#include "sql/parser_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static const char SETUP[] = "CREATE TYPE mood AS ENUM ('sad', 'ok');"
                            "CREATE DOMAIN plain AS varchar(20);"
                            "CREATE DOMAIN short AS text CHECK (length(VALUE) < 9);";

static const char *const COSTS[] = {
    [TYPE_CHANGE_NOTHING] = "nothing", [TYPE_CHANGE_INDEXES] = "indexes",
    [TYPE_CHANGE_SCAN] = "scan",       [TYPE_CHANGE_REWRITE] = "rewrite",
    [TYPE_CHANGE_UNKNOWN] = "unknown",
};

static const ParsedStatement *parsed(Arena *arena, const char *sql)
{
    ParsedStatements statements = {0};
    Err err = {0};
    assert_true(parse_script(arena, str_from(sql), NULL, &statements, &err));
    assert_non_null(statements.items[0].node);
    return &statements.items[0];
}

static void follow(Arena *arena, Model *model, const char *sql)
{
    ParsedStatements statements = {0};
    Err err = {0};
    assert_true(parse_script(arena, str_from(sql), NULL, &statements, &err));
    VEC_EACH (const ParsedStatement, statement, &statements)
        replay_statement(arena, model, statement, (Made){1, 0, {1, 1}});
}

// "rewrite fails loses using zone"
static const char *changed(Arena *arena, const char *from, const char *action)
{
    Model model;
    TypeChange change;
    model_init(&model, arena);
    follow(arena, &model, SETUP);
    follow(arena, &model, arena_printf(arena, "CREATE TABLE t (a %s)", from));
    const Node *node =
        parsed(arena, arena_printf(arena, "ALTER TABLE t ALTER a TYPE %s", action))->node;
    type_change_of_command(arena, &model, model_relation(&model, NULL, "t"),
                           node_first(node_field(node, "cmds")), &change);
    assert_non_null(change.reason);
    return arena_printf(arena, "%s%s%s%s%s", COSTS[change.cost], change.can_fail ? " fails" : "",
                        change.can_lose ? " loses" : "", change.needs_using ? " using" : "",
                        change.is_time_zone_dependent ? " zone" : "");
}

static const struct {
    const char *from;
    const char *action;
    const char *expected;
} CASES[] = {
    {"varchar(10)", "varchar(20)", "nothing"},
    {"varchar(20)", "varchar(10)", "rewrite fails"},
    {"varchar(20)", "varchar(10) USING a::varchar(10)", "rewrite loses"},
    {"varchar(20)", "text", "nothing"},
    {"text", "varchar(10)", "rewrite fails"},
    {"text", "varchar", "nothing"},
    {"varchar(10)", "char(10)", "rewrite"},
    {"varchar(10) UNIQUE", "char", "rewrite fails"},
    {"text UNIQUE", "bpchar", "indexes"},
    {"text", "bpchar", "nothing"},
    {"text UNIQUE", "text COLLATE \"C\"", "indexes"},
    {"varchar(10)[]", "varchar(20)[]", "rewrite"},
    {"int", "bigint", "rewrite"},
    {"bigint", "int", "rewrite fails"},
    {"int", "numeric(12, 2)", "rewrite"},
    {"int", "numeric(10, 2)", "rewrite fails"},
    {"int", "varchar(11)", "rewrite"},
    {"int", "varchar(5)", "rewrite fails"},
    {"text", "int", "rewrite fails using"},
    {"text", "int USING a::int", "rewrite fails"},
    {"int", "boolean", "rewrite using"},
    {"mood", "text", "rewrite"},
    {"text", "mood", "rewrite fails using"},
    {"text", "mood USING a::mood", "rewrite fails"},
    {"numeric(10, 2)", "numeric(12, 2)", "nothing"},
    {"numeric(10, 2)", "numeric(12, 4)", "rewrite"},
    {"numeric(10, 2)", "numeric(11, 1)", "rewrite loses"},
    {"numeric(10, 2)", "numeric(8, 2)", "rewrite fails"},
    {"numeric", "numeric(8, 2)", "rewrite fails loses"},
    {"numeric(8, 2)", "numeric", "nothing"},
    {"float8", "float4", "rewrite fails loses"},
    {"timestamp(3)", "timestamp", "nothing"},
    {"timestamp", "timestamp(3)", "rewrite loses"},
    {"timestamp", "timestamptz", "rewrite zone"},
    {"timestamptz", "timestamp(0)", "rewrite loses"},
    {"timestamptz", "date", "rewrite loses"},
    {"cidr UNIQUE", "inet", "nothing"},
    {"json", "jsonb", "rewrite loses"},
    {"plain", "varchar(20)", "nothing"},
    {"plain", "text", "nothing"},
    {"varchar(20)", "plain", "nothing"},
    {"text", "short", "rewrite fails"},
    {"int CHECK (a > 0)", "int", "scan"},
    {"int", "int USING a + 1", "rewrite"},
    {"text", "text USING lower(a)", "rewrite"},
};

static void costs_and_values(void **state)
{
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        ARENA_SCOPED arena = arena_new();
        const char *got = changed(arena, CASES[i].from, CASES[i].action);
        if (strcmp(got, CASES[i].expected) != 0)
            fail_msg("%s to %s: %s", CASES[i].from, CASES[i].action, got);
    }
}

static void what_was_never_seen(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Model model;
    TypeChange change;
    model_init(&model, arena);
    const Node *node = parsed(arena, "ALTER TABLE t ALTER a TYPE text")->node;
    type_change_of_command(arena, &model, NULL, node_first(node_field(node, "cmds")), &change);
    assert_int_equal(change.cost, TYPE_CHANGE_UNKNOWN);
    assert_string_equal(change.reason, "the type that a has was never seen");
}

static int tear_down(void **state)
{
    parser_done();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(costs_and_values),
        cmocka_unit_test(what_was_never_seen),
    };
    return cmocka_run_group_tests(tests, NULL, tear_down);
}
