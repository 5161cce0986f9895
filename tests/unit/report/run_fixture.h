// Runs as values, for the tests of their reports: one with everything that can be told and hostile
// texts, one that went well, one stopped before it began, one that failed behind its last
// migration, one that was killed, and one as large as they get.
#pragma once

#include "check/run_report.h"

static const char RUN_DIGEST[] = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00";
static const char RUN_HOSTILE[] =
    "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'`|";

static inline Words fixture_words(Arena *arena, const char *one, const char *two)
{
    Words words = {0};
    *vec_append(arena, &words) = one;
    if (two)
        *vec_append(arena, &words) = two;
    return words;
}

static inline RunStep *run_fixture_step(Arena *arena, RunReport *report, const char *version,
                                        const char *name, int64_t at_ms, int64_t duration_ms)
{
    RunStep *step = vec_append(arena, &report->steps);
    *step = (RunStep){
        .version = version,
        .name = name,
        .file = arena_printf(arena, "migrations/%s_%s.up.sql", version, name),
        .direction = "up",
        .state = "applied",
        .risk = "low",
        .at_ms = at_ms,
        .duration_ms = duration_ms,
        .statements_done = 2,
        .statements_total = 2,
        .is_one_transaction = true,
        .has_lock_plan = true,
    };
    *vec_append(arena, &report->phases) = (RunPhase){
        .kind = RUN_PHASE_MIGRATION, .what = version, .at_ms = at_ms, .duration_ms = duration_ms};
    return step;
}

static inline void run_fixture_phase(Arena *arena, RunReport *report, RunPhaseKind kind,
                                     int64_t at_ms, int64_t duration_ms)
{
    *vec_append(arena, &report->phases) =
        (RunPhase){.kind = kind, .at_ms = at_ms, .duration_ms = duration_ms};
}

static inline void run_fixture_check(Arena *arena, RunChecks *checks, const char *id,
                                     Verdict verdict, const char *value)
{
    *vec_append(arena, &checks->checks) = (RunCheck){
        .id = id,
        .verdict = verdict,
        .value = value,
        .limit = verdict == VERDICT_PASS ? NULL : "30 s",
        .why = "a migration would wait for it, and the application behind the migration",
        .fix = verdict == VERDICT_PASS ? NULL : "migrate-safe locks",
        .details = verdict == VERDICT_PASS
                       ? (Words){0}
                       : fixture_words(arena, "pid 4711, user app: SELECT 1", RUN_HOSTILE),
    };
}

static inline RunReport run_fixture_begun(void)
{
    return (RunReport){
        .run_id = "0a1b2c3d-0000-4000-8000-000000000001",
        .command = "up",
        .database = "shop on db.example.org (port 5432)",
        .role = "deployer",
        .environment = "production",
        .server_version = "15.18",
        .tool_version = "0.1.0",
        .started_at = "2026-11-26T19:15:39.697Z",
        .finished_at = "2026-11-26T19:15:44.000Z",
        .duration_ms = 4303,
        .state = "clean",
        .current = "003",
        .next = "migrate-safe status; to undo the last: migrate-safe down",
        .plan_digest = RUN_DIGEST,
    };
}

static inline const RunBackup *run_fixture_backup(Arena *arena)
{
    RunBackup *backup = arena_new_object(arena, RunBackup);
    *backup = (RunBackup){
        .need = "made",
        .id = "20261126-191540-shop",
        .path = "backups/migrations/20261126-191540-shop",
        .level = "restored",
        .why_less = "above 10 GB it is not restored unless backup-level says so",
        .bytes = 23456789,
        .restore_ms = 1700,
        .restore_point = "migrate_safe_0a1b2c3d",
        .restore = "migrate-safe backup restore 20261126-191540-shop --env production",
    };
    *vec_append(arena, &backup->parts) = (RunPart){"dumped 23 MB, 12 tables", 900};
    *vec_append(arena, &backup->parts) = (RunPart){"restored for proof", 1700};
    return backup;
}

static inline const RunRehearsal *run_fixture_rehearsal(Arena *arena, bool stands)
{
    RunRehearsal *rehearsal = arena_new_object(arena, RunRehearsal);
    *rehearsal = (RunRehearsal){
        .digest = RUN_DIGEST,
        .stands = stands,
        .age = "2 hours old",
        .took_ms = stands ? 600 : -1,
        .low_ms = stands ? 600 : -1,
        .high_ms = stands ? 900 : -1,
        .differences =
            stands ? (Words){0} : fixture_words(arena, "003 has another text", RUN_HOSTILE),
        .passed_over = stands ? NULL : "--force",
    };
    return rehearsal;
}

