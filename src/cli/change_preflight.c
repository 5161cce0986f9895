#include "cli/change_preflight.h"
#include "cli/change_approval.h"

#include "base/text.h"
#include "check/retention.h"
#include "cli/backup_settings.h"
#include "cli/change_backup.h"
#include "cli/change_drift.h"
#include "cli/change_rehearsal.h"
#include "cli/change_report.h"
#include "cli/lint_settings.h"
#include "io/clock.h"
#include "io/file.h"
#include "migration/ignore_directive.h"
#include "queries.h"
#include "report/preflight_report.h"
#include "report/report_file.h"
#include "run/backup/shelf.h"
#include "run/preflight/preflight.h"

#include <string.h>

enum {
    LONG_MS = 30 * 1000,
};

static const int64_t RESTORE_BYTES_MAX = 10000000000; // as run/backup/before_change.c has it

static const Words *force_allows(const Context *context)
{
    const OptionValue *value = &context->options.values[OPTION_FORCE_ALLOWS];
    return value->where ? &value->list : NULL;
}

bool change_force_passes(const Context *context, PreflightId id)
{
    return option_is_set(&context->options, OPTION_FORCE) &&
           preflight_is_allowed(id, force_allows(context));
}

static bool read_hours(const Context *context, OptionId id, TimeWindows *windows, Err *err)
{
    const OptionValue *value = &context->options.values[id];
    for (size_t i = 0; value->where && i < value->list.len; i++) {
        const char *text = value->list.items[i];
        if (time_window_parse(context->arena, text, vec_append(context->arena, windows)))
            continue;
        fail(err, ERR_CONFIG, "%s (%s) is no time of the week: \"%s\"", OPTIONS[id].name,
             value->where, text);
        return err_hint(err, "write it as [DAYS] HH:MM-HH:MM [ZONE]: mon-fri 08:00-18:00 "
                             "Europe/Berlin");
    }
    return true;
}

static bool newest_backup(Workspace *workspace, PreflightBackup *backup, Err *err)
{
    Arena *arena = workspace->context->arena;
    Shelf shelf;
    char now[CLOCK_TEXT];
    int64_t now_ms;
    int64_t made_ms;
    clock_now_rfc3339(now);
    if (!shelf_load(arena, backup->folder, &shelf, err))
        return false;
    for (size_t i = shelf.backups.len; i-- > 0;) {
        const BackupManifest *manifest = shelf.backups.items[i].manifest;
        if (!manifest || strcmp(manifest->database, workspace->target.database) != 0 ||
            manifest->content != BACKUP_ALL || !retention_time_parse(now, &now_ms) ||
            !retention_time_parse(manifest->created_at, &made_ms))
            continue;
        backup->newest_ms = now_ms > made_ms ? now_ms - made_ms : 0;
        backup->newest_bytes = manifest->size_bytes;
        backup->newest_of = manifest->database_bytes;
        return true;
    }
    return true;
}

static bool read_backup(Workspace *workspace, Plan *plan, bool is_run, PreflightBackup *ret_backup,
                        Err *err)
{
    const Context *context = workspace->context;
    const OptionValues *values = &context->options;
    const OptionValue *age = &values->values[OPTION_BACKUP_MAX_AGE];
    BackupLevel level = BACKUP_RESTORED;
    bool has_level = backup_level(context, &level);
    PreflightBackup backup = {
        .folder = backup_folder(context),
        .is_made = plan && plan->steps.len && workspace->target.has_user_tables &&
                   !option_is_set(values, OPTION_SKIP_BACKUP),
        .is_restored = level >= BACKUP_RESTORED,
        .restore_most = has_level ? 0 : RESTORE_BYTES_MAX,
        .newest_ms = is_run ? PREFLIGHT_NOT_LOOKED : -1,
        .max_age_ms = age->where ? age->number : 0,
        .max_where = age->where,
    };
    // A run that makes its own has no use for the others: reading their manifests takes time.
    bool is_looked_for = !is_run || (!backup.is_made && backup.max_age_ms);
    if (is_looked_for)
        backup.newest_ms = -1;
    if (is_looked_for && !newest_backup(workspace, &backup, err))
        return false;
    if (!is_run && plan && workspace->target.has_history &&
        !change_backup_look(workspace, plan, &backup.sentence, err))
        return false;
    *ret_backup = backup;
    return true;
}

