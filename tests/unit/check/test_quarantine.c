#include "check/quarantine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// tests/e2e/test_quarantine_forms.py runs them on a server.

static void assert_statements(const Words *statements, const char *const *expected)
{
    size_t count = 0;
    for (; expected[count]; count++) {
        assert_true(count < statements->len);
        assert_string_equal(statements->items[count], expected[count]);
    }
    assert_int_equal(statements->len, count);
}

static void assert_behind(const QuarantineBack *back, const char *const *expected)
{
    size_t count = 0;
    for (; expected[count]; count++) {
        bool needs = expected[count][0] == '+'; // the previous one
        assert_true(count < back->behind.len);
        assert_string_equal(back->behind.items[count].sql, expected[count] + needs);
        assert_int_equal(back->behind.items[count].needs_previous, needs);
    }
    assert_int_equal(back->behind.len, count);
}

static void test_names(void **state)
{
    ARENA_SCOPED arena = arena_new();
    assert_string_equal(quarantine_table_name(arena, "app", "orders", "028", NULL), "orders_028");
    assert_string_equal(quarantine_table_name(arena, "app", "Or ders", "1.10-B", NULL),
                        "Or ders_1_10__");
    assert_string_equal(quarantine_column_name(arena, "note", "028"),
                        "migrate_safe_quarantine_028_note");
    assert_string_equal(quarantine_rows_name(arena, "orders", "028", 2), "orders_028_2_rows");
}

static void test_long_names(void **state)
{
    ARENA_SCOPED arena = arena_new();
    char name[64];
    memset(name, 'x', 63);
    name[63] = '\0';
    const char *one = quarantine_table_name(arena, "app", name, "20240101000000", NULL);
    name[62] = 'y'; // a cut alone would make them equal
    const char *other = quarantine_table_name(arena, "app", name, "20240101000000", NULL);
    assert_int_equal(strlen(one), 63);
    assert_non_null(strstr(one, "_20240101000000"));
    assert_string_not_equal(one, other);
    assert_int_equal(strlen(quarantine_column_name(arena, name, "20240101000000")), 63);
    const char *rows = quarantine_rows_name(arena, name, "1", 1);
    assert_int_equal(strlen(rows), 63);
    assert_string_equal(rows + 63 - 9, "_1_1_rows");
}

static void test_long_versions(void **state)
{
    ARENA_SCOPED arena = arena_new();
    char version[101];
    memset(version, '7', 100);
    version[100] = '\0';
    const char *made = quarantine_table_name(arena, "app", "orders", version, NULL);
    assert_int_equal(strlen(made), 63);
    assert_memory_equal(made, "orders_777", 10);
}

static void test_characters_stay_whole(void **state)
{
    ARENA_SCOPED arena = arena_new();
    char name[64] = "x";
    for (int i = 0; i < 31; i++)
        memcpy(name + 1 + 2 * i, "\xc3\xa4", 3);
    const char *made = quarantine_table_name(arena, "app", name, "12", NULL);
    assert_true(strlen(made) <= 63);
    assert_int_equal((strrchr(made, '\xa4') + 1 - made) % 2, 1);
}

static void test_taken(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Words taken = {0};
    *vec_append(arena, &taken) = quarantine_table_name(arena, "app", "orders", "028", NULL);
    const char *other = quarantine_table_name(arena, "shop", "orders", "028", &taken);
    assert_string_not_equal(other, "orders_028");
    assert_non_null(strstr(other, "_028"));
}