static inline RunReport run_succeeded(Arena *arena)
{
    RunReport report = run_fixture_begun();
    RunChecks *before = arena_new_object(arena, RunChecks);
    RunChecks *after = arena_new_object(arena, RunChecks);
    before->has_passed = after->has_passed = true;
    run_fixture_check(arena, before, "schema.drift", VERDICT_PASS, "none");
    run_fixture_check(arena, before, "activity.long-transactions", VERDICT_PASS, "none above 30 s");
    run_fixture_check(arena, after, "schema.fingerprint", VERDICT_PASS, "as it was rehearsed");
    report.preflight = before;
    report.postflight = after;
    report.risk = "medium";
    report.risk_reasons = fixture_words(arena, "002 writes public.orders anew", NULL);
    report.rehearsal = run_fixture_rehearsal(arena, true);
    report.backup = run_fixture_backup(arena);
    report.analyzed = fixture_words(arena, "public.orders", "public.customers");
    *vec_append(arena, &report.approvals) =
        (RunApproval){"technical-lead", "ann", "2026-11-26T18:00:00.000Z", "database role ann"};
    run_fixture_phase(arena, &report, RUN_PHASE_PLAN, 0, 60);
    run_fixture_phase(arena, &report, RUN_PHASE_LOCK, 60, 15);
    run_fixture_phase(arena, &report, RUN_PHASE_POLICY, 75, 30);
    run_fixture_phase(arena, &report, RUN_PHASE_PREFLIGHT, 105, 14);
    run_fixture_phase(arena, &report, RUN_PHASE_BACKUP, 119, 2600);
    run_fixture_step(arena, &report, "001", "customer_phone", 2719, 12);
    RunStep *step = run_fixture_step(arena, &report, "002", "orders_currency", 2731, 900);
    step->risk = "medium";
    *vec_append(arena, &step->locks) = (RunLock){.position = {3, 1},
                                                 .statement = "ALTER TABLE",
                                                 .relation = "public.orders",
                                                 .mode = LOCK_ACCESS_EXCLUSIVE,
                                                 .is_rewritten = true,
                                                 .is_scanned = true};
    step = run_fixture_step(arena, &report, "003", "orders_by_customer", 3631, 300);
    step->is_one_transaction = false;
    *vec_append(arena, &step->locks) = (RunLock){.position = {1, 1},
                                                 .statement = "CREATE INDEX",
                                                 .relation = "public.orders",
                                                 .mode = LOCK_SHARE_UPDATE_EXCLUSIVE,
                                                 .builds_index = true};
    run_fixture_phase(arena, &report, RUN_PHASE_ANALYZE, 3931, 200);
    run_fixture_phase(arena, &report, RUN_PHASE_POSTFLIGHT, 4131, 12);
    run_fixture_phase(arena, &report, RUN_PHASE_END, 4143, 160);
    return report;
}

static inline const RunError *run_fixture_error(Arena *arena)
{
    RunError *error = arena_new_object(arena, RunError);
    *error = (RunError){
        .class = "migration",
        .message = arena_printf(arena, "column \"%s\" does not exist", RUN_HOSTILE),
        .sqlstate = "42703",
        .detail = "two\nlines of </pre><script>alert(3)</script>",
        .hint = "perhaps you meant \"orders.<b>id\"",
        .file = "migrations/003_\"><b>.up.sql",
        .position = {2, 8},
    };
    return error;
}

static inline void run_fixture_undo(Arena *arena, RunReport *report)
{
    RunStep *step = run_fixture_step(arena, report, "002", "orders_currency", 4200, 30);
    RunAfter *after = arena_new_object(arena, RunAfter);
    step->state = "reverted";
    step->direction = "down";
    step->is_undo = true;
    *after = (RunAfter){.policy = "undo-run",
                        .undone = fixture_words(arena, "002", NULL),
                        .why_not = RUN_HOSTILE,
                        .restore = "migrate-safe backup restore x (it takes 2 s)",
                        .error = report->error};
    report->after = after;
}

