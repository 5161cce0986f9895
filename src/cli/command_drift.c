// drift: the live schema beside what the history implies.
#include "cli/change.h"
#include "cli/consent.h"
#include "cli/diff_sql.h"
#include "report/drift_report.h"
#include "report/fingerprint_report.h"
#include "run/drift.h"
#include "run/drift_accept.h"
#include "run/drift_replay.h"
#include "run/snapshot.h"

#include <string.h>

typedef struct Comparison {
    Workspace *workspace;
    bool has_roles;      // they are compared
    Snapshot live;       // to be accepted, with roles
    size_t role_changes; // that an acceptance without --roles does not show
    StoredSnapshot stored;
    Snapshot then;
    Snapshot now;
    DriftReport report;
} Comparison;

static void compare(Comparison *comparison, const char *then, SnapshotScope scope)
{
    Arena *arena = comparison->workspace->context->arena;
    DiffReport *diff = &comparison->report.diff;
    diff->then = (DiffSide){then, &comparison->then};
    diff->now = (DiffSide){session_target(comparison->workspace->target.session), &comparison->now};
    diff->scope = scope;
    snapshot_differences(arena, &comparison->then, &comparison->now, scope, &diff->differences);
}

static void compare_stored(Comparison *comparison)
{
    Arena *arena = comparison->workspace->context->arena;
    const StoredSnapshot *stored = &comparison->stored;
    int major = comparison->now.server_major;
    comparison->report.stored = stored;
    if (stored->server_major != major)
        comparison->report.note =
            arena_printf(arena,
                         "the snapshot is of PostgreSQL %d, the server is %d: objects are compared "
                         "one by one, and the two may word the same expression differently",
                         stored->server_major, major);
    compare(comparison, drift_since(arena, stored), SNAPSHOT_WHOLE);
}

// As `diff` has it, from the schema that is changed to the one that it becomes.
static bool make_sql(Comparison *comparison, const char *way, DiffReport *ret_report, Err *err)
{
    Context *context = comparison->workspace->context;
    const DiffReport *diff = &comparison->report.diff;
    bool is_back = strcmp(way, "back") == 0;
    DiffReport report = {.then = is_back ? diff->now : diff->then,
                         .now = is_back ? diff->then : diff->now,
                         .scope = diff->scope};
    DiffSource then = {.snapshot = *report.then.snapshot};
    DiffSource now = {.snapshot = *report.now.snapshot};
    DiffSql *sql = arena_new_object(context->arena, DiffSql);
    if (!diff_sql_make(context, &then, &now, report.scope, sql, err))
        return false;
    report.sql = sql;
    *ret_report = report;
    return true;
}

static bool write(Comparison *comparison, const DiffReport *sql)
{
    Context *context = comparison->workspace->context;
    if (context->is_json)
        return drift_report_document(stdout, &comparison->report);
    if (sql)
        diff_sql_print(context, sql);
    else
        drift_report_text(context->arena, &context->out, &comparison->report);
    return fflush(stdout) == 0;
}

static int show(Comparison *comparison)
{
    Err err = {0};
    Context *context = comparison->workspace->context;
    DriftReport *report = &comparison->report;
    DiffReport sql;
    const char *way = option_text(&context->options, OPTION_DRIFT_SQL);
    if (way) {
        if (!make_sql(comparison, way, &sql, &err))
            return command_fail(context, &err);
        report->diff.sql = sql.sql;
    }
    bool is_written = write(comparison, way ? &sql : NULL);
    fingerprint_report_gaps(context->arena, &context->err, &comparison->then);
    fingerprint_report_gaps(context->arena, &context->err, &comparison->now);
    return !is_written                                                  ? err_exit_code(ERR_IO)
           : report->is_accepted || diff_report_is_equal(&report->diff) ? 0
                                                                        : err_exit_code(ERR_CHECK);
}

static int look(Comparison *comparison)
{
    Err err = {0};
    Workspace *workspace = comparison->workspace;
    Context *context = workspace->context;
    if (!workspace_open(workspace, &err) ||
        !drift_read(context->arena, &workspace->target, comparison->has_roles, &comparison->stored,
                    &comparison->then, &comparison->now, &err))
        return command_fail(context, &err);
    compare_stored(comparison);
    return show(comparison);
}

