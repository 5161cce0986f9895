#include "report/plan_report.h"

#include "report/approval_report.h"
#include "report/drift_report.h"
#include "report/evidence_report.h"
#include "report/lock_report.h"
#include "report/message.h"
#include "report/risk_report.h"
#include "report/table.h"

static const char *const COMPLEXITIES[] = {
    [COMPLEXITY_UNSTATED] = NULL,
    [COMPLEXITY_LOW] = "low",
    [COMPLEXITY_MEDIUM] = "medium",
    [COMPLEXITY_HIGH] = "high",
};

static const char *how(Arena *arena, const Step *step)
{
    if (step->is_one_transaction)
        return "one transaction";
    if (step->shape.not_transactional)
        return arena_printf(arena, "step by step: %s at line %d", step->shape.label,
                            step->shape.first_not_transactional.line);
    if (step->shape.blocks > 1)
        return arena_printf(arena, "%d transactions of its own", step->shape.blocks);
    return "step by step: no-transaction";
}

// What is taken back is a version.
static MigrationKind kind_of(const Step *step)
{
    return step->direction == DIRECTION_UP ? step->migration->kind : MIGRATION_VERSIONED;
}

// "verified by verify/users.sql and 2 queries"
static const char *verified(Arena *arena, const Step *step)
{
    size_t queries = step->script.directives.verifies.len;
    if (!step_is_verified(step))
        return NULL;
    return arena_printf(arena, "verified by %s%s%s", step->verify ? step->verify->path : "",
                        step->verify && queries ? " and " : "",
                        queries ? message_count(arena, (int64_t)queries, "query", "queries") : "");
}

static const char *notes(Arena *arena, const Step *step)
{
    const Directives *said = &step->script.directives;
    const char *complexity = COMPLEXITIES[said->complexity];
    MigrationKind kind = kind_of(step);
    bool wants_down = kind == MIGRATION_VERSIONED && step->direction == DIRECTION_UP;
    bool is_again = kind == MIGRATION_REPEATABLE && step->applied && !step->resumes;
    const char *duration =
        said->estimated_duration_ms ? message_duration(arena, said->estimated_duration_ms) : "";
    const char *all[] = {
        step->is_late ? "late" : NULL,
        step->shape.statements == 0 ? "empty" : NULL,
        wants_down && !step->migration->down.is_present ? "no down" : NULL,
        is_again ? "changed since it ran" : NULL,
        kind == MIGRATION_BASELINE
            ? arena_printf(arena, "baseline script: stands for %s",
                           message_count(arena, step->covers, "version", "versions"))
            : NULL,
        step->forgets ? arena_printf(arena, "%s again with the next up",
                                     message_count(arena, step->forgets, "repeatable one runs",
                                                   "repeatable ones run"))
                      : NULL,
        said->irreversible ? "irreversible" : NULL,
        verified(arena, step),
        complexity || *duration
            ? arena_printf(arena, "its header says: %s%s%s", complexity ? complexity : "",
                           complexity && *duration ? ", " : "", duration)
            : NULL,
    };
    const char *text = "";
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (all[i])
            text = arena_printf(arena, "%s%s%s", text, *text ? "; " : "", all[i]);
    return text;
}

static void print_quarantine(Arena *arena, const Terminal *terminal, const PlanReport *report)
{
    const char *sentence =
        quarantined_sentence(arena, &report->quarantine, report->quarantine_days);
    bool is_due = quarantined_count_due(&report->quarantine) > 0;
    if (sentence)
        fprintf(terminal->stream, "%squarantine:%s %s\n",
                is_due ? terminal_begin(terminal, COLOUR_YELLOW) : "",
                is_due ? terminal_end(terminal, COLOUR_YELLOW) : "",
                terminal_line(arena, sentence));
}

static void print_rehearsal(Arena *arena, const Terminal *terminal, const PlanReport *report)
{
    const EvidenceVerdict *verdict = report->rehearsal;
    const char *line = verdict ? evidence_report_line(arena, verdict) : NULL;
    bool is_missing = line && !verdict->stands && verdict->need != EVIDENCE_OFF;
    if (line)
        fprintf(terminal->stream, "%srehearsal%s %s\n",
                is_missing ? terminal_begin(terminal, COLOUR_YELLOW) : "",
                is_missing ? terminal_end(terminal, COLOUR_YELLOW) : "",
                terminal_line(arena, line));
}

