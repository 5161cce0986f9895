#include "cli/change_outcome.h"

#include "cli/change_backup.h"
#include "cli/change_drift.h"
#include "cli/change_hooks.h"
#include "cli/change_postflight.h"
#include "cli/change_preflight.h"
#include "cli/change_report.h"
#include "cli/schema_output.h"
#include "report/message.h"

#include <string.h>

static const char *const STATE_WORDS[] = {
    [STEP_NOT_RUN] = "not_run",         [STEP_DONE] = "done",       [STEP_FAILED] = "failed",
    [STEP_PARTLY_DONE] = "partly_done", [STEP_UNKNOWN] = "unknown",
};

const char *change_step_word(const Plan *plan, StepState state)
{
    if (state == STEP_DONE)
        return plan->direction == DIRECTION_UP ? "applied" : "reverted";
    return STATE_WORDS[state];
}

// What is done stays, and what came behind it has failed.
static const char *state_behind(Arena *arena, const Plan *plan, const ApplyResult *result)
{
    size_t left = plan->steps.len - result->done;
    return arena_printf(arena, "%s of this run %s %s%s",
                        message_count(arena, (int64_t)result->done, "migration", "migrations"),
                        result->done == 1 ? "is" : "are",
                        plan->direction == DIRECTION_UP ? "applied, and so it stays" : "taken back",
                        left ? arena_printf(arena, "; %zu behind were not begun", left) : "");
}

// What the database is like after a failure: step by step, in words.
const char *change_state_after(const Workspace *workspace, const Plan *plan,
                               const ApplyResult *result, const Err *err)
{
    Arena *arena = workspace->context->arena;
    if (result->has_stopped_behind)
        return state_behind(arena, plan, result);
    const Step *step = &plan->steps.items[result->done < plan->steps.len ? result->done : 0];
    const StepResult *failed = &result->steps[result->done];
    const char *before =
        result->done
            ? arena_printf(arena, "; %s before it in this run %s",
                           message_count(arena, (int64_t)result->done, "migration", "migrations"),
                           result->done == 1 ? "stays" : "stay")
            : "";
    if (failed->state == STEP_PARTLY_DONE && err->class == ERR_VERIFY)
        return arena_printf(arena,
                            "version %s is dirty: all %d of its statements are committed, and what "
                            "verifies them failed%s",
                            step->version, step->shape.statements, before);
    switch (failed->state) {
    case STEP_PARTLY_DONE:
        return arena_printf(arena, "version %s is dirty: %s%d of its %d statements are committed%s",
                            step->version, err->class == ERR_CONNECTION ? "at least " : "",
                            failed->statements_done, step->shape.statements, before);
    case STEP_UNKNOWN:
        if (!step->is_one_transaction || step->resumes)
            return arena_printf(
                arena,
                "%d of the %d statements of version %s are committed, and it is not "
                "known whether history says so%s",
                failed->statements_done, step->shape.statements, step->version, before);
        return arena_printf(
            arena,
            "the answer to the COMMIT of version %s was lost: it is either whole or not there%s",
            step->version, before);
    case STEP_NOT_RUN:
    case STEP_DONE:
    case STEP_FAILED:
        break;
    }
    return arena_printf(arena, "nothing of version %s is %s%s", step->version,
                        plan->direction == DIRECTION_UP ? "in the database" : "undone", before);
}

// Whoever made no backup makes none next time; what a file says need not be typed.
static const char *backup_flag(const Workspace *workspace)
{
    const OptionValue *skip = &workspace->context->options.values[OPTION_SKIP_BACKUP];
    return skip->where && skip->is_set && skip->origin == ORIGIN_FLAG ? " --skip-backup" : "";
}

// What is left of a plan that goes down, so that it ends where it was to end: the same --steps
// again would take back more.
static const char *rest_of_down(const Workspace *workspace, const Plan *plan,
                                const ApplyResult *result)
{
    const char *stays = "0";
    const char *last = plan->steps.items[plan->steps.len - 1].version;
    if (plan->steps.len - result->done < 2)
        return "down";
    VEC_EACH (const AppliedMigration, row, &workspace->target.history) {
        if (strcmp(row->version, last) == 0)
            break;
        stays = row->version;
    }
    return arena_printf(workspace->context->arena, "down --to %s", stays);
}

