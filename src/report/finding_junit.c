// JUnit's XML, as CI servers read it: a suite for each file, a failure for each finding at or above
// the threshold; a file without findings is one test that passed.
#include "report/finding_report.h"
#include "report/markup.h"

#include <string.h>

static void begin_suite(FILE *out, const FindingFile *file)
{
    size_t tests = file->count + file->ignored;
    fputs("  <testsuite", out);
    markup_attribute(out, "name", file->path);
    fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n",
            tests ? tests : 1, file->failures, file->ignored);
    if (tests)
        return;
    fputs("    <testcase", out);
    markup_attribute(out, "classname", file->path);
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
    markup_put(out, arena_printf(writer->scratch, "%s:%d:%d: %s[%s]: %s\n%s\ninstead: %s",
                                 finding->file, finding->position.line, finding->position.column,
                                 severity_word(finding->severity), finding->rule->id,
                                 finding->message, finding->rule->why, finding->rule->instead));
    if (sql)
        markup_put(out, arena_printf(writer->scratch, "\n%s", sql));
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
    markup_attribute(out, "classname", finding->file);
    markup_attribute(
        out, "name",
        arena_printf(writer->scratch, "%s at line %d", finding->rule->id, finding->position.line));
    markup_attribute(out, "file", finding->file);
    fprintf(out, " line=\"%d\">\n", finding->position.line);
    const char *element = finding->ignored                   ? "skipped"
                          : finding_is_failure(run, finding) ? "failure"
                                                             : "system-out";
    fprintf(out, "      <%s", element);
    if (finding->ignored) {
        markup_attribute(out, "message", finding->ignored);
        fputs("/>\n    </testcase>\n", out);
        return;
    }
    if (finding_is_failure(run, finding)) {
        markup_attribute(out, "type", severity_word(finding->severity));
        markup_attribute(out, "message", finding->message);
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
