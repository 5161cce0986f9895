#include "check/rollback_data.h"

#include "catalog/snapshot.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum {
    BEFORE = 1,
    AFTER = 2,
    BOTH = BEFORE | AFTER
};

// An oid below 100 is a relation's of both sides; columns have a number.
typedef struct Thing {
    int sides;
    const char *kind;
    const char *identity;
    const char *parent;
    const char *attributes[5]; // name, value; ends with NULL
    uint32_t oid;
    int number;
} Thing;

#define TRIGGER(moment, function)                                                                  \
    {                                                                                              \
        "definition", "CREATE TRIGGER x " moment " ON app.t FOR EACH ROW EXECUTE FUNCTION "        \
                      "app." function "()"                                                         \
    }
#define SOURCE(body)                                                                               \
    {                                                                                              \
        "source", "CREATE FUNCTION app.f() LANGUAGE plpgsql AS $$ BEGIN " body "; END $$"          \
    }

// app.old and its like were there before; app.new and its like were made.
static const Thing THINGS[] = {
    {BOTH, "table", "app.old", NULL, {0}, 1, 0},
    {BOTH, "column", "app.old.id", "app.old", {"type", "integer"}, 1, 1},
    {BOTH, "column", "app.old.name", "app.old", {"type", "text"}, 1, 2},
    {AFTER, "column", "app.old.added", "app.old", {"type", "integer"}, 1, 3},
    {AFTER, "table", "app.new", NULL, {0}, 2, 0},
    {AFTER, "table", "app.telling", NULL, {0}, 19, 0},
    {AFTER, "trigger", "x on app.telling", "app.telling", TRIGGER("AFTER INSERT", "audit"), 20, 0},
    {BEFORE, "table", "app.part", NULL, {0}, 3, 0},
    {AFTER, "table", "app.part", NULL, {"inherits", "app.whole"}, 3, 0},
    {AFTER, "table", "app.whole", NULL, {0}, 4, 0},
    {BOTH, "sequence", "app.numbers", NULL, {0}, 5, 0},
    {AFTER, "sequence", "app.\"New\"", NULL, {0}, 6, 0},
    {BOTH, "table", "app.audited", NULL, {0}, 7, 0},
    {AFTER, "column", "app.audited.added", "app.audited", {"type", "integer"}, 7, 1},
    {BOTH, "trigger", "x on app.audited", "app.audited", TRIGGER("AFTER INSERT", "audit"), 8, 0},
    {BOTH, "function", "app.audit()", NULL, SOURCE("INSERT INTO app.log DEFAULT VALUES"), 9, 0},
    {BOTH, "table", "app.touched", NULL, {0}, 10, 0},
    {AFTER, "column", "app.touched.added", "app.touched", {"type", "integer"}, 10, 1},
    {BOTH, "trigger", "x on app.touched", "app.touched",
     TRIGGER("BEFORE INSERT OR UPDATE", "touch"), 11, 0},
    {BOTH, "function", "app.touch()", NULL, SOURCE("NEW.updated_at := now()"), 12, 0},
    {BOTH, "table", "app.ruled", NULL, {0}, 13, 0},
    {BOTH,
     "rule",
     "r on app.ruled",
     "app.ruled",
     {"definition", "CREATE RULE r AS ON DELETE TO app.ruled DO DELETE FROM app.old;"},
     14,
     0},
    {BOTH, "composite type", "app.pair", NULL, {0}, 15, 0},
    {BOTH, "attribute", "app.pair.a", "app.pair", {"type", "integer"}, 16, 1},
    {BEFORE, "attribute", "app.pair.b", "app.pair", {"type", "integer"}, 16, 2},
    {BEFORE, "composite type", "app.gone", NULL, {0}, 17, 0},
    {BEFORE, "attribute", "app.gone.a", "app.gone", {"type", "integer"}, 18, 1},
};

static void take_side(Arena *arena, int side, Snapshot *ret_snapshot)
{
    Snapshot snapshot = {.server_major = 15};
    for (size_t i = 0; i < sizeof THINGS / sizeof *THINGS; i++) {
        const Thing *thing = &THINGS[i];
        SnapshotAttribute attributes[2] = {{thing->attributes[0], thing->attributes[1]},
                                           {thing->attributes[2], thing->attributes[3]}};
        size_t count = (thing->attributes[0] != NULL) + (thing->attributes[2] != NULL);
        if (thing->sides & side)
            *vec_append(arena, &snapshot.objects) =
                (SnapshotObject){.kind = thing->kind,
                                 .identity = thing->identity,
                                 .parent = thing->parent,
                                 .text = snapshot_text(arena, attributes, count),
                                 .address = {1, thing->oid, thing->number}};
    }
    snapshot_seal(arena, &snapshot);
    *ret_snapshot = snapshot;
}

