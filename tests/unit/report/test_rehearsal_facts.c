#include "report/rehearsal_facts.h"
#include "report/rehearsal_timeline.h"

#include "rehearsal_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

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

static void test_numbers_and_times(void **state)
{
    assert_string_equal(rehearsal_number(arena, 0), "0");
    assert_string_equal(rehearsal_number(arena, 999), "999");
    assert_string_equal(rehearsal_number(arena, 1000), "1,000");
    assert_string_equal(rehearsal_number(arena, 12345678), "12,345,678");
    assert_string_equal(rehearsal_time(arena, -1), "not known");
    assert_string_equal(rehearsal_time(arena, 0), "0 ms");
    assert_string_equal(rehearsal_time(arena, 999), "<1 ms");
    assert_string_equal(rehearsal_time(arena, 3400000), "3.4 s");
}

static void test_what_was_not_probed_is_not_nobody(void **state)
{
    assert_string_equal(rehearsal_block_text(arena, (RehearsedBlock){-1, -1}), "");
    assert_string_equal(rehearsal_block_text(arena, (RehearsedBlock){0, 0}), "nobody");
    assert_string_equal(rehearsal_block_text(arena, (RehearsedBlock){0, 2000}), "writes 2 ms");
    assert_string_equal(rehearsal_block_text(arena, (RehearsedBlock){5000, 5000}),
                        "reads, writes 5 ms");
    assert_string_equal(rehearsal_block_text(arena, (RehearsedBlock){5000, 7000}),
                        "reads 5 ms, writes 7 ms");
}

// Own new tables keep nobody waiting; a table is told, not its index.
static void test_the_strongest_lock(void **state)
{
    Trace trace = {0};
    TraceStatement *statement = fixture_statement(arena, &trace, "ALTER TABLE", 5);
    fixture_relation(arena, statement, 1, "public.made", LOCK_ACCESS_EXCLUSIVE)->is_created = true;
    RehearsedLock lock = rehearsal_lock(statement);
    assert_int_equal(lock.mode, LOCK_NONE);
    assert_string_equal(rehearsal_lock_text(arena, &lock), "");
    fixture_relation(arena, statement, 2, "public.key", LOCK_SHARE)->owner = "public.a";
    fixture_relation(arena, statement, 3, "public.a", LOCK_SHARE);
    fixture_relation(arena, statement, 4, "public.b", LOCK_SHARE);
    fixture_relation(arena, statement, 5, "public.c", LOCK_ROW_EXCLUSIVE);
    fixture_relation(arena, statement, 6, "pg_toast.pg_toast_3", LOCK_ACCESS_EXCLUSIVE)->owner =
        "public.a";
    lock = rehearsal_lock(statement);
    assert_string_equal(rehearsal_lock_text(arena, &lock), "SHARE on public.a and 1 more");
}

static const TimelineRow *row_of(const Timeline *timeline, const char *relation)
{
    VEC_EACH (const TimelineRow, row, &timeline->rows)
        if (strcmp(row->relation, relation) == 0)
            return row;
    fail_msg("no row of %s", relation);
    return NULL;
}

static void test_a_lock_is_held_to_the_end_of_its_transaction(void **state)
{
    Trace trace = {0};
    Timeline timeline;
    fixture_rewrite(arena, &trace);
    timeline_make(arena, &trace, &timeline);
    assert_int_equal(timeline.total_us, 4452000); // our own measuring between them left out
    assert_int_equal(timeline.rows.len, 2);       // no index, and nothing that was made
    const TimelineRow *orders = row_of(&timeline, "public.orders");
    assert_ptr_equal(orders, &timeline.rows.items[0]);
    assert_int_equal(orders->bars.len, 1);
    assert_int_equal(orders->bars.items[0].span.from_us, 0);
    assert_int_equal(orders->bars.items[0].span.to_us, 4452000);
    assert_int_equal(orders->reads_us, 3980000);
    assert_int_equal(orders->reads_blocked.items[0].from_us, 20000);
    assert_int_equal(orders->reads_blocked.items[0].to_us, 3100000);
    const TimelineRow *customers = row_of(&timeline, "public.customers");
    assert_int_equal(customers->mode, LOCK_SHARE); // ROW EXCLUSIVE keeps nobody waiting
    assert_int_equal(customers->bars.items[0].span.from_us, 4000000);
}

