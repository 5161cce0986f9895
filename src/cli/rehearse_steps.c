#include "cli/rehearse_steps.h"

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
    VEC_EACH (const Step, step, &plan.steps) {
        if (step->resumes) {
            fail(err, ERR_CHECK, "version %s stopped half way", step->version);
            return err_hint(err, "settle it first: migrate-safe recover");
        }
        *vec_append(context->arena, &steps) = (RoundStep){step->migration, !is_named};
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