static void test_table(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Words statements;
    QuarantineTable table = {.version = "028", .schema = "app", .name = "or\"ders\\"};
    *vec_append(arena, &table.foreign_keys) =
        (QuarantineForeignKey){"app", "lines", "lines_fk", "FOREIGN KEY (o) REFERENCES app.o(id)"};
    *vec_append(arena, &table.foreign_keys) =
        (QuarantineForeignKey){"app", "or\"ders\\", "old", NULL};
    *vec_append(arena, &table.grants) = (QuarantineGrant){"\"web\"", "SELECT", true};
    *vec_append(arena, &table.publications) = (QuarantinePublication){"all", NULL};
    *vec_append(arena, &table.parents) = (QuarantineParent){"app", "base", NULL};
    *vec_append(arena, &table.parts) = (QuarantinePart){"INDEX", "app", "o_pkey", NULL};
    quarantine_table(arena, &table, &statements);
    assert_statements(
        &statements,
        (const char *const[]){
            "CREATE SCHEMA IF NOT EXISTS migrate_safe_quarantine",
            "ALTER TABLE app.\"or\"\"ders\\\" NO INHERIT app.base",
            "ALTER TABLE app.lines DROP CONSTRAINT lines_fk",
            "ALTER TABLE app.\"or\"\"ders\\\" DROP CONSTRAINT old",
            "ALTER PUBLICATION \"all\" DROP TABLE app.\"or\"\"ders\\\"",
            "REVOKE ALL ON TABLE app.\"or\"\"ders\\\" FROM \"web\" CASCADE",
            "ALTER INDEX app.o_pkey RENAME TO o_pkey_028",
            "ALTER TABLE app.\"or\"\"ders\\\" SET SCHEMA migrate_safe_quarantine",
            "ALTER TABLE migrate_safe_quarantine.\"or\"\"ders\\\" RENAME TO \"or\"\"ders\\_028\"",
            "COMMENT ON TABLE migrate_safe_quarantine.\"or\"\"ders\\_028\" IS "
            "E'migrate-safe quarantine: {\"version\": \"028\", \"kind\": \"table\", "
            "\"schema\": \"app\", \"was\": \"or\\\\\"ders\\\\\\\\\", "
            "\"foreign_keys\": [{\"schema\": \"app\", \"table\": \"lines\", \"name\": "
            "\"lines_fk\", \"definition\": \"FOREIGN KEY (o) REFERENCES app.o(id)\"}, "
            "{\"schema\": \"app\", \"table\": \"or\\\\\"ders\\\\\\\\\", \"name\": \"old\"}], "
            "\"grants\": [{\"to\": \"\\\\\"web\\\\\"\", \"privileges\": \"SELECT\", "
            "\"grantable\": true}], \"publications\": [{\"name\": \"all\"}], "
            "\"parents\": [{\"schema\": \"app\", \"name\": \"base\"}], "
            "\"parts\": [{\"kind\": \"INDEX\", \"schema\": \"app\", \"name\": \"o_pkey\", "
            "\"now\": \"o_pkey_028\"}]}'",
            NULL});
}

static void test_table_back(void **state)
{
    ARENA_SCOPED arena = arena_new();
    QuarantineBack back;
    QuarantineTable table = {
        .version = "028", .schema = "app", .name = "orders", .comment = "it's"};
    *vec_append(arena, &table.foreign_keys) =
        (QuarantineForeignKey){"app", "lines", "a", "FOREIGN KEY (o) REFERENCES app.orders(id)"};
    *vec_append(arena, &table.foreign_keys) = (QuarantineForeignKey){
        "app", "lines", "b", "FOREIGN KEY (p) REFERENCES app.orders(id) NOT VALID"};
    *vec_append(arena, &table.foreign_keys) = (QuarantineForeignKey){"app", "lines", "c", NULL};
    *vec_append(arena, &table.grants) = (QuarantineGrant){"PUBLIC", "SELECT", false};
    *vec_append(arena, &table.publications) = (QuarantinePublication){"all", " (id)"};
    *vec_append(arena, &table.parents) = (QuarantineParent){"app", "base", "FOR VALUES IN (1)"};
    *vec_append(arena, &table.parts) = (QuarantinePart){"TABLE", "part", "p1", NULL};
    quarantine_table_back(arena, &table, &back);
    assert_statements(
        &back.statements,
        (const char *const[]){"ALTER TABLE migrate_safe_quarantine.orders_028 SET SCHEMA app",
                              "ALTER TABLE app.orders_028 RENAME TO orders",
                              "ALTER TABLE migrate_safe_quarantine.p1_028 SET SCHEMA part",
                              "ALTER TABLE part.p1_028 RENAME TO p1",
                              "ALTER TABLE app.base ATTACH PARTITION app.orders FOR VALUES IN (1)",
                              "GRANT SELECT ON TABLE app.orders TO PUBLIC",
                              "ALTER PUBLICATION \"all\" ADD TABLE app.orders (id)",
                              "COMMENT ON TABLE app.orders IS 'it''s'", NULL});
    assert_behind(&back, (const char *const[]){
                             "ALTER TABLE app.lines ADD CONSTRAINT a FOREIGN KEY (o) REFERENCES "
                             "app.orders(id) NOT VALID",
                             "+ALTER TABLE app.lines VALIDATE CONSTRAINT a",
                             "ALTER TABLE app.lines ADD CONSTRAINT b FOREIGN KEY (p) REFERENCES "
                             "app.orders(id) NOT VALID",
                             NULL});
}