static LintOptions lint_options(const Workspace *workspace)
{
    const Context *context = workspace->context;
    int major = session_server_major(workspace->target.session);
    char now[CLOCK_TEXT];
    LintOptions options = {
        .pg_from = major < PG_OLDEST   ? PG_OLDEST
                   : major > PG_NEWEST ? PG_NEWEST
                                       : major,
        .assumes_timeouts = true, // the run sets them
        .keeps = option_is_set(&context->options, OPTION_KEEP_ASIDE),
        .severity = lint_settings_severity,
        .context = context->lint,
    };
    options.pg_to = options.pg_from;
    clock_now_rfc3339(now);
    ignore_day((Str){now, 10}, &options.today);
    return options;
}

static bool look(Workspace *workspace, Plan *plan, const Err *plan_error, bool is_run,
                 Preflight *ret_preflight, Err *err)
{
    const Context *context = workspace->context;
    const OptionValues *values = &context->options;
    const OptionValue *old = &values->values[OPTION_PREFLIGHT_LONG];
    const char *lint = option_text(values, OPTION_PREFLIGHT_LINT);
    PreflightBackup backup;
    PreflightOptions options = {
        .target = &workspace->target,
        .source = &workspace->source,
        .status = &workspace->status,
        .plan = plan,
        .plan_error = plan_error,
        .is_run = is_run,
        .allows_late = option_is_set(values, OPTION_ALLOW_LATE),
        .drift = &workspace->drift,
        .rehearsal = &workspace->rehearsal,
        .long_ms = old->where ? old->number : LONG_MS,
        .lint = lint_options(workspace),
        .backup = &backup,
    };
    if (lint)
        severity_parse(str_from(lint), &options.lint_fails);
    options.wants_lint = !is_run || options.lint_fails != SEVERITY_OFF;
    if (!read_hours(context, OPTION_QUIET_HOURS, &options.quiet, err) ||
        !read_hours(context, OPTION_CHANGE_HOURS, &options.change, err) ||
        !read_backup(workspace, plan, is_run, &backup, err) ||
        !preflight_look(context->arena, &options, ret_preflight, err))
        return false;
    if (option_is_set(values, OPTION_FORCE))
        preflight_pass_over(ret_preflight, force_allows(context), "--force");
    return true;
}

bool change_preflight_see(Workspace *workspace, Plan *plan, const Err *plan_error,
                          Preflight *ret_preflight, Err *err)
{
    CheckList approvals = {0};
    change_drift_see(workspace);
    if (plan &&
        (!change_rehearsal_see(workspace, plan, err) || !change_approval_see(workspace, plan, err)))
        return false;
    if (!look(workspace, plan, plan_error, false, ret_preflight, err))
        return false;
    change_approval_checks(workspace, &approvals); // of a table of their own, behind the others
    VEC_EACH (const Check, check, &approvals.checks)
        *vec_append(workspace->context->arena, &ret_preflight->list.checks) = *check;
    return true;
}

const char *change_preflight_write(const Workspace *workspace, const json_t *document, Err *err)
{
    const char *path;
    return report_file_write(workspace->context->arena, workspace->logs.directory,
                             "preflight-report", document, &path, err)
               ? path
               : NULL;
}

static json_t *document_of(const Workspace *workspace, const Plan *plan, const Preflight *preflight)
{
    char now[CLOCK_TEXT];
    clock_now_rfc3339(now);
    return preflight_report_json(&(PreflightReport){.preflight = preflight,
                                                    .plan = plan,
                                                    .run_id = workspace->run_id,
                                                    .command = workspace->context->command,
                                                    .timestamp = now});
}

static bool is_told_elsewhere(const Check *check)
{
    return check->kind == &PREFLIGHT_KINDS[PREFLIGHT_DRIFT] ||
           check->kind == &PREFLIGHT_KINDS[PREFLIGHT_REHEARSAL];
}

static void tell(const Workspace *workspace, const Check *check)
{
    Arena *arena = workspace->context->arena;
    const char *passed =
        check->passed_over ? arena_printf(arena, " (passed over by %s)", check->passed_over) : "";
    event_emit(&workspace->sink,
               &(Event){.kind = EVENT_WARNING,
                        .message = arena_printf(arena, "preflight: %s: %s%s", check->kind->id,
                                                check->value, passed),
                        .detail = check->fix});
}

