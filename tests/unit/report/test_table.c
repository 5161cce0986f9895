#include "report/table.h"

#include "golden.h"

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

static const char *printed(const Table *table, int indent)
{
    Captured captured;
    capture_begin(&captured, false);
    table_print(table, &captured.terminal, indent);
    return capture_end(arena, &captured);
}

static void test_aligned(void **state)
{
    Table table = table_new(arena, 3);
    table_heading(&table, (const char *[]){"name", "rows", "note"});
    table_cell(&table, "a", COLOUR_NONE);
    table_number(&table, "7", COLOUR_NONE);
    table_cell(&table, "short", COLOUR_NONE);
    table_cell(&table, "a longer one", COLOUR_NONE);
    table_number(&table, "12345", COLOUR_NONE);
    table_cell(&table, NULL, COLOUR_NONE);
    // no blanks behind the last column, numbers and their heading to the right
    assert_string_equal(printed(&table, 2), "  name           rows  note\n"
                                            "  a                 7  short\n"
                                            "  a longer one  12345\n");
}

static void test_wide(void **state)
{
    Table table = table_new(arena, 2);
    table_cell(&table, "\xe8\xa1\xa8\xe3\x81\xae\xe5\x90\x8d", COLOUR_NONE); // six cells
    table_cell(&table, "x", COLOUR_NONE);
    table_cell(&table, "e\xcc\x81", COLOUR_NONE); // one
    table_cell(&table, "x", COLOUR_NONE);
    table_cell(&table, "abcdefg", COLOUR_NONE);
    table_cell(&table, "x", COLOUR_NONE);
    assert_string_equal(printed(&table, 0), "\xe8\xa1\xa8\xe3\x81\xae\xe5\x90\x8d   x\n"
                                            "e\xcc\x81        x\n"
                                            "abcdefg  x\n");
}

static void test_hostile(void **state)
{
    Table table = table_new(arena, 2);
    table_cell(&table, "\x1b[2J\nnew line\t\r", COLOUR_NONE);
    table_cell(&table, "x", COLOUR_NONE);
    assert_string_equal(printed(&table, 0), "\\x1b[2J\\x0anew line\\x09\\x0d  x\n");
}

static void test_colour(void **state)
{
    Table table = table_new(arena, 2);
    table_cell(&table, "a", COLOUR_RED);
    table_cell(&table, "b", COLOUR_NONE);
    table_cell(&table, "ccc", COLOUR_NONE);
    table_cell(&table, "d", COLOUR_NONE);
    Captured captured;
    capture_begin(&captured, true);
    table_print(&table, &captured.terminal, 0);
    // escapes are no cells
    assert_string_equal(capture_end(arena, &captured), "\033[31ma\033[0m    b\nccc  d\n");
}

static void test_empty(void **state)
{
    Table table = table_new(arena, 2);
    assert_string_equal(printed(&table, 2), "");
    table_heading(&table, (const char *[]){"a", "b"});
    assert_string_equal(printed(&table, 2), "  a  b\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_aligned), cmocka_unit_test(test_wide),
        cmocka_unit_test(test_hostile), cmocka_unit_test(test_colour),
        cmocka_unit_test(test_empty),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
