// The SQL that findings about columns advise: of the very statement, with names as SQL needs them.
#include "lint_case.h"

#include "check/rules/families.h"

static const Rule *const FAMILIES[] = {
    RULES_COLUMN_ADD,       RULES_COLUMN_ADD_TYPE, RULES_COLUMN_ADD_INLINE, RULES_COLUMN_CONTEXT,
    RULES_COLUMN_TYPE,      RULES_COLUMN_VIEW,     RULES_COLUMN_NULL,       RULES_COLUMN_DROP,
    RULES_COLUMN_GENERATED, RULES_COLUMN_RENAME,   RULES_COLUMN_KEY,        NULL,
};

static int check_sql(const Rule *rule, const char *sql)
{
    ARENA_SCOPED arena = arena_new();
    ParsedStatements statements = {0};
    Err err = {0};
    if (!parse_script(arena, str_from(sql), NULL, &statements, &err)) {
        print_error("%s: %s in:\n%s\n", rule->id, err.message, sql);
        return 1;
    }
    VEC_EACH (const ParsedStatement, parsed, &statements)
        if (parsed->error) {
            print_error("%s: %s in:\n%s\n", rule->id, parsed->error->message, sql);
            return 1;
        }
    return 0;
}

static void what_is_advised_is_sql(void **state)
{
    int wrong = 0;
    for (const Rule *const *family = FAMILIES; *family; family++)
        for (const Rule *rule = *family; rule->id; rule++) {
            wrong += rule->instead_sql ? check_sql(rule, rule->instead_sql) : 0;
            for (const RuleExample *example = rule->bad; example->sql; example++) {
                ARENA_SCOPED arena = arena_new();
                Findings findings = lint_example(arena, example);
                VEC_EACH (const Finding, finding, &findings)
                    if (finding->rule == rule && finding->instead)
                        wrong += check_sql(rule, finding->instead);
            }
        }
    assert_int_equal(wrong, 0);
}

// Of the rule's first finding.
static const char *advised(Arena *arena, const RuleExample *example, const char *rule)
{
    Findings findings = lint_example(arena, example);
    VEC_EACH (const Finding, finding, &findings)
        if (strcmp(finding->rule->id, rule) == 0)
            return finding->instead;
    return NULL;
}

static void names_are_quoted_where_they_must_be(void **state)
{
    ARENA_SCOPED arena = arena_new();
    const RuleExample example = {
        .setup =
            "CREATE SCHEMA shop; CREATE TABLE shop.\"order\" (a int, \"B\" int, PRIMARY KEY (a, "
            "\"B\"));",
        .sql = "ALTER TABLE shop.\"order\" ADD COLUMN \"user\" uuid DEFAULT gen_random_uuid ( );"};
    assert_string_equal(
        advised(arena, &example, "add-column-volatile-default"),
        "ALTER TABLE shop.\"order\" ADD COLUMN \"user\" uuid;\n"
        "ALTER TABLE shop.\"order\" ALTER COLUMN \"user\" SET DEFAULT "
        "gen_random_uuid ( );\n"
        "-- then, outside of this transaction, until it changes no row:\n"
        "UPDATE shop.\"order\" SET \"user\" = DEFAULT WHERE (a, \"B\") IN (\n"
        "    SELECT a, \"B\" FROM shop.\"order\" WHERE \"user\" IS NULL LIMIT 5000)\n"
        "    AND \"user\" IS NULL;");
}

static void a_row_without_a_key_is_found_by_its_place(void **state)
{
    ARENA_SCOPED arena = arena_new();
    const RuleExample example = {
        .sql = "ALTER TABLE never_seen ADD COLUMN at timestamptz DEFAULT clock_timestamp();"};
    const char *sql = advised(arena, &example, "add-column-volatile-default");
    assert_non_null(strstr(sql, "UPDATE never_seen SET at = DEFAULT WHERE ctid = ANY (ARRAY(\n"
                                "    SELECT ctid FROM never_seen WHERE at IS NULL LIMIT 5000))\n"
                                "    AND at IS NULL;"));
}

static void clauses_are_taken_as_written(void **state)
{
    ARENA_SCOPED arena = arena_new();
    const RuleExample example = {
        .setup = "CREATE TABLE t (id int);",
        .sql = "ALTER TABLE t ADD a text COLLATE \"C\" DEFAULT 'x,y' /* why */ NOT NULL CONSTRAINT "
               "a_is_one CHECK (a IN ('x', 'y;')) NO INHERIT, ADD b int;"};
    const char *sql = advised(arena, &example, "add-column-inline-check");
    assert_string_equal(sql,
                        "ALTER TABLE t ADD COLUMN a text COLLATE \"C\" DEFAULT 'x,y' NOT NULL;\n"
                        "ALTER TABLE t ADD CONSTRAINT a_is_one CHECK (a IN ('x', 'y;')) NO "
                        "INHERIT NOT VALID;\n"
                        "-- in a later transaction:\n"
                        "ALTER TABLE t VALIDATE CONSTRAINT a_is_one;");
}

static void a_second_column_is_computed_by_the_expression(void **state)
{
    ARENA_SCOPED arena = arena_new();
    const RuleExample example = {
        .setup = "CREATE TABLE t (id int PRIMARY KEY, note text, kind int);",
        .sql = "ALTER TABLE t ALTER note TYPE int USING (length(note) + kind), ALTER kind SET "
               "DEFAULT 1;"};
    const char *sql = advised(arena, &example, "alter-type-volatile-using");
    assert_non_null(strstr(sql, "NEW.note_new := (length(NEW.note) + NEW.kind);"));
    assert_non_null(strstr(sql, "UPDATE t SET note_new = (length(note) + kind) WHERE id IN ("));
}

static void a_long_name_is_cut_as_the_server_cuts_it(void **state)
{
    ARENA_SCOPED arena = arena_new();
    const RuleExample example = {
        .setup = "CREATE TABLE a_table_with_a_name_of_forty_characters_ (id int);",
        .sql = "ALTER TABLE a_table_with_a_name_of_forty_characters_ ADD "
               "a_column_with_a_name_of_forty_characters int CHECK (id > 0);"};
    const char *sql = advised(arena, &example, "add-column-inline-check");
    assert_non_null(
        strstr(sql, "CONSTRAINT a_table_with_a_name_of_forty_a_column_with_a_name_of_fort_check"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_advised_is_sql),
        cmocka_unit_test(names_are_quoted_where_they_must_be),
        cmocka_unit_test(a_row_without_a_key_is_found_by_its_place),
        cmocka_unit_test(clauses_are_taken_as_written),
        cmocka_unit_test(a_second_column_is_computed_by_the_expression),
        cmocka_unit_test(a_long_name_is_cut_as_the_server_cuts_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
