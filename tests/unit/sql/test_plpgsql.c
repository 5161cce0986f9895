#include "sql/plpgsql.h"

#include "base/text.h"
#include "sql/parser_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static Body open_at(Arena *arena, const char *sql, Position position)
{
    Statement statement = {.text = str_from(sql), .position = position};
    ParsedStatement parsed;
    Body body;
    parse_statement(arena, &statement, &parsed);
    if (parsed.error)
        fail_msg("%s: %s", sql, parsed.error->message);
    body_open(arena, &parsed, &body);
    return body;
}

// A line for each statement: place, kind, "execute" or "maybe" where it is so, an error.
static const char *summary(Arena *arena, const Body *body)
{
    TEXT_SCOPED text;
    text_init(&text, SIZE_MAX / 2);
    VEC_EACH (BodyStatement, item, &body->statements) {
        const ParsedStatement *parsed = &item->parsed;
        text_printf(&text, "%d:%d %s%s%s", item->position.line, item->position.column,
                    parsed->error ? parsed->error->message : node_kind(parsed->node),
                    item->source == BODY_EXECUTE ? " execute" : "",
                    item->is_conditional ? " maybe" : "");
        text_append_char(&text, '\n');
    }
    if (body->opaque_count)
        text_printf(&text, "opaque %zu, first %d:%d\n", body->opaque_count, body->opaque.line,
                    body->opaque.column);
    if (body->error)
        text_printf(&text, "%d:%d %s\n", body->error->position.line, body->error->position.column,
                    body->error->message);
    return arena_strdup(arena, text_cstr(&text));
}

static void assert_body(const char *sql, const char *expected)
{
    ARENA_SCOPED arena = arena_new();
    Body body = open_at(arena, sql, (Position){1, 1});
    assert_string_equal(summary(arena, &body), expected);
}

static void do_blocks_are_opened(void **state)
{
    assert_body("DO $$\n"
                "DECLARE r record; n int := 5;\n"
                "BEGIN\n"
                "  IF n > 3 THEN\n"
                "    ALTER TABLE t ADD COLUMN a int;\n"
                "  END IF;\n"
                "  FOR r IN SELECT * FROM x LOOP DELETE FROM t; END LOOP;\n"
                "  PERFORM f(1); DELETE FROM t; DELETE FROM t; DELETE FROM t;\n"
                "  SELECT a INTO n FROM t;\n"
                "  CALL p(); COMMIT;\n"
                "EXCEPTION WHEN others THEN UPDATE é SET a = 1; DROP TABLE t;\n"
                "END $$",
                "5:5 AlterTableStmt maybe\n"
                "7:33 DeleteStmt maybe\n"
                "7:12 SelectStmt\n"
                "8:3 SelectStmt\n"
                "8:17 DeleteStmt\n"
                "8:32 DeleteStmt\n"
                "8:47 DeleteStmt\n"
                "9:3 SelectStmt\n"
                "10:3 CallStmt\n"
                "10:13 TransactionStmt\n"
                "11:28 UpdateStmt maybe\n"
                "11:48 DropStmt maybe\n");
}

static void expressions_are_listed(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Body body =
        open_at(arena,
                "DO $$ DECLARE n int := f(); r record; BEGIN IF g(1) > 3 THEN n := h(); END IF; "
                "r.a = i(2); FOR n IN 1..j() LOOP END LOOP; END $$",
                (Position){1, 1});
    static const char *const WANTED[] = {"f()", "g(1) > 3", " h()", " i(2)", "1", "j()"};
    assert_int_equal(body.expressions.len, 6);
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(body.expressions.items[i], WANTED[i]);
    assert_int_equal(body.statements.len, 0);
}

static void bodies_in_quotes_are_opened(void **state)
{
    assert_body("DO LANGUAGE plpgsql 'BEGIN\n  UPDATE t SET a = ''x''; DELETE FROM y;\nEND'",
                "2:3 UpdateStmt\n2:27 DeleteStmt\n");
    assert_body("DO E'BEGIN\\n  DELETE FROM y; END'", "1:11 DeleteStmt\n");
}

static void places_are_the_file_s(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Body body =
        open_at(arena, "DO $x$BEGIN DROP TABLE a;\nDROP TABLE b; END$x$", (Position){10, 5});
    assert_string_equal(summary(arena, &body), "10:17 DropStmt\n11:1 DropStmt\n");
    const ParsedStatement *second = &body.statements.items[1].parsed;
    assert_int_equal(second->statement.offset, 26);
    assert_int_equal(body.kind, BODY_DO);
    assert_string_equal(body.language, "plpgsql");
}

static void constant_executes_are_folded(void **state)
{
    assert_body("DO $$ BEGIN EXECUTE 'CREATE INDEX i ON t (a)'; END $$",
                "1:21 IndexStmt execute\n");
    assert_body("DO $$ BEGIN EXECUTE 'DROP ' || 'TABLE a; ' || $q$DROP TABLE b$q$::text; END $$",
                "1:21 DropStmt execute\n1:21 DropStmt execute\n");
    assert_body("DO $$ DECLARE q CONSTANT text := 'DROP TABLE a'; BEGIN EXECUTE q; END $$",
                "1:64 DropStmt execute\n");
    assert_body("DO $$ BEGIN FOR i IN 1..3 LOOP EXECUTE 'DROP TABLE a'; END LOOP; END $$",
                "1:40 DropStmt execute maybe\n");
    assert_body("DO $$ BEGIN EXECUTE 'bad'; END $$",
                "1:21 syntax error at or near \"bad\" execute\n");
}

