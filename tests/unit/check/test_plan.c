#include "status_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

typedef struct Case {
    const char *folder;
    const char *history;
    PlanOptions options;
    const char *expected;
} Case;

static const char *error_text(Arena *arena, const Err *err)
{
    return arena_printf(arena, "%s: %s%s%s%s%s [%s]", err_class_word(err->class), err->file,
                        err->file[0] ? ": " : "", err->message, err->detail[0] ? " | " : "",
                        err->detail, err->hint);
}

// The versions in order: "001(late)", "002(resumes)", "003(stored)"; or the error.
static const char *outcome(Arena *arena, Direction direction, const Case *c)
{
    Migrations migrations = case_folder(arena, c->folder);
    History history = case_history(arena, c->history);
    Status status;
    Plan plan = {.direction = (Direction)7};
    Err err = {0};
    status_build(arena, &migrations, &history, &status);
    bool ok = direction == DIRECTION_UP
                  ? plan_up(arena, &status, &c->options, &plan, &err)
                  : plan_down(arena, &status, &history, &c->options, &plan, &err);
    if (!ok) {
        assert_int_equal(plan.direction, 7); // untouched
        return error_text(arena, &err);
    }
    assert_int_equal(plan.direction, direction);
    TEXT_SCOPED out;
    text_init(&out, 4096);
    VEC_EACH (const Step, step, &plan.steps) {
        assert_int_equal(step->direction, direction);
        assert_string_equal(step->name, "x");
        assert_true(direction == DIRECTION_UP || step->applied);
        text_printf(&out, "%s%s%s%s%s", out.len ? " " : "", step->version,
                    step->is_late ? "(late)" : "", step->resumes ? "(resumes)" : "",
                    step->migration ? "" : "(stored)");
        if (step->covers || step->forgets)
            text_printf(&out, "(for %d)", step->covers + step->forgets);
    }
    return arena_dup(arena, text_str(&out));
}

static void assert_cases(Direction direction, const Case *cases)
{
    ARENA_SCOPED arena = arena_new();
    for (const Case *c = cases; c->folder; c++) {
        const char *got = outcome(arena, direction, c);
        if (strcmp(got, c->expected) != 0)
            fail_msg("folder [%s] history [%s]\n  gave     %s\n  expected %s", c->folder,
                     c->history, got, c->expected);
    }
}

static void test_up(void **state)
{
    static const Case CASES[] = {
        {"", "", {0}, ""},
        {"001 002 003", "", {0}, "001 002 003"},
        {"001 002 003", "001", {0}, "002 003"},
        {"001 002", "001 002", {0}, ""},
        {"001 002 003", "", {.steps = 2}, "001 002"},
        {"001 002 003", "001", {.steps = 1}, "002"},
        {"001 002 003", "001", {.steps = 99}, "002 003"},
        {"001 002 003", "", {.to = "002"}, "001 002"},
        {"001 002 003", "", {.to = "2"}, "001 002"},
        {"001 002 003", "001 002", {.to = "001"}, ""},
        {"001 002 003", "001", {.to = "001"}, ""},
        {"001 002 003", "", {.to = "003", .steps = 1}, "001"},
        {"001 002 003", "", {.only = "002"}, "002"},
        {"001 002 003", "002", {.only = "002", .allow_late = true}, ""},
        {"001 002 003", "", {.only = "2"}, "002"}, // as history spelled it
        {"001 002 003", "001 003", {.allow_late = true}, "002(late)"},
        {"001 002 003 004", "001 003", {.allow_late = true}, "002(late) 004"},
        {"001 002 003 004", "003", {.allow_late = true, .to = "001"}, "001(late)"},
        {"002", "001", {0}, "002"}, // a file that is gone is no hindrance
        {"001 002", "001/be", {0}, "002"},
        {NULL, NULL, {0}, NULL},
    };
    assert_cases(DIRECTION_UP, CASES);
}

