// redo: down one and up again, for work on a migration that is being written.
#include "check/replanned.h"
#include "cli/change.h"
#include "cli/change_approval.h"
#include "cli/change_hooks.h"
#include "cli/change_preflight.h"
#include "cli/change_rehearsal.h"
#include "cli/change_report.h"
#include "cli/change_unproven.h"
#include "cli/plan_print.h"
#include "io/fault.h"
#include "migration/version.h"
#include "run/recover.h"

// The plan that applies one version again.
static bool plan_again(Workspace *workspace, const char *version, Plan *ret_plan, Err *err)
{
    PlanOptions options = {.only = version, .allow_late = true};
    return workspace_plan_up(workspace, &options, ret_plan, err);
}

static bool check_file(Workspace *workspace, const Plan *down, Err *err)
{
    const StatusEntry *entry;
    if (!replanned_check(&workspace->status, err) ||
        !status_find(&workspace->status, down->steps.items[0].version, &entry, err))
        return false;
    if (entry->migration)
        return true;
    fail(err, ERR_CHECK, "the file of version %s is gone, so it could not be applied again",
         down->steps.items[0].version);
    return err_hint(err, "take it back only: migrate-safe down");
}

// A version that a redo took back and that has its file: only its up is left to do.
static bool find_open(Workspace *workspace, const char **ret_version, Err *err)
{
    const char *version;
    *ret_version = NULL;
    if (!recover_open_redo(workspace->context->arena, &workspace->target, &version, err))
        return false;
    VEC_EACH (const StatusEntry, entry, &workspace->status.entries) {
        bool is_open = entry->migration && (!entry->applied || entry->applied->is_dirty);
        if (version && is_open &&
            version_compare(str_from(entry->migration->version), str_from(version)) == 0)
            *ret_version = entry->migration->version;
    }
    return true;
}

// The down, or the up that an earlier redo did not come to.
static bool plan_first(Workspace *workspace, Plan *ret_plan, Err *err)
{
    PlanOptions options = {0};
    const char *open;
    if (!find_open(workspace, &open, err))
        return false;
    return open ? plan_again(workspace, open, ret_plan, err)
                : workspace_plan_down(workspace, &options, ret_plan, err) &&
                      (ret_plan->steps.len == 0 || check_file(workspace, ret_plan, err));
}

// Before the down: what will run behind it.
static bool check_policy(Workspace *workspace, Plan *first, Err *err)
{
    const StatusEntry *entry;
    if (first->direction == DIRECTION_UP)
        return change_rehearsal_allowed(workspace, first, err) &&
               change_approval_allowed(workspace, first, err);
    if (first->steps.len == 0)
        return true;
    return status_find(&workspace->status, first->steps.items[0].version, &entry, err) &&
           change_rehearsal_redo_allowed(workspace, entry->migration, err) &&
           change_approval_redo_allowed(workspace, entry->migration, err);
}

static int redo_run(Context *context)
{
    Err err = {0};
    Plan down;
    Plan up;
    WORKSPACE_SCOPED workspace;
    workspace_init(&workspace, context);
    if (!workspace_load_sound(&workspace, &err) || !workspace_connect(&workspace, &err) ||
        !plan_first(&workspace, &down, &err))
        return command_fail(context, &err);
    if (option_is_set(&context->options, OPTION_DRY_RUN))
        return plan_print(&workspace, &down);
    if (down.steps.len == 0)
        return change_nothing(&workspace, "Nothing to do: nothing is applied");
    if (!change_allowed(&workspace, &err) ||
        (down.direction == DIRECTION_DOWN &&
         !change_consent_to_unproven(&workspace, &down, &err)) ||
        !change_begin(&workspace, &err))
        return command_fail(context, &err);
    if (!plan_first(&workspace, &down, &err) || !check_policy(&workspace, &down, &err) ||
        !change_hooks_before(&workspace, &down, &err) ||
        !change_preflight(&workspace, &down, &err) || !change_back_up(&workspace, &down, &err))
        return change_fail(&workspace, &down, &err);
    if (down.direction == DIRECTION_UP)
        return change_run(&workspace, &down);
    context->is_followed = true; // one document and one schema file, the second's
    int exit_code = change_run(&workspace, &down);
    context->is_followed = false;
    if (exit_code)
        return exit_code;
    FAULT_POINT("redo.between");
    if (!workspace_refresh(&workspace, &err) ||
        !plan_again(&workspace, down.steps.items[0].version, &up, &err))
        return change_fail(&workspace, NULL, &err);
    if (!change_rehearsal_allowed(&workspace, &up, &err) ||
        !change_approval_allowed(&workspace, &up, &err) ||
        !change_hooks_before(&workspace, &up, &err)) {
        err_note(&err, "version %s is taken back, and stays so", down.steps.items[0].version);
        return change_fail(&workspace, &up, &err);
    }
    return change_run(&workspace, &up);
}

static const Example EXAMPLES[] = {
    {"redo", "down one, and up again with the file as it is now"},
    {"redo --dry-run", "show which one"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {
    CHANGE_OPTIONS,
    BACKUP_OPTIONS,
    OPTION_COUNT,
};

const Command COMMAND_REDO = {
    .name = "redo",
    .writes = true,
    .summary = "take back the last migration and apply it again",
    .description = "For a migration that is still being written: runs its down, then its up as the "
                   "file is now.\n"
                   "Repeatable migrations that wait run behind it.\n"
                   "When the up fails the migration stays taken back; redo again does the up "
                   "alone.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = redo_run,
};
