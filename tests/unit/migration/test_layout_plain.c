#include "layout_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *names;
    const char *expected;
} CASES[] = {
    {"", ""},
    {"002_add_todos.sql 1.10_x.sql 1.1.0_x.sql 002b_fix.sql 20240101120000_x.sql "
     "2024-01-01-000000_x.sql 20231223_001_add_rls_policies.sql",
     "1.1.0 x 1.1.0_x.sql -\n"
     "1.10 x 1.10_x.sql -\n"
     "002 add_todos 002_add_todos.sql -\n"
     "002b fix 002b_fix.sql -\n"
     "2024-01-01-000000 x 2024-01-01-000000_x.sql -\n"
     "20231223_001 add_rls_policies 20231223_001_add_rls_policies.sql -\n"
     "20240101120000 x 20240101120000_x.sql -\n"},
    // every place and spelling of a down
    {"001_a.sql 001_a_down.sql 002_b.sql 002_b.rollback.sql 003_c.sql 003_c.down.sql "
     "004_d.sql rollback/004_d_down.sql 005_e.sql rollbacks/005_e.rollback.sql "
     "006_f.sql ../rollback/006_f.down.sql 007_g.sql ../rollbacks/007_g.sql "
     "008_h.sql rollback/008_h.sql 009_i.sql 009_down.sql 010_j.sql rollbacks/10.rollback.sql "
     "011_k.sql rollbacks/011_other_name.sql",
     "001 a 001_a.sql 001_a_down.sql\n"
     "002 b 002_b.sql 002_b.rollback.sql\n"
     "003 c 003_c.sql 003_c.down.sql\n"
     "004 d 004_d.sql rollback/004_d_down.sql\n"
     "005 e 005_e.sql rollbacks/005_e.rollback.sql\n"
     "006 f 006_f.sql ../rollback/006_f.down.sql\n"
     "007 g 007_g.sql ../rollbacks/007_g.sql\n"
     "008 h 008_h.sql rollback/008_h.sql\n"
     "009 i 009_i.sql 009_down.sql\n"
     "010 j 010_j.sql rollbacks/10.rollback.sql\n"
     "011 k 011_k.sql rollbacks/011_other_name.sql\n"},
    {"002_a.sql 002_a.down.sql rollback/002_a_down.sql",
     "002 a 002_a.sql 002_a.down.sql\n"
     "duplicate m/002_a.down.sql: version 002 has another down migration: "
     "m/rollback/002_a_down.sql "
     "(keep one of the two files)\n"
     "duplicate m/rollback/002_a_down.sql: version 002 has another down migration: "
     "m/002_a.down.sql "
     "(keep one of the two files)\n"},
    {"01_a.sql 1_b.sql 001_c.sql rollback/1.sql",
     "duplicate m/001_c.sql: version 001 is also the version of m/01_a.sql (give one of the two "
     "files a version of its own)\n"
     "duplicate m/01_a.sql: version 01 is also the version of m/001_c.sql (give one of the two "
     "files "
     "a version of its own)\n"
     "duplicate m/1_b.sql: version 1 is also the version of m/001_c.sql (give one of the two files "
     "a "
     "version of its own)\n"},
    {"init.sql",
     "version m/init.sql: the file name does not begin with a version (rename it, for example to "
     "001_init.sql, or move it out of the folder)\n"},
    {"001 add x.sql\nV1.2__x.sql\n001_a\xe4.sql\n",
     "version m/001 add x.sql: the file name does not begin with a version (rename it, for example "
     "to 001_add_x.sql, or move it out of the folder)\n"
     "version m/V1.2__x.sql: the file name does not begin with a version (rename it, for example "
     "to "
     "001_V1_2_x.sql, or move it out of the folder)\n"
     "version m/001_a\xe4.sql: the file name holds control characters or is not UTF-8 (rename it, "
     "for example to 001_what_it_does.sql, or move it out of the folder)\n"},
    {".sql _down.sql",
     "version m/.sql: the file name does not begin with a version (rename it, for example to "
     "001_what_it_does.sql, or move it out of the folder)\n"
     "version m/_down.sql: the file name does not begin with a version (rename it, for example to "
     "001_what_it_does_down.sql, or move it out of the folder)\n"},
    {"005_shut_down.sql 006.rollback.sql rollback/007_x.sql ../rollbacks/008_x.sql "
     "../rollbacks/notes.sql rollback/notes.sql",
     "version? m/../rollbacks/notes.sql: the file name does not begin with a version (rename it, "
     "for "
     "example to 001_notes.sql, or move it out of the folder)\n"
     "version m/rollback/notes.sql: the file name does not begin with a version (rename it, for "
     "example to 001_notes.sql, or move it out of the folder)\n"
     "orphan m/005_shut_down.sql: down migration without an up migration of version 005 (add the "
     "up "
     "migration, or, if this is one, rename it so that it does not end in _down.sql)\n"
     "orphan m/006.rollback.sql: down migration without an up migration of version 006 (add the up "
     "migration, or move this file out of the folder)\n"
     "orphan m/rollback/007_x.sql: down migration without an up migration of version 007 (add the "
     "up "
     "migration, or move this file out of the folder)\n"
     "orphan? m/../rollbacks/008_x.sql: down migration without an up migration of version 008 (add "
     "the up migration, or move this file out of the folder)\n"},
    {"027_x.up.sql",
     "version m/027_x.up.sql: half of a pair in a folder whose layout is plain (set the layout to "
     "paired, or rename the file to 027_x.sql)\n"},
    {"old/001_x.sql", "version m/old/001_x.sql: the layout plain has no folder old/ (move the file "
                      "into the folder itself, rollback/ or rollbacks/)\n"},
};

