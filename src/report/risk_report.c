#include "report/risk_report.h"

#include "report/message.h"

enum {
    REASONS_SHOWN = 3
};

static Colour colour_of(RiskLevel level)
{
    return level == RISK_LEVEL_HIGH     ? COLOUR_RED
           : level == RISK_LEVEL_MEDIUM ? COLOUR_YELLOW
                                        : COLOUR_NONE;
}

static void print_reasons(Arena *arena, const Terminal *terminal, const Step *step)
{
    const Risk *risk = step->risk;
    size_t graver = 0;
    VEC_EACH (const RiskReason, reason, &risk->reasons) {
        if (reason->level == RISK_LEVEL_LOW || graver++ >= REASONS_SHOWN)
            continue;
        const char *line =
            reason->position.line ? arena_printf(arena, "line %d ", reason->position.line) : "";
        fprintf(terminal->stream, "  %s %s%s: %s%s (%s)\n", terminal_line(arena, step->version),
                terminal_begin(terminal, colour_of(reason->level)), risk_level_word(reason->level),
                terminal_end(terminal, colour_of(reason->level)),
                terminal_line(arena, arena_printf(arena, "%s%s", line, reason->text)),
                reason->source);
    }
    if (graver > REASONS_SHOWN)
        fprintf(
            terminal->stream, "  %s and %s\n", terminal_line(arena, step->version),
            message_count(arena, (int64_t)(graver - REASONS_SHOWN), "more reason", "more reasons"));
}

void risk_report_text(Arena *arena, const Terminal *terminal, const Plan *plan, RiskLevel level)
{
    if (!plan)
        return;
    fprintf(terminal->stream, "risk %s%s%s\n", terminal_begin(terminal, colour_of(level)),
            risk_level_word(level), terminal_end(terminal, colour_of(level)));
    VEC_EACH (const Step, step, &plan->steps)
        if (step->risk)
            print_reasons(arena, terminal, step);
}

json_t *risk_report_json(const Risk *risk)
{
    if (!risk)
        return json_null();
    json_t *object = json_object();
    json_t *list = json_array();
    VEC_EACH (const RiskReason, reason, &risk->reasons) {
        json_t *item = json_object();
        json_put(item, "level", json_cstr(risk_level_word(reason->level)));
        json_put(item, "source", json_cstr(reason->source));
        json_put(item, "text", json_cstr(reason->text));
        json_put(item, "line",
                 reason->position.line ? json_integer(reason->position.line) : json_null());
        json_array_append_new(list, item);
    }
    json_put(object, "level", json_cstr(risk_level_word(risk->level)));
    json_put(object, "reasons", list);
    return object;
}
