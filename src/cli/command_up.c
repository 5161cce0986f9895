// up: applies what is pending.
#include "cli/change.h"
#include "cli/change_approval.h"
#include "cli/change_failure.h"
#include "cli/change_hooks.h"
#include "cli/change_preflight.h"
#include "cli/change_rehearsal.h"
#include "cli/change_report.h"
#include "cli/plan_print.h"

static int up_run(Context *context)
{
    Err err = {0};
    Plan plan;
    WORKSPACE_SCOPED workspace;
    workspace_init(&workspace, context);
    PlanOptions options = workspace_plan_options(&workspace);
    if (!workspace_load_sound(&workspace, &err) || !workspace_connect(&workspace, &err) ||
        !workspace_plan_up(&workspace, &options, &plan, &err))
        return command_fail(context, &err);
    if (option_is_set(&context->options, OPTION_DRY_RUN))
        return plan_print(&workspace, &plan);
    if (plan.steps.len == 0)
        change_tell_undo(&workspace);
    if (plan.steps.len == 0)
        return change_nothing(&workspace, workspace.source.migrations.len
                                              ? "Nothing to do: everything is applied"
                                              : "Nothing to do: there are no migrations yet "
                                                "(begin one: migrate-safe new NAME)");
    // Another runner may be at work on the same plan: the plan that counts is made under the lock.
    if (!change_allowed(&workspace, &err) || !change_begin(&workspace, &err))
        return command_fail(context, &err);
    if (!change_finish_undo(&workspace, &err) ||
        !workspace_replan_up(&workspace, &options, &plan, &err))
        return change_fail(&workspace, NULL, &err);
    if (plan.steps.len == 0)
        return change_nothing(&workspace,
                              "Nothing to do: another runner has just applied everything");
    if (!change_rehearsal_allowed(&workspace, &plan, &err) ||
        !change_approval_allowed(&workspace, &plan, &err) ||
        !change_hooks_before(&workspace, &plan, &err) ||
        !change_preflight(&workspace, &plan, &err) || !change_back_up(&workspace, &plan, &err))
        return change_fail(&workspace, &plan, &err);
    return change_run(&workspace, &plan);
}

static const Example EXAMPLES[] = {
    {"up", "apply everything that is pending"},
    {"up --steps 1", "only the next one"},
    {"up --to 027", "up to and including 027 (a name does as well)"},
    {"up --dry-run", "show the plan, write nothing"},
    {"--apply --skip-backup", "the runbook's spelling"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {
    OPTION_STEPS,   OPTION_TO,      OPTION_FORCE, OPTION_ALLOW_LATE,
    CHANGE_OPTIONS, BACKUP_OPTIONS, OPTION_COUNT,
};

const Command COMMAND_UP = {
    .name = "up",
    .alias = "apply",
    .writes = true,
    .summary = "apply what is pending",
    .description =
        "Applies pending migrations in version order, each in one transaction together with its "
        "history\n"
        "row, so that a file that fails leaves nothing. A file with statements that PostgreSQL "
        "refuses in\n"
        "a transaction (CREATE INDEX CONCURRENTLY ...) runs step by step, every step recorded.\n"
        "Where the configuration requires a rehearsal, one has to stand for exactly these files "
        "and "
        "schema.\n"
        "Before the first statement a backup is made and restored for proof (plan says which; "
        "--skip-backup).\n"
        "Locks are waited for in attempts of --lock-timeout, so that the application is not queued "
        "behind\n"
        "a migration. Stops at the first failure: what was applied before it stays.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = up_run,
};
