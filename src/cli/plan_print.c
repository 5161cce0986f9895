#include "cli/plan_print.h"

#include "cli/change.h"
#include "cli/change_approval.h"
#include "cli/change_drift.h"
#include "cli/change_hooks.h"
#include "cli/change_rehearsal.h"
#include "cli/quarantine_command.h"
#include "io/file.h"
#include "report/plan_report.h"
#include "report/playbook.h"
#include "run/lock_planner.h"

#include <string.h>

// What would be refused now, the first thing; what cannot be looked at ends it.
static bool look(Workspace *workspace, Plan *plan, PlanReport *report, Err *refused, Err *err)
{
    Context *context = workspace->context;
    bool is_refused = plan->steps.len && !change_allowed(workspace, refused);
    if (is_refused && refused->class != ERR_CHECK) {
        *err = *refused;
        return false;
    }
    lock_planner_plan(context->arena, &workspace->status,
                      session_server_major(workspace->target.session), plan);
    if (!is_refused && !change_backup_look(workspace, plan, &report->backup, err))
        return false;
    change_drift_see(workspace);
    if (!change_rehearsal_see(workspace, plan, err) || !change_approval_see(workspace, plan, err))
        return false;
    is_refused = is_refused || !change_rehearsal_enough(workspace, refused) ||
                 !change_approval_enough(workspace, refused);
    report->plan = plan;
    report->around = plan->steps.len ? change_hooks_sentence(context, plan) : NULL;
    report->drift = workspace->drift;
    report->rehearsal = &workspace->rehearsal;
    report->approval = &workspace->approval->verdict;
    report->has_risk = workspace->approval->has_risk;
    report->risk = workspace->approval->risk;
    report->target = session_target(workspace->target.session);
    report->refused = is_refused ? refused->message : NULL;
    report->refused_detail = is_refused && refused->detail[0] ? refused->detail : NULL;
    report->refused_hint = is_refused ? refused->hint : NULL;
    quarantine_command_see(workspace, &report->quarantine, &report->quarantine_days);
    return true;
}

static ChecklistFacts facts_of(const Workspace *workspace, const PlanReport *report)
{
    const Context *context = workspace->context;
    const BeforeChange *backup = workspace->backup_look;
    const char *keep = option_text(&context->options, OPTION_BACKUP_KEEP);
    return (ChecklistFacts){
        .plan = report->plan,
        .has_risk = report->has_risk,
        .risk = report->risk,
        .rehearsal = report->rehearsal,
        .approval = report->approval,
        .backup = report->backup,
        .has_backup =
            backup && (backup->need == BACKUP_IS_FRESH || backup->need == BACKUP_IS_NEEDED),
        .backup_level = backup ? backup->level : BACKUP_EXISTS,
        .backup_keep = keep ? keep : OPTIONS[OPTION_BACKUP_KEEP].built_in,
        .place = change_same_place(context),
    };
}

typedef struct Printing {
    Arena *arena;
    const PlanReport *report;
    Playbook playbook;
    const char *format;
} Printing;

static bool print(void *context, FILE *stream)
{
    const Printing *printing = context;
    if (strcmp(printing->format, "markdown") == 0) {
        playbook_markdown(printing->arena, stream, &printing->playbook);
        return fflush(stream) == 0;
    }
    JSON_SCOPED document = plan_report_json(printing->report);
    Checklist before;
    checklist_before(printing->arena, printing->playbook.facts, &before);
    json_put(document, "checklist", checklist_json(&before));
    return json_write(stream, document);
}

// NULL, with the error: two formats at once.
static const char *format_of(const Context *context, Err *err)
{
    const char *given = option_text(&context->options, OPTION_PLAN_FORMAT);
    if (given && context->is_json && strcmp(given, "json") != 0) {
        fail(err, ERR_CONFIG, "--json and --format %s are two formats", given);
        err_hint(err, "give one of the two");
        return NULL;
    }
    return given ? given : context->is_json ? "json" : "text";
}

int plan_print(Workspace *workspace, Plan *plan)
{
    Context *context = workspace->context;
    Err err = {0};
    Err refused = {0};
    PlanReport report = {0};
    const char *path = option_text(&context->options, OPTION_REPORT_OUTPUT);
    const char *format = format_of(context, &err);
    if (!format || !look(workspace, plan, &report, &refused, &err))
        return command_fail(context, &err);
    if (strcmp(format, "text") == 0) {
        plan_report_text(context->arena, &context->out, &report);
        return 0;
    }
    ChecklistFacts facts = facts_of(workspace, &report);
    Printing printing = {
        .arena = context->arena,
        .report = &report,
        .playbook = {&report, &facts, option_text(&context->options, OPTION_ENV),
                     option_text(&context->options, OPTION_ON_FAILURE)},
        .format = format,
    };
    if (!path)
        return print(&printing, stdout) ? 0 : err_exit_code(ERR_IO);
    if (!file_print(path, print, &printing, &err))
        return command_fail(context, &err);
    fprintf(context->err.stream, "written to %s\n", terminal_line(context->arena, path));
    return 0;
}
