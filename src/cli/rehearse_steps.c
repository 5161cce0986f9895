#include "cli/rehearse_steps.h"

#include "run/apply.h"
#include "run/lock_planner.h"
#include "run/risk_sizes.h"

static bool mark(const Status *status, const char *version, RoundSteps *steps, Err *err)
{
    const StatusEntry *entry;
    if (!status_find(status, version, &entry, err))
        return false;
    VEC_EACH (RoundStep, step, steps)
        if (step->migration == entry->migration) {
            step->is_rehearsed = true;
            return true;
        }
    fail(err, ERR_CONFIG, "version %s is not pending", status_version(entry));
    return err_hint(err,
                    "on an empty copy every version can be rehearsed: migrate-safe rehearse "
                    "--from empty %s",
                    version);
}

static bool mark_named(Workspace *workspace, const Status *status, RoundSteps *steps, Err *err)
{
    size_t last = 0;
    const Context *context = workspace->context;
    VEC_EACH (const char *const, version, &context->arguments)
        if (!mark(status, *version, steps, err))
            return false;
    for (size_t i = 0; i < steps->len; i++)
        if (steps->items[i].is_rehearsed)
            last = i + 1;
    steps->len = last;
    return true;
}

// For whom it is a risk is known of a database alone: where all is made anew nobody has anything to
// lose. What keeps it from being weighed is found by the rehearsal itself.
static void weigh(Workspace *workspace, Plan *plan)
{
    Err ignored = {0};
    RiskLevel level;
    Arena *arena = workspace->context->arena;
    if (!workspace->target.session || !apply_survey(arena, plan, &ignored))
        return;
    lock_planner_plan(arena, &workspace->status, session_server_major(workspace->target.session),
                      plan);
    (void)!risk_on_target(arena, &workspace->target, plan, &level, &ignored);
}

bool rehearse_steps_choose(Workspace *workspace, RoundSteps *ret_steps, Err *err)
{
    Plan plan;
    History nothing = {0};
    Status status = workspace->status;
    RoundSteps steps = {0};
    Context *context = workspace->context;
    PlanOptions options = {.allow_late = true};
    bool is_named = context->arguments.len > 0;
    if (!workspace->target.session)
        status_build(context->arena, &workspace->source.migrations, &nothing, &status);
    if (!plan_up(context->arena, &status, &options, &plan, err))
        return false;
    weigh(workspace, &plan);
    VEC_EACH (const Step, step, &plan.steps) {
        if (step->resumes) {
            fail(err, ERR_CHECK, "version %s stopped half way", step->version);
            return err_hint(err, "settle it first: migrate-safe recover");
        }
        *vec_append(context->arena, &steps) = (RoundStep){
            .migration = step->migration,
            .is_rehearsed = !is_named,
            .risk = step->risk ? risk_level_word(step->risk->level) : NULL,
        };
    }
    if (is_named && !mark_named(workspace, &status, &steps, err))
        return false;
    *ret_steps = steps;
    return true;
}

RehearsalLimits rehearse_limits(const Context *context)
{
    enum {
        MIGRATION_MS = 30 * 1000,
        BLOCKED_MS = 1000
    };
    int64_t migration_ms = option_number(&context->options, OPTION_MIGRATION_LIMIT);
    int64_t blocked_ms = option_number(&context->options, OPTION_BLOCKED_LIMIT);
    return (RehearsalLimits){
        .migration_ms =
            option_text(&context->options, OPTION_MIGRATION_LIMIT) ? migration_ms : MIGRATION_MS,
        .blocked_ms =
            option_text(&context->options, OPTION_BLOCKED_LIMIT) ? blocked_ms : BLOCKED_MS,
    };
}
