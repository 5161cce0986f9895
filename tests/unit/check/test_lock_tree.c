#include "check/lock_tree.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>

// Waits for up to three others, 0: none.
static void add(Arena *arena, LockSessions *sessions, int pid, int64_t wait_ms, int one, int two,
                int three)
{
    int pids[] = {one, two, three};
    LockSession *session = vec_append(arena, sessions);
    *session = (LockSession){.pid = pid, .wait_ms = wait_ms, .transaction_ms = TIME_UNKNOWN};
    for (size_t i = 0; i < sizeof pids / sizeof pids[0]; i++)
        if (pids[i])
            *vec_append(arena, &session->blockers) = pids[i];
    session->wants = session->blockers.len ? "ACCESS SHARE on t" : NULL;
}

static const LockTreeLine *line_of(const LockSessions *sessions, const LockTree *tree, int pid)
{
    VEC_EACH (const LockTreeLine, line, &tree->lines)
        if (sessions->items[line->session].pid == pid)
            return line;
    return NULL;
}

static const char *drawn(Arena *arena, const LockSessions *sessions, const LockTree *tree)
{
    const char *text = "";
    VEC_EACH (const LockTreeLine, line, &tree->lines)
        text = arena_printf(arena, "%s%s%.*s%d", text, *text ? " " : "", line->depth, "------",
                            sessions->items[line->session].pid);
    return text;
}

static void test_nobody_waits(void **state)
{
    ARENA_SCOPED arena = arena_new();
    LockSessions sessions = {0};
    LockTree tree = lock_tree_build(arena, &sessions);
    assert_int_equal(tree.lines.len, 0);
    add(arena, &sessions, 1, 0, 0, 0, 0);
    tree = lock_tree_build(arena, &sessions);
    assert_int_equal(tree.lines.len + tree.waiting, 0);
}

static void test_a_queue(void **state)
{
    ARENA_SCOPED arena = arena_new();
    LockSessions sessions = {0};
    add(arena, &sessions, 14, 10, 12, 0, 0);
    add(arena, &sessions, 13, 500, 12, 0, 0);
    add(arena, &sessions, 12, 900, 11, 0, 0);
    add(arena, &sessions, 11, 0, 0, 0, 0);
    add(arena, &sessions, 9, 0, 0, 0, 0); // in nobody's way
    LockTree tree = lock_tree_build(arena, &sessions);
    assert_string_equal(drawn(arena, &sessions, &tree), "11 -12 --13 --14");
    assert_int_equal(tree.waiting, 3);
    assert_int_equal(tree.longest_ms, 900);
    assert_int_equal(line_of(&sessions, &tree, 11)->below, 3);
    assert_int_equal(line_of(&sessions, &tree, 11)->longest_ms, 900);
    assert_int_equal(line_of(&sessions, &tree, 12)->longest_ms, 500);
}

// Behind a change that waits, all who came before it are in the way as well.
static void test_the_nearest_to_a_root(void **state)
{
    ARENA_SCOPED arena = arena_new();
    LockSessions sessions = {0};
    add(arena, &sessions, 1, 0, 0, 0, 0);
    add(arena, &sessions, 2, 30, 1, 0, 0);
    add(arena, &sessions, 3, 20, 2, 1, 2);
    add(arena, &sessions, 4, 10, 3, 2, 1);
    LockTree tree = lock_tree_build(arena, &sessions);
    assert_string_equal(drawn(arena, &sessions, &tree), "1 -2 -3 -4");
    assert_int_equal(line_of(&sessions, &tree, 3)->others, 1);
    assert_int_equal(line_of(&sessions, &tree, 4)->others, 2);
}

static void test_the_heaviest_root_is_first(void **state)
{
    ARENA_SCOPED arena = arena_new();
    LockSessions sessions = {0};
    add(arena, &sessions, 1, 0, 0, 0, 0);
    add(arena, &sessions, 2, 0, 0, 0, 0);
    add(arena, &sessions, 3, 5, 1, 0, 0);
    add(arena, &sessions, 4, 1, 2, 0, 0);
    add(arena, &sessions, 5, 2, 2, 0, 0);
    LockTree tree = lock_tree_build(arena, &sessions);
    assert_string_equal(drawn(arena, &sessions, &tree), "2 -5 -4 1 -3");
}

static void test_a_circle(void **state)
{
    ARENA_SCOPED arena = arena_new();
    LockSessions sessions = {0};
    add(arena, &sessions, 1, 10, 2, 0, 0);
    add(arena, &sessions, 2, 20, 3, 0, 0);
    add(arena, &sessions, 3, 15, 1, 0, 0);
    add(arena, &sessions, 4, 99, 3, 0, 0); // behind it, not in it
    LockTree tree = lock_tree_build(arena, &sessions);
    assert_int_equal(tree.lines.len, 4);
    assert_true(tree.lines.items[0].is_circle);
    assert_int_equal(tree.lines.items[0].depth, 0);
    add(arena, &sessions, 5, 30, 5, 0, 0); // itself: a snapshot that was torn
    tree = lock_tree_build(arena, &sessions);
    assert_int_equal(tree.lines.len, 5);
    assert_int_equal(line_of(&sessions, &tree, 5)->depth, 0);
}

