#include "check/lock_rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void test_words(void **state)
{
    static const struct {
        const char *text;
        LockRule rule;
    } RIGHT[] = {
        {"idle-in-transaction:5min", {.kind = LOCK_RULE_IDLE, .least_ms = 300000}},
        {"blocking-us:30s", {.kind = LOCK_RULE_BLOCKING_US, .least_ms = 30000}},
        {"blocking:0s", {.kind = LOCK_RULE_BLOCKING}},
        {"pid:4711", {.kind = LOCK_RULE_PID, .pid = 4711}},
    };
    static const char *const WRONG[] = {
        "",          "blocking", "blocking:",   "blocking:soon",   "blocking: ",
        "idle:5min", "pid:0",    "pid:-1",      "pid:99999999999", "pid:12x",
        "pid:",      ":5min",    "blocking:-5s"};
    LockRule rule;
    Err err = {0};
    for (size_t i = 0; i < sizeof RIGHT / sizeof RIGHT[0]; i++) {
        assert_true(lock_rule_parse(RIGHT[i].text, &rule, &err));
        assert_int_equal(rule.kind, RIGHT[i].rule.kind);
        assert_int_equal(rule.least_ms, RIGHT[i].rule.least_ms);
        assert_int_equal(rule.pid, RIGHT[i].rule.pid);
    }
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        assert_false(lock_rule_parse(WRONG[i], &rule, &err));
        assert_int_equal(err.class, ERR_CONFIG);
        assert_non_null(strstr(err.hint, "pid:4711"));
    }
}

enum {
    SELF,
    RUNNER,
    IDLE,   // in the runner's way
    BEHIND, // the runner
    OTHER,  // idle in a transaction, in nobody's way
    SESSIONS
};

static const LockSession ORDINARY = {
    .user = "app",
    .application = "web",
    .state = "active",
    .transaction_ms = TIME_UNKNOWN,
    .statement_ms = TIME_UNKNOWN,
    .is_client = true,
    .is_here = true,
    .may_end = true,
};

static LockScreen make(Arena *arena)
{
    LockScreen screen = {.user = "dba", .database = "shop"};
    for (int i = 0; i < SESSIONS; i++) {
        LockSession *session = vec_append(arena, &screen.sessions);
        *session = ORDINARY;
        session->pid = 100 + i;
        session->is_self = i == SELF;
        session->is_runner = i == RUNNER;
        session->is_ours = i == SELF || i == RUNNER;
    }
    LockSession *all = screen.sessions.items;
    all[IDLE].state = "idle in transaction";
    all[OTHER].state = "idle in transaction (aborted)";
    all[IDLE].state_ms = 40000;
    all[OTHER].state_ms = 400000;
    all[IDLE].transaction_ms = 60000;
    all[RUNNER].wants = all[BEHIND].wants = "a lock";
    all[RUNNER].wait_ms = 2000;
    all[BEHIND].wait_ms = 1000;
    *vec_append(arena, &all[RUNNER].blockers) = 100 + IDLE;
    *vec_append(arena, &all[BEHIND].blockers) = 100 + RUNNER;
    screen.tree = lock_tree_build(arena, &screen.sessions);
    return screen;
}

// The pids that are meant, and "!" behind those that are not ended.
static const char *chosen(Arena *arena, const LockScreen *screen, const char *text)
{
    Err err = {0};
    LockRules rules = {0};
    LockTargets targets;
    const char *out = "";
    assert_true(lock_rule_parse(text, vec_append(arena, &rules), &err));
    if (!lock_rules_choose(arena, screen, &rules, &targets, &err))
        return err.message[0] ? "error" : "";
    VEC_EACH (const LockTarget, target, &targets)
        out = arena_printf(arena, "%s%s%d%s", out, *out ? " " : "",
                           screen->sessions.items[target->session].pid, target->refused ? "!" : "");
    return out;
}