void plan_report_text(Arena *arena, const Terminal *terminal, const PlanReport *report)
{
    const Plan *plan = report->plan;
    const char *verb = plan->direction == DIRECTION_UP ? "up" : "down";
    fprintf(terminal->stream, "%splan: %s%s%s%s  %s\n", terminal_begin(terminal, COLOUR_BOLD), verb,
            terminal_end(terminal, COLOUR_BOLD), report->target ? "  " : "",
            report->target ? terminal_line(arena, report->target) : "",
            message_count(arena, (int64_t)plan->steps.len, "migration", "migrations"));
    Table table = table_new(arena, 5);
    table_heading(&table, (const char *[]){"version", "name", "statements", "how", "notes"});
    VEC_EACH (const Step, step, &plan->steps) {
        table_cell(&table, step->version, COLOUR_BOLD);
        table_cell(&table, step->name, COLOUR_NONE);
        table_number(&table, arena_printf(arena, "%d", step->shape.statements), COLOUR_NONE);
        table_cell(&table, how(arena, step),
                   step->is_one_transaction ? COLOUR_NONE : COLOUR_YELLOW);
        table_cell(&table, notes(arena, step), COLOUR_YELLOW);
    }
    if (plan->steps.len)
        table_print(&table, terminal, 2);
    lock_report_text(arena, terminal, plan);
    risk_report_text(arena, terminal, report->has_risk ? plan : NULL, report->risk);
    if (report->around)
        fprintf(terminal->stream, "around %s\n", terminal_line(arena, report->around));
    if (report->backup)
        fprintf(terminal->stream, "backup %s\n", terminal_line(arena, report->backup));
    print_rehearsal(arena, terminal, report);
    if (report->approval)
        approval_report_text(arena, terminal, report->approval);
    if (report->drift.state == DRIFT_FOUND)
        drift_report_line(arena, terminal, &report->drift);
    print_quarantine(arena, terminal, report);
    fprintf(terminal->stream, "digest %s\n", plan->digest);
    if (!report->refused)
        return;
    fprintf(terminal->stream, "%srefused now:%s %s\n", terminal_begin(terminal, COLOUR_YELLOW),
            terminal_end(terminal, COLOUR_YELLOW), terminal_line(arena, report->refused));
    if (report->refused_detail)
        fprintf(terminal->stream, "  detail: %s\n", terminal_line(arena, report->refused_detail));
    fprintf(terminal->stream, "  hint: %s\n",
            terminal_line(arena, report->refused_hint ? report->refused_hint : ""));
}

static json_t *step_json(const Step *step)
{
    const Directives *said = &step->script.directives;
    json_t *item = json_object();
    json_put(item, "version", json_cstr(step->version));
    json_put(item, "name", json_cstr(step->name));
    json_put(item, "kind", json_cstr(migration_kind_word(kind_of(step))));
    json_put(item, "file", json_cstr(step->script.path));
    json_put(item, "checksum", json_cstr(step->script.checksum));
    json_put(item, "statements", json_integer(step->shape.statements));
    json_put(item, "one_transaction", json_boolean(step->is_one_transaction));
    json_put(item, "late", json_boolean(step->is_late));
    json_put(item, "has_down",
             json_boolean(step->direction == DIRECTION_DOWN || step->migration->down.is_present));
    json_put(item, "verified", json_boolean(step_is_verified(step)));
    json_put(item, "verify_file", json_cstr(step->verify ? step->verify->path : NULL));
    json_put(item, "irreversible", json_cstr(said->irreversible));
    json_put(item, "stated_complexity", json_cstr(COMPLEXITIES[said->complexity]));
    json_put(item, "stated_duration_ms",
             said->estimated_duration_ms ? json_integer(said->estimated_duration_ms) : json_null());
    json_put(item, "locks", lock_report_json(&step->locks));
    json_put(item, "risk", risk_report_json(step->risk));
    return item;
}

static json_t *quarantine_json(const PlanReport *report)
{
    if (!report->quarantine_days)
        return json_null();
    json_t *object = json_object();
    json_put(object, "things", json_integer((json_int_t)report->quarantine.len));
    json_put(object, "due", json_integer((json_int_t)quarantined_count_due(&report->quarantine)));
    json_put(object, "days", json_integer(report->quarantine_days));
    return object;
}

json_t *plan_report_json(const PlanReport *report)
{
    json_t *document = json_object();
    json_put(document, "schema", json_cstr("migrate-safe/plan/1"));
    json_put(document, "direction",
             json_cstr(report->plan->direction == DIRECTION_UP ? "up" : "down"));
    json_put(document, "target", json_cstr(report->target));
    json_put(document, "digest", json_cstr(report->plan->digest));
    json_t *list = json_array();
    VEC_EACH (const Step, step, &report->plan->steps)
        json_array_append_new(list, step_json(step));
    json_put(document, "steps", list);
    json_put(document, "around", json_cstr(report->around));
    json_put(document, "backup", json_cstr(report->backup));
    json_put(document, "rehearsal",
             report->rehearsal ? evidence_report_json(report->rehearsal) : json_null());
    json_put(document, "risk",
             report->has_risk ? json_cstr(risk_level_word(report->risk)) : json_null());
    json_put(document, "approval",
             report->approval ? approval_report_json(report->approval) : json_null());
    json_put(document, "drift", drift_report_json(&report->drift));
    json_put(document, "quarantine", quarantine_json(report));
    json_put(document, "refused", json_cstr(report->refused));
    json_put(document, "detail", json_cstr(report->refused_detail));
    json_put(document, "hint", json_cstr(report->refused_hint));
    return document;
}
