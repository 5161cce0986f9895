#include "check/rehearsal_estimate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static TraceRelation *add(Arena *arena, Trace *trace, int64_t ms, const char *table)
{
    TraceStatement *statement = vec_append(arena, &trace->statements);
    *statement = (TraceStatement){.ran = {0, ms * 1000}};
    TraceRelation *relation = trace_relation_at(arena, &statement->relations, 7);
    relation->name = table;
    relation->kind = 'r';
    return relation;
}

static TableSizes sizes(Arena *arena, int64_t rows)
{
    TableSizes all = {0};
    *vec_append(arena, &all) = (TableSize){"app.a", rows, rows * 100};
    *vec_append(arena, &all) = (TableSize){"app.b", 5, 500};
    return all;
}

static void test_two_runs_are_the_range(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Trace first = {0};
    Trace again = {0};
    RehearsalEstimate estimate;
    add(arena, &first, 30, "app.a");
    add(arena, &again, 20, "app.a");
    rehearsal_estimate_measured(&first, &again, &estimate);
    assert_int_equal(estimate.low_ms, 20);
    assert_int_equal(estimate.high_ms, 30);
    rehearsal_estimate_measured(&first, NULL, &estimate);
    assert_int_equal(estimate.low_ms, 30);
}

static void test_what_reads_rows_grows_with_them(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Trace trace = {0};
    RehearsalEstimate estimate;
    TableSizes here = sizes(arena, 1000);
    TableSizes there = sizes(arena, 50000);
    add(arena, &trace, 2, "app.a"); // did nothing with rows
    rehearsal_estimate_scaled(arena, &trace, &here, &there, &estimate);
    assert_int_equal(estimate.low_ms, 2);
    assert_int_equal(estimate.high_ms, 2);
    assert_string_equal(estimate.basis, "nothing in it takes longer with more rows");
    add(arena, &trace, 3, "app.a")->scans = 1;
    add(arena, &trace, 4, "app.b")->is_rewritten = true;
    rehearsal_estimate_scaled(arena, &trace, &here, &there, &estimate);
    assert_int_equal(estimate.low_ms, 9);
    assert_int_equal(estimate.high_ms, 2 + 3 * 50 + 4);
    assert_string_equal(estimate.basis, "by rows: app.a has 50000 there, 1000 here");
}

static void test_an_index_sorts(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Trace trace = {0};
    RehearsalEstimate estimate;
    TableSizes here = sizes(arena, 100);
    TableSizes there = sizes(arena, 10000);
    add(arena, &trace, 1, "app.a")->scans = 1;
    TraceRelation *index = trace_relation_at(arena, &trace.statements.items[0].relations, 9);
    index->name = "app.a_x";
    index->owner = "app.a";
    index->kind = 'i';
    index->is_created = true;
    rehearsal_estimate_scaled(arena, &trace, &here, &there, &estimate);
    assert_in_range(estimate.high_ms, 198, 202); // 100 times as many, twice the logarithm
}

static void test_what_is_not_known_is_said(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Trace trace = {0};
    RehearsalEstimate estimate;
    TableSizes here = sizes(arena, 0);
    TableSizes there = sizes(arena, 10);
    add(arena, &trace, 1, "app.a")->updated = 4;
    rehearsal_estimate_scaled(arena, &trace, &here, &there, &estimate);
    assert_int_equal(estimate.low_ms, -1);
    assert_string_equal(estimate.basis, "how many rows app.a has is not known, here or there");
    Trace made = {0};
    add(arena, &made, 1, "app.made_before")->updated = 4;
    rehearsal_estimate_scaled(arena, &made, &here, &there, &estimate);
    assert_int_equal(estimate.high_ms, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_two_runs_are_the_range),
        cmocka_unit_test(test_what_reads_rows_grows_with_them),
        cmocka_unit_test(test_an_index_sorts),
        cmocka_unit_test(test_what_is_not_known_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
