#include "report/doctor_report.h"

#include "report/message.h"

enum {
    VERDICT_WIDTH = 7, // "unknown"
    INDENT = 2,
};

static const Colour COLOURS[VERDICT_COUNT] = {
    [VERDICT_OK] = COLOUR_GREEN,
    [VERDICT_WARN] = COLOUR_YELLOW,
    [VERDICT_FAIL] = COLOUR_RED,
    [VERDICT_UNKNOWN] = COLOUR_BLUE,
};

// "tls" of "connection.tls".
static Str short_name(CheckId id)
{
    return str_skip(str_from(check_name(id)), check_section(id).n + 1);
}

static int name_width(const Diagnosis *diagnosis)
{
    size_t width = 0;
    VEC_EACH (const Check, check, &diagnosis->checks)
        if (short_name(check->id).n > width)
            width = short_name(check->id).n;
    return (int)width;
}

static void print_check(Arena *arena, const Terminal *terminal, const DoctorReport *report,
                        const Check *check, int width)
{
    FILE *stream = terminal->stream;
    Str name = short_name(check->id);
    int indent = INDENT + VERDICT_WIDTH + 2 + width + 2;
    fprintf(stream, "%*s%s%-*s%s  " STR_FMT "%*s  %s\n", INDENT, "",
            terminal_begin(terminal, COLOURS[check->verdict]), VERDICT_WIDTH,
            verdict_word(check->verdict), terminal_end(terminal, COLOURS[check->verdict]),
            STR_ARG(name), width - (int)name.n, "", terminal_line(arena, check->value));
    if (report->is_verbose || check->verdict != VERDICT_OK)
        fprintf(stream, "%*s%swhy:%s %s\n", indent, "", terminal_begin(terminal, COLOUR_DIM),
                terminal_end(terminal, COLOUR_DIM), check_why(check->id));
    if (check->fix)
        fprintf(stream, "%*s%sdo:%s  %s\n", indent, "", terminal_begin(terminal, COLOUR_BLUE),
                terminal_end(terminal, COLOUR_BLUE), terminal_line(arena, check->fix));
}

static void print_summary(Arena *arena, const Terminal *terminal, const Diagnosis *diagnosis)
{
    size_t warnings = diagnosis_count(diagnosis, VERDICT_WARN);
    fprintf(terminal->stream, "\n%s%zu ok, %s, %zu failed, %zu unknown%s\n",
            terminal_begin(terminal, COLOUR_BOLD), diagnosis_count(diagnosis, VERDICT_OK),
            message_count(arena, (int64_t)warnings, "warning", "warnings"),
            diagnosis_count(diagnosis, VERDICT_FAIL), diagnosis_count(diagnosis, VERDICT_UNKNOWN),
            terminal_end(terminal, COLOUR_BOLD));
}

void doctor_report_text(Arena *arena, const Terminal *terminal, const DoctorReport *report)
{
    int width = name_width(report->diagnosis);
    Str section = {0};
    VEC_EACH (const Check, check, &report->diagnosis->checks) {
        Str next = check_section(check->id);
        if (!str_eq(section, next))
            fprintf(terminal->stream, "%s%s" STR_FMT "%s\n", section.n ? "\n" : "",
                    terminal_begin(terminal, COLOUR_BOLD), STR_ARG(next),
                    terminal_end(terminal, COLOUR_BOLD));
        section = next;
        print_check(arena, terminal, report, check, width);
    }
    print_summary(arena, terminal, report->diagnosis);
}

json_t *doctor_report_json(const DoctorReport *report)
{
    const Diagnosis *diagnosis = report->diagnosis;
    json_t *document = json_object();
    json_put(document, "schema", json_cstr("migrate-safe/doctor/1"));
    json_put(document, "target", json_cstr(report->target));
    for (Verdict verdict = 0; verdict < VERDICT_COUNT; verdict++)
        json_put(document, verdict_word(verdict),
                 json_integer((json_int_t)diagnosis_count(diagnosis, verdict)));
    json_t *list = json_array();
    VEC_EACH (const Check, check, &diagnosis->checks) {
        json_t *item = json_object();
        json_put(item, "id", json_cstr(check_name(check->id)));
        json_put(item, "verdict", json_cstr(verdict_word(check->verdict)));
        json_put(item, "value", json_cstr(check->value));
        json_put(item, "why", json_cstr(check_why(check->id)));
        json_put(item, "fix", json_cstr(check->fix));
        json_array_append_new(list, item);
    }
    json_put(document, "checks", list);
    return document;
}
