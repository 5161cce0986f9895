// JUnit's XML, as CI servers read it: a suite for each file, a failure for each finding at or above
// the threshold; a file without findings is one test that passed.
#include "base/utf8.h"
#include "report/finding_report.h"

#include <string.h>

static size_t plain_bytes(Str text)
{
    size_t count = 0;
    while (count < text.n && text.p[count] >= ' ' && text.p[count] < 0x7f &&
           !strchr("&<>\"", text.p[count]))
        count++;
    return count;
}

// XML 1.0 has no place for control characters and for what is not UTF-8: they become U+FFFD.
static void put_escaped(FILE *stream, const char *text)
{
    for (Str rest = str_from(text); rest.n;) {
        size_t plain = plain_bytes(rest);
        fwrite_unlocked(rest.p, 1, plain, stream);
        rest = str_skip(rest, plain);
        if (!rest.n)
            break;
        Utf8Check state = {0};
        size_t length = 1;
        while (length < rest.n && ((unsigned char)rest.p[length] & 0xc0) == 0x80)
            length++;
        unsigned char c = (unsigned char)rest.p[0];
        Str point = {rest.p, length};
        bool is_control = c < 0x20 && c != '\n' && c != '\t';
        bool is_no_character =
            str_starts(point, STR("\xef\xbf\xbe")) || str_starts(point, STR("\xef\xbf\xbf"));
        if (c == '&')
            fputs("&amp;", stream);
        else if (c == '<')
            fputs("&lt;", stream);
        else if (c == '>')
            fputs("&gt;", stream);
        else if (c == '"')
            fputs("&quot;", stream);
        else if (c == '\n')
            fputs("&#10;", stream);
        else if (is_control || is_no_character || utf8_check(&state, point) >= 0 ||
                 !utf8_is_complete(&state))
            fputs("\xef\xbf\xbd", stream);
        else
            fwrite_unlocked(point.p, 1, point.n, stream);
        rest = str_skip(rest, length);
    }
}

static void put_attribute(FILE *stream, const char *name, const char *value)
{
    fprintf(stream, " %s=\"", name);
    put_escaped(stream, value);
    fputc('"', stream);
}

static void begin_suite(FILE *out, const FindingFile *file)
{
    size_t tests = file->count + file->ignored;
    fputs("  <testsuite", out);
    put_attribute(out, "name", file->path);
    fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n",
            tests ? tests : 1, file->failures, file->ignored);
    if (tests)
        return;
    fputs("    <testcase", out);
    put_attribute(out, "classname", file->path);
    fputs(" name=\"lint\"/>\n", out);
}

// Suites up to that file; those without findings are opened and closed.
static void suites_until(FindingWriter *writer, size_t wanted)
{
    const FindingRun *run = writer->run;
    FILE *out = writer->out.stream;
    for (; writer->file < wanted; writer->file++) {
        if (writer->file)
            fputs("  </testsuite>\n", out);
        begin_suite(out, &run->files.items[writer->file]);
    }
}

static void begin(FindingWriter *writer)
{
    const FindingRun *run = writer->run;
    size_t tests = 0;
    VEC_EACH (const FindingFile, file, &run->files)
        tests += file->count + file->ignored ? file->count + file->ignored : 1;
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", writer->out.stream);
    fprintf(writer->out.stream,
            "<testsuites name=\"migrate-safe lint\" tests=\"%zu\" failures=\"%zu\" errors=\"0\">\n",
            tests, run->failures);
}

static void put_details(FindingWriter *writer, const Finding *finding)
{
    FILE *out = writer->out.stream;
    const char *sql = finding->instead;
    put_escaped(out, arena_printf(writer->scratch, "%s:%d:%d: %s[%s]: %s\n%s\ninstead: %s",
                                  finding->file, finding->position.line, finding->position.column,
                                  severity_word(finding->severity), finding->rule->id,
                                  finding->message, finding->rule->why, finding->rule->instead));
    if (sql)
        put_escaped(out, arena_printf(writer->scratch, "\n%s", sql));
}

static void finding_written(FindingWriter *writer, const Finding *finding)
{
    FILE *out = writer->out.stream;
    const FindingRun *run = writer->run;
    size_t file = writer->file ? writer->file - 1 : 0;
    while (strcmp(run->files.items[file].path, finding->file) != 0)
        file++;
    suites_until(writer, file + 1);
    fputs("    <testcase", out);
    put_attribute(out, "classname", finding->file);
    put_attribute(
        out, "name",
        arena_printf(writer->scratch, "%s at line %d", finding->rule->id, finding->position.line));
    put_attribute(out, "file", finding->file);
    fprintf(out, " line=\"%d\">\n", finding->position.line);
    const char *element = finding->ignored                   ? "skipped"
                          : finding_is_failure(run, finding) ? "failure"
                                                             : "system-out";
    fprintf(out, "      <%s", element);
    if (finding->ignored) {
        put_attribute(out, "message", finding->ignored);
        fputs("/>\n    </testcase>\n", out);
        return;
    }
    if (finding_is_failure(run, finding)) {
        put_attribute(out, "type", severity_word(finding->severity));
        put_attribute(out, "message", finding->message);
    }
    fputc('>', out);
    put_details(writer, finding);
    fprintf(out, "</%s>\n    </testcase>\n", element);
}

static void end(FindingWriter *writer)
{
    suites_until(writer, writer->run->files.len);
    if (writer->run->files.len)
        fputs("  </testsuite>\n", writer->out.stream);
    fputs("</testsuites>\n", writer->out.stream);
}

const FindingReport FINDING_JUNIT = {"junit", begin, finding_written, end};
