#include "report/status_report.h"

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

#define UUID    "0b0e7a52-9f3c-4d51-9d5e-0d8a3a4b5c6d"
#define HOSTILE "a\x1b[2J\nb"

static Migration migration(const char *version, const char *name, const char *checksum)
{
    Migration made = {.version = version, .name = name, .layout = "paired"};
    made.up.path = arena_printf(arena, "m/%s_%s.up.sql", version, name);
    snprintf(made.up.checksum, sizeof made.up.checksum, "%s", checksum);
    return made;
}

static AppliedMigration applied(const char *version, const char *name, const char *checksum,
                                int64_t duration_ms)
{
    return (AppliedMigration){
        .version = version,
        .name = name,
        .layout = "paired",
        .kind = "versioned",
        .checksum = checksum,
        .applied_order = 1,
        .applied_at = "2026-01-02T03:04:05.678Z",
        .applied_by = "ann",
        .duration_ms = duration_ms,
        .statements_done = 4,
        .statements_total = 4,
        .run_id = UUID,
        .tool_version = "0.1.0",
    };
}

// One of each state.
static Migrations all_migrations(void)
{
    Migrations all = {0};
    *vec_append(arena, &all) = migration("001", "create_users", "aa");
    *vec_append(arena, &all) = migration("002", "\xe8\xa1\xa8\xe3\x81\xae\xe5\x90\x8d", "bb");
    *vec_append(arena, &all) = migration("003", HOSTILE, "cc");
    *vec_append(arena, &all) = migration("005", "late_one", "ee");
    *vec_append(arena, &all) = migration("006", "half_done", "ff");
    *vec_append(arena, &all) = migration("20260101_001", "to_come", "gg");
    return all;
}

static History all_history(void)
{
    History all = {0};
    *vec_append(arena, &all) = applied("001", "create_users", "aa", 12);
    all.items[0].kind = "baseline";
    all.items[0].statements_done = all.items[0].statements_total = 0;
    *vec_append(arena, &all) = applied("002", "\xe8\xa1\xa8\xe3\x81\xae\xe5\x90\x8d", "bb", 3450);
    *vec_append(arena, &all) = applied("003", HOSTILE, "was other", 125000);
    *vec_append(arena, &all) = applied("004", "file_gone", "dd", 7);
    all.items[3].backup_id = "20260102-030405-shop";
    all.items[3].plan_digest = "d1d2";
    *vec_append(arena, &all) = applied("006", "half_done", "ff", 0);
    all.items[4].is_dirty = true;
    all.items[4].statements_done = 2;
    for (size_t i = 0; i < all.len; i++)
        all.items[i].applied_order = (int64_t)i + 1;
    return all;
}

// Of the runs that history knows, one of a run that is gone, one that somebody accepted.
static StoredSnapshots all_snapshots(void)
{
    StoredSnapshots all = {0};
    StoredSnapshot made = {
        .id = 1,
        .taken_at = "2026-01-02T03:04:06.001Z",
        .taken_by = "ann",
        .run_id = UUID,
        .command = "up",
        .version = "002",
        .applied_last = 2,
        .server_major = 15,
        .tool_version = "0.1.0",
        .fingerprint = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        .drifted_before = -1,
    };
    *vec_append(arena, &all) = made;
    made.command = "drift";
    made.run_id = "another";
    made.taken_by = HOSTILE;
    made.drifted_before = 2;
    *vec_append(arena, &all) = made;
    made.command = "down";
    made.fingerprint = NULL;
    made.why = "permission denied";
    made.applied_last = 77;
    *vec_append(arena, &all) = made;
    return all;
}

static void assert_status(const char *name, const Migrations *migrations, const History *history,
                          const Problems *problems)
{
    Status status;
    status_build(arena, migrations, history, &status);
    StatusReport report = {
        .status = &status,
        .problems = problems,
        .target = "shop on db.example:5432",
        .database = "shop",
        .has_history = history->len > 0,
    };
    for (int has_colour = 0; has_colour <= 1; has_colour++) {
        Captured captured;
        capture_begin(&captured, has_colour);
        status_report_text(arena, &captured.terminal, &report);
        const char *text = capture_end(arena, &captured);
        assert_harmless(text);
        assert_golden(arena, arena_printf(arena, "%s%s.txt", name, has_colour ? ".colour" : ""),
                      text);
    }
    assert_golden_json(arena, arena_printf(arena, "%s.json", name), status_report_json(&report));
}

static void test_status(void **state)
{
    Migrations migrations = all_migrations();
    History history = all_history();
    Problems problems = {0};
    Problem *problem = vec_append(arena, &problems);
    *problem = (Problem){.kind = PROBLEM_ORPHAN, .is_error = false};
    strcpy(problem->err.message, "down migration without an up migration of version 009");
    err_at(&problem->err, "m/009_x.down.sql", (Position){0});
    assert_status("status", &migrations, &history, &problems);
}