static void test_up_of_repeatable(void **state)
{
    static const Case CASES[] = {
        {"1 2 R__a R__b", "", {0}, "1 2 R__a R__b"},
        {"1 2 R__a R__b", "1 R__a", {0}, "2 R__b"},
        {"1 R__a R__b", "1 R__a/e R__b", {0}, "R__a"},
        {"1 R__a", "1 R__a", {0}, ""},
        {"1 R__a R__b", "1 R__b/d", {0}, "R__b(resumes) R__a"},
        {"1 R__a", "1 R__a/de", {0}, "R__a(resumes)"},
        {"1 2 R__a", "", {.steps = 2}, "1 2"},
        {"1 2 R__a", "", {.to = "2"}, "1 2"}, // they may need what comes later
        {"1 2 R__a R__b", "", {.to = "R__a"}, "1 2 R__a"},
        {"1 2 R__a", "1", {.only = "2"}, "2 R__a"},
        {"1 2 3 R__a", "1 3 R__a", {.allow_late = true}, "2(late)"},
        {NULL, NULL, {0}, NULL},
    };
    assert_cases(DIRECTION_UP, CASES);
}

static void test_up_of_baseline_scripts(void **state)
{
    static const Case CASES[] = {
        {"1 2 B2 3", "", {0}, "2(for 2) 3"},
        {"1 B1 2 3 B3 4 R__a", "", {0}, "3(for 3) 4 R__a"},
        {"B3 4", "", {0}, "3 4"},
        {"1 B1 2 3 B3 4", "", {.steps = 1}, "3(for 3)"},
        {"1 B1 2 3 B3 4", "", {.to = "2"}, "1(for 1) 2"},
        {"1 B1 2 3 B3 4", "", {.to = "3"}, "3(for 3)"},
        {"1 2 B2 3", "", {.to = "1"}, "1"},
        {"1 2 B2 3", "1", {0}, "2 3"},
        {"1 2 B2 3", "B2", {0}, "3"},
        {"1 2 B2 3", "B2/d", {0}, "2(resumes) 3"},
        {"1 2 B2 B3", "B2", {0}, ""},
        {"1 2 B2 3", "1/b 2/b", {0}, "3"},
        {"1 B1 R__a", "R__a", {0}, "1"},
        {NULL, NULL, {0}, NULL},
    };
    assert_cases(DIRECTION_UP, CASES);
}

static void test_up_refused(void **state)
{
    static const Case CASES[] = {
        {"001",
         "",
         {.to = "7"},
         "config: there is no migration with version \"7\" [see the versions: migrate-safe "
         "status]"},
        {"001 002 003",
         "001 003",
         {0},
         "check: m/002_x.up.sql: version 002 is late: a later version is applied already [rename "
         "it to a new version, or apply it with: migrate-safe up --allow-late]"},
        {"1 2 3 4 5 6 7 8",
         "8",
         {0},
         "check: m/1_x.up.sql: version 1 is late: a later version is applied already | late: 1, 2, "
         "3, 4, 5 and 2 more [rename it to a new version, or apply it with: migrate-safe up "
         "--allow-late]"},
        {"001 002",
         "001/e",
         {0},
         "check: m/001_x.up.sql: version 001 was edited after it was applied [put the file back "
         "and write a new migration, or accept the new text: migrate-safe recover --accept 001]"},
        {"001 002 003",
         "001/e 002/e",
         {0},
         "check: m/001_x.up.sql: version 001 was edited after it was applied | edited: 001, 002 "
         "[put the file back and write a new migration, or accept the new text: migrate-safe "
         "recover --accept 001]"},
        {"001 002",
         "001/e",
         {.allow_late = true}, // which does not cover it
         "check: m/001_x.up.sql: version 001 was edited after it was applied [put the file back "
         "and write a new migration, or accept the new text: migrate-safe recover --accept 001]"},
        {NULL, NULL, {0}, NULL},
    };
    assert_cases(DIRECTION_UP, CASES);
}

static void test_up_of_half_done(void **state)
{
    static const Case CASES[] = {
        {"001 002 003", "001 002/d", {0}, "002(resumes) 003"},
        {"001 002 003", "001 002/d", {.steps = 1}, "002(resumes)"},
        {"001 002 003", "003 002/d", {.allow_late = true}, "002(resumes) 001(late)"},
        {"001",
         "001 002/d",
         {0},
         "check: version 002 stopped half way, and its file is gone [put the file back, or settle "
         "it: migrate-safe recover]"},
        {"001 002",
         "001 002/D",
         {0},
         "check: version 002 is half taken back: 1 of 3 statements are committed [finish it: "
         "migrate-safe down, or see what else can be done: migrate-safe recover]"},
        {NULL, NULL, {0}, NULL},
    };
    assert_cases(DIRECTION_UP, CASES);
}

