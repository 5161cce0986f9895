#include "sql/parse.h"

#include "base/text.h"
#include "sql/parser_host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static ParsedStatement parse_at(Arena *arena, const char *sql, Position position)
{
    Statement statement = {.text = str_from(sql), .position = position};
    ParsedStatement parsed;
    parse_statement(arena, &statement, &parsed);
    return parsed;
}

static ParsedStatement parse(Arena *arena, const char *sql)
{
    return parse_at(arena, sql, (Position){1, 1});
}

// Each came with the version before it; the grammar of 15 and earlier refuses all from 16 on.
static const struct {
    const char *sql;
    const char *kind;
} FORMS[] = {
    // 13 to 15
    {"ALTER TABLE t ADD COLUMN a int", "AlterTableStmt"},
    {"CREATE INDEX CONCURRENTLY i ON t USING gin (a) INCLUDE (b) WHERE c", "IndexStmt"},
    {"REINDEX (CONCURRENTLY, VERBOSE) TABLE t", "ReindexStmt"},
    {"ALTER TABLE p DETACH PARTITION c CONCURRENTLY", "AlterTableStmt"},
    {"ALTER TABLE t ALTER a SET COMPRESSION lz4", "AlterTableStmt"},
    {"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END", "CreateFunctionStmt"},
    {"CREATE UNIQUE INDEX ON t (a) NULLS NOT DISTINCT", "IndexStmt"},
    {"MERGE INTO t USING s ON t.a = s.a WHEN MATCHED THEN DELETE", "MergeStmt"},
    {"CREATE PUBLICATION p FOR TABLES IN SCHEMA s", "CreatePublicationStmt"},
    {"COPY t FROM STDIN WITH (FORMAT csv)", "CopyStmt"},
    {"VACUUM (PARALLEL 2) t", "VacuumStmt"},
    {"PREPARE TRANSACTION 'x'", "TransactionStmt"},
    // 16
    {"SELECT 0x1F, 0b11, 1_000", "SelectStmt"},
    {"SELECT 1 FROM (SELECT 2)", "SelectStmt"},
    {"CREATE TABLE t (a text STORAGE external)", "CreateStmt"},
    {"GRANT r TO u WITH INHERIT TRUE", "GrantRoleStmt"},
    {"CREATE STATISTICS ON a, b FROM t", "CreateStatsStmt"},
    {"SELECT JSON_ARRAY(1, 2), JSON_OBJECT('a': 1)", "SelectStmt"},
    {"SELECT a IS JSON OBJECT", "SelectStmt"},
    // 17
    {"MERGE INTO t USING s ON true WHEN NOT MATCHED BY SOURCE THEN DELETE RETURNING *",
     "MergeStmt"},
    {"SELECT * FROM JSON_TABLE('[1]'::jsonb, '$[*]' COLUMNS (a int PATH '$')) x", "SelectStmt"},
    {"ALTER TABLE t ALTER a SET EXPRESSION AS (b + 1)", "AlterTableStmt"},
    {"ALTER TABLE t SET ACCESS METHOD DEFAULT", "AlterTableStmt"},
    {"GRANT MAINTAIN ON t TO u", "GrantStmt"},
    // 18
    {"CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL)", "CreateStmt"},
    {"CREATE TABLE t (a int, b int GENERATED ALWAYS AS (a * 2))", "CreateStmt"},
    {"ALTER TABLE t ADD CONSTRAINT n NOT NULL a NOT VALID", "AlterTableStmt"},
    {"ALTER TABLE t ADD CONSTRAINT n NOT NULL a NO INHERIT", "AlterTableStmt"},
    {"ALTER TABLE t ADD CHECK (a > 0) NOT ENFORCED", "AlterTableStmt"},
    {"ALTER TABLE t ALTER CONSTRAINT k NOT ENFORCED", "AlterTableStmt"},
    {"ALTER TABLE t ALTER CONSTRAINT k INHERIT", "AlterTableStmt"},
    {"CREATE TABLE t (a int, v tsrange, PRIMARY KEY (a, v WITHOUT OVERLAPS))", "CreateStmt"},
    {"ALTER TABLE t ADD FOREIGN KEY (a, PERIOD v) REFERENCES s (a, PERIOD v)", "AlterTableStmt"},
    {"UPDATE t SET a = 1 RETURNING WITH (OLD AS o) o.a", "UpdateStmt"},
    {"VACUUM ONLY t", "VacuumStmt"},
    {"ALTER DOMAIN d ADD NOT NULL", "AlterDomainStmt"},
};

