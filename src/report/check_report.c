#include "report/check_report.h"

#include "report/message.h"

#include <string.h>

enum {
    VERDICT_WIDTH = 7, // "unknown"
    INDENT = 2,
    LABEL_WIDTH = 3, // "why"
};

static const Colour COLOURS[VERDICT_COUNT] = {
    [VERDICT_PASS] = COLOUR_GREEN,
    [VERDICT_WARN] = COLOUR_YELLOW,
    [VERDICT_FAIL] = COLOUR_RED,
    [VERDICT_UNKNOWN] = COLOUR_BLUE,
};

static int name_width(const CheckList *list)
{
    size_t width = 0;
    VEC_EACH (const Check, check, &list->checks)
        if (check_kind_name(check->kind).n > width)
            width = check_kind_name(check->kind).n;
    return (int)width;
}

static void print_line(const Terminal *terminal, int indent, Colour colour, const char *label,
                       const char *text)
{
    fprintf(terminal->stream, "%*s%s%s:%s %*s%s\n", indent, "", terminal_begin(terminal, colour),
            label, terminal_end(terminal, colour), (int)(LABEL_WIDTH - strlen(label)), "", text);
}

static void print_check(Arena *arena, const Terminal *terminal, const CheckReport *report,
                        const Check *check, int width)
{
    FILE *stream = terminal->stream;
    Str name = check_kind_name(check->kind);
    int indent = INDENT + VERDICT_WIDTH + 2 + width + 2;
    fprintf(stream, "%*s%s%-*s%s  " STR_FMT "%*s  %s", INDENT, "",
            terminal_begin(terminal, COLOURS[check->verdict]), VERDICT_WIDTH,
            verdict_word(check->verdict), terminal_end(terminal, COLOURS[check->verdict]),
            STR_ARG(name), width - (int)name.n, "", terminal_line(arena, check->value));
    if (check->limit && check->verdict != VERDICT_PASS)
        fprintf(stream, " (limit: %s)", terminal_line(arena, check->limit));
    if (check->passed_over)
        fprintf(stream, ", passed over by %s", check->passed_over);
    fputc('\n', stream);
    VEC_EACH (const char *const, detail, &check->details)
        fprintf(stream, "%*s- %s\n", indent, "", terminal_line(arena, *detail));
    if (report->is_verbose || check->verdict != VERDICT_PASS)
        print_line(terminal, indent, COLOUR_DIM, "why", check->kind->why);
    if (check->fix)
        print_line(terminal, indent, COLOUR_BLUE, "do", terminal_line(arena, check->fix));
}

static void print_summary(Arena *arena, const Terminal *terminal, const CheckList *list)
{
    size_t warnings = check_list_count(list, VERDICT_WARN);
    fprintf(terminal->stream, "\n%s%zu passed, %s, %zu failed, %zu unknown%s\n",
            terminal_begin(terminal, COLOUR_BOLD), check_list_count(list, VERDICT_PASS),
            message_count(arena, (int64_t)warnings, "warning", "warnings"),
            check_list_count(list, VERDICT_FAIL), check_list_count(list, VERDICT_UNKNOWN),
            terminal_end(terminal, COLOUR_BOLD));
}

void check_report_text(Arena *arena, const Terminal *terminal, const CheckReport *report)
{
    int width = name_width(report->list);
    Str section = {0};
    VEC_EACH (const Check, check, &report->list->checks) {
        Str next = check_kind_section(check->kind);
        if (!str_eq(section, next))
            fprintf(terminal->stream, "%s%s" STR_FMT "%s\n", section.n ? "\n" : "",
                    terminal_begin(terminal, COLOUR_BOLD), STR_ARG(next),
                    terminal_end(terminal, COLOUR_BOLD));
        section = next;
        print_check(arena, terminal, report, check, width);
    }
    print_summary(arena, terminal, report->list);
}

static json_t *lines(const Words *words)
{
    json_t *list = json_array();
    VEC_EACH (const char *const, word, words)
        json_array_append_new(list, json_cstr(*word));
    return list;
}

void check_report_put(json_t *document, const CheckList *list)
{
    for (Verdict verdict = 0; verdict < VERDICT_COUNT; verdict++)
        json_put(document, verdict_word(verdict),
                 json_integer((json_int_t)check_list_count(list, verdict)));
    json_t *checks = json_array();
    VEC_EACH (const Check, check, &list->checks) {
        json_t *item = json_object();
        json_put(item, "id", json_cstr(check->kind->id));
        json_put(item, "verdict", json_cstr(verdict_word(check->verdict)));
        json_put(item, "value", json_cstr(check->value));
        json_put(item, "limit", json_cstr(check->limit));
        json_put(item, "why", json_cstr(check->kind->why));
        json_put(item, "fix", json_cstr(check->fix));
        json_put(item, "details", lines(&check->details));
        json_put(item, "passed_over_by", json_cstr(check->passed_over));
        json_array_append_new(checks, item);
    }
    json_put(document, "checks", checks);
    json_put(document, "passed", json_boolean(check_list_passes(list)));
}