static void test_column(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Words statements;
    QuarantineBack back;
    QuarantineColumn column = {.version = "028",
                               .schema = "app",
                               .table = "orders",
                               .name = "note",
                               .is_not_null = true,
                               .default_sql = "'x'::text"};
    *vec_append(arena, &column.dropped) =
        (QuarantineConstraint){"long", "CHECK ((length(note) < 9))", false};
    *vec_append(arena, &column.dropped) = (QuarantineConstraint){
        "once", "CREATE UNIQUE INDEX once ON app.orders USING btree (note)", true};
    quarantine_column(arena, &column, &statements);
    assert_statements(
        &statements,
        (const char *const[]){
            "ALTER TABLE app.orders DROP CONSTRAINT long", "DROP INDEX app.once",
            "ALTER TABLE app.orders ALTER COLUMN note DROP DEFAULT",
            "ALTER TABLE app.orders ALTER COLUMN note DROP NOT NULL",
            "ALTER TABLE app.orders RENAME COLUMN note TO migrate_safe_quarantine_028_note",
            "COMMENT ON COLUMN app.orders.migrate_safe_quarantine_028_note IS "
            "'migrate-safe quarantine: {\"version\": \"028\", \"kind\": \"column\", "
            "\"schema\": \"app\", \"was\": \"note\", \"not_null\": true, "
            "\"default\": \"''x''::text\", \"dropped\": [{\"name\": \"long\", \"definition\": "
            "\"CHECK ((length(note) < 9))\"}, {\"name\": \"once\", \"definition\": \"CREATE UNIQUE "
            "INDEX once ON app.orders USING btree (note)\", \"index\": true}]}'",
            NULL});
    quarantine_column_back(arena, &column, &back);
    assert_statements(
        &back.statements,
        (const char *const[]){
            "ALTER TABLE app.orders RENAME COLUMN migrate_safe_quarantine_028_note TO note",
            "ALTER TABLE app.orders ALTER COLUMN note SET DEFAULT 'x'::text",
            "COMMENT ON COLUMN app.orders.note IS NULL", NULL});
    assert_behind(
        &back,
        (const char *const[]){
            "ALTER TABLE app.orders ADD CONSTRAINT "
            "not_null_migrate_safe_quarantine_028_note CHECK (note IS NOT NULL) NOT "
            "VALID",
            "+ALTER TABLE app.orders VALIDATE CONSTRAINT "
            "not_null_migrate_safe_quarantine_028_note",
            "+ALTER TABLE app.orders ALTER COLUMN note SET NOT NULL",
            "ALTER TABLE app.orders DROP CONSTRAINT "
            "not_null_migrate_safe_quarantine_028_note",
            "ALTER TABLE app.orders ADD CONSTRAINT long CHECK ((length(note) < 9)) NOT VALID",
            "+ALTER TABLE app.orders VALIDATE CONSTRAINT long",
            "CREATE UNIQUE INDEX once ON app.orders USING btree (note)", NULL});
}

// It fills itself, so that nobody's INSERT is refused.
static void test_identity_column(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Words statements;
    QuarantineBack back;
    QuarantineColumn column = {.version = "1",
                               .schema = "a",
                               .table = "t",
                               .name = "id",
                               .is_not_null = true,
                               .is_identity = true};
    quarantine_column(arena, &column, &statements);
    assert_int_equal(statements.len, 2);
    quarantine_column_back(arena, &column, &back);
    assert_int_equal(back.behind.len, 0);
}

static void test_change(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Words statements;
    QuarantineChange change = {.version = "028",
                               .schema = "app",
                               .table = "orders",
                               .name = "total",
                               .type = "numeric(10,2)",
                               .new_type = "integer"};
    quarantine_change(arena, &change, &statements);
    assert_statements(
        &statements,
        (const char *const[]){
            "ALTER TABLE app.orders ADD COLUMN migrate_safe_quarantine_028_total numeric(10,2) "
            "GENERATED ALWAYS AS (total) STORED",
            "ALTER TABLE app.orders ALTER COLUMN migrate_safe_quarantine_028_total DROP EXPRESSION",
            "COMMENT ON COLUMN app.orders.migrate_safe_quarantine_028_total IS "
            "'migrate-safe quarantine: {\"version\": \"028\", \"kind\": \"changed\", "
            "\"schema\": \"app\", \"was\": \"total\", \"type\": \"numeric(10,2)\", "
            "\"new_type\": \"integer\"}'",
            NULL});
    assert_true(quarantine_change_back(arena, &change, &statements));
    assert_string_equal(statements.items[0],
                        "ALTER TABLE app.orders ALTER COLUMN total TYPE numeric(10,2)");
    change.using = "total::integer";
    assert_false(quarantine_change_back(arena, &change, &statements));
}

static QuarantineRows some_rows(Arena *arena, QuarantineCapture capture, const char *statement)
{
    QuarantineRows rows = {.version = "028",
                           .schema = "app",
                           .table = "orders",
                           .number = 1,
                           .capture = capture,
                           .statement = statement};
    *vec_append(arena, &rows.columns) = "note";
    return rows;
}