static void forms_of_13_to_18_are_known(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof FORMS / sizeof *FORMS; i++) {
        ParsedStatement parsed = parse(arena, FORMS[i].sql);
        if (parsed.error)
            fail_msg("%s: %s", FORMS[i].sql, parsed.error->message);
        assert_string_equal(node_kind(parsed.node), FORMS[i].kind);
    }
}

static void nodes_say_where_they_are(void **state)
{
    ARENA_SCOPED arena = arena_new();
    ParsedStatement parsed =
        parse_at(arena, "ALTER TABLE ä.t\n  ADD COLUMN é int,\n  DROP COLUMN b", (Position){7, 3});
    const Node *commands = node_field(parsed.node, "cmds");
    Position position = parsed_position(&parsed, node_field(parsed.node, "relation"));
    assert_int_equal(position.line, 7);
    assert_int_equal(position.column, 15);
    position = parsed_position(&parsed, node_field(node_first(commands), "def"));
    assert_int_equal(position.line, 8);
    assert_int_equal(position.column, 14);
    // without a location of its own: the first inside, or the statement's start
    position = parsed_position(&parsed, node_first(commands));
    assert_int_equal(position.line, 8);
    position = parsed_position(&parsed, node_next(node_first(commands)));
    assert_int_equal(position.line, 7);
    assert_int_equal(position.column, 3);
    assert_int_equal(parsed_offset(&parsed, parsed.node), 0);
    assert_int_equal(parsed_offset(&parsed, NULL), 0);
}

static void errors_say_where_they_are(void **state)
{
    ARENA_SCOPED arena = arena_new();
    ParsedStatement parsed =
        parse_at(arena, "ALTER TABLE \"ää\"\n  ADD COLUM é int", (Position){4, 1});
    assert_null(parsed.node);
    assert_string_equal(parsed.error->message, "syntax error at or near \"int\"");
    assert_int_equal(parsed.error->position.line, 5);
    assert_int_equal(parsed.error->position.column, 15);
    assert_memory_equal(parsed.statement.text.p + parsed.error->at, "int", 3);
    Err err = {0};
    assert_false(parsed_fail(&parsed, "a.sql", &err));
    assert_int_equal(err.class, ERR_CONFIG);
    assert_string_equal(err.file, "a.sql");
    assert_int_equal(err.position.line, 5);
    assert_string_equal(err.source, "  ADD COLUM é int");
    assert_int_equal(err.source_column, 15);
    assert_string_equal(parse(arena, "SELECT a FROM").error->message,
                        "syntax error at end of input");
    assert_string_equal(parse(arena, "").error->message, "there is no statement");
}

static void one_bad_statement_hides_nothing(void **state)
{
    static const char SCRIPT[] = "CREATE TABLE a (x int);\n"
                                 "CREATE TABL b;\n"
                                 "COPY a FROM stdin;\n1\n;selec\n\\.\n"
                                 "\\restrict abc\n"
                                 "DO $$ BEGIN a; b; END $$;\n"
                                 "selec;\n"
                                 "DROP TABLE c";
    static const struct {
        int line;
        const char *kind; // "" where it does not parse
    } EXPECTED[] = {{1, "CreateStmt"}, {2, ""}, {3, "CopyStmt"},
                    {8, "DoStmt"},     {9, ""}, {10, "DropStmt"}};
    ARENA_SCOPED arena = arena_new();
    ParsedStatements statements;
    Err err = {0};
    assert_true(parse_script(arena, str_from(SCRIPT), NULL, &statements, &err));
    assert_int_equal(statements.len, 6);
    for (size_t i = 0; i < statements.len; i++) {
        const ParsedStatement *parsed = &statements.items[i];
        assert_int_equal(parsed->statement.position.line, EXPECTED[i].line);
        assert_string_equal(node_kind(parsed->node), EXPECTED[i].kind);
        assert_int_equal(parsed->error == NULL, parsed->node != NULL);
    }
}

