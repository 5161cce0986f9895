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
    {"027_b.up.sql 027_b.down.sql 003_a.up.sql 10_c.up.sql", "003 a 003_a.up.sql -\n"
                                                             "10 c 10_c.up.sql -\n"
                                                             "027 b 027_b.up.sql 027_b.down.sql\n"},
    {"027.up.sql 027.down.sql", "027 027 027.up.sql 027.down.sql\n"},
    {"20231223_001_x.up.sql 1.10_x.up.sql 1.9_x.up.sql",
     "1.9 x 1.9_x.up.sql -\n"
     "1.10 x 1.10_x.up.sql -\n"
     "20231223_001 x 20231223_001_x.up.sql -\n"},
    // a pair is found by its version; the up's name counts
    {"027_new.down.sql 027_old.up.sql", "027 old 027_old.up.sql 027_new.down.sql\n"},
    {"1_x.down.sql 001_x.up.sql", "001 x 001_x.up.sql 1_x.down.sql\n"},
    {"init.up.sql 001_a.up.sql",
     "001 a 001_a.up.sql -\n"
     "version m/init.up.sql: the file name does not begin with a version (rename it, for example "
     "to 001_init.up.sql, or move it out of the folder)\n"},
    {".down.sql",
     "version m/.down.sql: the file name does not begin with a version (rename it, for "
     "example to 001_what_it_does.down.sql, or move it out of the folder)\n"},
    {"001_\x1b[2J.up.sql",
     "version m/001_\x1b[2J.up.sql: the file name holds control characters or "
     "is not UTF-8 (rename it, for example to 001_2J.up.sql, or move it out "
     "of the folder)\n"},
    {"001_a.up.sql 1_b.up.sql 002_c.up.sql",
     "002 c 002_c.up.sql -\n"
     "duplicate m/001_a.up.sql: version 001 is also the version of m/1_b.up.sql (give one of the "
     "two files a version of its own)\n"
     "duplicate m/1_b.up.sql: version 1 is also the version of m/001_a.up.sql (give one of the two "
     "files a version of its own)\n"},
    {"001_a.up.sql 001_a.down.sql 001_b.down.sql",
     "001 a 001_a.up.sql 001_a.down.sql\n"
     "duplicate m/001_a.down.sql: version 001 has another down migration: m/001_b.down.sql (keep "
     "one of the two files)\n"
     "duplicate m/001_b.down.sql: version 001 has another down migration: m/001_a.down.sql (keep "
     "one of the two files)\n"},
    {"001_a.up.sql 005_x.down.sql",
     "001 a 001_a.up.sql -\n"
     "orphan m/005_x.down.sql: down migration without an up migration of version 005 (add the up "
     "migration, or move this file out of the folder)\n"},
    // the other layout's files are nobody's
    {"001_a.up.sql 002_b.sql",
     "001 a 001_a.up.sql -\n"
     "version m/002_b.sql: this folder holds pairs, and this is neither .up.sql nor .down.sql "
     "(rename it to 002_b.up.sql)\n"},
    {"001_a.up.sql 001_a_down.sql 002.rollback.sql",
     "001 a 001_a.up.sql -\n"
     "version m/001_a_down.sql: this folder holds pairs, and this is neither .up.sql nor .down.sql "
     "(rename it to 001_a.down.sql)\n"
     "version m/002.rollback.sql: this folder holds pairs, and this is neither .up.sql nor "
     ".down.sql (rename it to 002_what_it_does.down.sql)\n"},
    // golang-migrate's rule: the last direction counts, and what is behind it is any ending
    {"1_x.up.old.down.sql 1_y.up.v2.sql 2_z.up.pgsql 2_z.down.psql 3_a.up.txt",
     "1 y 1_y.up.v2.sql 1_x.up.old.down.sql\n"
     "2 z 2_z.up.pgsql 2_z.down.psql\n"},
    // Ory's infixes: PostgreSQL's own file goes before the one for all
    {"1_a.up.sql 1_a.postgres.up.sql 1_a.mysql.up.sql 1_a.down.sql 2_b.up.sql "
     "2_b.postgresql.autocommit.down.sql 3_c.sqlite3.up.sql 4_d.v2.up.sql",
     "1 a 1_a.postgres.up.sql 1_a.down.sql\n"
     "2 b 2_b.up.sql 2_b.postgresql.autocommit.down.sql\n"
     "4 d.v2 4_d.v2.up.sql -\n"
     "foreign? m/1_a.mysql.up.sql: 3 files like this one are not run: they are for other "
     "databases, or PostgreSQL has its own (one for PostgreSQL alone is called "
     "NAME.postgres.up.sql)\n"},
    {"1_a.cockroach.autocommit.up.sql 1_a.up.sql",
     "1 a 1_a.up.sql -\n"
     "foreign? m/1_a.cockroach.autocommit.up.sql: not run: it is for another database (one for "
     "PostgreSQL alone is called NAME.postgres.up.sql)\n"},
    {"1_a.postgres.up.sql 1_a.postgresql.up.sql",
     "duplicate m/1_a.postgres.up.sql: version 1 is also the version of m/1_a.postgresql.up.sql "
     "(give one of the two files a version of its own)\n"
     "duplicate m/1_a.postgresql.up.sql: version 1 is also the version of m/1_a.postgres.up.sql "
     "(give one of the two files a version of its own)\n"},
    {"001_a.up.sql rollback/001_a.down.sql ../rollback/001_a.down.sql",
     "001 a 001_a.up.sql -\n"
     "version m/rollback/001_a.down.sql: in a folder of pairs a down migration stands beside its "
     "up (move it to 001_a.down.sql)\n"},
};

static void test_read(void **state)
{
    ARENA_SCOPED arena = arena_new();
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++)
        assert_string_equal(layout_outcome(arena, &LAYOUT_PAIRED, CASES[i].names),
                            CASES[i].expected);
}

static void test_no_transaction(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Problems problems = {0};
    LayoutEntries entries = layout_entries(
        arena, &LAYOUT_PAIRED,
        "1_a.autocommit.up.sql 1_a.down.sql 2_b.up.sql 2_b.postgres.autocommit.down.sql",
        &problems);
    assert_int_equal(entries.len, 2);
    assert_true(entries.items[0].is_no_transaction);
    assert_false(entries.items[0].is_down_no_transaction);
    assert_false(entries.items[1].is_no_transaction);
    assert_true(entries.items[1].is_down_no_transaction);
}

static void test_new_files(void **state)
{
    ARENA_SCOPED arena = arena_new();
    NewFiles files = {0};
    LAYOUT_PAIRED.new_files(arena, &(LayoutEntries){0}, "028", "add users", &files);
    assert_int_equal(files.len, 2);
    assert_string_equal(files.items[0].name, "028_add_users.up.sql");
    assert_string_equal(files.items[1].name, "028_add_users.down.sql");
    assert_null(LAYOUT_PAIRED.split);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_read),
        cmocka_unit_test(test_no_transaction),
        cmocka_unit_test(test_new_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
