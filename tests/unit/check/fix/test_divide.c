// A script and its fixes to parts: what stays, what goes, in which order; and the down.
#include "check/fix/divide.h"
#include "check/fix/overtake.h"
#include "check/fix/taken.h"
#include "sql/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

static Arena *arena;

static int begin(void **state)
{
    arena = arena_new();
    return 0;
}

static int end(void **state)
{
    arena_free(arena);
    return 0;
}

static Fix *new_fix(const char *up, const char *statement, const char *name)
{
    Fix *fix = arena_new_object(arena, Fix);
    fix->statement = strstr(up, statement) - up;
    fix->command = -1;
    *vec_append(arena, &fix->names) = name;
    return fix;
}

static Fix *with_step(Fix *fix, FixPlace place, const char *sql, const char *object)
{
    *vec_append(arena, &fix->steps) =
        (FixStep){.place = place, .title = "step", .sql = sql, .down = "UNDO;", .object = object};
    return fix;
}

static FixParts divided(const char *up, const char *down, const Fix *fix)
{
    const char *why = NULL;
    FixParts parts = {0};
    FixScript script = {.up = str_from(up),
                        .is_one_transaction = true,
                        .has_down = down != NULL,
                        .down = str_from(down)};
    *vec_append(arena, &script.fixes) = fix;
    assert_true(fix_divide(arena, &script, &parts, &why));
    return parts;
}

static void what_does_not_notice_stays(void **state)
{
    const char *up = "-- a\nCREATE INDEX i ON t (a); -- b\nCREATE TABLE u (id int);\n";
    Fix *fix = with_step(new_fix(up, "CREATE INDEX", "t"), FIX_ALONE, "BUILD;", "index i");
    FixParts parts = divided(up, "DROP TABLE u;\nDROP INDEX i;\n", fix);
    assert_int_equal(parts.items.len, 2);
    assert_string_equal(parts.items.items[0].up,
                        "-- a\n-- in a later file: index i -- b\nCREATE TABLE u (id int);\n");
    assert_string_equal(parts.items.items[0].down, "DROP TABLE u;\n");
    assert_string_equal(parts.items.items[1].up, "BUILD;");
    assert_true(parts.items.items[1].is_alone);
    assert_string_equal(parts.items.items[1].down, "UNDO;");
}

static void what_needs_it_comes_behind(void **state)
{
    const char *up = "CREATE TABLE u (id int);\nCREATE INDEX i ON t (a);\n-- c\nCLUSTER t USING "
                     "i;\nCREATE TABLE v (id int);\n";
    Fix *fix = with_step(new_fix(up, "CREATE INDEX", "t"), FIX_ALONE, "BUILD;", "index i");
    FixParts parts = divided(up, "DROP TABLE v;\nDROP INDEX i;\nDROP TABLE u;\n", fix);
    assert_int_equal(parts.items.len, 3);
    assert_string_equal(parts.items.items[0].up,
                        "CREATE TABLE u (id int);\n-- in a later file: index i\n");
    assert_string_equal(parts.items.items[2].up,
                        "-- c\nCLUSTER t USING i;\nCREATE TABLE v (id int);");
    assert_string_equal(parts.items.items[0].down, "DROP TABLE u;\n");
    assert_string_equal(parts.items.items[2].down, "DROP TABLE v;");
}

static void a_step_alone_keeps_the_file(void **state)
{
    const char *up = "BEGIN;\nCREATE INDEX i ON t (a);\nCOMMIT;\n";
    Fix *fix = with_step(new_fix(up, "CREATE INDEX", "t"), FIX_ALONE, "BUILD;", "index i");
    FixParts parts = divided(up, "DROP INDEX i;", fix);
    assert_int_equal(parts.items.len, 1);
    assert_true(parts.items.items[0].is_alone);
    assert_string_equal(parts.items.items[0].up, "\nBUILD;\n\n");
    assert_null(parts.items.items[0].down);
}