static void test_a_lock_outside_is_held_by_its_statement(void **state)
{
    Trace trace = {0};
    Timeline timeline;
    fixture_concurrent(arena, &trace);
    fixture_statement(arena, &trace, "ANALYZE", 100);
    timeline_make(arena, &trace, &timeline);
    assert_int_equal(timeline.total_us, 2500000);
    assert_int_equal(row_of(&timeline, "public.orders")->bars.items[0].span.to_us, 2400000);
}

static void test_a_stronger_lock_takes_over(void **state)
{
    Trace trace = {0};
    Timeline timeline;
    static const LockMode MODES[] = {LOCK_SHARE, LOCK_ACCESS_EXCLUSIVE, LOCK_SHARE};
    for (size_t i = 0; i < 3; i++)
        fixture_relation(arena, fixture_statement(arena, &trace, "ALTER TABLE", 10), 1, "public.a",
                         MODES[i]);
    timeline_make(arena, &trace, &timeline);
    const TimelineRow *row = row_of(&timeline, "public.a");
    assert_int_equal(row->bars.len, 2);
    assert_int_equal(row->bars.items[0].span.to_us, 10000);
    assert_int_equal(row->bars.items[1].span.from_us, 10000);
    assert_int_equal(row->bars.items[1].span.to_us, 30000);
    assert_int_equal(row->mode, LOCK_ACCESS_EXCLUSIVE);
}

static void test_the_verdict(void **state)
{
    Rehearsal passed = rehearsal_passed(arena);
    Rehearsal failed = rehearsal_every_kind(arena);
    assert_string_equal(rehearsal_verdict_word(&passed), "passed");
    assert_string_equal(rehearsal_verdict(arena, &passed), "3 migrations");
    assert_string_equal(rehearsal_verdict_word(&failed), "failed");
    assert_string_equal(rehearsal_verdict(arena, &failed),
                        "5 problems in 4 of 7 migrations, 1 not reached, 2 warnings");
}

// What is to be typed can be pasted, whatever the name is.
static void test_what_to_type_next(void **state)
{
    Rehearsal rehearsal = rehearsal_passed(arena);
    assert_string_equal(rehearsal_next(arena, &rehearsal), "migrate-safe up");
    rehearsal.environment = "prod";
    assert_string_equal(rehearsal_next(arena, &rehearsal), "migrate-safe up --env prod");
    RehearsedMigration *migration = &rehearsal.migrations.items[1];
    migration->version = "2; echo it's $HOME";
    fixture_finding(arena, migration, REHEARSAL_DOWN_MISSING, "x");
    assert_string_equal(rehearsal_next(arena, &rehearsal),
                        "migrate-safe generate-rollback '2; echo it'\"'\"'s $HOME'");
    fixture_finding(arena, migration, REHEARSAL_DOWN_FAILED, "x"); // graver
    migration->version = "002";
    assert_string_equal(rehearsal_next(arena, &rehearsal),
                        "migrate-safe generate-rollback 002 --overwrite");
    fixture_finding(arena, &rehearsal.migrations.items[2], REHEARSAL_UP_FAILED, "x");
    assert_string_equal(rehearsal_next(arena, &rehearsal),
                        "migrate-safe rehearse, when migrations/003_table_3.up.sql is corrected");
}

static void test_every_problem_is_explained(void **state)
{
    for (int i = 0; i < REHEARSAL_PROBLEMS; i++)
        assert_true(*rehearsal_problem_sentence((RehearsalProblem)i));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers_and_times),
        cmocka_unit_test(test_what_was_not_probed_is_not_nobody),
        cmocka_unit_test(test_the_strongest_lock),
        cmocka_unit_test(test_a_lock_is_held_to_the_end_of_its_transaction),
        cmocka_unit_test(test_a_lock_outside_is_held_by_its_statement),
        cmocka_unit_test(test_a_stronger_lock_takes_over),
        cmocka_unit_test(test_the_verdict),
        cmocka_unit_test(test_what_to_type_next),
        cmocka_unit_test(test_every_problem_is_explained),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
