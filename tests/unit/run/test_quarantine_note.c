#include "run/quarantine_note.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

// What the server makes of the last statement's literal, which has no backslash here.
static const char *comment_of(Arena *arena, const Words *statements)
{
    const char *literal = strstr(statements->items[statements->len - 1], " IS '") + 5;
    char *text = arena_alloc(arena, strlen(literal) + 1);
    size_t used = 0;
    for (; *literal; literal++) {
        if (*literal == '\'' && *++literal != '\'')
            break;
        text[used++] = *literal;
    }
    return text;
}

static void test_table(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Words statements;
    QuarantineNote note;
    Err err = {0};
    QuarantinePlace place = {QUARANTINE_SCHEMA, "orders_028", NULL};
    QuarantineTable table = {
        .version = "028", .schema = "app", .name = "orders", .comment = "it's"};
    *vec_append(arena, &table.foreign_keys) =
        (QuarantineForeignKey){"app", "lines", "f", "FOREIGN KEY (o) REFERENCES app.orders(id)"};
    *vec_append(arena, &table.grants) = (QuarantineGrant){"PUBLIC", "SELECT", true};
    *vec_append(arena, &table.publications) = (QuarantinePublication){"p", " (id)"};
    *vec_append(arena, &table.parents) = (QuarantineParent){"app", "base", "DEFAULT"};
    *vec_append(arena, &table.parts) = (QuarantinePart){"INDEX", "app", "i", NULL};
    quarantine_table(arena, &table, &statements);
    assert_true(quarantine_note_read(arena, comment_of(arena, &statements), &place, &note, &err));
    assert_int_equal(note.kind, QUARANTINE_TABLE);
    assert_string_equal(note.table.now, "orders_028");
    assert_string_equal(note.table.comment, "it's");
    // It says the same again, and so the way back is the same.
    QuarantineBack then;
    QuarantineBack now;
    table.now = "orders_028";
    quarantine_table_back(arena, &table, &then);
    quarantine_table_back(arena, &note.table, &now);
    assert_int_equal(now.statements.len, then.statements.len);
    for (size_t i = 0; i < then.statements.len; i++)
        assert_string_equal(now.statements.items[i], then.statements.items[i]);
    assert_int_equal(now.behind.len, then.behind.len);
    for (size_t i = 0; i < then.behind.len; i++)
        assert_string_equal(now.behind.items[i].sql, then.behind.items[i].sql);
}

static void test_column(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Words statements;
    QuarantineNote note;
    Err err = {0};
    QuarantinePlace place = {"app", "renamed", "migrate_safe_quarantine_1_note"};
    QuarantineColumn column = {.version = "1",
                               .schema = "app",
                               .table = "t",
                               .name = "note",
                               .is_not_null = true,
                               .default_sql = "7"};
    quarantine_column(arena, &column, &statements);
    assert_true(quarantine_note_read(arena, comment_of(arena, &statements), &place, &note, &err));
    assert_int_equal(note.kind, QUARANTINE_COLUMN);
    assert_string_equal(note.column.table, "renamed"); // the catalog's word
    assert_string_equal(note.column.default_sql, "7");
    assert_true(note.column.is_not_null);
}

static void test_steps_that_are_left(void **state)
{
    ARENA_SCOPED arena = arena_new();
    QuarantineNote note;
    Err err = {0};
    QuarantinePlace place = {"app", "t", "note"};
    const QuarantineStep steps[] = {{"VALIDATE", true}, {"SET NOT NULL", false}};
    const char *comment = quarantine_note_left(
        arena, QUARANTINE_COMMENT "{\"version\": \"1\", \"kind\": \"column\", \"was\": \"note\"}",
        steps, 2);
    assert_true(quarantine_note_read(arena, comment, &place, &note, &err));
    assert_true(note.is_back);
    assert_int_equal(note.left.len, 2);
    assert_string_equal(note.left.items[0].sql, "VALIDATE");
    assert_true(note.left.items[0].needs_previous);
    assert_false(note.left.items[1].needs_previous);
}

static void test_what_is_none(void **state)
{
    static const char *const COMMENTS[] = {
        "mine",
        QUARANTINE_COMMENT,
        QUARANTINE_COMMENT "[]",
        QUARANTINE_COMMENT "{\"version\": \"1\", \"kind\": \"table\"}",
        QUARANTINE_COMMENT "{\"version\": 1, \"kind\": \"table\", \"was\": \"t\"}",
        QUARANTINE_COMMENT "{\"version\": \"1\", \"kind\": \"column\", \"was\": \"t\"}",
        QUARANTINE_COMMENT "{\"version\": \"1\", \"kind\": \"view\", \"was\": \"t\"}",
        QUARANTINE_COMMENT "{\"version\": \"1\", \"kind\": \"rows\", \"was\": \"t\", \"by\": "
                           "\"update\", \"columns\": [\"a\"], \"key\": []}",
    };
    ARENA_SCOPED arena = arena_new();
    QuarantinePlace place = {"app", "t", NULL};
    for (size_t i = 0; i < sizeof COMMENTS / sizeof *COMMENTS; i++) {
        QuarantineNote note;
        Err err = {0};
        assert_false(quarantine_note_read(arena, COMMENTS[i], &place, &note, &err));
        assert_int_equal(err.class, ERR_CHECK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_column),
        cmocka_unit_test(test_steps_that_are_left),
        cmocka_unit_test(test_what_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
