#include "sql/statement.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

static void positions_are_in_code_points(void **state)
{
    Statement statement = {.text = STR("a\xc3\xa4\xe2\x82\xac"
                                       "b\r\n\xf0\x9f\x90\x98 c"),
                           .position = {7, 3}};
    static const struct {
        size_t at;
        Position position;
    } expected[] = {{0, {7, 3}}, {1, {7, 4}},  {3, {7, 5}},  {6, {7, 6}},  {7, {7, 7}},
                    {9, {8, 1}}, {13, {8, 2}}, {14, {8, 3}}, {15, {8, 4}}, {99, {8, 4}}};
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        Position position = statement_position_at(&statement, expected[i].at);
        assert_int_equal(position.line, expected[i].position.line);
        assert_int_equal(position.column, expected[i].position.column);
    }
}

static void characters_are_counted_from_one(void **state)
{
    Statement statement = {.text = STR("\xc3\xa4\n\xc3\xb6x"), .position = {1, 5}};
    static const struct {
        size_t character;
        size_t at;
        Position position;
    } expected[] = {
        {0, 0, {1, 5}}, {1, 0, {1, 5}}, {2, 2, {1, 6}}, {3, 3, {2, 1}},
        {4, 5, {2, 2}}, {5, 6, {2, 3}}, {9, 6, {2, 3}},
    };
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        size_t at = 1000;
        Position position = statement_position_of_character(&statement, expected[i].character, &at);
        assert_int_equal(at, expected[i].at);
        assert_int_equal(position.line, expected[i].position.line);
        assert_int_equal(position.column, expected[i].position.column);
    }
    Position position = statement_position_of_character(&statement, 4, NULL);
    assert_int_equal(position.column, 2);
}

static const struct {
    const char *sql;
    const char *label;
} LABELS[] = {
    {"INSERT INTO t VALUES (1)", "INSERT"},
    {"select 1", "SELECT"},
    {"(SELECT 1) UNION (SELECT 2)", "SELECT"},
    {"WITH a AS (SELECT 1) DELETE FROM t", "WITH"},
    {"create table users (id int)", "CREATE TABLE"},
    {"CREATE TABLE class (id int)", "CREATE TABLE"},
    {"CREATE TABLE IF NOT EXISTS t (id int)", "CREATE TABLE"},
    {"CREATE TEMP TABLE t (id int)", "CREATE TEMP TABLE"},
    {"CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)", "CREATE UNIQUE INDEX CONCURRENTLY"},
    {"CREATE /* a */ INDEX -- b\n CONCURRENTLY ON t (a)", "CREATE INDEX CONCURRENTLY"},
    {"CREATE INDEX \"concurrently\" ON t (a)", "CREATE INDEX"},
    {"CREATE OR REPLACE FUNCTION f() AS ''", "CREATE OR REPLACE FUNCTION"},
    {"CREATE \"TABLE\"", "CREATE"},
    {"ALTER TABLE ONLY users ADD COLUMN a int", "ALTER TABLE"},
    {"ALTER TYPE mood ADD VALUE 'x'", "ALTER TYPE"},
    {"ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO r", "ALTER DEFAULT PRIVILEGES"},
    {"DROP TABLE view", "DROP TABLE"},
    {"DROP OWNED BY r", "DROP OWNED BY"},
    {"CREATE MATERIALIZED VIEW v AS SELECT 1", "CREATE MATERIALIZED VIEW"},
    {"REFRESH MATERIALIZED VIEW CONCURRENTLY v", "REFRESH MATERIALIZED VIEW CONCURRENTLY"},
    {"CREATE FOREIGN DATA WRAPPER w", "CREATE FOREIGN DATA WRAPPER"},
    {"CREATE TEXT SEARCH CONFIGURATION c (PARSER = p)", "CREATE TEXT SEARCH CONFIGURATION"},
    {"CREATE OPERATOR CLASS c FOR TYPE t USING btree AS STORAGE t", "CREATE OPERATOR CLASS"},
    {"CREATE USER MAPPING FOR u SERVER s", "CREATE USER MAPPING"},
    {"COMMENT ON COLUMN t.a IS 'x'", "COMMENT ON COLUMN"},
    {"VACUUM data", "VACUUM"},
    {"VACUUM FULL t", "VACUUM FULL"},
    {"REINDEX TABLE CONCURRENTLY t", "REINDEX TABLE CONCURRENTLY"},
    {"COMMIT PREPARED 'x'", "COMMIT PREPARED"},
    {"ROLLBACK TO SAVEPOINT a", "ROLLBACK TO"},
    {"COPY t FROM stdin", "COPY"},
    {"GRANT SELECT ON TABLE t TO r", "GRANT"},
    {"$1", "statement"},
    {"", "statement"},
};

static void labels_are_what_people_say(void **state)
{
    char buffer[64];
    for (size_t i = 0; i < sizeof LABELS / sizeof *LABELS; i++) {
        Statement statement = {.text = str_from(LABELS[i].sql)};
        assert_string_equal(statement_label(&statement, buffer, sizeof buffer), LABELS[i].label);
    }
}

static void labels_fit_their_buffer(void **state)
{
    char buffer[16];
    Statement statement = {.text = STR("CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)")};
    assert_string_equal(statement_label(&statement, buffer, 14), "CREATE UNIQUE");
    assert_string_equal(statement_label(&statement, buffer, 13), "CREATE");
    assert_string_equal(statement_label(&statement, buffer, 7), "CREATE");
    assert_string_equal(statement_label(&statement, buffer, 6), "");
    assert_string_equal(statement_label(&statement, buffer, 1), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(positions_are_in_code_points),
        cmocka_unit_test(characters_are_counted_from_one),
        cmocka_unit_test(labels_are_what_people_say),
        cmocka_unit_test(labels_fit_their_buffer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
