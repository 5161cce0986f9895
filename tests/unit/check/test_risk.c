#include "check/risk.h"

#include "check/replay/replay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#define BEFORE                                                                                     \
    "CREATE TABLE users (id bigint PRIMARY KEY, email varchar(20), note text);"                    \
    "CREATE TABLE orders (id serial, user_id bigint CONSTRAINT buyer REFERENCES users, "           \
    "CONSTRAINT positive CHECK (id > 0));"                                                         \
    "CREATE FUNCTION old() RETURNS int LANGUAGE sql AS 'SELECT 1';"

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

static RiskFacts facts_of(const char *sql)
{
    Model model;
    ParsedStatements before = {0};
    ParsedStatements statements = {0};
    RiskFacts facts = {0};
    Err err = {0};
    int transaction = 0;
    model_init(&model, arena);
    assert_true(parse_script(arena, STR(BEFORE), NULL, &before, &err));
    VEC_EACH (const ParsedStatement, parsed, &before)
        replay_statement(arena, &model, parsed, (Made){++transaction, 0, {1, 1}});
    int first = transaction + 1;
    assert_true(parse_script(arena, str_from(sql), NULL, &statements, &err));
    VEC_EACH (const ParsedStatement, parsed, &statements) {
        Effects effects;
        effects_of(arena, &model, parsed, ++transaction, 15, &effects);
        RiskLook look = {&model, parsed, &effects, first};
        risk_facts_of(arena, &look, &facts);
        replay_statement(arena, &model, parsed, (Made){transaction, 0, {1, 1}});
    }
    return facts;
}

static Risk risk_of(const char *sql, const TableSizes *sizes, Complexity said)
{
    Risk risk;
    RiskFacts facts = facts_of(sql);
    Directives directives = {.complexity = said};
    risk_of_facts(arena, &facts, &directives, sizes, &risk);
    return risk;
}

static const struct {
    const char *sql;
    RiskLevel level;
    const char *reason; // the gravest: "source: text"
} CASES[] = {
    {"CREATE TABLE n (id bigint PRIMARY KEY); CREATE INDEX ON n (id); DROP TABLE n", 0,
     "Kairon and nself-chat: only adds, or changes nothing that is there"},
    {"ALTER TABLE users ADD a text", 0,
     "Kairon and nself-chat: only adds, or changes nothing that is there"},
    {"CREATE INDEX CONCURRENTLY i ON users (email)", 0,
     "Kairon and nself-chat: builds an index on public.users"},
    {"CREATE VIEW v AS SELECT 1; COMMENT ON VIEW v IS 'x'", 0,
     "Kairon and nself-chat: only adds, or changes nothing that is there"},
    {"ALTER TABLE users ADD a text NOT NULL DEFAULT ''", 1,
     "nself-chat: adds the column a, NOT NULL, to public.users"},
    {"ALTER TABLE orders ADD CONSTRAINT o FOREIGN KEY (id) REFERENCES users NOT VALID", 1,
     "nself-chat: adds a foreign key to public.orders"},
    {"ALTER TABLE users ALTER note SET NOT NULL", 1,
     "Kairon: makes the column note of public.users NOT NULL"},
    {"ALTER TABLE users ALTER email TYPE text", 2,
     "nself-chat: changes the type of the column email of public.users"},
    {"ALTER TABLE users RENAME email TO mail", 2,
     "nself-chat: renames the column email of public.users"},
    {"ALTER TABLE users RENAME CONSTRAINT users_pkey TO p", 0,
     "Kairon and nself-chat: only adds, or changes nothing that is there"},
    {"ALTER TABLE users DROP note", 2,
     "Kairon and nself-chat and data loss: drops the column note of public.users"},
    {"DROP TABLE IF EXISTS unseen", 2,
     "Kairon and nself-chat and data loss: drops public.unseen with its rows"},
    {"ALTER TABLE orders DROP CONSTRAINT buyer", 2,
     "Kairon: drops the constraint buyer of public.orders"},
    {"ALTER TABLE orders DROP CONSTRAINT positive", 1,
     "Kairon: drops the constraint positive of public.orders"},
    {"ALTER TABLE unseen DROP CONSTRAINT unseen_a_fkey", 2,
     "Kairon: drops the constraint unseen_a_fkey of public.unseen"},
    {"TRUNCATE users", 2, "Kairon and data loss: removes all rows of public.users"},
    {"DELETE FROM users", 2, "Kairon and data loss: removes all rows of public.users"},
    {"DELETE FROM users WHERE id = 1", 1, "nself-chat: removes rows of public.users"},
    {"UPDATE users SET note = ''", 1, "nself-chat: changes rows of public.users"},
    {"WITH gone AS (DELETE FROM users RETURNING *) SELECT count(*) FROM gone", 2,
     "Kairon and data loss: removes all rows of public.users"},
    {"INSERT INTO users VALUES (1)", 0,
     "Kairon and nself-chat: only adds, or changes nothing that is there"},
    {"INSERT INTO orders SELECT id, id FROM users", 1,
     "nself-chat: copies or overwrites rows of public.orders"},
    {"CREATE OR REPLACE FUNCTION old() RETURNS int LANGUAGE sql AS 'SELECT 2'", 1,
     "nself-chat: makes the function old, or replaces it"},
    {"DROP SCHEMA shop CASCADE", 2, "nself-chat and data loss: drops shop"},
    {"DROP VIEW v", 1, "Kairon: drops public.v"},
    {"ALTER TABLE users ADD k float8 DEFAULT random()", 1,
     "lock plan: writes public.users anew under a lock"},
    {"DO $$ BEGIN DELETE FROM users; END $$", 2,
     "Kairon and data loss: removes all rows of public.users"},
    {"DO $$ BEGIN EXECUTE 'DROP TABLE ' || name FROM x; END $$", 1,
     "lock plan: runs what cannot be seen before"},
    {"SELECT cleanup()", 1, "lock plan: runs what cannot be seen before"},
};