static void read_statement(Arena *arena, const char *sql, RollbackData *ret_data)
{
    Snapshot before;
    Snapshot after;
    ParsedStatement parsed;
    RollbackData data = {0};
    Statement statement = {.text = str_from(sql), .position = {1, 1}};
    take_side(arena, BEFORE, &before);
    take_side(arena, AFTER, &after);
    parse_statement(arena, &statement, &parsed);
    assert_non_null(parsed.node);
    rollback_data_statement(arena, &parsed, &before, &after, &data);
    *ret_data = data;
}

// What is done to rows that were there: not to be taken back, perhaps done, or a seed.
static void assert_effect(const char *sql, const char *expected)
{
    ARENA_SCOPED arena = arena_new();
    RollbackData data;
    read_statement(arena, sql, &data);
    const char *found = data.refused.len  ? data.refused.items[0]
                        : data.doubts.len ? data.doubts.items[0]
                        : data.seeds.len  ? data.seeds.items[0].table
                                          : "nothing";
    assert_true(data.refused.len + data.doubts.len <= 1);
    if (!strstr(found, expected))
        assert_string_equal(found, expected);
    assert_int_equal(strcmp(expected, "nothing") == 0, strcmp(found, "nothing") == 0);
}

static void rows_of_new_tables_go_with_them(void **state)
{
    assert_effect("INSERT INTO app.new SELECT * FROM app.old", "nothing");
    assert_effect("WITH x AS (DELETE FROM new RETURNING *) UPDATE app.new SET a = 1", "nothing");
    assert_effect("UPDATE app.old SET added = 1 WHERE name = 'x'", "nothing");
    assert_effect("TRUNCATE app.new", "nothing");
    assert_effect("CREATE VIEW app.v AS SELECT app.f()", "nothing");
}

static void rows_that_were_there_are_nowhere_kept(void **state)
{
    assert_effect("UPDATE old SET name = 'x'", "line 1: UPDATE old: the old values");
    assert_effect("DELETE FROM app.old", "line 1: DELETE FROM app.old: the rows are nowhere kept");
    assert_effect("CREATE TABLE a AS WITH x AS (DELETE FROM app.old RETURNING *) SELECT * FROM x",
                  "DELETE FROM app.old: the rows are nowhere kept");
    assert_effect("EXPLAIN ANALYZE DELETE FROM app.old", "DELETE FROM app.old");
    assert_effect("TRUNCATE app.new CASCADE", "TRUNCATE ... CASCADE");
    assert_effect("DELETE FROM app.whole", "DELETE FROM app.whole: the rows are nowhere kept");
}

static void only_constant_rows_are_seeds(void **state)
{
    assert_effect("INSERT INTO app.old VALUES (1, 'x')", "app.old");
    assert_effect("INSERT INTO old SELECT generate_series(1, 3)", "app.old");
    assert_effect("INSERT INTO old SELECT 1 WHERE NOT EXISTS (SELECT FROM old WHERE id = 1)",
                  "rows that a query finds");
    assert_effect("INSERT INTO old SELECT 1 WHERE current_database() = 'live'",
                  "rows that a query finds");
    assert_effect("INSERT INTO old VALUES ((SELECT max(id) + 1 FROM app.new))",
                  "rows that a query finds");
    assert_effect("DO $$ BEGIN IF true THEN INSERT INTO old VALUES (1); END IF; END $$",
                  "under a condition");
}

