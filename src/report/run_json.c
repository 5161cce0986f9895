#include "io/json_field_table.h"
#include "report/run_document.h"

static const char SCHEMA_NAME[] = "migrate-safe/run/";
static const char SCHEMA[] = "migrate-safe/run/1";
static const char HINT[] = "it was changed, or is of another program; what a run did is in the "
                           "journal too: migrate-safe history";

WORD(phase_words, RunPhaseKind, RUN_PHASE_COUNT - 1, run_phase_word)
WORD(verdict_words, Verdict, VERDICT_COUNT - 1, verdict_word)
WORD(lock_words, LockMode, LOCK_ACCESS_EXCLUSIVE, lock_mode_name)

#define OF Position
static const JsonField POSITION[] = {
    {"line", JSON_FIELD_INT, AT(line)},
    {"column", JSON_FIELD_INT, AT(column)},
    LAST,
};
#undef OF

#define OF RunPhase
static const JsonField PHASE[] = {
    {"kind", JSON_FIELD_WORD, ONE_OF(kind, phase_words)},
    {"what", JSON_FIELD_TEXT_OR_NULL, AT(what)},
    {"at_ms", JSON_FIELD_NUMBER, AT(at_ms)},
    {"duration_ms", JSON_FIELD_NUMBER_OR_NULL, AT(duration_ms)},
    {"has_failed", JSON_FIELD_FLAG, AT(has_failed)},
    LAST,
};
#undef OF

#define OF RunError
static const JsonField ERROR[] = {
    {"class", JSON_FIELD_TEXT, AT(class)},
    {"message", JSON_FIELD_TEXT, AT(message)},
    {"sqlstate", JSON_FIELD_TEXT_OR_NULL, AT(sqlstate)},
    {"detail", JSON_FIELD_TEXT_OR_NULL, AT(detail)},
    {"hint", JSON_FIELD_TEXT_OR_NULL, AT(hint)},
    {"file", JSON_FIELD_TEXT_OR_NULL, AT(file)},
    {"position", JSON_FIELD_OBJECT, INSIDE(position, POSITION)},
    LAST,
};
#undef OF

#define OF RunLock
static const JsonField LOCK[] = {
    {"position", JSON_FIELD_OBJECT, INSIDE(position, POSITION)},
    {"statement", JSON_FIELD_TEXT, AT(statement)},
    {"relation", JSON_FIELD_TEXT, AT(relation)},
    {"mode", JSON_FIELD_WORD, ONE_OF(mode, lock_words)},
    {"is_rewritten", JSON_FIELD_FLAG, AT(is_rewritten)},
    {"is_scanned", JSON_FIELD_FLAG, AT(is_scanned)},
    {"builds_index", JSON_FIELD_FLAG, AT(builds_index)},
    LAST,
};
#undef OF

#define OF RunWait
static const JsonField WAIT[] = {
    {"at_ms", JSON_FIELD_NUMBER, AT(at_ms)},
    {"waited_ms", JSON_FIELD_NUMBER, AT(waited_ms)},
    {"is_least", JSON_FIELD_FLAG, AT(is_least)},
    {"attempts", JSON_FIELD_INT, AT(attempts)},
    {"message", JSON_FIELD_TEXT_OR_NULL, AT(message)},
    {"position", JSON_FIELD_OBJECT, INSIDE(position, POSITION)},
    {"blockers", JSON_FIELD_WORDS, AT(blockers)},
    LAST,
};
#undef OF

#define OF RunNotice
static const JsonField NOTICE[] = {
    {"severity", JSON_FIELD_TEXT, AT(severity)},
    {"message", JSON_FIELD_TEXT, AT(message)},
    {"detail", JSON_FIELD_TEXT_OR_NULL, AT(detail)},
    LAST,
};
#undef OF

#define OF RunStep
static const JsonField STEP[] = {
    {"version", JSON_FIELD_TEXT, AT(version)},
    {"name", JSON_FIELD_TEXT, AT(name)},
    {"file", JSON_FIELD_TEXT, AT(file)},
    {"direction", JSON_FIELD_TEXT, AT(direction)},
    {"state", JSON_FIELD_TEXT, AT(state)},
    {"risk", JSON_FIELD_TEXT_OR_NULL, AT(risk)},
    {"at_ms", JSON_FIELD_NUMBER_OR_NULL, AT(at_ms)},
    {"duration_ms", JSON_FIELD_NUMBER_OR_NULL, AT(duration_ms)},
    {"statements_done", JSON_FIELD_NUMBER, AT(statements_done)},
    {"statements_total", JSON_FIELD_NUMBER_OR_NULL, AT(statements_total)},
    {"is_one_transaction", JSON_FIELD_FLAG, AT(is_one_transaction)},
    {"is_undo", JSON_FIELD_FLAG, AT(is_undo)},
    {"has_lock_plan", JSON_FIELD_FLAG, AT(has_lock_plan)},
    {"locks", JSON_FIELD_LIST, LIST(locks, LOCK, RunLock)},
    {"waits", JSON_FIELD_LIST, LIST(waits, WAIT, RunWait)},
    {"notices", JSON_FIELD_LIST, LIST(notices, NOTICE, RunNotice)},
    {"notices_left", JSON_FIELD_NUMBER, AT(notices_left)},
    {"error", JSON_FIELD_OBJECT_OR_NULL, POINTED(error, ERROR, RunError)},
    LAST,
};
#undef OF