static const char *next_behind(const Workspace *workspace, const Plan *plan,
                               const ApplyResult *result)
{
    Arena *arena = workspace->context->arena;
    bool is_up = plan->direction == DIRECTION_UP;
    const char *skip = backup_flag(workspace);
    if (result->done < plan->steps.len)
        return arena_printf(arena, "put right what failed, then migrate-safe %s%s goes on",
                            is_up ? "up" : rest_of_down(workspace, plan, result), skip);
    return arena_printf(arena,
                        "put right what failed, then migrate-safe postflight looks again; to take "
                        "the run back: migrate-safe %s%s",
                        is_up ? arena_printf(arena, "down --steps %zu", result->done) : "up", skip);
}

static const char *next_after_failure(const Workspace *workspace, const Plan *plan,
                                      const ApplyResult *result, const Err *err)
{
    Arena *arena = workspace->context->arena;
    const char *again =
        plan->direction == DIRECTION_UP ? "up" : rest_of_down(workspace, plan, result);
    if (result->has_stopped_behind)
        return next_behind(workspace, plan, result);
    const Step *step = &plan->steps.items[result->done];
    const char *skip = backup_flag(workspace);
    StepState state = result->steps[result->done].state;
    if (state == STEP_UNKNOWN)
        return "migrate-safe status";
    if (state == STEP_PARTLY_DONE && err->class == ERR_VERIFY)
        return arena_printf(
            arena,
            "correct what it asks for, then migrate-safe %s%s verifies again and records it; or "
            "see: migrate-safe recover",
            again, skip);
    if (state == STEP_PARTLY_DONE && err->class == ERR_CONNECTION)
        return arena_printf(arena, "migrate-safe %s%s goes on there; or see: migrate-safe recover",
                            again, skip);
    if (state == STEP_PARTLY_DONE)
        return arena_printf(
            arena,
            "correct what is behind the statements that are done, then migrate-safe %s%s "
            "goes on there; or see: migrate-safe recover",
            again, skip);
    if (err->class == ERR_CONNECTION || err->class == ERR_INTERRUPTED)
        return arena_printf(arena, "migrate-safe status, then migrate-safe %s%s", again, skip);
    if (state == STEP_NOT_RUN && err->class == ERR_CHECK)
        return arena_printf(arena, "correct that, then migrate-safe %s%s", again, skip);
    if (strcmp(err->sqlstate, "55P03") == 0)
        return arena_printf(arena, "once the lock is free: migrate-safe %s%s", again, skip);
    if (strcmp(err->sqlstate, "42501") == 0)
        return arena_printf(arena,
                            "GRANT what is missing, connect as a role that may (--database URL), "
                            "or correct %s; then migrate-safe %s%s",
                            step->script.path, again, skip);
    return arena_printf(arena, "correct %s, then migrate-safe %s%s", step->script.path, again,
                        skip);
}

static const char *next_after_success(const Workspace *workspace, const Plan *plan)
{
    return arena_printf(workspace->context->arena,
                        plan->direction == DIRECTION_UP
                            ? "migrate-safe status; to undo the last: migrate-safe down%s"
                            : "migrate-safe up%s applies it again; migrate-safe status",
                        backup_flag(workspace));
}

static json_t *steps_json(const Plan *plan, const ApplyResult *result)
{
    json_t *list = json_array();
    for (size_t i = 0; i < plan->steps.len; i++) {
        const Step *step = &plan->steps.items[i];
        json_t *item = json_object();
        json_put(item, "version", json_cstr(step->version));
        json_put(item, "name", json_cstr(step->name));
        json_put(item, "file", json_cstr(step->script.path));
        json_put(item, "state", json_cstr(change_step_word(plan, result->steps[i].state)));
        json_put(item, "duration_ms", json_integer(result->steps[i].duration_ms));
        json_put(item, "statements_done", json_integer(result->steps[i].statements_done));
        json_put(item, "statements_total", json_integer(step->shape.statements));
        json_array_append_new(list, item);
    }
    return list;
}

