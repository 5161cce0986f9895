#include "check/rehearsal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void test_words(void **state)
{
    RehearsalCopyKind kind;
    for (int i = 0; i <= REHEARSAL_FROM_EMPTY; i++) {
        assert_true(rehearsal_copy_parse(rehearsal_copy_word((RehearsalCopyKind)i), &kind));
        assert_int_equal(kind, i);
    }
    assert_false(rehearsal_copy_parse("nothing", &kind));
    for (int i = 0; i < REHEARSAL_PROBLEMS; i++) {
        assert_non_null(rehearsal_problem_word((RehearsalProblem)i));
        assert_true(rehearsal_problem_class((RehearsalProblem)i) != ERR_NONE);
    }
}

static void add(Arena *arena, RehearsalFindings *findings, RehearsalProblem problem)
{
    *vec_append(arena, findings) = (RehearsalFinding){.problem = problem, .message = "x"};
}

static void test_the_gravest_finding_counts(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Rehearsal rehearsal = {0};
    assert_int_equal(rehearsal_class(&rehearsal), ERR_NONE);
    RehearsedMigration *migration = vec_append(arena, &rehearsal.migrations);
    *migration = (RehearsedMigration){.version = "1"};
    add(arena, &migration->findings, REHEARSAL_SERVER_WIDE);
    assert_int_equal(rehearsal_class(&rehearsal), ERR_NONE);
    assert_int_equal(rehearsal_warnings(&rehearsal), 1);
    assert_int_equal(rehearsal_failures(&rehearsal), 0);
    add(arena, &migration->findings, REHEARSAL_TOO_SLOW);
    assert_int_equal(rehearsal_class(&rehearsal), ERR_CHECK);
    add(arena, &rehearsal.findings, REHEARSAL_DOWN_DIFFERS);
    assert_int_equal(rehearsal_class(&rehearsal), ERR_VERIFY);
    add(arena, &migration->findings, REHEARSAL_DOWN_FAILED);
    assert_int_equal(rehearsal_class(&rehearsal), ERR_ROLLBACK);
    add(arena, &migration->findings, REHEARSAL_UP_FAILED);
    assert_int_equal(rehearsal_class(&rehearsal), ERR_MIGRATION);
    assert_int_equal(rehearsal_failures(&rehearsal), 4);
}

static void test_the_longest_block_is_of_one_table(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Trace trace = {0};
    const char *table = NULL;
    assert_int_equal(rehearsal_blocked_us(&trace, true, &table), -1);
    for (int i = 0; i < 2; i++) {
        TraceStatement *statement = vec_append(arena, &trace.statements);
        *statement = (TraceStatement){.ran = {i * 5000, i * 5000 + 3000}, .wal_bytes = i ? 70 : -1};
        TraceRelation *a = trace_relation_at(arena, &statement->relations, 1);
        a->name = "public.a";
        a->writes_blocked_us = 400;
        TraceRelation *b = trace_relation_at(arena, &statement->relations, 2);
        b->name = "public.b";
        b->writes_blocked_us = 500;
        b->reads_blocked_us = 0;
    }
    assert_int_equal(rehearsal_blocked_us(&trace, true, &table), 1000);
    assert_string_equal(table, "public.b");
    assert_int_equal(rehearsal_blocked_us(&trace, false, NULL), 0);
    assert_int_equal(rehearsal_ran_ms(&trace), 6);
    assert_int_equal(rehearsal_wal_bytes(&trace), 70);
}

static void test_percentiles_are_of_the_nearest_rank(void **state)
{
    static const int64_t TIMES[] = {10, 20, 30, 40, 1000};
    assert_int_equal(load_percentile(TIMES, 0, 50), -1);
    assert_int_equal(load_percentile(TIMES, 1, 95), 10);
    assert_int_equal(load_percentile(TIMES, 4, 50), 20);
    assert_int_equal(load_percentile(TIMES, 5, 50), 30);
    assert_int_equal(load_percentile(TIMES, 5, 80), 40);
    assert_int_equal(load_percentile(TIMES, 5, 95), 1000);
    assert_int_equal(load_percentile(TIMES, 5, 100), 1000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_the_gravest_finding_counts),
        cmocka_unit_test(test_the_longest_block_is_of_one_table),
        cmocka_unit_test(test_percentiles_are_of_the_nearest_rank),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
