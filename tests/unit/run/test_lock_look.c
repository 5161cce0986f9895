#include "run/lock_look.h"

#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

// "relation mode unit": what is looked at.
static const char *looked_at(Arena *arena, const char *sql)
{
    TEXT_SCOPED out;
    Err err = {0};
    Script *script = arena_new_object(arena, Script);
    LockLook look;
    text_init(&out, 64 * 1024);
    assert_true(script_from_text(arena, "a.sql", str_from(sql), (Position){1, 1}, script, &err));
    lock_look_init(&look, arena, script, 15, 100);
    assert_null(look.before[0]);
    VEC_EACH (const LookedAt, at, &look.locks)
        text_printf(&out, "%s%s %d %d", out.len ? ", " : "", at->wanted.relation,
                    at->wanted.lock.mode, at->unit);
    return arena_dup(arena, text_str(&out));
}

static void what_is_looked_at(void **state)
{
    static const struct {
        const char *sql;
        const char *expected;
    } CASES[] = {
        {"", ""},
        {"SELECT 1; INSERT INTO t VALUES (1); UPDATE t SET a = 1;", ""},
        {"ALTER TABLE t ADD a int;", "t 8 0"},
        {"SELECT 1; CREATE INDEX ON t (a); VACUUM u;", "t 5 1, u 4 2"},
        {"CREATE INDEX CONCURRENTLY ON t (a); DROP INDEX CONCURRENTLY i;", ""},
        {"CREATE TABLE t (a int); ALTER TABLE t ADD b int; CREATE INDEX ON T (b);", ""},
        {"CREATE TABLE IF NOT EXISTS t (a int); ALTER TABLE t ADD b int;", "t 8 1"},
        {"DROP TABLE t; CREATE TABLE t (a int REFERENCES u);", "t 8 0, u 6 1"},
        {"SET search_path = s; ALTER TABLE t ADD a int; ALTER TABLE s.t ADD b int;", "s.t 8 2"},
        {"set schema 's'; ALTER TABLE t ADD a int;", ""},
        {"SELECT pg_catalog.set_config('search_path', '', false); ALTER TABLE t ADD a int;", ""},
        {"SET work_mem = '1MB'; ALTER TABLE t ADD a int;", "t 8 1"},
        {"BEGIN; SELECT 1; ALTER TABLE t ADD a int; COMMIT; ALTER TABLE u ADD a int; BEGIN; "
         "ALTER TABLE v ADD a int; COMMIT;",
         "t 8 0, u 8 2, v 8 3"},
        {"DO $$ BEGIN ALTER TABLE t ADD a int; END $$;", "t 8 0"},
        {"CREATE TABLE c PARTITION OF s.p DEFAULT;", "s.p 8 0"},
        {"ALTER TABLE p ATTACH PARTITION c DEFAULT;", "p 4 0, c 8 0"},
        {"ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u NOT VALID;", "t 6 0, u 6 0"},
        {"CREATE INDEX i ON t (a); DROP INDEX i;", "t 5 0, t 8 1, i 8 1"},
        {"CREATE OR REPLACE VIEW v AS SELECT 1; CREATE VIEW w AS SELECT 1;", "v 8 0"},
        {"ALTER TABLE t ADD a int; ALTER TABLE public.t ADD b int;", "t 8 0, public.t 8 1"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        ARENA_SCOPED arena = arena_new();
        const char *got = looked_at(arena, CASES[i].sql);
        if (strcmp(got, CASES[i].expected) != 0)
            fail_msg("%s: %s", CASES[i].sql, got);
    }
}

static void only_the_first_thousand(void **state)
{
    ARENA_SCOPED arena = arena_new();
    TEXT_SCOPED sql;
    text_init(&sql, 64 * 1024);
    for (int i = 0; i < 1005; i++)
        text_append(&sql, i == 999 || i == 1000 ? STR("DROP TABLE t;\n") : STR("SELECT 1;\n"));
    assert_string_equal(looked_at(arena, text_cstr(&sql)), "t 8 999");
}

static void learned(void **state)
{
    ARENA_SCOPED arena = arena_new();
    LockLook look = {.arena = arena};
    Blockers blockers = {0};
    *vec_append(arena, &blockers) = (Blocker){.pid = 1};
    *vec_append(arena, &blockers) = (Blocker){.pid = 1, .relation = "t", .wanted = LOCK_SHARE};
    lock_look_learn(&look, 3, &blockers);
    assert_int_equal(look.locks.len, 1);
    assert_string_equal(look.locks.items[0].wanted.relation, "t");
    assert_int_equal(look.locks.items[0].wanted.lock.mode, LOCK_SHARE);
    assert_int_equal(look.locks.items[0].unit, 3);
}

// Without a server: the query would fail.
static void nothing_wanted_asks_nobody(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Err err = {0};
    LockWait wait;
    LockLook look = {.arena = arena};
    lock_wait_init(&wait, 0, NULL, "1");
    assert_true(lock_look_wait(&look, NULL, LOOK_ALL, true, &wait, &err));
    *vec_append(arena, &look.locks) = (LookedAt){{"t", {LOCK_SHARE, REACH_SELF}}, 7, 0};
    assert_true(lock_look_wait(&look, NULL, 6, true, &wait, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_looked_at),
        cmocka_unit_test(only_the_first_thousand),
        cmocka_unit_test(learned),
        cmocka_unit_test(nothing_wanted_asks_nobody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
