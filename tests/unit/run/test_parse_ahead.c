// What another process has parsed is taken, all of it, whenever it was done.
#include "run/parse_ahead.h"

#include "base/text.h"
#include "sql/parse.h"

#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

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

static int gate[2]; // what is made first waits for a byte

static const void *number_behind_gate(Arena *slot, const void *context)
{
    char byte;
    uint64_t *made = arena_new_object(slot, uint64_t);
    *made = *(const uint64_t *)context;
    return *made != 1 || read(gate[0], &byte, 1) == 1 ? made : NULL;
}

static void put_three(ParseAhead *ahead, void *context)
{
    for (uint64_t number = 1; number <= 3; number++)
        if (!parse_ahead_put(ahead, number, number_behind_gate, &number))
            return;
}

static void what_is_next_to_one_in_the_making_is_left(void **state)
{
    assert_int_equal(pipe(gate), 0);
    PARSE_AHEAD_SCOPED ahead = parse_ahead_start(put_three, NULL);
    if (!ahead)
        skip(); // one processor
    while (!parse_ahead_leaves(ahead, 1, 2))
        sched_yield();
    assert_int_equal(write(gate[1], "", 1), 1);
    const uint64_t *first = parse_ahead_take(ahead, 1);
    assert_non_null(first);
    assert_int_equal(*first, 1);
    siginfo_t ended;
    assert_int_equal(waitid(P_ALL, 0, &ended, WEXITED | WNOWAIT), 0);
    assert_false(parse_ahead_leaves(ahead, 3, 4));
    assert_null(parse_ahead_take(ahead, 2));
    const uint64_t *third = parse_ahead_take(ahead, 3);
    assert_non_null(third);
    assert_int_equal(*third, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(all_is_taken_also_when_the_other_has_ended, set_up,
                                        tear_down),
        cmocka_unit_test(what_is_next_to_one_in_the_making_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