static void test_down(void **state)
{
    static const Case CASES[] = {
        {"", "", {0}, ""},
        {"001 002", "", {0}, ""},
        {"001 002 003", "001 002 003", {0}, "003"},
        {"001 002 003", "001 002 003", {.steps = 2}, "003 002"},
        {"001 002 003", "001 002 003", {.steps = 99}, "003 002 001"},
        {"001 002 003", "001 002 003", {.to = "001"}, "003 002"},
        {"001 002 003", "001 002 003", {.to = "1"}, "003 002"},
        {"001 002 003", "001 002 003", {.to = "003"}, ""},
        {"001 002 003", "001 002 003", {.to = "0"}, "003 002 001"},
        // in reverse order of application, not of names
        {"001 002 003", "001 003 002", {0}, "002"},
        {"001 002 003", "001 003 002", {.to = "003"}, "002"},
        {"001 002 003", "001 003 002", {.to = "001"}, "002 003"},
        {"001 002 003", "003 002 001", {.to = "0"}, "001 002 003"},
        // the file is gone, its text is not
        {"001", "001 002/s", {0}, "002(stored)"},
        {"001 002/n", "001 002/s", {0}, "002(stored)"},
        {"001 002", "001 002/s", {0}, "002"}, // the file comes first
        // edited and late files do not stand in the way back
        {"001 002 003", "001/e 003", {.steps = 2}, "003 001"},
        {"001", "1", {0}, "1"},
        {"001/I", "001", {0}, "001"}, // somebody wrote a down all the same
        {"001", "001/D", {0}, "001(resumes)"},
        {"001 002 003", "003/b 001 002", {.to = "003"}, "002 001"},
        // repeatable ones are no versions
        {"1 2 R__a R__b", "1 R__a 2 R__b", {0}, "2(for 1)"},
        {"1 2 R__a R__b", "1 R__a 2 R__b", {.steps = 2}, "2(for 1) 1(for 1)"},
        {"1 2 R__a R__b", "1 R__a 2 R__b", {.to = "1"}, "2(for 1)"},
        {"1 2 R__a R__b", "R__a 1 2", {.to = "0"}, "2 1"},
        {"R__a", "R__a", {0}, ""},
        {"1 R__a", "1 R__a", {.to = "1"}, ""},
        {"1 2 B2 3", "B2 3", {.to = "2"}, "3"},
        {NULL, NULL, {0}, NULL},
    };
    assert_cases(DIRECTION_DOWN, CASES);
}

static void test_down_refused(void **state)
{
    static const Case CASES[] = {
        {"001/n",
         "001",
         {0},
         "check: m/001_x.up.sql: version 001 has no down migration [write it (see: migrate-safe "
         "new --help for its place), or restore a backup]"},
        {"",
         "001",
         {0},
         "check: version 001 has no down migration [write it (see: migrate-safe new --help for its "
         "place), or restore a backup]"},
        {"001/i",
         "001",
         {0},
         "check: version 001 is irreversible: gone is gone [restore a backup, or write a new "
         "migration that repairs what it did]"},
        {"001/i",
         "001/s",
         {0},
         "check: version 001 is irreversible: gone is gone [restore a backup, or write a new "
         "migration that repairs what it did]"},
        {"001 002",
         "001/b",
         {0},
         "check: version 001 is a baseline: what it stands for was never run by migrate-safe [stop "
         "above it: migrate-safe down --to 001]"},
        // nothing runs when one of several cannot
        {"001/n 002",
         "001 002",
         {.to = "0"},
         "check: m/001_x.up.sql: version 001 has no down migration [write it (see: migrate-safe "
         "new --help for its place), or restore a backup]"},
        {"001 002",
         "001",
         {.to = "002"},
         "check: version 002 is not applied, so there is no way down to it [see what is applied: "
         "migrate-safe status]"},
        {"001",
         "001",
         {.to = "7"},
         "config: there is no migration with version \"7\" [see the versions: migrate-safe "
         "status]"},
        {"001 002",
         "001 002/d",
         {0},
         "check: version 002 is half applied: 1 of 3 statements are committed [finish it: "
         "migrate-safe up, or see what else can be done: migrate-safe recover]"},
        {NULL, NULL, {0}, NULL},
    };
    assert_cases(DIRECTION_DOWN, CASES);
}