static int replay(Comparison *comparison)
{
    Err err = {0};
    DriftReplay replayed;
    Workspace *workspace = comparison->workspace;
    Context *context = workspace->context;
    if (!workspace_load_sound(workspace, &err) || !workspace_connect(workspace, &err) ||
        !drift_replay(context->arena, &workspace->target, &workspace->source, &workspace->status,
                      workspace->run_id, &workspace->sink, &replayed, &err) ||
        !snapshot_take_linked(context->arena, workspace->target.session, workspace->target.schema,
                              false, &comparison->now, &err))
        return command_fail(context, &err);
    comparison->then = replayed.snapshot;
    comparison->report.folder_until = replayed.until;
    comparison->report.note = replayed.note;
    comparison->report.pending = workspace->status.pending;
    compare(comparison,
            replayed.until ? arena_printf(context->arena, "the migrations up to %s", replayed.until)
                           : "no migration",
            SNAPSHOT_DUMPED);
    return show(comparison);
}

static void set_roles_apart(Comparison *comparison)
{
    Arena *arena = comparison->workspace->context->arena;
    SnapshotDifferences all = {0};
    if (comparison->then.has_roles)
        snapshot_differences(arena, &comparison->then, &comparison->live, SNAPSHOT_WHOLE, &all);
    VEC_EACH (const SnapshotDifference, found, &all)
        comparison->role_changes +=
            snapshot_kind_is_of_server((found->now ? found->now : found->then)->kind);
    comparison->then = snapshot_without_roles(arena, &comparison->then);
}

// What is compared with where the history implies something; else only the live schema is read.
static bool read_for_acceptance(Comparison *comparison, bool *ret_has_expectation, Err *err)
{
    Workspace *workspace = comparison->workspace;
    Target *target = &workspace->target;
    Arena *arena = workspace->context->arena;
    Err none = {0};
    if (!drift_is_settled(&target->history, target->has_history, err) ||
        !snapshot_store_find(arena, target, &comparison->stored, err) ||
        !snapshot_take_linked(arena, target->session, target->schema, true, &comparison->live, err))
        return false;
    comparison->now =
        comparison->has_roles ? comparison->live : snapshot_without_roles(arena, &comparison->live);
    *ret_has_expectation =
        drift_has_expectation(&target->history, target->has_history, &comparison->stored, &none) &&
        snapshot_store_load(arena, target, &comparison->stored, &comparison->then, &none) &&
        (comparison->then.has_roles || !comparison->has_roles);
    if (*ret_has_expectation && !comparison->has_roles)
        set_roles_apart(comparison);
    return true;
}

static const char *what_is_accepted(const Comparison *comparison, bool has_expectation)
{
    Arena *arena = comparison->workspace->context->arena;
    const char *roles =
        comparison->role_changes
            ? arena_printf(arena, "; %zu of the roles as well, which drift --roles shows",
                           comparison->role_changes)
            : "";
    return has_expectation
               ? arena_printf(arena,
                              "the schema as it is now, with %zu differences, will be what the "
                              "history implies%s",
                              comparison->report.diff.differences.len, roles)
               : arena_printf(arena,
                              "the schema as it is now, %zu objects, will be what the history "
                              "implies; there is nothing to compare it with",
                              comparison->now.objects.len);
}

static bool accept_now(Comparison *comparison, bool has_expectation, Err *err)
{
    Workspace *workspace = comparison->workspace;
    DriftAcceptance acceptance = {
        .run_id = workspace->run_id,
        .snapshot = &comparison->live,
        .before = has_expectation ? comparison->stored.fingerprint : NULL,
        .differences = has_expectation ? (int64_t)comparison->report.diff.differences.len : -1,
    };
    return consent_ask(workspace->context, what_is_accepted(comparison, has_expectation), err) &&
           drift_accept(workspace->context->arena, &workspace->target, &acceptance, err);
}

