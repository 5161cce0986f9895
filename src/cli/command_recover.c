// recover: settles a migration that stopped half way; takes an edited file for the one that ran.
#include "cli/change.h"
#include "cli/change_drift.h"
#include "cli/consent.h"
#include "report/message.h"
#include "run/apply.h"
#include "run/recover.h"
#include "run/runner_lock.h"
#include "run/script.h"

#include <string.h>

typedef struct Recovery {
    Workspace *workspace;
    Dirty dirty;
    const Migration *migration; // its file, NULL when it is gone
} Recovery;

static const Migration *find_migration(const Workspace *workspace, const AppliedMigration *row)
{
    VEC_EACH (const StatusEntry, entry, &workspace->status.entries)
        if (entry->applied == row && !entry->is_replanned)
            return entry->migration;
    return NULL;
}

// Something of it is there that only the down migration takes away.
static bool needs_down(const Recovery *recovery)
{
    const Dirty *dirty = &recovery->dirty;
    InFlightVerdict verdict = dirty->found.verdict;
    return dirty->row->statements_done > 0 ||
           (dirty->has_in_flight && !dirty->found.undo &&
            (verdict == IN_FLIGHT_DONE || verdict == IN_FLIGHT_FINISH));
}

static bool can_undo(const Recovery *recovery)
{
    const AppliedMigration *row = recovery->dirty.row;
    bool has_down = (recovery->migration && recovery->migration->down.is_present) || row->has_down;
    return !row->is_dirty_down && (has_down || !needs_down(recovery));
}

static const char *what_resume(const Recovery *recovery)
{
    Arena *arena = recovery->workspace->context->arena;
    const AppliedMigration *row = recovery->dirty.row;
    const Migration *migration = recovery->migration;
    bool is_verified = !row->is_dirty_down && migration &&
                       (migration->verify || migration->up.directives.verifies.len);
    if (row->statements_done == row->statements_total)
        return arena_printf(
            arena, "runs no statement again; %s%s", is_verified ? "verifies, and " : "",
            row->is_dirty_down ? "the history forgets it" : "records it as applied");
    return arena_printf(arena, "%s%sruns statements %lld to %lld of the %s",
                        recovery->dirty.has_in_flight ? recovery->dirty.found.explanation : "",
                        recovery->dirty.has_in_flight ? "; " : "",
                        (long long)row->statements_done + 1, (long long)row->statements_total,
                        row->is_dirty_down ? "down" : "up");
}

static const char *what_undo(const Recovery *recovery)
{
    Arena *arena = recovery->workspace->context->arena;
    const AppliedMigration *row = recovery->dirty.row;
    bool has_leftovers =
        recovery->dirty.has_in_flight &&
        (recovery->dirty.found.verdict == IN_FLIGHT_REPAIR || recovery->dirty.found.undo);
    return arena_printf(arena, "%s%s takes version %s out of the history",
                        has_leftovers ? "drops what the interrupted statement left, " : "",
                        needs_down(recovery) ? "runs the down migration,"
                                             : "runs nothing else (nothing is committed),",
                        row->version);
}

static void offer(const Recovery *recovery, const char *command, const char *what)
{
    const Terminal *out = &recovery->workspace->console.out;
    fprintf(out->stream, "  %smigrate-safe %s%s\n      %s\n", terminal_begin(out, COLOUR_BOLD),
            command, terminal_end(out, COLOUR_BOLD),
            terminal_safe(recovery->workspace->context->arena, what));
}

static void show_text(const Recovery *recovery)
{
    Arena *arena = recovery->workspace->context->arena;
    const Terminal *out = &recovery->workspace->console.out;
    const Dirty *dirty = &recovery->dirty;
    fprintf(out->stream,
            "version %s %s stopped half way %s: %lld of %lld statements are committed\n",
            dirty->row->version, terminal_safe(arena, dirty->row->name),
            dirty->row->is_dirty_down ? "down" : "up", (long long)dirty->row->statements_done,
            (long long)dirty->row->statements_total);
    if (dirty->has_in_flight)
        fprintf(out->stream, "  in flight: statement %lld, since %s\n    %s\n  catalog:   %s\n",
                (long long)dirty->in_flight_number, dirty->in_flight_at,
                terminal_safe(arena, dirty->in_flight_sql),
                terminal_safe(arena, dirty->found.explanation));
    fputs("What can be done:\n", out->stream);
    offer(recovery, "recover --resume", what_resume(recovery));
    if (can_undo(recovery))
        offer(recovery, "recover --undo", what_undo(recovery));
    offer(recovery, "recover --mark-applied",
          "runs nothing; the history says that all of it is there, so be sure that it is");
    offer(recovery, "recover --mark-not-applied",
          "runs nothing; the history forgets it, so be sure that nothing of it is there");
    if (!dirty->row->is_dirty_down)
        offer(recovery, "generate-rollback --partial --output undo.sql",
              "runs nothing; writes what takes back what is there, tried on a server of our own");
}