static void what_cannot_be_split_ends_the_script(void **state)
{
    ARENA_SCOPED arena = arena_new();
    ParsedStatements statements;
    Err err = {0};
    assert_false(parse_script(arena, STR("SELECT 1; SELECT 'a"), NULL, &statements, &err));
    assert_int_equal(statements.len, 1);
    assert_int_equal(err.position.column, 18);
}

static Text insert_of(size_t rows, const char *ending)
{
    Text text;
    text_init(&text, SIZE_MAX / 2);
    text_append(&text, STR("INSERT INTO s.t (a, b) VALUES"));
    for (size_t i = 0; i < rows; i++)
        text_printf(&text, "%s\n(%zu, 'it''s (row) %zu, VALUES')", i ? "," : "", i, i);
    text_append(&text, str_from(ending));
    return text;
}

static void long_lists_of_rows_are_cut(void **state)
{
    ARENA_SCOPED arena = arena_new();
    TEXT_SCOPED text = insert_of(140000, "\nON CONFLICT (a) DO UPDATE SET b = excluded.b");
    assert_true(text.len > 5000000);
    ParsedStatement parsed = parse(arena, text_cstr(&text));
    assert_null(parsed.error);
    assert_string_equal(node_text(parsed.node, "relation.relname"), "t");
    assert_int_equal(parsed.cuts.len, 1);
    size_t kept = node_count(node_field(parsed.node, "selectStmt.valuesLists"));
    assert_true(kept > 100 && kept < 500);
    assert_int_equal(kept + parsed.cuts.items[0].rows, 140000);
    const Node *conflict = node_field(parsed.node, "onConflictClause");
    assert_int_equal(parsed_position(&parsed, conflict).line, 140002);
    assert_memory_equal(parsed.statement.text.p + parsed_offset(&parsed, conflict), "ON CONFLICT",
                        11);
}

static void errors_behind_a_cut_have_their_place(void **state)
{
    ARENA_SCOPED arena = arena_new();
    static const char *const ENDINGS[] = {"\nON CONFLIKT", ",\nCONFLIKT"};
    for (size_t i = 0; i < 2; i++) {
        TEXT_SCOPED text = insert_of(5000, ENDINGS[i]);
        ParsedStatement parsed = parse(arena, text_cstr(&text));
        assert_string_equal(parsed.error->message, "syntax error at or near \"CONFLIKT\"");
        assert_int_equal(parsed.error->position.line, 5002);
        assert_memory_equal(parsed.statement.text.p + parsed.error->at, "CONFLIKT", 8);
    }
}

static void short_and_other_texts_are_not_cut(void **state)
{
    ARENA_SCOPED arena = arena_new();
    TEXT_SCOPED text = insert_of(1000, "");
    assert_int_equal(parse(arena, text_cstr(&text)).cuts.len, 0);
    TEXT_SCOPED list;
    text_init(&list, SIZE_MAX / 2);
    text_append(&list, STR("SELECT * FROM t WHERE a IN (0"));
    for (int i = 1; i < 20000; i++)
        text_printf(&list, ", %d", i);
    text_append(&list, STR(")"));
    ParsedStatement parsed = parse(arena, text_cstr(&list));
    assert_int_equal(parsed.cuts.len, 0);
    assert_non_null(parsed.node);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_of_13_to_18_are_known),
        cmocka_unit_test(nodes_say_where_they_are),
        cmocka_unit_test(errors_say_where_they_are),
        cmocka_unit_test(one_bad_statement_hides_nothing),
        cmocka_unit_test(what_cannot_be_split_ends_the_script),
        cmocka_unit_test(long_lists_of_rows_are_cut),
        cmocka_unit_test(errors_behind_a_cut_have_their_place),
        cmocka_unit_test(short_and_other_texts_are_not_cut),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    parser_done();
    return failed;
}