static void test_who_is_gone(void **state)
{
    ARENA_SCOPED arena = arena_new();
    LockSessions sessions = {0};
    add(arena, &sessions, 7, 10, 4711, 0, 0);
    LockTree tree = lock_tree_build(arena, &sessions);
    assert_string_equal(drawn(arena, &sessions, &tree), "7");
    assert_false(tree.lines.items[0].is_circle);
    assert_int_equal(tree.waiting, 1);
}

static void test_prepared_transactions(void **state)
{
    ARENA_SCOPED arena = arena_new();
    LockSessions sessions = {0};
    add(arena, &sessions, 7, 10, 0, 0, 0);
    *vec_append(arena, &sessions.items[0].blockers) = 0; // as pg_blocking_pids() has them
    *vec_append(arena, &sessions.items[0].prepared) = "left";
    *vec_append(arena, &sessions.items[0].prepared) = "gone";
    sessions.items[0].wants = "ACCESS SHARE on t";
    add(arena, &sessions, 0, 0, 0, 0, 0);
    sessions.items[1].gid = "other";
    add(arena, &sessions, 0, 0, 0, 0, 0);
    sessions.items[2].gid = "left";
    LockTree tree = lock_tree_build(arena, &sessions);
    assert_int_equal(tree.lines.len, 2);
    assert_int_equal(tree.lines.items[0].session, 2);
    assert_int_equal(tree.lines.items[1].depth, 1);
}

enum {
    MANY = 2000
};

// Each waits for the one before it.
static void test_a_deep_chain(void **state)
{
    ARENA_SCOPED arena = arena_new();
    LockSessions sessions = {0};
    for (int pid = 1; pid <= MANY; pid++)
        add(arena, &sessions, pid, MANY - pid, pid - 1, 0, 0);
    LockTree tree = lock_tree_build(arena, &sessions);
    assert_int_equal(tree.lines.len, MANY);
    for (int i = 0; i < MANY; i++)
        assert_int_equal(tree.lines.items[i].depth, i);
    assert_int_equal(tree.lines.items[0].below, MANY - 1);
}

// All want the same lock exclusively: each names all who came before it, two million in all.
static void test_thousands_of_waiters(void **state)
{
    ARENA_SCOPED arena = arena_new();
    LockSessions sessions = {0};
    for (int pid = 1; pid <= MANY; pid++) {
        add(arena, &sessions, pid, MANY - pid, pid > 1, 0, 0);
        for (int other = 2; other < pid; other++)
            *vec_append(arena, &sessions.items[pid - 1].blockers) = other;
    }
    LockTree tree = lock_tree_build(arena, &sessions);
    assert_int_equal(tree.lines.len, MANY);
    for (size_t i = 1; i < MANY; i++)
        assert_int_equal(tree.lines.items[i].depth, 1);
    assert_int_equal(tree.lines.items[MANY - 1].others, MANY - 2);
}

// Whatever the blockers say: each who waits or is waited for stands there once.
static void test_any_graph(void **state)
{
    srand(7);
    for (int round = 0; round < 300; round++) {
        ARENA_SCOPED arena = arena_new();
        LockSessions sessions = {0};
        bool is_there[16] = {0};
        int count = 1 + rand() % 12;
        for (int pid = 1; pid <= count; pid++)
            add(arena, &sessions, pid, rand() % 5, rand() % 15, rand() % 3 ? 0 : rand() % 15, 0);
        LockTree tree = lock_tree_build(arena, &sessions);
        VEC_EACH (const LockTreeLine, line, &tree.lines) {
            int pid = sessions.items[line->session].pid;
            assert_false(is_there[pid]);
            is_there[pid] = true;
        }
        VEC_EACH (const LockSession, session, &sessions) {
            assert_true(is_there[session->pid] || !session->wants);
            VEC_EACH (const int, pid, &session->blockers)
                assert_true(*pid > count || *pid == session->pid || is_there[*pid]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_nobody_waits),
        cmocka_unit_test(test_a_queue),
        cmocka_unit_test(test_the_nearest_to_a_root),
        cmocka_unit_test(test_the_heaviest_root_is_first),
        cmocka_unit_test(test_a_circle),
        cmocka_unit_test(test_who_is_gone),
        cmocka_unit_test(test_prepared_transactions),
        cmocka_unit_test(test_a_deep_chain),
        cmocka_unit_test(test_thousands_of_waiters),
        cmocka_unit_test(test_any_graph),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
