// Findings for people: place, message, the lines with a caret, what is locked, why in short, the
// safe form. What is said of a rule is said once; a rule found often is cut.
#include "base/utf8.h"
#include "report/finding_report.h"
#include "report/message.h"

#include <string.h>

enum {
    SHOWN_MOST = 100, // findings of one rule
    LINES_MOST = 4,   // of the source, of one finding
    SQL_LINES_MOST = 12,
    LABEL = 11, // columns before a text: "  instead: "
    LOCKS_MOST = 4,
};

static Colour colour_of(Severity severity)
{
    return severity == SEVERITY_ERROR     ? COLOUR_RED
           : severity == SEVERITY_WARNING ? COLOUR_YELLOW
                                          : COLOUR_BLUE;
}

static void print_label(FindingWriter *writer, const char *label)
{
    fprintf(writer->out.stream, "  %s%-*s%s", terminal_begin(&writer->out, COLOUR_BLUE), LABEL - 2,
            label, terminal_end(&writer->out, COLOUR_BLUE));
}

// In lines of the terminal's width, behind a label.
static void print_wrapped(FindingWriter *writer, const char *label, const char *text)
{
    FILE *out = writer->out.stream;
    size_t width = writer->out.width < 100 ? (size_t)writer->out.width : 100;
    size_t used = LABEL;
    bool is_first = true;
    print_label(writer, label);
    for (Str rest = str_trim(str_from(terminal_line(writer->scratch, text))); rest.n;) {
        Str word = str_until(rest, ' ');
        size_t columns = terminal_columns(word);
        if (!is_first && used + 1 + columns > width) {
            fprintf(out, "\n%*s", LABEL, "");
            used = LABEL;
            is_first = true;
        }
        fprintf(out, "%s" STR_FMT, is_first ? "" : " ", STR_ARG(word));
        used += columns + !is_first;
        is_first = false;
        rest = str_trim(str_skip(rest, word.n));
    }
    fputc('\n', out);
}

static void print_sql(FindingWriter *writer, const char *label, const char *sql)
{
    FILE *out = writer->out.stream;
    Str rest = str_from(terminal_safe(writer->scratch, sql));
    Str line;
    int lines = 0;
    while (lines < SQL_LINES_MOST && str_line(&rest, &line)) {
        if (lines++ == 0 && *label)
            print_label(writer, label);
        else
            fprintf(out, "%*s", LABEL, "");
        fprintf(out, STR_FMT "\n", STR_ARG(line));
    }
    if (rest.n)
        fprintf(out, "%*s...\n", LABEL, "");
}

// A piece of a line that shows the column `at` (from 1; 0: its beginning), and where it is in it.
static Str window(FindingWriter *writer, Str line, size_t *at)
{
    size_t width = writer->out.width > 40 ? (size_t)writer->out.width - 16 : 40;
    size_t from = *at > width * 3 / 4 ? *at - width / 2 : 0;
    line = str_skip(line, utf8_offset(line, from));
    if (utf8_count(line) > width)
        line.n = utf8_offset(line, width);
    *at -= from;
    return line;
}

// One line, and below it the caret when `column` is not 0.
static void print_line(FindingWriter *writer, int width, int number, Str line, size_t column)
{
    FILE *out = writer->out.stream;
    Arena *scratch = writer->scratch;
    const char *dim = terminal_begin(&writer->out, COLOUR_DIM);
    const char *plain = terminal_end(&writer->out, COLOUR_DIM);
    Str shown = window(writer, line, &column);
    const char *safe = terminal_line(scratch, arena_dup(scratch, shown));
    fprintf(out, "  %s%*d |%s%s%s\n", dim, width, number, plain, *safe ? " " : "", safe);
    if (!column)
        return;
    Str left = {shown.p, utf8_offset(shown, column - 1)};
    size_t before = terminal_columns(str_from(terminal_line(scratch, arena_dup(scratch, left))));
    fprintf(out, "  %s%*s |%s %*s%s^%s\n", dim, width, "", plain, (int)before, "",
            terminal_begin(&writer->out, COLOUR_RED), terminal_end(&writer->out, COLOUR_RED));
}

// The line that it points at, those of the statement before it, or the first of them.
static void print_source(FindingWriter *writer, const Finding *finding)
{
    int first = finding->statement_position.line;
    int wanted = finding->position.line;
    int width = snprintf(NULL, 0, "%d", wanted);
    bool is_far = wanted - first >= LINES_MOST;
    Str rest = finding->statement;
    Str line;
    for (int number = first; number <= wanted && str_line(&rest, &line); number++) {
        size_t column = 0;
        if (number == wanted) {
            int before = number == first ? finding->statement_position.column - 1 : 0;
            column = (size_t)(finding->position.column - before);
        }
        if (!is_far || number == first || number == wanted)
            print_line(writer, width, number, line, column);
        if (is_far && number == first)
            fprintf(writer->out.stream, "  %*s ...\n", width, "");
    }
}