static void test_down_of_kinds_refused(void **state)
{
    static const Case CASES[] = {
        {"1 2 B2",
         "B2",
         {0},
         "check: version 2 was made by a baseline script, which has no way back [stop above it: "
         "migrate-safe down --to 2]"},
        {"1 R__a",
         "1 R__a",
         {.to = "R__a"},
         "config: R__a is a repeatable migration: there is no way down to it [name a version: "
         "migrate-safe status]"},
        {"1 R__a",
         "1 R__a/d",
         {0},
         "check: version R__a is half applied: 1 of 3 statements are committed [finish it: "
         "migrate-safe up, or see what else can be done: migrate-safe recover]"},
        {NULL, NULL, {0}, NULL},
    };
    assert_cases(DIRECTION_DOWN, CASES);
}

static Plan up_plan(Arena *arena, const char *folder, const char *history)
{
    Migrations *migrations = arena_new_object(arena, Migrations);
    History *rows = arena_new_object(arena, History);
    Status status;
    Plan plan;
    Err err = {0};
    *migrations = case_folder(arena, folder);
    *rows = case_history(arena, history);
    status_build(arena, migrations, rows, &status);
    if (!plan_up(arena, &status, &(PlanOptions){.allow_late = true}, &plan, &err))
        fail_msg("%s", err.message);
    VEC_EACH (Step, step, &plan.steps)
        step->script = step->migration->up;
    return plan;
}

static const char *digest(Plan plan)
{
    static char text[SHA256_HEX];
    plan_digest(&plan);
    memcpy(text, plan.digest, sizeof text);
    return text;
}

// Whoever signed a digest has signed which texts run, in which order and direction.
static void test_digest(void **state)
{
    ARENA_SCOPED arena = arena_new();
    const char *first = arena_strdup(arena, digest(up_plan(arena, "001 002", "")));
    assert_int_equal(strlen(first), 64);
    assert_string_equal(first, digest(up_plan(arena, "001 002", "")));
    assert_string_equal(first, digest(up_plan(arena, "001/n 002", ""))); // what is down counts not
    assert_string_not_equal(first, digest(up_plan(arena, "001 003", "")));
    assert_string_not_equal(first, digest(up_plan(arena, "001", "")));
    assert_string_not_equal(first, digest(up_plan(arena, "001 002 003", "")));
    assert_string_not_equal(first, digest(up_plan(arena, "1 2", "")));
    Plan plan = up_plan(arena, "001 002", "");
    strcpy(plan.steps.items[1].script.checksum, "other");
    assert_string_not_equal(first, digest(plan));
    plan = up_plan(arena, "001 002", "");
    plan.steps.items[0].direction = DIRECTION_DOWN;
    assert_string_not_equal(first, digest(plan));
    plan = up_plan(arena, "001 002", "");
    Step swapped = plan.steps.items[0];
    plan.steps.items[0] = plan.steps.items[1];
    plan.steps.items[1] = swapped;
    assert_string_not_equal(first, digest(plan));
    assert_int_equal(strlen(digest((Plan){0})), 64);
}

static void test_is_same(void **state)
{
    ARENA_SCOPED arena = arena_new();
    Plan plan = up_plan(arena, "001 002", "");
    Plan other = up_plan(arena, "001 002", "");
    assert_true(plan_is_same(&plan, &other));
    other.direction = DIRECTION_DOWN;
    assert_false(plan_is_same(&plan, &other));
    other = up_plan(arena, "001 003", "");
    assert_false(plan_is_same(&plan, &other));
    other = up_plan(arena, "001 002 003", "");
    assert_false(plan_is_same(&plan, &other));
    plan = up_plan(arena, "001 002", "001/d");
    other = up_plan(arena, "001 002", "");
    assert_false(plan_is_same(&plan, &other));
    other = up_plan(arena, "001 002", "001/d");
    assert_true(plan_is_same(&plan, &other));
    AppliedMigration *row = (AppliedMigration *)other.steps.items[0].applied;
    row->statements_done = 2; // somebody went on with it meanwhile
    assert_false(plan_is_same(&plan, &other));
    plan = up_plan(arena, "1 2 B2", "");
    other = up_plan(arena, "1 2 B2", "1"); // somebody began without the baseline script
    assert_false(plan_is_same(&plan, &other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_up),
        cmocka_unit_test(test_up_of_repeatable),
        cmocka_unit_test(test_up_of_baseline_scripts),
        cmocka_unit_test(test_up_refused),
        cmocka_unit_test(test_up_of_half_done),
        cmocka_unit_test(test_down),
        cmocka_unit_test(test_down_refused),
        cmocka_unit_test(test_down_of_kinds_refused),
        cmocka_unit_test(test_digest),
        cmocka_unit_test(test_is_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
