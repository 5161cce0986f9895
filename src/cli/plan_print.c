#include "cli/plan_print.h"

#include "cli/change.h"
#include "cli/change_approval.h"
#include "cli/change_drift.h"
#include "cli/change_rehearsal.h"
#include "cli/quarantine_command.h"
#include "report/plan_report.h"
#include "run/lock_planner.h"

int plan_print(Workspace *workspace, Plan *plan)
{
    Context *context = workspace->context;
    Err refused = {0};
    bool is_refused = plan->steps.len && !change_allowed(workspace, &refused);
    if (is_refused && refused.class != ERR_CHECK)
        return command_fail(context, &refused);
    lock_planner_plan(context->arena, &workspace->status,
                      session_server_major(workspace->target.session), plan);
    const char *backup = NULL;
    Err unknown = {0};
    if (!is_refused && !change_backup_look(workspace, plan, &backup, &unknown))
        return command_fail(context, &unknown);
    change_drift_see(workspace);
    if (!change_rehearsal_see(workspace, plan, &unknown))
        return command_fail(context, &unknown);
    if (!change_approval_see(workspace, plan, &unknown))
        return command_fail(context, &unknown);
    is_refused = is_refused || !change_rehearsal_enough(workspace, &refused) ||
                 !change_approval_enough(workspace, &refused);
    PlanReport report = {
        .backup = backup,
        .plan = plan,
        .drift = workspace->drift,
        .rehearsal = &workspace->rehearsal,
        .approval = &workspace->approval->verdict,
        .has_risk = workspace->approval->has_risk,
        .risk = workspace->approval->risk,
        .target = session_target(workspace->target.session),
        .refused = is_refused ? refused.message : NULL,
        .refused_detail = is_refused && refused.detail[0] ? refused.detail : NULL,
        .refused_hint = is_refused ? refused.hint : NULL,
    };
    quarantine_command_see(workspace, &report.quarantine, &report.quarantine_days);
    if (!context->is_json) {
        plan_report_text(context->arena, &context->out, &report);
        return 0;
    }
    JSON_SCOPED document = plan_report_json(&report);
    return json_write(stdout, document) ? 0 : err_exit_code(ERR_IO);
}