static int accept(Comparison *comparison)
{
    Err err = {0};
    bool has_expectation;
    Workspace *workspace = comparison->workspace;
    Context *context = workspace->context;
    DriftReport *report = &comparison->report;
    if (!workspace_open(workspace, &err) || !change_allowed_to_record(workspace, &err) ||
        !drift_is_settled(&workspace->target.history, workspace->target.has_history, &err) ||
        !change_begin(workspace, &err) || !read_for_acceptance(comparison, &has_expectation, &err))
        return command_fail(context, &err);
    if (has_expectation)
        compare_stored(comparison);
    else
        compare(comparison, "nothing that the history implies", SNAPSHOT_WHOLE);
    if (has_expectation && diff_report_is_equal(&report->diff))
        return show(comparison);
    if (!context->is_json && has_expectation)
        diff_report_text(context->arena, &context->out, &report->diff);
    if (!accept_now(comparison, has_expectation, &err))
        return command_fail(context, &err);
    report->is_accepted = true;
    if (context->is_json)
        return show(comparison);
    fprintf(context->out.stream, "Accepted: the schema is expected as it is now\n"
                                 "next: migrate-safe status\n");
    return 0;
}

static int drift_run(Context *context)
{
    Err err = {0};
    WORKSPACE_SCOPED workspace;
    workspace_init(&workspace, context);
    Comparison comparison = {
        .workspace = &workspace,
        .has_roles = option_is_set(&context->options, OPTION_ROLES),
    };
    bool replays = option_is_set(&context->options, OPTION_REPLAY);
    bool accepts = option_is_set(&context->options, OPTION_ACCEPT_SCHEMA);
    if (accepts && option_text(&context->options, OPTION_DRIFT_SQL)) {
        fail(&err, ERR_CONFIG, "--sql and --accept say two different things");
        err_hint(&err, "write the SQL first: migrate-safe drift --sql forward");
        return command_fail(context, &err);
    }
    if (replays && comparison.has_roles) {
        fail(&err, ERR_CONFIG, "--replay and --roles: a folder is run on a server of its own");
        err_hint(&err, "compare with the roles that the last run has stored: migrate-safe drift "
                       "--roles");
        return command_fail(context, &err);
    }
    if (replays && accepts) {
        fail(&err, ERR_CONFIG, "--replay and --accept say two different things");
        err_hint(&err, "see what the folder makes: migrate-safe drift --replay; then accept: "
                       "migrate-safe drift --accept");
        return command_fail(context, &err);
    }
    if (accepts && !option_is_set(&context->options, OPTION_DRY_RUN))
        return accept(&comparison);
    return replays ? replay(&comparison) : look(&comparison);
}

static const Example EXAMPLES[] = {
    {"drift", "what was changed since the last migration, and not by one"},
    {"drift --replay", "beside what the folder's applied migrations make"},
    {"drift --sql back", "the SQL that makes the database as history has it"},
    {"drift --sql forward", "the SQL of a migration that makes history as the database is"},
    {"drift --accept --yes", "the schema as it is now is intended"},
    {"drift --roles", "and of the server's roles and memberships"},
    {"drift --json", "for a job that looks every night; exits with 1 when something drifted"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {
    OPTION_REPLAY, OPTION_DRIFT_SQL,   OPTION_ACCEPT_SCHEMA, OPTION_DRY_RUN,
    OPTION_YES,    OPTION_WAIT_RUNNER, OPTION_ROLES,         OPTION_COUNT,
};

const Command COMMAND_DRIFT = {
    .name = "drift",
    .writes = true,
    .summary = "what of the schema was changed by others than migrations",
    .description =
        "Each run that changes the history stores a snapshot of the schema behind it. This lays "
        "the\n"
        "live schema beside the newest one, in all that the fingerprint covers. Exits with 1 when\n"
        "they differ, when something could not be read, and when no snapshot says how the schema "
        "is\n"
        "to be. With --replay the applied migrations of the folder are run on a throwaway server\n"
        "and compared with. Pending migrations are no drift. With --roles the server's roles "
        "count\n"
        "too, as the last run has stored them, never a password. Reads only, except with --accept: "
        "it\n"
        "stores the schema as it is now, who did it and when, and needs consent. SQL is\n"
        "printed as diff prints it: tried on a throwaway server, or refused with the reasons.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = drift_run,
};