#define OF RunCheck
static const JsonField CHECK[] = {
    {"id", JSON_FIELD_TEXT, AT(id)},
    {"verdict", JSON_FIELD_WORD, ONE_OF(verdict, verdict_words)},
    {"value", JSON_FIELD_TEXT, AT(value)},
    {"limit", JSON_FIELD_TEXT_OR_NULL, AT(limit)},
    {"why", JSON_FIELD_TEXT, AT(why)},
    {"fix", JSON_FIELD_TEXT_OR_NULL, AT(fix)},
    {"details", JSON_FIELD_WORDS, AT(details)},
    {"passed_over_by", JSON_FIELD_TEXT_OR_NULL, AT(passed_over)},
    LAST,
};
#undef OF

#define OF RunChecks
static const JsonField CHECKS[] = {
    {"checks", JSON_FIELD_LIST, LIST(checks, CHECK, RunCheck)},
    {"passed", JSON_FIELD_FLAG, AT(has_passed)},
    LAST,
};
#undef OF

#define OF RunPart
static const JsonField PART[] = {
    {"what", JSON_FIELD_TEXT, AT(what)},
    {"duration_ms", JSON_FIELD_NUMBER, AT(duration_ms)},
    LAST,
};
#undef OF

#define OF RunBackup
static const JsonField BACKUP[] = {
    {"need", JSON_FIELD_TEXT, AT(need)},
    {"skipped_by", JSON_FIELD_TEXT_OR_NULL, AT(by)},
    {"id", JSON_FIELD_TEXT_OR_NULL, AT(id)},
    {"path", JSON_FIELD_TEXT_OR_NULL, AT(path)},
    {"level", JSON_FIELD_TEXT_OR_NULL, AT(level)},
    {"why_less", JSON_FIELD_TEXT_OR_NULL, AT(why_less)},
    {"size_bytes", JSON_FIELD_NUMBER_OR_NULL, AT(bytes)},
    {"restore_ms", JSON_FIELD_NUMBER_OR_NULL, AT(restore_ms)},
    {"restore_point", JSON_FIELD_TEXT_OR_NULL, AT(restore_point)},
    {"restore", JSON_FIELD_TEXT_OR_NULL, AT(restore)},
    {"parts", JSON_FIELD_LIST, LIST(parts, PART, RunPart)},
    LAST,
};
#undef OF

#define OF RunRehearsal
static const JsonField REHEARSAL[] = {
    {"digest", JSON_FIELD_DIGEST_OR_NULL, AT(digest)},
    {"stands", JSON_FIELD_FLAG, AT(stands)},
    {"age", JSON_FIELD_TEXT_OR_NULL, AT(age)},
    {"took_ms", JSON_FIELD_NUMBER_OR_NULL, AT(took_ms)},
    {"expected_low_ms", JSON_FIELD_NUMBER_OR_NULL, AT(low_ms)},
    {"expected_high_ms", JSON_FIELD_NUMBER_OR_NULL, AT(high_ms)},
    {"differences", JSON_FIELD_WORDS, AT(differences)},
    {"passed_over_by", JSON_FIELD_TEXT_OR_NULL, AT(passed_over)},
    LAST,
};
#undef OF

#define OF RunApproval
static const JsonField APPROVAL[] = {
    {"role", JSON_FIELD_TEXT, AT(role)},
    {"who", JSON_FIELD_TEXT, AT(who)},
    {"at", JSON_FIELD_TEXT, AT(at)},
    {"how", JSON_FIELD_TEXT, AT(how)},
    LAST,
};
#undef OF

#define OF RunHook
static const JsonField HOOK[] = {
    {"kind", JSON_FIELD_TEXT, AT(kind)},
    {"name", JSON_FIELD_TEXT, AT(name)},
    {"at_ms", JSON_FIELD_NUMBER, AT(at_ms)},
    {"duration_ms", JSON_FIELD_NUMBER_OR_NULL, AT(duration_ms)},
    {"has_failed", JSON_FIELD_FLAG, AT(has_failed)},
    {"message", JSON_FIELD_TEXT_OR_NULL, AT(message)},
    LAST,
};
#undef OF

#define OF RunAfter
static const JsonField AFTER[] = {
    {"policy", JSON_FIELD_TEXT, AT(policy)},
    {"undone", JSON_FIELD_WORDS, AT(undone)},
    {"why_not", JSON_FIELD_TEXT_OR_NULL, AT(why_not)},
    {"restore", JSON_FIELD_TEXT_OR_NULL, AT(restore)},
    {"error", JSON_FIELD_OBJECT_OR_NULL, POINTED(error, ERROR, RunError)},
    LAST,
};
#undef OF