bool change_outcome_json(const Workspace *workspace, const ChangeOutcome *outcome, int exit_code)
{
    const Context *context = workspace->context;
    JSON_SCOPED document = json_object();
    json_put(document, "schema",
             json_cstr(arena_printf(context->arena, "migrate-safe/%s/1", context->command)));
    json_put(document, "run_id", json_cstr(workspace->run_id));
    json_put(document, "database", json_cstr(workspace->target.database));
    json_put(document, "plan_digest", json_cstr(outcome->plan->digest));
    json_put(document, "migrations", steps_json(outcome->plan, outcome->result));
    json_put(document, "done", json_integer((json_int_t)outcome->result->done));
    json_put(document, "duration_ms", json_integer(outcome->duration_ms));
    json_put(document, "current", json_cstr(outcome->current));
    json_put(document, "state", json_cstr(outcome->state));
    json_put(document, "next", json_cstr(outcome->next));
    json_put(document, "preflight", change_preflight_json(workspace));
    json_put(document, "backup", change_backup_json(workspace));
    json_put(document, "smoke", change_smoke_json(workspace));
    json_put(document, "schema_file", schema_output_json(workspace));
    json_put(document, "drift", change_drift_json(workspace));
    json_put(document, "postflight", change_postflight_json(workspace));
    json_put(document, "on_failure", change_failure_json(&outcome->after));
    json_put(document, "report", change_report_json(workspace));
    json_put(document, "error", outcome->err ? message_json(outcome->err) : json_null());
    json_put(document, "exit_code", json_integer(exit_code));
    return json_write(stdout, document);
}

static void print_success(const Workspace *workspace, const ChangeOutcome *outcome)
{
    const Context *context = workspace->context;
    const Terminal *out = &workspace->console.out;
    bool is_up = outcome->plan->direction == DIRECTION_UP;
    fprintf(
        out->stream, "%s%s %s in %s%s; %s is at %s\n", terminal_begin(out, COLOUR_BOLD),
        is_up ? "Applied" : "Reverted",
        message_count(context->arena, (int64_t)outcome->result->done, "migration", "migrations"),
        message_duration(context->arena, outcome->duration_ms), terminal_end(out, COLOUR_BOLD),
        terminal_line(context->arena, workspace->target.database),
        outcome->current ? arena_printf(context->arena, "version %s", outcome->current)
                         : "no version");
    fprintf(out->stream, "%snext:%s %s\n", terminal_begin(out, COLOUR_BLUE),
            terminal_end(out, COLOUR_BLUE), outcome->next);
}

static void print_after(Arena *arena, const Terminal *err, const AfterFailure *after)
{
    if (after->undo.class)
        message_error(err, &after->undo);
    if (after->why_not)
        fprintf(err->stream, "  on-failure %s: %s\n", after->policy,
                terminal_line(arena, after->why_not));
}

static void print_failure(const Workspace *workspace, const ChangeOutcome *outcome)
{
    Arena *arena = workspace->context->arena;
    const Terminal *err = &workspace->context->err;
    const char *restore = change_backup_restore(workspace);
    message_error(err, outcome->err);
    print_after(arena, err, &outcome->after);
    fprintf(err->stream, "  state:  %s\n  next:   %s\n", terminal_line(arena, outcome->state),
            terminal_line(arena, outcome->next));
    if (outcome->after.restore)
        fprintf(err->stream, "  restore: %s\n", terminal_line(arena, outcome->after.restore));
    else if (restore)
        fprintf(err->stream, "  backup: %s; %s: %s\n",
                terminal_line(arena, before_change_proof(arena, workspace->backup)),
                workspace->backup->backup.manifest->content == BACKUP_AFFECTED ? "to have it beside"
                                                                               : "back to it",
                terminal_line(arena, restore));
    if (restore && workspace->backup->restore_point &&
        workspace->backup->backup.manifest->archive.is_configured)
        fprintf(err->stream, "  or:     archived WAL leads back too: recovery_target_name = '%s'\n",
                workspace->backup->restore_point);
}

const char *change_next_after(const Workspace *workspace, const Plan *plan,
                              const ApplyResult *result, const Err *err)
{
    return err ? next_after_failure(workspace, plan, result, err)
               : next_after_success(workspace, plan);
}

void change_outcome_print(const Workspace *workspace, const ChangeOutcome *outcome)
{
    if (outcome->err)
        print_failure(workspace, outcome);
    else
        print_success(workspace, outcome);
}
