// What another process has parsed is taken, all of it, whenever it was done.
#include "run/parse_ahead.h"

#include "base/text.h"
#include "sql/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>

#include <cmocka.h>

enum {
    STATEMENTS = 100 // of some kilobytes as trees: several slots, and not all of them
};

static Arena *arena;
static Statement statements[STATEMENTS];

static int set_up(void **state)
{
    arena = arena_new();
    for (int i = 0; i < STATEMENTS; i++) {
        TEXT_SCOPED text;
        text_init(&text, 1 << 16);
        text_printf(&text, "SELECT %d", i);
        for (int column = 0; column < 100; column++)
            text_printf(&text, ", c%d", column);
        statements[i] = (Statement){.text = {arena_dup(arena, text_str(&text)), text.len},
                                    .position = {i + 1, 1}};
    }
    return 0;
}

static int tear_down(void **state)
{
    arena_free(arena);
    return 0;
}

static const void *parse(Arena *slot, const void *context)
{
    ParsedStatement *parsed = arena_new_object(slot, ParsedStatement);
    parse_statement(slot, context, parsed);
    return parsed;
}

static void put_all(ParseAhead *ahead, void *context)
{
    for (int i = 0; i < STATEMENTS; i++)
        if (!parse_ahead_put(ahead, (uint64_t)i + 1, parse, &statements[i]))
            return;
}

static void all_is_taken_also_when_the_other_has_ended(void **state)
{
    PARSE_AHEAD_SCOPED ahead = parse_ahead_start(put_all, NULL);
    if (!ahead)
        skip(); // one processor
    siginfo_t ended;
    assert_int_equal(waitid(P_ALL, 0, &ended, WEXITED | WNOWAIT), 0);
    for (int i = 0; i < STATEMENTS; i++) {
        const ParsedStatement *parsed = parse_ahead_take(ahead, (uint64_t)i + 1);
        assert_non_null(parsed);
        assert_int_equal(parsed->statement.position.line, i + 1);
        assert_non_null(parsed->node);
    }
    assert_null(parse_ahead_take(ahead, STATEMENTS + 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_is_taken_also_when_the_other_has_ended, set_up,
                                        tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