static Migration of_kind(MigrationKind kind, const char *version, const char *checksum)
{
    Migration made = migration(version, "x", checksum);
    made.kind = kind;
    made.layout = "flyway";
    return made;
}

// A database that began with a baseline script, and repeatable migrations.
static void test_kinds(void **state)
{
    Migrations migrations = {0};
    History history = {0};
    Problems none = {0};
    *vec_append(arena, &migrations) = of_kind(MIGRATION_VERSIONED, "1", "aa");
    *vec_append(arena, &migrations) = of_kind(MIGRATION_BASELINE, "1", "ab");
    *vec_append(arena, &migrations) = of_kind(MIGRATION_VERSIONED, "2", "bb");
    *vec_append(arena, &migrations) = of_kind(MIGRATION_BASELINE, "2", "bc");
    *vec_append(arena, &migrations) = of_kind(MIGRATION_VERSIONED, "3", "cc");
    *vec_append(arena, &migrations) = of_kind(MIGRATION_REPEATABLE, "R__changed", "dd");
    *vec_append(arena, &migrations) = of_kind(MIGRATION_REPEATABLE, "R__new", "ee");
    *vec_append(arena, &migrations) = of_kind(MIGRATION_REPEATABLE, "R__same", "ff");
    assert_status("status_kinds_new", &migrations, &history, &none);
    *vec_append(arena, &history) = applied("2", "x", "bc", 12);
    history.items[0].kind = "baseline";
    *vec_append(arena, &history) = applied("R__changed", "changed", "was other", 5);
    *vec_append(arena, &history) = applied("R__same", "same", "ff", 6);
    history.items[1].kind = history.items[2].kind = "repeatable";
    assert_status("status_kinds", &migrations, &history, &none);
    Captured captured;
    capture_begin(&captured, false);
    history_report_text(arena, &captured.terminal, &history, &(StoredSnapshots){0}, 0);
    assert_golden(arena, "history_kinds.txt", capture_end(arena, &captured));
}

// What to type next follows from the state.
static void assert_next(const Migrations *migrations, const History *history,
                        const Problems *problems, const char *expected)
{
    Status status;
    status_build(arena, migrations, history, &status);
    StatusReport report = {.status = &status, .problems = problems, .target = "t"};
    Captured captured;
    capture_begin(&captured, false);
    status_report_text(arena, &captured.terminal, &report);
    const char *text = capture_end(arena, &captured);
    const char *next = strstr(text, "next: ");
    if (expected && !next)
        fail_msg("nothing is said: %s", text);
    assert_string_equal(next ? next + 6 : "", expected ? expected : "");
}

static void test_next(void **state)
{
    Problems none = {0};
    Problems wrong = {0};
    vec_append(arena, &wrong)->is_error = true;
    Migrations migrations = {0};
    History history = {0};
    assert_next(&migrations, &history, &none,
                "there are no migrations yet: migrate-safe new NAME\n");
    *vec_append(arena, &migrations) = migration("001", "a", "aa");
    assert_next(&migrations, &history, &none, "migrate-safe plan, then migrate-safe up\n");
    assert_next(&migrations, &history, &wrong, "correct the files first: migrate-safe validate\n");
    *vec_append(arena, &history) = applied("001", "a", "aa", 1);
    assert_next(&migrations, &history, &none, NULL);
    history.items[0].checksum = "other";
    assert_next(&migrations, &history, &none,
                "a file was edited after it was applied: put it back, or see migrate-safe up\n");
    history.items[0].is_dirty = true;
    assert_next(&migrations, &history, &none,
                "migrate-safe recover shows what stopped half way, and what can be done\n");
}

static const char *history_text(const History *history, size_t limit, bool has_colour)
{
    const StoredSnapshots snapshots = all_snapshots();
    Captured captured;
    capture_begin(&captured, has_colour);
    history_report_text(arena, &captured.terminal, history, &snapshots, limit);
    return capture_end(arena, &captured);
}

static void test_history(void **state)
{
    History history = all_history();
    StoredSnapshots snapshots = all_snapshots();
    const char *text = history_text(&history, 0, false);
    assert_harmless(text);
    assert_golden(arena, "history.txt", text);
    assert_golden(arena, "history.colour.txt", history_text(&history, 0, true));
    assert_golden_json(arena, "history.json", history_report_json(&history, &snapshots, 2));
    assert_non_null(strstr(history_text(&(History){0}, 0, false), "nothing was applied yet\n"));
    // the newest, and no more than there are
    assert_non_null(strstr(history_text(&history, 1, false), "half_done"));
    assert_null(strstr(history_text(&history, 1, false), "file_gone"));
    assert_string_equal(history_text(&history, 99, false), text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_status),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_next),
        cmocka_unit_test(test_history),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
