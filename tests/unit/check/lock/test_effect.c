// What the lock plan says; that it is true, tests/e2e/test_lock_plan_truth.py shows on servers.
#include "check/lock/effect.h"

#include "base/text.h"
#include "check/replay/replay.h"
#include "sql/parser_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#define USERS                                                                                      \
    "CREATE TABLE users (id bigint PRIMARY KEY, email varchar(20));"                               \
    "CREATE TABLE orders (id serial, user_id bigint REFERENCES users);"

static void follow(Arena *arena, Model *model, const char *sql, int *transaction)
{
    ParsedStatements statements = {0};
    Err err = {0};
    assert_true(parse_script(arena, str_from(sql), NULL, &statements, &err));
    VEC_EACH (const ParsedStatement, parsed, &statements)
        replay_statement(arena, model, parsed, (Made){++*transaction, 0, {1, 1}});
}

static const Effects *worst(Arena *arena, const char *setup, const char *sql, int pg_from,
                            int pg_to)
{
    Model *model = arena_new_object(arena, Model);
    Effects *effects = arena_new_object(arena, Effects);
    ParsedStatements statements = {0};
    int transaction = 0;
    Err err = {0};
    model_init(model, arena);
    follow(arena, model, setup, &transaction);
    assert_true(parse_script(arena, str_from(sql), NULL, &statements, &err));
    // all but the last run before it, in its transaction
    for (size_t i = 0; i + 1 < statements.len; i++)
        replay_statement(arena, model, &statements.items[i], (Made){transaction + 1, 0, {1, 1}});
    effects_worst(arena, model, &statements.items[statements.len - 1], transaction + 1, pg_from,
                  pg_to, effects);
    return effects;
}

// "relation MODE[*][!][+] ...": * its children too, ! rewritten, + read through, ? incomplete.
static const char *described(Arena *arena, const Effects *effects)
{
    static const char *const MODES[] = {"none", "AS", "RS", "RE", "SUE", "S", "SRE", "E", "AE"};
    static const char *const REACHES[] = {"", "*", "**"};
    TEXT_SCOPED text;
    text_init(&text, 4096);
    VEC_EACH (const Effect, effect, &effects->items)
        text_printf(&text, "%s%s %s%s%s%s%s", text.len ? ", " : "", effect->relation,
                    MODES[effect->mode], REACHES[effect->reach], effect->is_rewritten ? "!" : "",
                    effect->is_scanned || effect->builds_index ? "+" : "",
                    effect->is_new ? " new" : "");
    text_printf(&text, "%s%s%s", effects->is_concurrent ? " concurrent" : "",
                effects->is_incomplete ? "?" : "",
                effects->depends_on_version ? " by version" : "");
    return arena_dup(arena, text_str(&text));
}