static void test_statements(void **state)
{
    TableSizes none = {0};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        Risk risk = risk_of(CASES[i].sql, &none, COMPLEXITY_UNSTATED);
        const RiskReason *first = &risk.reasons.items[0];
        assert_string_equal(arena_printf(arena, "%s: %s", first->source, first->text),
                            CASES[i].reason);
        assert_int_equal(risk.level, CASES[i].level);
    }
}

static TableSizes users_with(int64_t rows, int64_t bytes)
{
    TableSizes sizes = {0};
    *vec_append(arena, &sizes) = (TableSize){"public.users", rows, bytes};
    return sizes;
}

static void test_sizes(void **state)
{
    TableSizes large = users_with(1000000, 5);
    TableSizes small = users_with(999999, INT64_C(9000000000));
    TableSizes uncounted = users_with(-1, 300000000);
    const char *index = "CREATE INDEX i ON users (email)";
    assert_int_equal(risk_of(index, &small, COMPLEXITY_UNSTATED).level, RISK_LEVEL_LOW);
    Risk risk = risk_of(index, &large, COMPLEXITY_UNSTATED);
    assert_int_equal(risk.level, RISK_LEVEL_MEDIUM);
    assert_string_equal(risk.reasons.items[0].source, "a large table");
    assert_string_equal(risk.reasons.items[0].text,
                        "builds an index on public.users, about 1.0 million rows");
    risk = risk_of("UPDATE users SET note = ''", &uncounted, COMPLEXITY_UNSTATED);
    assert_int_equal(risk.level, RISK_LEVEL_HIGH);
    assert_non_null(strstr(risk.reasons.items[0].text, "was never analysed"));
}

static void test_header(void **state)
{
    TableSizes none = {0};
    Risk risk = risk_of("CREATE TABLE n (id int)", &none, COMPLEXITY_HIGH);
    assert_int_equal(risk.level, RISK_LEVEL_HIGH);
    assert_string_equal(risk.reasons.items[0].source, "header");
    risk = risk_of("DROP TABLE users", &none, COMPLEXITY_LOW); // it lowers nothing
    assert_int_equal(risk.level, RISK_LEVEL_HIGH);
    assert_string_equal(risk.reasons.items[risk.reasons.len - 1].source, "header");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_statements, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_sizes, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_header, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