#define OF RunReport
static const JsonField REPORT[] = {
    {"run_id", JSON_FIELD_TEXT, AT(run_id)},
    {"command", JSON_FIELD_TEXT, AT(command)},
    {"database", JSON_FIELD_TEXT_OR_NULL, AT(database)},
    {"role", JSON_FIELD_TEXT_OR_NULL, AT(role)},
    {"environment", JSON_FIELD_TEXT_OR_NULL, AT(environment)},
    {"server_version", JSON_FIELD_TEXT_OR_NULL, AT(server_version)},
    {"tool_version", JSON_FIELD_TEXT_OR_NULL, AT(tool_version)},
    {"started_at", JSON_FIELD_TEXT, AT(started_at)},
    {"finished_at", JSON_FIELD_TEXT_OR_NULL, AT(finished_at)},
    {"duration_ms", JSON_FIELD_NUMBER_OR_NULL, AT(duration_ms)},
    {"exit_code", JSON_FIELD_INT, AT(exit_code)},
    {"state", JSON_FIELD_TEXT_OR_NULL, AT(state)},
    {"current", JSON_FIELD_TEXT_OR_NULL, AT(current)},
    {"next", JSON_FIELD_TEXT_OR_NULL, AT(next)},
    {"error", JSON_FIELD_OBJECT_OR_NULL, POINTED(error, ERROR, RunError)},
    {"on_failure", JSON_FIELD_OBJECT_OR_NULL, POINTED(after, AFTER, RunAfter)},
    {"plan_digest", JSON_FIELD_DIGEST_OR_NULL, AT(plan_digest)},
    {"risk", JSON_FIELD_TEXT_OR_NULL, AT(risk)},
    {"risk_reasons", JSON_FIELD_WORDS, AT(risk_reasons)},
    {"rehearsal", JSON_FIELD_OBJECT_OR_NULL, POINTED(rehearsal, REHEARSAL, RunRehearsal)},
    {"approvals", JSON_FIELD_LIST, LIST(approvals, APPROVAL, RunApproval)},
    {"passed_over", JSON_FIELD_WORDS, AT(passed_over)},
    {"preflight", JSON_FIELD_OBJECT_OR_NULL, POINTED(preflight, CHECKS, RunChecks)},
    {"backup", JSON_FIELD_OBJECT_OR_NULL, POINTED(backup, BACKUP, RunBackup)},
    {"migrations", JSON_FIELD_LIST, LIST(steps, STEP, RunStep)},
    {"hooks", JSON_FIELD_LIST, LIST(hooks, HOOK, RunHook)},
    {"analyzed", JSON_FIELD_WORDS, AT(analyzed)},
    {"postflight", JSON_FIELD_OBJECT_OR_NULL, POINTED(postflight, CHECKS, RunChecks)},
    {"warnings", JSON_FIELD_LIST, LIST(warnings, NOTICE, RunNotice)},
    {"phases", JSON_FIELD_LIST, LIST(phases, PHASE, RunPhase)},
    LAST,
};
#undef OF

// The verdict follows from the rest; it is there for those who read JSON, and not read back.
json_t *run_report_to_json(const RunReport *report)
{
    json_t *document = json_object();
    json_put(document, "schema", json_cstr(SCHEMA));
    json_put(document, "verdict", json_cstr(run_verdict_word(run_verdict(report))));
    JSON_SCOPED members = json_fields_write(report, REPORT);
    json_object_update(document, members);
    return document;
}

bool run_report_print(FILE *stream, const RunReport *report)
{
    fprintf(stream, "{\n\"schema\": \"%s\",\n\"verdict\": \"%s\"", SCHEMA,
            run_verdict_word(run_verdict(report)));
    return json_fields_print(stream, report, REPORT) && fputs("\n}\n", stream) != EOF;
}

static bool check_schema(const json_t *document, const char *file, Err *err)
{
    const char *schema = json_string_value(json_object_get(document, "schema"));
    if (schema && strcmp(schema, SCHEMA) == 0)
        return true;
    if (!schema || !str_starts(str_from(schema), str_from(SCHEMA_NAME)))
        fail(err, ERR_CHECK, "%s is no report of a run: its schema is not %s", file, SCHEMA);
    else
        fail(err, ERR_CHECK,
             "%s is of another version of migrate-safe: schema %s, and this one reads %s", file,
             schema + strlen(SCHEMA_NAME), SCHEMA + strlen(SCHEMA_NAME));
    return err_hint(err, "%s", HINT);
}

bool run_report_from_json(Arena *arena, const json_t *document, const char *file,
                          RunReport *ret_report, Err *err)
{
    RunReport report = {0};
    if (!check_schema(document, file, err) ||
        !json_fields_read(arena, document, REPORT, file, HINT, &report, err))
        return false;
    *ret_report = report;
    return true;
}