static const struct {
    const char *setup;
    const char *sql;
    const char *expected;
} CASES[] = {
    {"", "SELECT 1", ""},
    {"", "SELECT cleanup()", "?"},
    {"", "SELECT count(*), lower('A') FROM t", ""},
    {"CREATE FUNCTION f() RETURNS int STABLE LANGUAGE sql AS 'SELECT 1';", "SELECT f()", ""},
    {"", "CALL p()", "?"},
    {"", "ALTER TABLE t ADD a int", "public.t AE*"},
    {"", "ALTER TABLE s.t ADD a int", "s.t AE*"},
    {"", "ALTER TABLE \"T t\" ADD a int", "public.\"T t\" AE*"},
    {"SET search_path = app, public;", "ALTER TABLE t ADD a int", "app.t AE*"},
    {USERS, "ALTER TABLE users ADD a int", "public.users AE"},
    {USERS, "ALTER TABLE users ALTER email TYPE text", "public.users AE"},
    {"", "ALTER TABLE users ALTER email TYPE text", "public.users AE*!"},
    {USERS, "DROP TABLE orders", "public.orders AE, public.orders_id_seq AE, public.users AE"},
    {"", "DROP TABLE orders", "public.orders AE**"},
    {USERS, "TRUNCATE users CASCADE", "public.users AE, public.orders AE"},
    {"", "CREATE TABLE n (a int); ALTER TABLE n ADD b float8 DEFAULT random()", "public.n AE! new"},
    {"", "CREATE TABLE n (a int); CREATE INDEX ON n (a)", "public.n S+ new"},
    {USERS, "CREATE INDEX CONCURRENTLY ON users (email)", "public.users SUE+ concurrent"},
    {USERS, "DROP INDEX users_pkey", "public.users AE, public.users_pkey AE"},
    {"", "DROP INDEX i", "public.i AE*"},
    {USERS, "REINDEX INDEX users_pkey", "public.users S+, public.users_pkey AE"},
    {"", "REINDEX SCHEMA s", "?"},
    {"", "UPDATE t SET a = 1", "public.t RE*"},
    {"", "SELECT * FROM t AS x JOIN u ON true FOR UPDATE OF x", "public.t RS*"},
    {"", "DO $$ BEGIN IF now() IS NULL THEN DROP INDEX i; END IF; EXECUTE 'x' || 1; END $$",
     "public.i AE*?"},
    {"", "EXPLAIN DELETE FROM t", ""},
    {"", "EXPLAIN ANALYZE DELETE FROM t", "public.t RE*"},
    {"", "COMMENT ON COLUMN s.t.a IS ''", "s.t SUE"},
    {"", "ALTER TABLE p DETACH PARTITION c CONCURRENTLY",
     "public.p SUE, public.c AE concurrent by version"},
    {"CREATE TABLE r (a int); CREATE TABLE b () INHERITS (r);",
     "ALTER TABLE r ADD CHECK (a > 0) NO INHERIT", "public.r AE+, public.b AE by version"},
};

static void locks(void **state)
{
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        ARENA_SCOPED arena = arena_new();
        const Effects *effects = worst(arena, CASES[i].setup, CASES[i].sql, PG_OLDEST, PG_NEWEST);
        const char *got = described(arena, effects);
        if (strcmp(got, CASES[i].expected) != 0)
            fail_msg("%s: %s", CASES[i].sql, got);
    }
}

static void the_server_decides(void **state)
{
    ARENA_SCOPED arena = arena_new();
    static const char SETUP[] = "CREATE TABLE r (a int); CREATE TABLE b () INHERITS (r);";
    static const char SQL[] = "ALTER TABLE r ADD UNIQUE (a)";
    assert_string_equal(described(arena, worst(arena, SETUP, SQL, 17, 17)),
                        "public.r AE+ by version");
    assert_string_equal(described(arena, worst(arena, SETUP, SQL, 18, 18)),
                        "public.r AE+, public.b AE by version");
}

static void said_in_words(void **state)
{
    ARENA_SCOPED arena = arena_new();
    const Effects *effects = worst(arena, USERS, "ALTER TABLE users ADD a float8 DEFAULT random()",
                                   PG_OLDEST, PG_NEWEST);
    const char *said = effect_sentence(arena, effects_find(effects, "public.users"));
    assert_string_equal(said, "ACCESS EXCLUSIVE on public.users (blocks reads and writes), writes "
                              "it anew: the default calls random(), which is volatile");
    assert_int_equal(effects_strongest(effects), LOCK_ACCESS_EXCLUSIVE);
    assert_null(effects_find(effects, "public.orders"));
    effects = worst(arena, "", "CREATE TABLE n (a int); LOCK n", PG_OLDEST, PG_NEWEST);
    assert_int_equal(effects_strongest(effects), LOCK_NONE);
}

static int tear_down(void **state)
{
    parser_done();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(locks),
        cmocka_unit_test(the_server_decides),
        cmocka_unit_test(said_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, tear_down);
}