static json_t *recovery_json(const Recovery *recovery)
{
    const Dirty *dirty = &recovery->dirty;
    json_t *document = json_object();
    json_put(document, "schema", json_cstr("migrate-safe/recover/1"));
    json_put(document, "version", json_cstr(dirty->row->version));
    json_put(document, "direction", json_cstr(dirty->row->is_dirty_down ? "down" : "up"));
    json_put(document, "statements_done", json_integer(dirty->row->statements_done));
    json_put(document, "statements_total", json_integer(dirty->row->statements_total));
    json_put(document, "in_flight",
             dirty->has_in_flight ? json_cstr(dirty->in_flight_sql) : json_null());
    json_put(document, "catalog",
             dirty->has_in_flight ? json_cstr(dirty->found.explanation) : json_null());
    json_put(document, "can_undo", json_boolean(can_undo(recovery)));
    return document;
}

static int show(const Recovery *recovery)
{
    if (!recovery->workspace->context->is_json) {
        show_text(recovery);
        return 1;
    }
    JSON_SCOPED document = recovery_json(recovery);
    return json_write(stdout, document) ? 1 : err_exit_code(ERR_IO);
}

// The plan that goes on where it stopped.
static bool plan_resume(Recovery *recovery, Plan *ret_plan, Err *err)
{
    PlanOptions options = {.steps = 1};
    return recovery->dirty.row->is_dirty_down
               ? workspace_plan_down(recovery->workspace, &options, ret_plan, err)
               : workspace_plan_up(recovery->workspace, &options, ret_plan, err);
}

static bool plan_undo(Recovery *recovery, Plan *ret_plan, Err *err)
{
    Arena *arena = recovery->workspace->context->arena;
    const AppliedMigration *row = recovery->dirty.row;
    bool has_file = recovery->migration && recovery->migration->down.is_present;
    Plan plan = {.direction = DIRECTION_DOWN};
    Step *step = vec_append(arena, &plan.steps);
    *step = (Step){.direction = DIRECTION_DOWN,
                   .version = row->version,
                   .name = row->name,
                   .migration = has_file ? recovery->migration : NULL,
                   .applied = row};
    if (!has_file && !workspace_load_stored_down(recovery->workspace, step, err))
        return false;
    if (!apply_survey(arena, &plan, err))
        return false;
    *ret_plan = plan;
    return true;
}

static int settled(const Recovery *recovery, const char *what)
{
    Context *context = recovery->workspace->context;
    fprintf(recovery->workspace->console.out.stream, "version %s: %s\nnext: migrate-safe status\n",
            recovery->dirty.row->version, what);
    if (!context->is_json)
        return 0;
    JSON_SCOPED document = json_object();
    json_put(document, "schema", json_cstr("migrate-safe/recover/1"));
    json_put(document, "version", json_cstr(recovery->dirty.row->version));
    json_put(document, "settled", json_cstr(what));
    return json_write(stdout, document) ? 0 : err_exit_code(ERR_IO);
}

static int resume(Recovery *recovery)
{
    Err err = {0};
    Plan plan;
    bool is_unknown =
        recovery->dirty.has_in_flight && recovery->dirty.found.verdict == IN_FLIGHT_UNKNOWN;
    if (is_unknown && !consent_ask(recovery->workspace->context, what_resume(recovery), &err))
        return command_fail(recovery->workspace->context, &err);
    if (!plan_resume(recovery, &plan, &err))
        return command_fail(recovery->workspace->context, &err);
    return change_run(recovery->workspace, &plan);
}

static int undo(Recovery *recovery)
{
    Err err = {0};
    Plan plan;
    Workspace *workspace = recovery->workspace;
    Context *context = workspace->context;
    if (recovery->dirty.row->is_dirty_down) // an undo that did not come to its end, too
        return resume(recovery);
    if (!can_undo(recovery)) {
        fail(&err, ERR_CHECK, "version %s cannot be undone: it has no down migration",
             recovery->dirty.row->version);
        return command_fail(context, &err);
    }
    bool runs_down = needs_down(recovery);
    if (!consent_ask(context, what_undo(recovery), &err) ||
        (runs_down && !plan_undo(recovery, &plan, &err)) ||
        !recover_drop_leftovers(&workspace->target, &recovery->dirty, &err))
        return command_fail(context, &err);
    if (runs_down)
        return change_run(workspace, &plan);
    if (!recover_mark_not_applied(context->arena, &workspace->target, &recovery->dirty,
                                  workspace->run_id, "undone", &err))
        return command_fail(context, &err);
    change_drift_keep(workspace);
    return settled(recovery, "undone: nothing of it is there");
}

static int mark(Recovery *recovery, bool is_applied)
{
    Err err = {0};
    Workspace *workspace = recovery->workspace;
    Context *context = workspace->context;
    const char *what =
        arena_printf(context->arena, "the history will say that version %s is %s; nothing is run",
                     recovery->dirty.row->version, is_applied ? "applied" : "not applied");
    if (!consent_ask(context, what, &err) ||
        !(is_applied
              ? recover_mark_applied(context->arena, &workspace->target, &recovery->dirty,
                                     workspace->run_id, &err)
              : recover_mark_not_applied(context->arena, &workspace->target, &recovery->dirty,
                                         workspace->run_id, "marked_not_applied", &err)))
        return command_fail(context, &err);
    change_drift_keep(workspace);
    return settled(recovery, is_applied ? "marked as applied" : "marked as not applied");
}