static void test_deleted_rows(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Words statements;
    QuarantineRows rows = some_rows(arena, QUARANTINE_DELETE,
                                    "DELETE FROM app.orders AS o WHERE o.note = 'x' -- old");
    rows.alias = "o";
    *vec_append(arena, &rows.columns) = "Total";
    quarantine_rows(arena, &rows, &statements);
    assert_statements(
        &statements,
        (const char *const[]){
            "CREATE SCHEMA IF NOT EXISTS migrate_safe_quarantine",
            "CREATE TABLE migrate_safe_quarantine.orders_028_1_rows AS\n"
            "SELECT note, \"Total\" FROM app.orders\nWITH NO DATA",
            "WITH gone AS (\nDELETE FROM app.orders AS o WHERE o.note = 'x' -- old\n"
            "RETURNING o.note, o.\"Total\")\n"
            "INSERT INTO migrate_safe_quarantine.orders_028_1_rows (note, \"Total\")\n"
            "SELECT note, \"Total\" FROM gone",
            "COMMENT ON TABLE migrate_safe_quarantine.orders_028_1_rows IS "
            "'migrate-safe quarantine: {\"version\": \"028\", \"kind\": \"rows\", \"schema\": "
            "\"app\", \"was\": \"orders\", \"by\": \"delete\", "
            "\"columns\": [\"note\", \"Total\"], \"key\": []}'",
            NULL});
    quarantine_rows_back(arena, &rows, &statements);
    assert_statements(&statements,
                      (const char *const[]){
                          "INSERT INTO app.orders (note, \"Total\") OVERRIDING SYSTEM VALUE\n"
                          "SELECT note, \"Total\" FROM migrate_safe_quarantine.orders_028_1_rows",
                          "DROP TABLE migrate_safe_quarantine.orders_028_1_rows", NULL});
}

static void test_updated_rows(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Words statements;
    QuarantineRows rows =
        some_rows(arena, QUARANTINE_UPDATE, "UPDATE app.orders SET note = lower(note)");
    *vec_append(arena, &rows.key) = "id";
    quarantine_rows(arena, &rows, &statements);
    assert_string_equal(statements.items[1], "LOCK TABLE app.orders IN SHARE ROW EXCLUSIVE MODE");
    assert_string_equal(statements.items[3],
                        "WITH changed AS (\nUPDATE app.orders SET note = lower(note)\n"
                        "RETURNING orders.id, orders.note AS migrate_safe_new_note)\n"
                        "INSERT INTO migrate_safe_quarantine.orders_028_1_rows (id, note, "
                        "migrate_safe_new_note)\n"
                        "SELECT before.id, before.note, migrate_safe_new_note\n"
                        "FROM changed\n"
                        "JOIN app.orders AS before ON before.id = changed.id");
    quarantine_rows_back(arena, &rows, &statements);
    assert_int_equal(statements.len, 4);
    assert_string_equal(statements.items[2],
                        "UPDATE app.orders AS live SET note = kept.note\n"
                        "FROM migrate_safe_quarantine.orders_028_1_rows AS kept\n"
                        "WHERE live.id = kept.id");
}

static void test_truncated_rows(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Words statements;
    QuarantineRows rows = some_rows(arena, QUARANTINE_TRUNCATE, "TRUNCATE ONLY app.orders");
    rows.is_only = true;
    quarantine_rows(arena, &rows, &statements);
    assert_string_equal(statements.items[2],
                        "CREATE TABLE migrate_safe_quarantine.orders_028_1_rows AS\n"
                        "SELECT note\nFROM ONLY app.orders");
    assert_string_equal(statements.items[3], "TRUNCATE ONLY app.orders");
}

static void test_comment(void **state)
{
    Str json;
    assert_true(quarantine_comment_read("migrate-safe quarantine: {\"a\": 1}", &json));
    assert_true(str_eq(json, STR("{\"a\": 1}")));
    assert_false(quarantine_comment_read("a table of orders", &json));
    assert_false(quarantine_comment_read(NULL, &json));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names),           cmocka_unit_test(test_long_names),
        cmocka_unit_test(test_long_versions),   cmocka_unit_test(test_characters_stay_whole),
        cmocka_unit_test(test_taken),           cmocka_unit_test(test_table),
        cmocka_unit_test(test_table_back),      cmocka_unit_test(test_column),
        cmocka_unit_test(test_identity_column), cmocka_unit_test(test_change),
        cmocka_unit_test(test_deleted_rows),    cmocka_unit_test(test_updated_rows),
        cmocka_unit_test(test_truncated_rows),  cmocka_unit_test(test_comment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
