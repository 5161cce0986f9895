// down: takes back what was applied, newest first.
#include "cli/change.h"
#include "cli/change_hooks.h"
#include "cli/change_preflight.h"
#include "cli/change_report.h"
#include "cli/change_unproven.h"
#include "cli/plan_print.h"

static int down_run(Context *context)
{
    Err err = {0};
    Plan plan;
    WORKSPACE_SCOPED workspace;
    workspace_init(&workspace, context);
    PlanOptions options = workspace_plan_options(&workspace);
    if (options.steps && options.to) {
        fail(&err, ERR_CONFIG, "--steps and --to say two different things");
        err_hint(&err, "give one of the two");
        return command_fail(context, &err);
    }
    if (!workspace_load_sound(&workspace, &err) || !workspace_connect(&workspace, &err) ||
        !workspace_plan_down(&workspace, &options, &plan, &err))
        return command_fail(context, &err);
    if (option_is_set(&context->options, OPTION_DRY_RUN))
        return plan_print(&workspace, &plan);
    if (plan.steps.len == 0)
        return change_nothing(&workspace, options.to
                                              ? "Nothing to do: nothing is applied above that"
                                              : "Nothing to do: nothing is applied");
    if (!change_allowed(&workspace, &err) || !change_consent_to_unproven(&workspace, &plan, &err) ||
        !change_begin(&workspace, &err))
        return command_fail(context, &err);
    if (!workspace_plan_down(&workspace, &options, &plan, &err))
        return change_fail(&workspace, NULL, &err);
    if (plan.steps.len == 0)
        return change_nothing(&workspace, "Nothing to do: another runner has just taken it back");
    if (!change_hooks_before(&workspace, &plan, &err) ||
        !change_preflight(&workspace, &plan, &err) || !change_back_up(&workspace, &plan, &err))
        return change_fail(&workspace, &plan, &err);
    return change_run(&workspace, &plan);
}

static const Example EXAMPLES[] = {
    {"down", "take back the migration applied last"},
    {"down --steps 3", "the last three"},
    {"down --to 027", "everything applied after 027, which stays"},
    {"down --to 0", "everything"},
    {"--rollback --steps=3", "the runbook's spelling"},
    {"-r 027", "TrustBot's spelling of down --to 027"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {
    OPTION_STEPS, OPTION_TO, OPTION_FORCE, CHANGE_OPTIONS, BACKUP_OPTIONS, OPTION_COUNT,
};

const Command COMMAND_DOWN = {
    .name = "down",
    .alias = "rollback",
    .writes = true,
    .summary = "take back what was applied: one, some, or down to a version, which stays",
    .description = "Runs down migrations in reverse order of application (one when nothing is "
                   "said), each in one\n"
                   "transaction with the removal of its history row. The down file of the folder "
                   "is used; when it is\n"
                   "gone, the text that was stored when the migration was applied. A migration "
                   "without a down, an\n"
                   "empty down (unless with --force) and a baseline are refused before "
                   "anything runs.\n"
                   "A down that generate-rollback wrote and could not prove, or made from another "
                   "text of the up,\n"
                   "says what it loses and needs consent (--yes).\n"
                   "Repeatable migrations stay; those applied after what is taken back run "
                   "again with the next up.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = down_run,
};