static void test_read(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        assert_string_equal(layout_outcome(arena, &LAYOUT_PLAIN, CASES[i].names),
                            CASES[i].expected);
}

static const struct {
    const char *names; // what the folder holds
    const char *title;
    const char *up;
    const char *down;
} NEW[] = {
    {"", "add todos", "009_add_todos.sql", "rollback/009_add_todos_down.sql"},
    {"001_a.sql 001_a.rollback.sql", "b", "009_b.sql", "009_b.rollback.sql"},
    {"001_a.sql 001_a.rollback.sql 002_b.sql ../rollbacks/002_b.sql 003_c.sql", "d", "009_d.sql",
     "../rollbacks/009_d.sql"},
    {"001_a.sql rollbacks/001_down.sql", "b", "009_b.sql", "rollbacks/009_b_down.sql"},
    {"", "shut down", "009_shut_down_up.sql", "rollback/009_shut_down_up_down.sql"},
    {"", "down", "009_down_up.sql", "rollback/009_down_up_down.sql"},
};

static void test_new_files(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof NEW / sizeof NEW[0]; i++) {
        Problems problems = {0};
        LayoutEntries entries = layout_entries(arena, &LAYOUT_PLAIN, NEW[i].names, &problems);
        NewFiles files = {0};
        LAYOUT_PLAIN.new_files(arena, &entries, "009", NEW[i].title, &files);
        assert_int_equal(files.len, 2);
        assert_string_equal(files.items[0].name, NEW[i].up);
        assert_string_equal(files.items[1].name, NEW[i].down);
        // the layout reads what it writes
        const char *names = arena_printf(arena, "%s %s", NEW[i].up, NEW[i].down);
        LayoutEntries read = layout_entries(arena, &LAYOUT_PLAIN, names, &problems);
        assert_int_equal(problems.len, 0);
        assert_int_equal(read.len, 1);
        assert_non_null(read.items[0].down);
    }
}

static void test_split(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Str text = STR("CREATE TABLE x ();\n-- Rollback:\n-- DROP TABLE x;\n");
    Script up = {
        .is_present = true,
        .path = "m/1.sql",
        .offset = 3,
        .size = (int64_t)text.n,
        .text = text,
        .start = {1, 1},
    };
    Script down = {0};
    Err err = {0};
    assert_true(LAYOUT_PLAIN.split(arena, &up, &down, &err));
    assert_true(down.is_present && down.is_loaded);
    assert_string_equal(down.path, "m/1.sql");
    assert_int_equal(down.offset, 3);
    assert_int_equal(down.size, text.n);
    assert_int_equal(down.start.line, 1);
    assert_int_equal(down.text.n, text.n);
    assert_string_equal(down.text.p, "                  \n            \n   DROP TABLE x;\n");
    assert_true(str_eq(up.text, text));
}

static void test_split_leaves_alone(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Str text = STR("CREATE TABLE x ();\n-- Rollback:\n-- DROP TABLE x;\n");
    Script part = {.size = (int64_t)text.n + 1, .text = text}; // of a longer script
    Script whole = {.size = (int64_t)text.n, .text = text};
    Script absent = {0};
    Script file = {.is_present = true, .path = "m/rollback/1.sql"};
    Err err = {0};
    assert_true(LAYOUT_PLAIN.split(arena, &part, &absent, &err));
    assert_false(absent.is_present);
    assert_true(LAYOUT_PLAIN.split(arena, &whole, &file, &err));
    assert_string_equal(file.path, "m/rollback/1.sql");
    whole.text = STR("CREATE TABLE x ();");
    whole.size = (int64_t)whole.text.n;
    assert_true(LAYOUT_PLAIN.split(arena, &whole, &absent, &err));
    assert_false(absent.is_present);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_new_files),
        cmocka_unit_test(test_split),
        cmocka_unit_test(test_split_leaves_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
