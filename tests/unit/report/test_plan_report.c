#include "report/plan_report.h"

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

static Step *step(Plan *plan, const char *version, const char *name, bool has_down)
{
    Migration *migration = arena_new_object(arena, Migration);
    *migration = (Migration){.version = version, .name = name, .down.is_present = has_down};
    Step *made = vec_append(arena, &plan->steps);
    *made = (Step){
        .direction = plan->direction,
        .version = version,
        .name = name,
        .migration = migration,
        .script = {.is_present = true,
                   .path = arena_printf(arena, "m/%s.up.sql", version),
                   .checksum = "c0ffee"},
        .shape.statements = 1,
        .is_one_transaction = true,
    };
    return made;
}

static Plan every_kind(void)
{
    Plan plan = {.direction = DIRECTION_UP};
    step(&plan, "001", "plain", true);
    Step *late = step(&plan, "002", "late_and_without_down", false);
    late->is_late = true;
    late->shape.statements = 1234;
    Step *concurrent = step(&plan, "003", "add_index", true);
    concurrent->is_one_transaction = false;
    concurrent->shape = (Shape){.statements = 2,
                                .not_transactional = 1,
                                .first_not_transactional = {4, 1},
                                .label = "CREATE INDEX CONCURRENTLY"};
    Step *blocks = step(&plan, "004", "two_blocks", true);
    blocks->is_one_transaction = false;
    blocks->shape.blocks = 2;
    static const Script VERIFY = {.is_present = true, .path = "m/verify/two_blocks.sql"};
    blocks->verify = &VERIFY;
    *vec_append(arena, &blocks->script.directives.verifies) = (VerifyDirective){.sql = "SELECT 1"};
    Step *said = step(&plan, "005", "no_transaction", false);
    said->is_one_transaction = false;
    said->script.directives = (Directives){.no_transaction = true,
                                           .irreversible = "gone is gone",
                                           .complexity = COMPLEXITY_HIGH,
                                           .estimated_duration_ms = 90000};
    Step *empty = step(&plan, "006", "\x1b[2Jhostile\n", true);
    empty->shape.statements = 0;
    plan_digest(&plan);
    return plan;
}

static void assert_plan(const char *name, const PlanReport *report)
{
    for (int has_colour = 0; has_colour <= 1; has_colour++) {
        Captured captured;
        capture_begin(&captured, has_colour);
        plan_report_text(arena, &captured.terminal, report);
        const char *text = capture_end(arena, &captured);
        assert_harmless(text);
        assert_golden(arena, arena_printf(arena, "%s%s.txt", name, has_colour ? ".colour" : ""),
                      text);
    }
    assert_golden_json(arena, arena_printf(arena, "%s.json", name), plan_report_json(report));
}

static void test_up(void **state)
{
    Plan plan = every_kind();
    assert_plan("plan", &(PlanReport){.plan = &plan, .target = "shop on db.example:5432"});
}

static void test_kinds(void **state)
{
    Plan plan = {.direction = DIRECTION_UP};
    Step *baseline = step(&plan, "3", "all", false);
    ((Migration *)baseline->migration)->kind = MIGRATION_BASELINE;
    baseline->covers = 2;
    Step *fresh = step(&plan, "R__grants", "grants", false);
    ((Migration *)fresh->migration)->kind = MIGRATION_REPEATABLE;
    Step *again = step(&plan, "R__views", "views", false);
    ((Migration *)again->migration)->kind = MIGRATION_REPEATABLE;
    again->applied = &(AppliedMigration){.version = "R__views"};
    plan_digest(&plan);
    assert_plan("plan_kinds", &(PlanReport){.plan = &plan, .target = "shop"});
}

static void test_refused(void **state)
{
    Plan plan = {.direction = DIRECTION_UP};
    step(&plan, "001", "plain", true);
    plan_digest(&plan);
    assert_plan("plan_refused",
                &(PlanReport){.plan = &plan,
                              .refused = "shop on db.example:5432 has tables, but no history",
                              .refused_detail = "another runner: public.g (goose)",
                              .refused_hint = "migrate-safe baseline VERSION"});
}