static inline RunReport run_every_kind(Arena *arena)
{
    RunReport report = run_succeeded(arena);
    RunChecks *before = arena_new_object(arena, RunChecks);
    RunStep *step = &report.steps.items[1];
    report.exit_code = 2;
    report.state =
        "nothing of version 003 is in the database; 2 migrations before it in this run stay";
    report.current = "002";
    report.next = "correct migrations/003_orders.up.sql, then migrate-safe up";
    report.error = run_fixture_error(arena);
    report.rehearsal = run_fixture_rehearsal(arena, false);
    report.passed_over = fixture_words(arena, "--force: activity.long-transactions", RUN_HOSTILE);
    report.postflight = NULL;
    run_fixture_check(arena, before, "schema.drift", VERDICT_PASS, "none");
    run_fixture_check(arena, before, "activity.long-transactions", VERDICT_FAIL, "2 sessions");
    before->checks.items[1].passed_over = "--force";
    run_fixture_check(arena, before, "space.disk", VERDICT_UNKNOWN, "cannot be asked");
    run_fixture_check(arena, before, "settings.timeouts", VERDICT_WARN, RUN_HOSTILE);
    report.preflight = before;
    *vec_append(arena, &step->waits) = (RunWait){
        .at_ms = 2735,
        .waited_ms = 420,
        .attempts = 3,
        .message = "canceling statement due to lock timeout",
        .position = {3, 1},
        .blockers = fixture_words(arena, "orders: pid 4711, user app, idle in transaction for 12 s",
                                  RUN_HOSTILE),
    };
    *vec_append(arena, &step->waits) = (RunWait){.at_ms = 3300, .waited_ms = 100, .is_least = true};
    *vec_append(arena, &step->notices) = (RunNotice){"NOTICE", "it said <b>this</b>", NULL};
    *vec_append(arena, &step->notices) = (RunNotice){"WARNING", RUN_HOSTILE, "and why"};
    step->notices_left = 7;
    step = &report.steps.items[2];
    step->version = "003\"><i>";
    step->name = RUN_HOSTILE;
    step->state = "failed";
    step->statements_done = 0;
    step->error = report.error;
    VEC_EACH (RunPhase, phase, &report.phases)
        if (phase->what && strcmp(phase->what, "003") == 0) {
            phase->what = step->version;
            phase->has_failed = true;
        }
    step = run_fixture_step(arena, &report, "004", "never_reached", -1, -1);
    report.phases.len--;
    step->state = "not_run";
    step->statements_done = 0;
    run_fixture_undo(arena, &report);
    *vec_append(arena, &report.hooks) = (RunHook){"hook", "before-up", 90, 12, false, NULL};
    *vec_append(arena, &report.hooks) = (RunHook){"smoke", RUN_HOSTILE, 4200, 50, true, "503"};
    *vec_append(arena, &report.warnings) =
        (RunNotice){"WARNING", "drift: 2 differences", "it was changed by others"};
    return report;
}

static inline RunReport run_stopped(Arena *arena)
{
    RunReport report = run_fixture_begun();
    RunChecks *before = arena_new_object(arena, RunChecks);
    RunError *error = arena_new_object(arena, RunError);
    *error = (RunError){.class = "check", .message = "preflight failed: 1 check says no"};
    run_fixture_check(arena, before, "activity.blocking-locks", VERDICT_FAIL, "1 session");
    report.preflight = before;
    report.error = error;
    report.exit_code = 1;
    report.duration_ms = 130;
    report.state = "nothing of the migrations was run";
    report.next = "migrate-safe locks";
    run_fixture_phase(arena, &report, RUN_PHASE_PLAN, 0, 60);
    run_fixture_phase(arena, &report, RUN_PHASE_LOCK, 60, 15);
    run_fixture_phase(arena, &report, RUN_PHASE_PREFLIGHT, 75, 55);
    report.phases.items[2].has_failed = true;
    RunStep *step = run_fixture_step(arena, &report, "001", "customer_phone", -1, -1);
    report.phases.len--;
    step->state = "not_run";
    step->statements_done = 0;
    return report;
}

static inline RunReport run_unsettled(Arena *arena)
{
    RunReport report = run_succeeded(arena);
    RunChecks *after = arena_new_object(arena, RunChecks);
    RunError *error = arena_new_object(arena, RunError);
    *error = (RunError){.class = "verify", .message = "postflight failed: 1 check says no"};
    run_fixture_check(arena, after, "constraints.valid", VERDICT_FAIL, "1 is not validated");
    report.postflight = after;
    report.error = error;
    report.exit_code = 3;
    report.state = "all of the plan is in the database, and a check after it failed";
    report.next = "migrate-safe postflight";
    return report;
}

static inline RunReport run_no_end(Arena *arena)
{
    RunReport report = {
        .run_id = "0a1b2c3d-0000-4000-8000-000000000002",
        .command = "up",
        .started_at = "2026-11-26T19:15:39.697Z",
        .duration_ms = -1,
        .state = "no end is recorded: it was killed, or is still at work",
        .next = "migrate-safe status",
    };
    RunStep *step = run_fixture_step(arena, &report, "001", "customer_phone", 0, 12);
    *step = (RunStep){.version = "001",
                      .name = "customer_phone",
                      .file = "migrations/001_customer_phone.up.sql",
                      .direction = "up",
                      .state = "unknown",
                      .duration_ms = -1,
                      .statements_total = 1};
    report.phases.items[0].duration_ms = -1;
    return report;
}

static inline RunReport run_large(Arena *arena, int count)
{
    RunReport report = run_fixture_begun();
    report.duration_ms = count * 10;
    for (int i = 0; i < count; i++) {
        RunStep *step = run_fixture_step(arena, &report, arena_printf(arena, "%04d", i + 1),
                                         "a_table_with_a_name_of_usual_length", i * 10, 10);
        *vec_append(arena, &step->locks) = (RunLock){.position = {3, 1},
                                                     .statement = "ALTER TABLE",
                                                     .relation = "public.orders",
                                                     .mode = LOCK_ACCESS_EXCLUSIVE};
        *vec_append(arena, &report.warnings) = (RunNotice){
            "WARNING", arena_printf(arena, "step %d has no down, and so on and so on", i), NULL};
    }
    return report;
}
