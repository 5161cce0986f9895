#include "cli/change_approval.h"

#include "cli/approval_settings.h"
#include "cli/change_backup.h"
#include "cli/change_rehearsal.h"
#include "run/approval.h"
#include "run/git_authors.h"
#include "run/lock_planner.h"
#include "run/risk_sizes.h"
#include "run/script.h"

static bool find_risk(Workspace *workspace, Plan *plan, Err *err)
{
    Arena *arena = workspace->context->arena;
    ChangeApproval *approval = workspace->approval;
    lock_planner_plan(arena, &workspace->status, session_server_major(workspace->target.session),
                      plan);
    approval->has_risk = risk_on_target(arena, &workspace->target, plan, &approval->risk, err);
    return approval->has_risk;
}

// Documents that only a rehearsal proves are asked for where no rehearsal is.
static bool needs_rehearsal(const ApprovalPolicy *policy, RiskLevel risk)
{
    VEC_EACH (const char *const, word, &policy->documents[risk])
        if (strcmp(*word, "rehearsal") == 0 || strcmp(*word, "playbook") == 0)
            return policy->need != APPROVAL_OFF;
    return false;
}

static bool judge(Workspace *workspace, const Plan *plan, Err *err)
{
    const Context *context = workspace->context;
    Arena *arena = context->arena;
    ChangeApproval *approval = workspace->approval;
    Words principals = {0};
    const char *unread = NULL;
    approval_principals(arena, &approval->policy, &principals);
    ApprovalSources sources = {
        .target = &workspace->target,
        .folder = approval_folder(context),
        .allowed_signers = option_text(&context->options, OPTION_ALLOWED_SIGNERS),
        .principals = &principals,
        .plan = plan,
    };
    if (approval->policy.need != APPROVAL_OFF &&
        !approval_load(arena, &sources, &approval->approvals, &unread, err))
        return false;
    if (!workspace->rehearsal.is_judged && needs_rehearsal(&approval->policy, approval->risk) &&
        !change_rehearsal_see(workspace, plan, err))
        return false;
    ApprovalRun run = {
        .plan = plan,
        .risk = approval->risk,
        .status = &workspace->status,
        .target = workspace->target.database,
        .applied_by = workspace->target.user,
        .rehearsal = &workspace->rehearsal,
        .unread = unread,
    };
    if (approval->policy.has_four_eyes && approval->policy.need != APPROVAL_OFF &&
        !git_authors(arena, plan, &run.authors, err))
        return false;
    approval_judge(arena, &approval->policy, &approval->approvals, &run, &approval->verdict);
    return true;
}

static bool begin(Workspace *workspace, Err *err)
{
    workspace->approval = arena_new_object(workspace->context->arena, ChangeApproval);
    return approval_policy(workspace->context, &workspace->approval->policy, err);
}

static bool asks(const ApprovalPolicy *policy)
{
    return policy->need != APPROVAL_OFF || policy->refuses_missing_downs;
}

bool change_approval_see(Workspace *workspace, Plan *plan, Err *err)
{
    if (!begin(workspace, err))
        return false;
    if (!plan->steps.len || plan->direction != DIRECTION_UP)
        return true;
    return find_risk(workspace, plan, err) &&
           (!asks(&workspace->approval->policy) || judge(workspace, plan, err));
}

static const char *first_missing(const ApprovalVerdict *verdict)
{
    VEC_EACH (const ApprovedRole, role, &verdict->roles)
        if (!role->approval)
            return role->role;
    return NULL;
}

static bool refuse(const Workspace *workspace, Err *err)
{
    const Context *context = workspace->context;
    const ApprovalVerdict *verdict = &workspace->approval->verdict;
    const char *role = first_missing(verdict);
    const char *place = change_same_place(context);
    approval_refuse(context->arena, verdict, err);
    if (role)
        return err_hint(err,
                        "see what is asked for: migrate-safe approve --list%s; whoever is %s: "
                        "migrate-safe approve --as %s%s",
                        place, role, role, place);
    return err_hint(err,
                    "migrate-safe generate-rollback writes missing downs, migrate-safe "
                    "rehearse%s tries them",
                    place);
}

static bool is_forced(const Workspace *workspace)
{
    return workspace->approval->policy.may_be_forced &&
           option_is_set(&workspace->context->options, OPTION_FORCE);
}

bool change_approval_enough(const Workspace *workspace, Err *err)
{
    const ChangeApproval *approval = workspace->approval;
    if (!approval || !approval->verdict.is_judged || approval->verdict.stands ||
        (approval->policy.need == APPROVAL_WANTED && !approval->verdict.missing_downs.len) ||
        is_forced(workspace))
        return true;
    refuse(workspace, err);
    if (option_is_set(&workspace->context->options, OPTION_FORCE))
        err_note(err, "--force does not pass over this here (approvals-force)");
    return false;
}

static void warn(const Workspace *workspace)
{
    Err err = {0};
    Arena *arena = workspace->context->arena;
    if (workspace->approval->verdict.stands)
        return;
    refuse(workspace, &err);
    event_emit(&workspace->sink,
               &(Event){.kind = EVENT_WARNING,
                        .message = arena_strdup(arena, err.message),
                        .detail = err.detail[0] ? arena_strdup(arena, err.detail) : NULL});
}

bool change_approval_allowed(Workspace *workspace, Plan *plan, Err *err)
{
    if (!begin(workspace, err))
        return false;
    if (!asks(&workspace->approval->policy) || !plan->steps.len || plan->direction != DIRECTION_UP)
        return true;
    if (!find_risk(workspace, plan, err) || !judge(workspace, plan, err) ||
        !change_approval_enough(workspace, err))
        return false;
    warn(workspace);
    return true;
}

bool change_approval_redo_allowed(Workspace *workspace, const Migration *migration, Err *err)
{
    Plan plan = {.direction = DIRECTION_UP};
    Migration *copy = arena_new_object(workspace->context->arena, Migration);
    *copy = *migration;
    if (!begin(workspace, err))
        return false;
    if (!asks(&workspace->approval->policy))
        return true;
    if (!script_complete(workspace->context->arena, &copy->up, err))
        return false;
    *vec_append(workspace->context->arena, &plan.steps) =
        (Step){.version = copy->version, .name = copy->name, .migration = copy, .script = copy->up};
    plan_digest(&plan);
    return change_approval_allowed(workspace, &plan, err);
}

void change_approval_checks(const Workspace *workspace, CheckList *list)
{
    if (workspace->approval)
        approval_checks(workspace->context->arena, &workspace->approval->verdict, list);
}

Words change_approval_signers(const Workspace *workspace)
{
    Arena *arena = workspace->context->arena;
    Words signers = {0};
    if (workspace->approval)
        VEC_EACH (const ApprovedRole, role, &workspace->approval->verdict.roles)
            if (role->approval)
                *vec_append(arena, &signers) = arena_printf(arena, "%s: %s", role->role,
                                                            approval_signer(arena, role->approval));
    return signers;
}

const char *change_approval_passed(const Workspace *workspace)
{
    const ChangeApproval *approval = workspace->approval;
    if (!approval || !approval->verdict.is_judged || approval->verdict.stands ||
        !is_forced(workspace))
        return NULL;
    return workspace->context->options.values[OPTION_FORCE].where;
}