static void test_down(void **state)
{
    Plan plan = {.direction = DIRECTION_DOWN};
    Step *stored = step(&plan, "002", "from_history", true);
    stored->migration = NULL;
    stored->script.path = "(stored down of 002)";
    step(&plan, "001", "plain", true)->forgets = 2;
    plan_digest(&plan);
    assert_plan("plan_down", &(PlanReport){.plan = &plan, .target = "shop on /run (port 5432)"});
}

static void add_lock(LockedStatement *statement, const Effect *effect)
{
    *vec_append(arena, &statement->effects.items) = *effect;
}

static void test_locks(void **state)
{
    static const Relation USERS = {.schema = "public", .name = "users"};
    Plan plan = {.direction = DIRECTION_UP};
    LockPlan *locks = &step(&plan, "001", "plain", true)->locks;
    locks->is_made = true;
    LockedStatement *alter = vec_append(arena, &locks->statements);
    *alter = (LockedStatement){.position = {3, 5}, .label = "ALTER TABLE"};
    add_lock(alter, &(Effect){.relation = "public.users",
                              .known = &USERS,
                              .mode = LOCK_ACCESS_EXCLUSIVE,
                              .is_rewritten = true,
                              .why = "the default calls random(), which is volatile"});
    add_lock(alter, &(Effect){.relation = "public.\x1b[2Jhostile",
                              .written = "\x1b[2Jhostile",
                              .mode = LOCK_SHARE_ROW_EXCLUSIVE,
                              .reach = REACH_TREE});
    add_lock(alter, &(Effect){.relation = "public.read", .mode = LOCK_ROW_SHARE});
    add_lock(alter, &(Effect){.relation = "public.n", .mode = LOCK_SHARE, .is_new = true});
    LockedStatement *index = vec_append(arena, &locks->statements);
    *index = (LockedStatement){.position = {9, 1}, .label = "CREATE INDEX CONCURRENTLY"};
    index->effects.is_concurrent = true;
    add_lock(index, &(Effect){.relation = "public.users",
                              .mode = LOCK_SHARE_UPDATE_EXCLUSIVE,
                              .builds_index = true});
    LockedStatement *call = vec_append(arena, &locks->statements);
    *call = (LockedStatement){.position = {10, 1}, .label = "CALL"};
    call->effects.is_incomplete = true;
    plan_digest(&plan);
    assert_plan("plan_locks", &(PlanReport){.plan = &plan, .target = "shop"});
}

static void test_many_locks(void **state)
{
    Plan plan = {.direction = DIRECTION_UP};
    LockPlan *locks = &step(&plan, "001", "plain", true)->locks;
    Captured captured;
    for (int i = 0; i < 42; i++) {
        LockedStatement *drop = vec_append(arena, &locks->statements);
        *drop = (LockedStatement){.position = {i + 1, 1}, .label = "DROP TABLE"};
        add_lock(drop, &(Effect){.relation = "t", .mode = LOCK_ACCESS_EXCLUSIVE});
    }
    capture_begin(&captured, false);
    plan_report_text(arena, &captured.terminal, &(PlanReport){.plan = &plan});
    const char *text = capture_end(arena, &captured);
    assert_non_null(strstr(text, "001:40"));
    assert_null(strstr(text, "001:41"));
    assert_non_null(strstr(text, "\n  and 2 more locks; --json has all\n"));
}

static void test_nothing(void **state)
{
    Plan plan = {.direction = DIRECTION_UP};
    plan_digest(&plan);
    assert_plan("plan_nothing", &(PlanReport){.plan = &plan, .target = "shop on db.example:5432"});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_up),         cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_refused),    cmocka_unit_test(test_down),
        cmocka_unit_test(test_nothing),    cmocka_unit_test(test_locks),
        cmocka_unit_test(test_many_locks),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
