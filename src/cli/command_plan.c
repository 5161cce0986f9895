// plan: the steps that `up` would take, without taking them.
#include "cli/change.h"
#include "cli/plan_print.h"

static int plan_run(Context *context)
{
    Err err = {0};
    Plan plan;
    WORKSPACE_SCOPED workspace;
    workspace_init(&workspace, context);
    PlanOptions options = workspace_plan_options(&workspace);
    if (!workspace_load_sound(&workspace, &err) || !workspace_connect(&workspace, &err) ||
        !workspace_plan_up(&workspace, &options, &plan, &err))
        return command_fail(context, &err);
    return plan_print(&workspace, &plan);
}

static const Example EXAMPLES[] = {
    {"plan", "what `up` would do"},
    {"plan --steps 1", "what `up --steps 1` would do"},
    {"--dry-run", "the same as plan"},
    {"plan --format markdown", "a playbook, for a pull request"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {OPTION_STEPS,      OPTION_TO,          OPTION_ALLOW_LATE,
                                 OPTION_FORCE,      OPTION_SKIP_BACKUP, OPTION_DRY_RUN,
                                 OPTION_SKIP_DRIFT, OPTION_PLAN_FORMAT, OPTION_REPORT_OUTPUT,
                                 BACKUP_OPTIONS,    OPTION_COUNT};

const Command COMMAND_PLAN = {
    .name = "plan",
    .summary = "the steps that `up` would take, without taking them",
    .description =
        "Shows each pending migration: how many statements, in one transaction or step by step "
        "(and why),\n"
        "what its own header says, whether it can be undone; what each statement locks, whom that\n"
        "makes wait, and what it costs; how risky it is and why; who has approved it, where that "
        "is\n"
        "asked for; and why `up` would refuse now, if it would. --format markdown is a playbook: "
        "all of\n"
        "that with the steps, the way back, and lists of what is proven and what a person has to "
        "tick.\n"
        "Every file is read to its end. Reads only.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = plan_run,
};
