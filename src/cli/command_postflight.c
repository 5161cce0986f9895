// postflight: every check behind a change, at any time.
#include "cli/change_drift.h"
#include "cli/change_hooks.h"
#include "cli/change_postflight.h"
#include "report/check_report.h"
#include "report/message.h"
#include "run/drift.h"
#include "run/snapshot.h"
#include "run/snapshot_store.h"

enum {
    LOCK_TIMEOUT_MS = 1000,
};

typedef struct Look {
    Workspace *workspace;
    PostflightBefore before; // as the last run left it
    Snapshot now;
    bool has_now;
    Meant nothing;
    CheckList checks;
} Look;

static void look_for_drift(Look *look)
{
    Workspace *workspace = look->workspace;
    Context *context = workspace->context;
    Arena *arena = context->arena;
    const Drift *drift = &workspace->drift;
    const CheckKind *kind = &POSTFLIGHT_KINDS[POSTFLIGHT_DRIFT];
    if (drift->state == DRIFT_NONE)
        check_list_add(arena, &look->checks, kind, VERDICT_PASS, NULL, "%s",
                       drift_sentence(arena, drift));
    else
        check_list_add(arena, &look->checks, kind,
                       drift->state == DRIFT_FOUND ? VERDICT_WARN : VERDICT_UNKNOWN,
                       "migrate-safe drift", "%s",
                       drift->state == DRIFT_NOT_LOOKED
                           ? "there is no history that implies a schema"
                           : drift_sentence(arena, drift));
}

// What the last run left, and what is there.
static void read_schemas(Look *look)
{
    Workspace *workspace = look->workspace;
    Arena *arena = workspace->context->arena;
    Target *target = &workspace->target;
    Err err = {0};
    change_drift_see(workspace);
    look->has_now = workspace->schema_before.fingerprint[0];
    if (look->has_now)
        look->now = workspace->schema_before;
    else
        look->has_now = snapshot_take_soon(arena, target->session, target->schema, LOCK_TIMEOUT_MS,
                                           false, &look->now, &err);
    if (workspace->drift.stored.fingerprint &&
        snapshot_store_load(arena, target, &workspace->drift.stored, &look->before.schema, &err)) {
        look->before.schema = snapshot_without_roles(arena, &look->before.schema);
        look->before.has_schema = true;
    }
    look->before.why_none = "no run has stored what it left";
}

// The schema that the last run began with, where the run before it stored what it left.
static const char *base_of_last_run(const Look *look)
{
    StoredSnapshots stored = {0};
    Err ignored = {0};
    Workspace *workspace = look->workspace;
    if (!workspace->target.has_snapshots ||
        !snapshot_store_list(workspace->context->arena, &workspace->target, &stored, &ignored))
        return NULL;
    return stored.len > 1 ? stored.items[1].fingerprint : NULL;
}

static const Migration *last_applied(const Look *look)
{
    const Status *status = &look->workspace->status;
    const AppliedMigration *last = NULL;
    const Migration *migration = NULL;
    VEC_EACH (const StatusEntry, entry, &status->entries)
        if (entry->applied && (!last || entry->applied->applied_order > last->applied_order)) {
            last = entry->applied;
            migration = entry->is_edited ? NULL : entry->migration;
        }
    return migration;
}

static bool look_at_smoke(Look *look, Err *err)
{
    Workspace *workspace = look->workspace;
    Arena *arena = workspace->context->arena;
    CheckList found = {0};
    if (!change_hooks_smoke(workspace, &found, err))
        return false;
    size_t failed = found.checks.len - check_list_count(&found, VERDICT_PASS);
    if (!found.checks.len)
        return true;
    Check *check = check_list_add(arena, &look->checks, &POSTFLIGHT_KINDS[POSTFLIGHT_SMOKE],
                                  !check_list_passes(&found) ? VERDICT_FAIL
                                  : failed                   ? VERDICT_WARN
                                                             : VERDICT_PASS,
                                  "see what the application says", "%zu of %zu passed",
                                  found.checks.len - failed, found.checks.len);
    VEC_EACH (const Check, one, &found.checks)
        if (one->verdict != VERDICT_PASS)
            check_detail(arena, check, "%s: %s", one->kind->id, one->value);
    return true;
}

static bool examine(Look *look, Err *err)
{
    Workspace *workspace = look->workspace;
    PostflightOptions options = {
        .status = &workspace->status,
        .before = &look->before,
        .now = look->has_now ? &look->now : NULL,
        .why_unread = "the schema could not be read",
        .meant = &look->nothing,
        .own_queries = postflight_own_queries(workspace->context),
    };
    options.rehearsed = postflight_rehearsed(workspace, last_applied(look), base_of_last_run(look),
                                             look->has_now ? look->now.fingerprint : NULL,
                                             &options.why_not_rehearsed);
    look_for_drift(look);
    return postflight_examine(workspace->context->arena, &workspace->target, &options,
                              &look->checks, err) &&
           look_at_smoke(look, err);
}

static int write(Look *look)
{
    Workspace *workspace = look->workspace;
    Context *context = workspace->context;
    Err err = {0};
    CheckReport report = {.list = &look->checks,
                          .is_verbose = option_is_set(&context->options, OPTION_VERBOSE)};
    JSON_SCOPED document = postflight_document(workspace, &look->checks,
                                               look->has_now ? look->now.fingerprint : NULL, NULL);
    const char *path = postflight_keep(workspace, document, &err);
    if (context->is_json && !json_write(stdout, document))
        return err_exit_code(ERR_IO);
    if (!context->is_json) {
        check_report_text(context->arena, &context->out, &report);
        if (path)
            fprintf(context->out.stream, "report: %s\n", path);
    }
    if (!path)
        message_warning(&context->err, &err);
    return check_list_passes(&look->checks) ? 0 : err_exit_code(ERR_VERIFY);
}

static int postflight_run(Context *context)
{
    Err err = {0};
    WORKSPACE_SCOPED workspace;
    workspace_init(&workspace, context);
    Look look = {.workspace = &workspace};
    if (!workspace_load(&workspace, &err) || !workspace_connect(&workspace, &err))
        return command_fail(context, &err);
    read_schemas(&look);
    if (!examine(&look, &err))
        return command_fail(context, &err);
    return write(&look);
}

static const Example EXAMPLES[] = {
    {"postflight", "is all that was applied sound?"},
    {"postflight --verbose", "and why each check matters"},
    {"postflight --json", "for machines; exit code 3 when a check fails"},
    {"--postflight", "the runbook's spelling"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {OPTION_CHECKS, OPTION_COUNT};

const Command COMMAND_POSTFLIGHT = {
    .name = "postflight",
    .summary = "look at the database behind a change: is all there, sound, and nothing lost",
    .description =
        "Each check says pass, warn, fail or unknown (could not be asked), and what to type: "
        "history,\n"
        "what is pending, the schema beside the rehearsed one and the one that the last run left,\n"
        "constraints and indexes that do not hold, privileges, row security, triggers, owners and\n"
        "comments that were lost, sequences behind their columns, statistics, what migrations "
        "verify.\n"
        "up and down do the same behind their last migration, and there beside what was before it\n"
        "(policy: postflight: off). Reads only; the report is written to the folder of log files.\n"
        "Exit code 3 when a check fails.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = postflight_run,
};