static void a_block_is_cut_into_blocks(void **state)
{
    const char *up = "BEGIN;\nALTER TABLE t ADD CHECK (a > 0);\nDROP TABLE t;\nCOMMIT;\n";
    Fix *fix = with_step(new_fix(up, "ALTER", "t"), FIX_HERE, "ADD;", "constraint t.c");
    with_step(fix, FIX_LONG, "VALIDATE;", NULL);
    FixParts parts = divided(up, NULL, fix);
    assert_int_equal(parts.items.len, 3);
    assert_string_equal(parts.items.items[0].up, "BEGIN;\nADD;\nCOMMIT;\n");
    assert_string_equal(parts.items.items[1].up, "BEGIN;\nVALIDATE;\nCOMMIT;");
    assert_string_equal(parts.items.items[2].up, "BEGIN;\nDROP TABLE t;\nCOMMIT;");
}

static void a_down_that_cannot_be_divided(void **state)
{
    const char *why = NULL;
    const char *up = "CREATE INDEX i ON t (a);\nCLUSTER t USING i;\n";
    FixParts parts;
    FixScript script = {.up = str_from(up),
                        .is_one_transaction = true,
                        .has_down = true,
                        .down = STR("DO $$ BEGIN END $$;")};
    *vec_append(arena, &script.fixes) =
        with_step(new_fix(up, "CREATE INDEX", "t"), FIX_ALONE, "BUILD;", "index i");
    assert_false(fix_divide(arena, &script, &parts, &why));
    assert_non_null(strstr(why, "its down"));
}

static void who_may_overtake(void **state)
{
    static const struct {
        const char *sql;
        bool is_harmless;
    } CASES[] = {
        {"CREATE TABLE u (id int)", true},
        {"ALTER TABLE \"T\" ADD b int", false},
        {"ALTER TABLE public.t ADD b int", false},
        {"COMMENT ON TABLE u IS 'beside t'", false},
        {"DO $$ BEGIN END $$", false},
        {"SELECT f()", false},
        {"SET ROLE owner", false},
        {"INSERT INTO u VALUES (1)", true},
    };
    Fix *fix = new_fix("x", "x", "t");
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
        assert_int_equal(overtake_is_harmless(fix, str_from(CASES[i].sql)), CASES[i].is_harmless);
    fix->guards_rows = true;
    assert_false(overtake_is_harmless(fix, STR("INSERT INTO u VALUES (1)")));
}

static const char *objects(const char *sql)
{
    Words keys = {0};
    ParsedStatements parsed = {0};
    Err err = {0};
    assert_true(parse_script(arena, str_from(sql), &(SplitOptions){.file = ""}, &parsed, &err));
    if (!taken_objects(arena, parsed.items[0].node, &keys))
        return "?";
    const char *text = "";
    VEC_EACH (const char *, key, &keys)
        text = arena_printf(arena, "%s%s%s", text, *text ? ", " : "", *key);
    return text;
}

static void there_and_back_are_one_object(void **state)
{
    static const char *const PAIRS[][2] = {
        {"CREATE TABLE s.t (id int)", "DROP TABLE IF EXISTS t"},
        {"CREATE INDEX i ON t (a)", "DROP INDEX CONCURRENTLY i"},
        {"ALTER TABLE t ADD b int, ADD CONSTRAINT c CHECK (b > 0)",
         "ALTER TABLE t DROP COLUMN b, DROP CONSTRAINT c"},
        {"ALTER TABLE t ALTER b SET NOT NULL", "ALTER TABLE t ALTER b DROP NOT NULL"},
        {"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS ''", "DROP FUNCTION f()"},
        {"CREATE TYPE y AS ENUM ()", "DROP TYPE y"},
        {"CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()",
         "DROP TRIGGER g ON t"},
        {"ALTER TABLE t RENAME a TO b", "ALTER TABLE t RENAME b TO a"},
        {"COMMENT ON TABLE t IS 'x'", "COMMENT ON TABLE t IS NULL"},
    };
    for (size_t i = 0; i < sizeof PAIRS / sizeof *PAIRS; i++) {
        assert_string_equal(objects(PAIRS[i][0]), objects(PAIRS[i][1]));
        assert_string_not_equal(objects(PAIRS[i][0]), "?");
    }
    assert_string_equal(objects("VACUUM"), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_does_not_notice_stays),
        cmocka_unit_test(what_needs_it_comes_behind),
        cmocka_unit_test(a_step_alone_keeps_the_file),
        cmocka_unit_test(a_block_is_cut_into_blocks),
        cmocka_unit_test(a_down_that_cannot_be_divided),
        cmocka_unit_test(who_may_overtake),
        cmocka_unit_test(there_and_back_are_one_object),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