static void format_is_folded(void **state)
{
    ARENA_SCOPED arena = arena_new();
    static const char *const SAME[] = {
        "format('ALTER TABLE %I.%I ADD c text DEFAULT %L', 'S', 'order', 'it''s')",
        "format('ALTER TABLE %2$I.%3$I ADD c text DEFAULT %1$L', 'it''s', 'S', 'order')",
        "concat('ALTER TABLE ', quote_ident('S'), '.', quote_ident('order'), ' ADD c text DEFAULT "
        "',"
        " quote_literal('it''s'))",
        "pg_catalog.format('ALTER %s ADD c text DEFAULT %L', 'TABLE \"S\".\"order\"', 'it''s')",
    };
    for (size_t i = 0; i < sizeof SAME / sizeof *SAME; i++) {
        Body body = open_at(arena, arena_printf(arena, "DO $$ BEGIN EXECUTE %s; END $$", SAME[i]),
                            (Position){1, 1});
        assert_int_equal(body.statements.len, 1);
        assert_int_equal(body.opaque_count, 0);
        assert_string_equal(body.statements.items[0].parsed.statement.text.p,
                            "ALTER TABLE \"S\".\"order\" ADD c text DEFAULT 'it''s'");
    }
    Body body = open_at(arena, "DO $$ BEGIN EXECUTE format('SELECT %s, ''%%''', 1); END $$",
                        (Position){1, 1});
    assert_string_equal(body.statements.items[0].parsed.statement.text.p, "SELECT 1, '%'");
}

static void what_is_not_constant_is_opaque(void **state)
{
    static const char *const UNKNOWN[] = {
        "'DROP TABLE ' || n",      "format('%I', n)",       "format('DROP TABLE %I')",
        "format('%10s', 'a')",     "'DROP TABLE ' || NULL", "upper('drop table a')",
        "(SELECT 'DROP TABLE a')", "'DROP TABLE ''a'",
    };
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof UNKNOWN / sizeof *UNKNOWN; i++) {
        const char *sql = arena_printf(arena,
                                       "DO $$ DECLARE n text := 'a'; BEGIN EXECUTE %s; "
                                       "EXECUTE n; DROP TABLE z; END $$",
                                       UNKNOWN[i]);
        Body body = open_at(arena, sql, (Position){1, 1});
        assert_int_equal(body.opaque_count, 2);
        assert_int_equal(body.opaque.column, 44);
        assert_int_equal(body.statements.len, 1);
    }
    // a name that two blocks declare
    assert_body("DO $$ DECLARE q CONSTANT text := 'DROP TABLE a'; BEGIN\n"
                "DECLARE q text := f(); BEGIN EXECUTE q; END; END $$",
                "opaque 1, first 2:38\n");
}

static void routines_are_opened(void **state)
{
    assert_body(
        "CREATE FUNCTION f() RETURNS SETOF int LANGUAGE plpgsql AS $$ DECLARE c refcursor; BEGIN\n"
        "RETURN QUERY SELECT 1; RETURN QUERY EXECUTE 'SELECT 2';\n"
        "OPEN c FOR EXECUTE 'SELECT 3'; END $$",
        "2:14 SelectStmt\n2:45 SelectStmt execute\n3:20 SelectStmt execute\n");
}

static void sql_bodies_are_opened(void **state)
{
    assert_body(
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1;\n SELECT ''a''; selec 2'",
        "1:50 SelectStmt\n2:2 SelectStmt\n2:16 syntax error at or near \"selec\"\n");
    assert_body("CREATE FUNCTION f() RETURNS int AS $$ SELECT 1; $$ LANGUAGE 'SQL'",
                "1:39 SelectStmt\n");
    assert_body("CREATE FUNCTION f() RETURNS int BEGIN ATOMIC UPDATE t SET a = 1; SELECT 2; END",
                "1:53 UpdateStmt\n1:73 SelectStmt\n");
    assert_body("CREATE FUNCTION f() RETURNS int RETURN 1 + 1", "1:40 ReturnStmt\n");
    assert_body("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT ''a'",
                "1:50 unterminated quoted string\n");
}

static void errors_hide_one_body_only(void **state)
{
    assert_body("DO $$ BEGIN DROP TABLE a;\n ALTER TABL b; END $$",
                "2:8 syntax error at or near \"TABL\"\n");
    assert_body("DO $$ BEGIN a; a; END $$", "1:6 syntax error at or near \"a\"\n");
}

static void other_statements_have_none(void **state)
{
    ARENA_SCOPED arena = arena_new();
    assert_int_equal(open_at(arena, "SELECT 1", (Position){1, 1}).kind, BODY_NONE);
    assert_body("DO LANGUAGE plperl $$ 1 $$", "opaque 1, first 1:22\n");
    assert_body("CREATE FUNCTION f() RETURNS int LANGUAGE c AS 'a', 'b'", "opaque 1, first 1:48\n");
    Statement bad = {.text = STR("DO $$ x"), .position = {1, 1}};
    ParsedStatement parsed;
    Body body;
    parse_statement(arena, &bad, &parsed);
    body_open(arena, &parsed, &body);
    assert_int_equal(body.kind, BODY_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(do_blocks_are_opened),
        cmocka_unit_test(expressions_are_listed),
        cmocka_unit_test(bodies_in_quotes_are_opened),
        cmocka_unit_test(places_are_the_file_s),
        cmocka_unit_test(constant_executes_are_folded),
        cmocka_unit_test(format_is_folded),
        cmocka_unit_test(what_is_not_constant_is_opaque),
        cmocka_unit_test(routines_are_opened),
        cmocka_unit_test(sql_bodies_are_opened),
        cmocka_unit_test(errors_hide_one_body_only),
        cmocka_unit_test(other_statements_have_none),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    parser_done();
    return failed;
}