// What stops the run is in its error.
static void tell_all(const Workspace *workspace, const Preflight *preflight)
{
    const Terminal *out = &workspace->console.out;
    size_t warnings = check_list_count(&preflight->list, VERDICT_WARN);
    VEC_EACH (const Check, check, &preflight->list.checks)
        if ((check->verdict == VERDICT_WARN || check->passed_over) && !is_told_elsewhere(check))
            tell(workspace, check);
    fprintf(out->stream, "%spreflight%s  %zu passed", terminal_begin(out, COLOUR_BOLD),
            terminal_end(out, COLOUR_BOLD), check_list_count(&preflight->list, VERDICT_PASS));
    if (warnings)
        fprintf(out->stream, ", %zu warning%s", warnings, warnings == 1 ? "" : "s");
    fputc('\n', out->stream);
    fflush(out->stream);
}

static bool record(Workspace *workspace, const Preflight *preflight, Err *err)
{
    Rows rows;
    JSON_SCOPED detail = json_object();
    json_t *checks = json_array();
    const char *by = NULL;
    VEC_EACH (const Check, check, &preflight->list.checks) {
        if (!check->passed_over)
            continue;
        json_t *item = json_object();
        by = check->passed_over;
        change_passed_over(
            workspace,
            arena_printf(workspace->context->arena, "%s: %s", check->kind->id, check->value), by);
        json_put(item, "id", json_cstr(check->kind->id));
        json_put(item, "value", json_cstr(check->value));
        json_array_append_new(checks, item);
    }
    json_put(detail, "command", json_cstr(workspace->context->command));
    json_put(detail, "by", json_cstr(by));
    json_put(detail, "checks", checks);
    if (!by)
        return true;
    Arena *arena = workspace->context->arena;
    const char *parameters[] = {workspace->run_id, "preflight_passed_over",
                                json_line(arena, detail)};
    return session_query(workspace->target.session, arena,
                         query_text(arena, &QUERY_HISTORY_RECORD_BACKUP, workspace->target.schema),
                         3, parameters, &rows, err);
}

static bool refuse(const Workspace *workspace, const Preflight *preflight, Err *err)
{
    const Check *first = NULL;
    size_t count = 0;
    bool is_passable = true;
    TEXT_SCOPED detail;
    text_init(&detail, sizeof err->detail - 1);
    VEC_EACH (const Check, check, &preflight->list.checks) {
        if (check->verdict != VERDICT_FAIL || check->passed_over)
            continue;
        first = first ? first : check;
        is_passable &= preflight_is_allowed((PreflightId)(check->kind - PREFLIGHT_KINDS),
                                            force_allows(workspace->context));
        text_printf(&detail, "%s%s: %s", count++ ? "\n" : "", check->kind->id, check->value);
        VEC_EACH (const char *const, line, &check->details)
            text_printf(&detail, "\n  %s", *line);
    }
    REQUIRE(first != NULL);
    fail(err, ERR_CHECK, "preflight says no: %s: %s", first->kind->id, first->value);
    if (count > 1 || first->details.len)
        err_detail(err, "%s", text_cstr(&detail));
    return err_hint(err, "%s\n%ssee all: migrate-safe preflight%s", first->fix,
                    is_passable ? "--force passes over it; " : "",
                    change_same_place(workspace->context));
}

bool change_preflight(Workspace *workspace, Plan *plan, Err *err)
{
    const Context *context = workspace->context;
    const char *wanted = option_text(&context->options, OPTION_PREFLIGHT);
    Preflight *preflight = arena_new_object(context->arena, Preflight);
    if (!plan->steps.len || (wanted && strcmp(wanted, "off") == 0))
        return true;
    change_phase(workspace, RUN_PHASE_PREFLIGHT);
    change_drift_look(workspace);
    if (!look(workspace, plan, NULL, true, preflight, err))
        return false;
    workspace->preflight = preflight;
    JSON_SCOPED document = document_of(workspace, plan, preflight);
    Err unwritten = {0}; // where no log can be written that is said once, by the log
    (void)!change_preflight_write(workspace, document, &unwritten);
    tell_all(workspace, preflight);
    return check_list_passes(&preflight->list) ? record(workspace, preflight, err)
                                               : refuse(workspace, preflight, err);
}

json_t *change_preflight_json(const Workspace *workspace)
{
    return workspace->preflight ? document_of(workspace, NULL, workspace->preflight) : json_null();
}