static void print_locks(FindingWriter *writer, const Finding *finding)
{
    int shown = 0;
    if (!finding->effects || finding->effects == writer->effects) // said already
        return;
    writer->effects = finding->effects;
    VEC_EACH (const Effect, effect, &finding->effects->items) {
        if (effect->is_new || effect->mode < LOCK_SHARE_UPDATE_EXCLUSIVE)
            continue;
        if (shown == LOCKS_MOST) {
            fprintf(writer->out.stream, "%*s...\n", LABEL, "");
            return;
        }
        print_wrapped(writer, shown++ ? "" : "locks:", effect_sentence(writer->scratch, effect));
    }
}

// Its first sentences, as far as they are short; at least one.
static const char *in_short(Arena *arena, const char *why)
{
    enum {
        SHORT = 320
    };
    size_t end = 0;
    for (size_t i = 0; (i < SHORT || !end) && why[i]; i++)
        if (why[i] == '.' && (why[i + 1] == ' ' || !why[i + 1]))
            end = i + 1;
    return end ? arena_dup(arena, (Str){why, end}) : why;
}

static void print_advice(FindingWriter *writer, const Finding *finding, bool is_first)
{
    const Rule *rule = finding->rule;
    const char *note = finding_version_note(writer->scratch, finding);
    if (is_first) {
        print_wrapped(writer, "why:", in_short(writer->scratch, rule->why));
        print_wrapped(writer, "instead:", rule->instead);
    }
    if (finding->instead)
        print_sql(writer, is_first ? "" : "instead:", finding->instead);
    else if (is_first && rule->instead_sql)
        print_sql(writer, "such as:", rule->instead_sql);
    if (note)
        print_wrapped(writer, "note:", note);
    if (finding->unfixed)
        print_wrapped(writer, "no fix:", finding->unfixed);
}

static void begin(FindingWriter *writer) {}

static void finding_written(FindingWriter *writer, const Finding *finding)
{
    const Terminal *out = &writer->out;
    RulePlace *place = finding_rule_place(writer, finding->rule);
    Colour colour = colour_of(finding->severity);
    if (finding->ignored)
        return;
    if (place->shown == SHOWN_MOST) {
        place->left_out++;
        return;
    }
    fprintf(out->stream, "%s:%d:%d: %s%s[%s]%s: %s\n",
            terminal_line(writer->scratch, finding->file), finding->position.line,
            finding->position.column, terminal_begin(out, colour), severity_word(finding->severity),
            finding->rule->id, terminal_end(out, colour),
            terminal_line(writer->scratch, finding->message));
    print_source(writer, finding);
    print_locks(writer, finding);
    print_advice(writer, finding, place->shown == 0);
    place->shown++;
    fputc('\n', out->stream);
}

static const char *counted(Arena *arena, const FindingRun *run)
{
    static const char *const WORDS[][2] = {[SEVERITY_NOTICE] = {"notice", "notices"},
                                           [SEVERITY_WARNING] = {"warning", "warnings"},
                                           [SEVERITY_ERROR] = {"error", "errors"}};
    const char *text = "";
    for (int severity = SEVERITY_ERROR; severity > SEVERITY_OFF; severity--)
        if (run->counts[severity])
            text = arena_printf(arena, "%s%s%s", text, *text ? ", " : "",
                                message_count(arena, (int64_t)run->counts[severity],
                                              WORDS[severity][0], WORDS[severity][1]));
    return *text ? text : "nothing found";
}

static void print_left_out(FindingWriter *writer)
{
    for (size_t i = 0; i < writer->run->rules.len; i++) {
        const RulePlace *place = finding_rule_place(writer, writer->run->rules.items[i]);
        if (place->left_out)
            fprintf(writer->out.stream, "%s: and %zu more (all of them: --format json)\n",
                    place->rule->id, place->left_out);
    }
}

static void end(FindingWriter *writer)
{
    const FindingRun *run = writer->run;
    const Terminal *out = &writer->out;
    bool has_findings = run->ordered.len > run->ignored;
    const Colour colour = run->failures ? COLOUR_RED : COLOUR_GREEN;
    print_left_out(writer);
    fprintf(out->stream, "%s: %s%s%s",
            message_count(writer->arena, (int64_t)run->files.len, "file", "files"),
            terminal_begin(out, colour), counted(writer->arena, run), terminal_end(out, colour));
    if (run->ignored)
        fprintf(out->stream, ", %zu ignored", run->ignored);
    fputs(has_findings ? "; what a rule means: migrate-safe lint --explain RULE\n" : "\n",
          out->stream);
}

const FindingReport FINDING_TEXT = {"text", begin, finding_written, end};
