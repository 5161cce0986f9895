#include "check/blocker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static const Blocker IDLE = {
    .relation = "orders",
    .pid = 4711,
    .user = "app",
    .application = "web",
    .state = "idle in transaction",
    .since_ms = 12300,
    .query = "SELECT * FROM orders",
};
static const Blocker VACUUM = {
    .relation = "orders",
    .pid = 12,
    .state = "active",
    .since_ms = 3600 * 1000 + 120 * 1000,
    .query = "autovacuum: VACUUM public.orders (to prevent wraparound)",
    .is_autovacuum = true,
    .is_wraparound = true,
};
static const Blocker PREPARED = {
    .relation = "customers", .user = "app", .since_ms = 61000, .gid = "left"};

static void words(void **state)
{
    static const struct {
        Blocker blocker;
        const char *text;
    } CASES[] = {
        {{.pid = 1}, "pid 1"},
        {{.relation = "t", .pid = 1, .application = ""}, "t: pid 1"},
        {{.pid = 1, .state = "active", .since_ms = 999}, "pid 1, active for 999 ms"},
        {{.pid = 1, .state = "active", .since_ms = 59999}, "pid 1, active for 59 s"},
        {{.relation = "t", .pid = 1, .is_autovacuum = true, .is_wraparound = true},
         "t: pid 1, autovacuum (to prevent wraparound)"},
        {{.relation = "t"}, "t: prepared transaction "},
    };
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        assert_string_equal(blocker_text(arena, &CASES[i].blocker), CASES[i].text);
    assert_string_equal(
        blocker_text(arena, &IDLE),
        "orders: pid 4711, user app, application web, idle in transaction for 12 s: "
        "SELECT * FROM orders");
    assert_string_equal(blocker_text(arena, &VACUUM),
                        "orders: pid 12, autovacuum, active for 1 h 2 min: autovacuum: VACUUM "
                        "public.orders (to prevent wraparound)");
    assert_string_equal(blocker_text(arena, &PREPARED),
                        "customers: prepared transaction left, user app, prepared for 1 min 1 s");
}

static Blockers blockers_of(Arena *arena, const Blocker *one, size_t count)
{
    Blockers blockers = {0};
    for (size_t i = 0; i < count; i++)
        *vec_append(arena, &blockers) = *one;
    return blockers;
}

static void relations(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Blockers blockers = blockers_of(arena, &IDLE, 3);
    assert_string_equal(blockers_relations(arena, &blockers), "orders");
    *vec_append(arena, &blockers) = (Blocker){.pid = 5};
    *vec_append(arena, &blockers) = PREPARED;
    *vec_append(arena, &blockers) = IDLE;
    assert_string_equal(blockers_relations(arena, &blockers), "orders, customers");
}

static void explained(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Err err = {.class = ERR_SERVER, .detail = "before", .hint = "before"};
    Blockers none = {0};
    blockers_explain(&err, &none);
    assert_string_equal(err.detail, "before");
    Blockers many = blockers_of(arena, &IDLE, 8);
    blockers_explain(&err, &many);
    assert_memory_equal(err.detail, "waiting for orders: pid 4711, ", 30);
    assert_non_null(strstr(err.detail, "\nand 3 more"));
    assert_non_null(strstr(err.hint, "SELECT pg_terminate_backend(4711)"));
    Blockers vacuum = blockers_of(arena, &VACUUM, 1);
    blockers_explain(&err, &vacuum);
    assert_null(strstr(err.hint, "terminate"));
    assert_non_null(strstr(err.hint, "let this vacuum finish"));
    Blockers prepared = blockers_of(arena, &PREPARED, 1);
    blockers_explain(&err, &prepared);
    assert_non_null(strstr(err.hint, "ROLLBACK PREPARED what was left prepared: left"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words),
        cmocka_unit_test(relations),
        cmocka_unit_test(explained),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
