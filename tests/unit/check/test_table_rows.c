#include "check/table_rows.h"

#include "status_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

// Marks those of the folder that the table says are applied.
static Migrations rows(Arena *arena, const char *folder, const char *said)
{
    Migrations migrations = case_folder(arena, folder);
    VEC_EACH (Migration, migration, &migrations)
        if (strstr(said, migration->version))
            migration->said_applied = "2025-01-02 03:04:05 by bob";
    return migrations;
}

static Status status_of(Arena *arena, const Migrations *migrations, History *history)
{
    Status status;
    status_build(arena, migrations, history, &status);
    return status;
}

static void test_compare(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Migrations migrations = rows(arena, "1 2 3 4", "2 3");
    History history = case_history(arena, "1 2 5");
    Status status = status_of(arena, &migrations, &history);
    Problems problems = {0};
    table_rows_compare(arena, &status, "app.\"V\"", &problems);
    assert_int_equal(problems.len, 2);
    const Problem *first = &problems.items[0];
    const Problem *second = &problems.items[1];
    assert_int_equal(first->kind, PROBLEM_UNRECORDED);
    assert_false(first->is_error || second->is_error);
    assert_string_equal(first->err.message,
                        "version 1 is applied, but its row in app.\"V\" says that it is pending");
    assert_string_equal(first->err.hint,
                        "if it is there: UPDATE app.\"V\" SET schema_version_applied_at = now() "
                        "WHERE schema_version_version = '1'");
    assert_string_equal(second->err.message,
                        "version 3 is applied, says app.\"V\" (2025-01-02 03:04:05 by bob), but "
                        "not in the history");
    assert_string_equal(second->err.hint,
                        "if it is: migrate-safe baseline 3; if not: UPDATE app.\"V\" SET "
                        "schema_version_applied_at = NULL WHERE schema_version_version = '3'");
}

// What stopped half way is somebody's work already.
static void test_dirty_is_left_alone(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Migrations migrations = rows(arena, "1", "");
    History history = case_history(arena, "1");
    history.items[0].is_dirty = true;
    Status status = status_of(arena, &migrations, &history);
    Problems problems = {0};
    table_rows_compare(arena, &status, "t", &problems);
    assert_int_equal(problems.len, 0);
}

static void test_check_plan(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Migrations migrations = rows(arena, "1 2", "2");
    History history = {0};
    Status status = status_of(arena, &migrations, &history);
    Plan plan;
    Err err = {0};
    assert_true(plan_up(arena, &status, &(PlanOptions){.steps = 1}, &plan, &err));
    assert_true(table_rows_check_plan(&plan, "t", &err));
    assert_true(plan_up(arena, &status, &(PlanOptions){0}, &plan, &err));
    assert_false(table_rows_check_plan(&plan, "t", &err));
    assert_int_equal(err.class, ERR_CHECK);
    assert_non_null(strstr(err.message, "version 2 is applied, says t "));
    plan.steps.items[1].resumes = true;
    assert_true(table_rows_check_plan(&plan, "t", &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_compare),
        cmocka_unit_test(test_dirty_is_left_alone),
        cmocka_unit_test(test_check_plan),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