static void calls_are_doubted(void **state)
{
    assert_effect("SELECT app.f()", "it calls f(), and what that writes is not known");
    assert_effect("SELECT f(random())", "it calls f()");
    assert_effect("SELECT now(), lower('A'), nextval('app.numbers')", "nothing");
    assert_effect("CREATE TABLE a AS SELECT f()", "it calls f()");
    assert_effect("ALTER TABLE app.old ADD a int DEFAULT f()", "it calls f()");
    assert_effect("ALTER TABLE app.new ADD a int DEFAULT f()", "nothing");
    assert_effect("ALTER TABLE app.old ALTER name SET DEFAULT f()", "nothing");
    assert_effect("CALL app.p()", "nobody can read");
    assert_effect("DO $$ BEGIN CALL app.p(); END $$", "nobody can read");
    assert_effect("DO $$ BEGIN PERFORM f(); END $$", "it calls f()");
    assert_effect("DO $$ DECLARE a int := 1; BEGIN a := f(); END $$", "it calls f()");
    assert_effect("DO $$ BEGIN IF f() > 1 THEN NULL; END IF; END $$", "it calls f()");
}

static void positions_of_sequences_are_doubted(void **state)
{
    static const char NUMBERS[] = "the position of sequence app.numbers, which it sets, is nowhere";
    assert_effect("SELECT setval('app.numbers', 1)", NUMBERS);
    assert_effect("SELECT setval('app.numbers'::regclass, 1)", NUMBERS);
    assert_effect("SELECT setval('app.\"New\"', 1)", "nothing");
    assert_effect("SELECT setval('\"New\"', 1)", "nothing");
    assert_effect("SELECT setval(current_setting('a.b'), 1)", "the position of a sequence");
    assert_effect("ALTER SEQUENCE app.numbers RESTART WITH 5", NUMBERS);
    assert_effect("ALTER SEQUENCE app.numbers INCREMENT 5", "nothing");
    assert_effect("ALTER SEQUENCE \"New\" RESTART", "nothing");
    assert_effect("ALTER TABLE app.old ALTER id RESTART", "the identity column id");
}

static void using_is_doubted_unless_it_says_nothing(void **state)
{
    assert_effect("ALTER TABLE old ALTER id TYPE bigint USING id", "nothing");
    assert_effect("ALTER TABLE old ALTER id TYPE bigint USING id::int8", "nothing");
    assert_effect("ALTER TABLE old ALTER id TYPE bigint USING id::smallint", "other values to");
    assert_effect("ALTER TABLE old ALTER name TYPE text USING substr(name, 1, 3)",
                  "USING gives other values to column app.old.name");
    assert_effect("ALTER TABLE old ALTER name TYPE text USING other", "column app.old.name");
    assert_effect("ALTER TABLE app.new ALTER name TYPE text USING other", "nothing");
}

static void triggers_and_rules_are_doubted(void **state)
{
    assert_effect("INSERT INTO app.audited VALUES (1)", "trigger x on app.audited, and what that");
    assert_effect("UPDATE app.audited SET added = 1", "nothing");
    assert_effect("INSERT INTO app.touched VALUES (1)", "app.touched");
    assert_effect("UPDATE app.touched SET added = 1", "trigger x on app.touched");
    assert_effect("INSERT INTO app.ruled VALUES (1)", "rule r on app.ruled");
    assert_effect("INSERT INTO app.telling VALUES (1)", "nothing");
    assert_effect("INSERT INTO app.telling SELECT 1 FROM app.old WHERE name = 'rare'",
                  "trigger x on app.telling");
    assert_effect("DO $$ BEGIN IF EXISTS (SELECT FROM app.old WHERE name = 'rare') THEN "
                  "INSERT INTO app.telling VALUES (1); END IF; END $$",
                  "trigger x on app.telling");
    assert_effect("DELETE FROM app.telling", "trigger x on app.telling");
    assert_effect("UPDATE app.telling SET id = 1", "trigger x on app.telling");
}

static void what_a_type_loses_is_said(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Snapshot before;
    Snapshot after;
    RollbackData data = {0};
    take_side(arena, BEFORE, &before);
    take_side(arena, AFTER, &after);
    rollback_data_schemas(arena, &before, &after, &data);
    assert_int_equal(data.destroyed.len, 1);
    assert_string_equal(data.destroyed.items[0], "values of attribute app.pair.b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_new_tables_go_with_them),
        cmocka_unit_test(rows_that_were_there_are_nowhere_kept),
        cmocka_unit_test(only_constant_rows_are_seeds),
        cmocka_unit_test(calls_are_doubted),
        cmocka_unit_test(positions_of_sequences_are_doubted),
        cmocka_unit_test(using_is_doubted_unless_it_says_nothing),
        cmocka_unit_test(triggers_and_rules_are_doubted),
        cmocka_unit_test(what_a_type_loses_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
