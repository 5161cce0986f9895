#include "check/trace.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void test_modes(void **state)
{
    LockModes modes = lock_modes_of(LOCK_SHARE) | lock_modes_of(LOCK_ROW_SHARE);
    assert_int_equal(lock_modes_strongest(modes), LOCK_SHARE);
    assert_int_equal(lock_modes_strongest(0), LOCK_NONE);
    assert_int_equal(lock_modes_of(LOCK_NONE), 0);
}

static void test_spans(void **state)
{
    TraceSpan items[] = {{100, 200}, {300, 500}};
    TraceSpans spans = {items, 2, 2};
    assert_int_equal(trace_spans_within(&spans, (TraceSpan){0, 1000}), 300);
    assert_int_equal(trace_spans_within(&spans, (TraceSpan){150, 310}), 60);
    assert_int_equal(trace_spans_within(&spans, (TraceSpan){200, 300}), 0);
    assert_int_equal(trace_spans_within(&spans, (TraceSpan){320, 330}), 10);
    assert_int_equal(trace_spans_within(&(TraceSpans){0}, (TraceSpan){0, 10}), 0);
}

static void test_phases(void **state)
{
    ARENA_SCOPED arena = arena_new();
    TracePhases phases = {0};
    trace_phase_seen(arena, &phases, "VACUUM", "scanning heap", 10);
    trace_phase_seen(arena, &phases, "VACUUM", "scanning heap", 20);
    trace_phase_seen(arena, &phases, "VACUUM", "vacuuming heap", 30);
    trace_phase_seen(arena, &phases, "VACUUM", "scanning heap", 40);
    assert_int_equal(phases.len, 3);
    assert_int_equal(phases.items[0].seen.to_us, 20);
    assert_int_equal(phases.items[2].seen.from_us, 40);
}

static void test_relations_stand_by_oid(void **state)
{
    ARENA_SCOPED arena = arena_new();
    TraceRelations relations = {0};
    for (uint32_t i = 0; i < 100; i++)
        trace_relation_at(arena, &relations, i * 37 % 100)->scans = i;
    assert_int_equal(relations.len, 100);
    for (uint32_t i = 0; i < 100; i++)
        assert_int_equal(relations.items[i].oid, i);
    assert_int_equal(trace_relation_find(&relations, 37)->scans, 1);
    assert_int_equal(trace_relation_at(arena, &relations, 37)->scans, 1);
    assert_null(trace_relation_find(&relations, 100));
}

// Two statements on one table: probed in the second one only.
static void test_total(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Trace trace = {0};
    TraceRelations total;
    for (int i = 0; i < 2; i++) {
        TraceStatement *statement = vec_append(arena, &trace.statements);
        TraceRelation *relation = trace_relation_at(arena, &statement->relations, 7);
        relation->locked = lock_modes_of(i ? LOCK_SHARE : LOCK_ROW_EXCLUSIVE);
        relation->scans = 2;
        relation->is_rewritten = i == 0;
        relation->bytes_before = 100 + i;
        relation->bytes_after = 200 + i;
    }
    trace.statements.items[1].relations.items[0].reads_blocked_us = 5;
    trace_total(arena, &trace, &total);
    assert_int_equal(total.len, 1);
    assert_int_equal(total.items[0].locked,
                     lock_modes_of(LOCK_SHARE) | lock_modes_of(LOCK_ROW_EXCLUSIVE));
    assert_int_equal(total.items[0].scans, 4);
    assert_true(total.items[0].is_rewritten);
    assert_int_equal(total.items[0].bytes_before, 100);
    assert_int_equal(total.items[0].bytes_after, 201);
    assert_int_equal(total.items[0].reads_blocked_us, 5);
    assert_int_equal(total.items[0].writes_blocked_us, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_modes),  cmocka_unit_test(test_spans),
        cmocka_unit_test(test_phases), cmocka_unit_test(test_relations_stand_by_oid),
        cmocka_unit_test(test_total),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
