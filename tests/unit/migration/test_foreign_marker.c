#include "migration/foreign_marker.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *text;
    const char *layout; // whose marker it is; NULL: passes
    int line;
} CASES[] = {
    {"A;\n-- migrate:down\nB;\n", "dbmate", 2},
    {"-- migrate:up\n-- migrate:down transaction:false\nB;\n", "dbmate", 2},
    {"-- +goose Up\nA;\n-- +goose Down\nB;\n", "goose", 3},
    {"A;\n--+goose \t down\n", "goose", 2},
    {"A;\n-- Migrate:Down\n", "dbmate", 2},
    {"-- +migrate Up\nA;\n\n-- +migrate Down notransaction\nB;\n", "sql-migrate", 4},
    {"-- +migrate Down\nB;\n-- +migrate Up\nA;\n", "sql-migrate", 1},
    {"A;\n---- create above / drop below ----\nB;\n", "tern", 2},
    {"A; ---- create above / drop below ----\nB;\n", "tern", 1},
    {"-- Up Migration\nA;\n-- Down Migration\nB;\n", "node-pg-migrate", 3},
    {"A;\n-- down migration\nB;\n", "node-pg-migrate", 2},
    {"A;\r\n  -- migrate:down\r\nB;\r\n", "dbmate", 2},
    // one direction alone, or a heading of a rollback in comments
    {"", NULL, 0},
    {"-- +goose Up\nA;\n", NULL, 0},
    {"-- said\n-- migrate:down\nB;\n", NULL, 0},
    {"-- Down Migration\nDROP TABLE a;\n", NULL, 0},
    {"A;\n-- Down Migration\n-- B;\n", NULL, 0},
    {"A;\n-- to migrate:down, see the manual\n-- our +goose\n", NULL, 0},
    {"A;\nSELECT 'migrate:down';\n", NULL, 0},
    {"A;\nSELECT 'create above / drop below';\n", NULL, 0},
    {"A;\n-- migrate:downward\n", NULL, 0},
};

static void test_markers(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        Err err = {0};
        bool is_sound = foreign_marker_check(arena, "x.sql", (Position){11, 1}, NULL,
                                             str_from(CASES[i].text), &err);
        if (is_sound != !CASES[i].layout)
            fail_msg("%s: %s", CASES[i].text, err.message);
        if (is_sound)
            continue;
        assert_string_equal(err.message,
                            arena_printf(arena,
                                         "a marker of %s, which is not read here: the way back "
                                         "below it would run right behind the change",
                                         CASES[i].layout));
        assert_string_equal(err.hint,
                            arena_printf(arena,
                                         "read the folder as what it is: --layout %s, or remove "
                                         "this line and what is below it",
                                         CASES[i].layout));
        assert_int_equal(err.position.line, 10 + CASES[i].line);
        // its own layout took them out, and what is left is comment
        assert_true(foreign_marker_check(arena, "x.sql", (Position){1, 1}, CASES[i].layout,
                                         str_from(CASES[i].text), &err));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_markers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