static int accept_file(Workspace *workspace, const char *version)
{
    Err err = {0};
    Context *context = workspace->context;
    const StatusEntry *entry;
    if (!status_find(&workspace->status, version, &entry, &err))
        return command_fail(context, &err);
    if (!entry->is_edited) {
        fail(&err, ERR_CHECK, "version %s was not edited after it was applied", version);
        err_hint(&err, "see: migrate-safe status");
        return command_fail(context, &err);
    }
    const char *what =
        arena_printf(context->arena,
                     "the history will say that version %s ran with the text that %s has now; "
                     "nothing is run",
                     entry->applied->version, entry->migration->up.path);
    if (!consent_ask(context, what, &err) || !change_begin(workspace, &err) ||
        !status_find(&workspace->status, version, &entry, &err) ||
        !recover_accept(context->arena, &workspace->target, entry->migration,
                        entry->applied->version, workspace->run_id, &err))
        return command_fail(context, &err);
    Recovery recovery = {.workspace = workspace, .dirty = {.row = entry->applied}};
    return settled(&recovery, "the file's text is accepted");
}

static bool wants_action(const OptionValues *options)
{
    return option_is_set(options, OPTION_RESUME) || option_is_set(options, OPTION_UNDO) ||
           option_is_set(options, OPTION_MARK_APPLIED) ||
           option_is_set(options, OPTION_MARK_NOT_APPLIED);
}

static int act(Recovery *recovery)
{
    const OptionValues *options = &recovery->workspace->context->options;
    if (option_is_set(options, OPTION_UNDO))
        return undo(recovery);
    if (option_is_set(options, OPTION_RESUME))
        return resume(recovery);
    return mark(recovery, option_is_set(options, OPTION_MARK_APPLIED));
}

static bool check_choice(const OptionValues *options, Err *err)
{
    int chosen = option_is_set(options, OPTION_RESUME) + option_is_set(options, OPTION_UNDO) +
                 option_is_set(options, OPTION_MARK_APPLIED) +
                 option_is_set(options, OPTION_MARK_NOT_APPLIED) +
                 (option_text(options, OPTION_ACCEPT) != NULL);
    if (chosen <= 1)
        return true;
    fail(err, ERR_CONFIG, "one way at a time");
    return err_hint(err,
                    "give one of --resume, --undo, --mark-applied, --mark-not-applied, --accept");
}

static int recover_run(Context *context)
{
    Err err = {0};
    bool is_dirty;
    const OptionValues *options = &context->options;
    WORKSPACE_SCOPED workspace;
    workspace_init(&workspace, context);
    Recovery recovery = {.workspace = &workspace};
    if (!check_choice(options, &err) || !workspace_load(&workspace, &err) ||
        !workspace_connect(&workspace, &err))
        return command_fail(context, &err);
    if (option_text(options, OPTION_ACCEPT))
        return accept_file(&workspace, option_text(options, OPTION_ACCEPT));
    bool acts = wants_action(options) && !option_is_set(options, OPTION_DRY_RUN);
    // What the catalog says counts only once the backend that was at work has ended: the lock is
    // that proof.
    if ((acts && workspace.target.has_history && !change_begin(&workspace, &err)) ||
        !recover_look(context->arena, &workspace.target, &is_dirty, &recovery.dirty, &err))
        return command_fail(context, &err);
    if (!is_dirty)
        return change_nothing(&workspace, "Nothing to recover: no migration stopped half way");
    recovery.migration = find_migration(&workspace, recovery.dirty.row);
    return acts ? act(&recovery) : show(&recovery);
}

static const Example EXAMPLES[] = {
    {"recover", "what stopped half way, what the catalog says, what can be done"},
    {"recover --resume", "go on where it stopped (as `up` or `down` do by themselves)"},
    {"recover --undo --yes", "take back what was done"},
    {"recover --accept 027 --yes", "027 was edited after it ran, and that is fine"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {
    OPTION_RESUME, OPTION_UNDO,    OPTION_MARK_APPLIED, OPTION_MARK_NOT_APPLIED,
    OPTION_ACCEPT, CHANGE_OPTIONS, OPTION_COUNT,
};

const Command COMMAND_RECOVER = {
    .name = "recover",
    .writes = true,
    .summary = "settle a migration that stopped half way; accept an edited file",
    .description =
        "Only a migration that ran step by step can stop half way (dirty). `up` and `down` take it "
        "up\n"
        "again by themselves where the catalog shows what happened. Without an option this shows "
        "the\n"
        "statement that was in flight, what the catalog says about it, and what each way would do, "
        "and\n"
        "exits with 1. What runs no SQL of the migration, and --undo, need consent: --yes without "
        "a\n"
        "terminal.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = recover_run,
};