static void test_who_is_meant(void **state)
{
    ARENA_SCOPED arena = arena_new();
    LockScreen screen = make(arena);
    assert_string_equal(chosen(arena, &screen, "idle-in-transaction:0s"), "102 104");
    assert_string_equal(chosen(arena, &screen, "idle-in-transaction:40s"), "102 104");
    assert_string_equal(chosen(arena, &screen, "idle-in-transaction:41s"), "104");
    assert_string_equal(chosen(arena, &screen, "idle-in-transaction:1h"), "");
    assert_string_equal(chosen(arena, &screen, "blocking-us:1min"), "102");
    assert_string_equal(chosen(arena, &screen, "blocking-us:61s"), "");
    assert_string_equal(chosen(arena, &screen, "blocking:2s"), "102");
    assert_string_equal(chosen(arena, &screen, "blocking:3s"), "");
    assert_string_equal(chosen(arena, &screen, "pid:103"), "103");
    assert_string_equal(chosen(arena, &screen, "pid:100"), "100!");
    assert_string_equal(chosen(arena, &screen, "pid:101"), "101!");
    assert_string_equal(chosen(arena, &screen, "pid:99"), "error");
    screen.sessions.items[IDLE].transaction_ms = TIME_UNKNOWN; // hidden: as long as the wait
    assert_string_equal(chosen(arena, &screen, "blocking-us:2s"), "102");
    assert_string_equal(chosen(arena, &screen, "blocking-us:3s"), "");
}

static void test_whom_a_run_would_wait_for(void **state)
{
    ARENA_SCOPED arena = arena_new();
    LockScreen screen = make(arena);
    *vec_append(arena, &screen.pending) = (Blocker){.pid = 100 + OTHER};
    *vec_append(arena, &screen.pending) = (Blocker){.gid = "left"};
    screen.sessions.items[OTHER].transaction_ms = 5000;
    assert_string_equal(chosen(arena, &screen, "blocking-us:5s"), "102 104");
}

static void test_who_is_never_ended(void **state)
{
    ARENA_SCOPED arena = arena_new();
    static const struct {
        LockSession session;
        const char *refused;
        const char *fix;
    } CASES[] = {
        {{.is_client = true, .is_here = true, .may_end = true, .is_superuser = true},
         "a superuser's",
         "pg_terminate_backend(104)"},
        {{.is_here = true, .may_end = true, .kind = "walsender"}, "but walsender", NULL},
        {{.is_here = true, .may_end = true, .is_wraparound = true}, "wraparound", "finish"},
        {{.is_client = true, .may_end = true, .database = "x"},
         "another database, x",
         "--database"},
        {{.is_client = true, .is_here = true, .user = "app"},
         "dba may not end sessions of app",
         "GRANT pg_signal_backend TO dba"},
        {{.is_client = true, .is_here = true, .may_end = true, .is_ours = true},
         "of migrate-safe",
         "Ctrl-C"},
        {{.gid = "it's", .database = "x", .is_here = true}, "prepared", "'it''s', in database x"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        LockScreen screen = make(arena);
        Err err = {0};
        LockRule rule = {.kind = LOCK_RULE_IDLE, .text = "idle-in-transaction:0s"};
        LockRules rules = {.items = &rule, .len = 1};
        LockTargets targets;
        LockSession *other = &screen.sessions.items[OTHER];
        *other = CASES[i].session;
        other->pid = 104;
        other->state = "idle in transaction";
        screen.sessions.items[IDLE].state = "active";
        assert_true(lock_rules_choose(arena, &screen, &rules, &targets, &err));
        assert_int_equal(targets.len, 1);
        assert_non_null(targets.items[0].refused);
        assert_non_null(strstr(targets.items[0].refused, CASES[i].refused));
        if (CASES[i].fix)
            assert_non_null(strstr(targets.items[0].fix, CASES[i].fix));
        else
            assert_null(targets.items[0].fix);
    }
}

static void test_usage(void **state)
{
    ARENA_SCOPED arena = arena_new();
    LockScreen screen = make(arena);
    screen.sessions.items[OTHER].application = NULL;
    screen.sessions.items[SELF].is_client = false;
    LockUsages usages = lock_screen_usage(arena, &screen);
    assert_int_equal(usages.len, 2);
    assert_string_equal(usages.items[0].application, "web");
    assert_int_equal(usages.items[0].all, 3);
    assert_int_equal(usages.items[0].active, 2);
    assert_int_equal(usages.items[0].in_transaction, 1);
    assert_int_equal(usages.items[0].waiting, 2);
    assert_int_equal(usages.items[1].all, 1);
    assert_int_equal(lock_screen_connections(&screen, true), 4);
    LockChoice open = lock_screen_open(arena, &screen, 60000);
    assert_int_equal(open.len, 1);
    assert_int_equal(open.items[0], IDLE);
    assert_int_equal(lock_screen_open(arena, &screen, 60001).len, 0);
    assert_ptr_equal(lock_screen_runner(&screen), &screen.sessions.items[RUNNER]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_who_is_meant),
        cmocka_unit_test(test_whom_a_run_would_wait_for),
        cmocka_unit_test(test_who_is_never_ended),
        cmocka_unit_test(test_usage),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
