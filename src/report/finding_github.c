// GitHub's workflow commands, which a job's log turns into annotations of the files. Only asked
// for by name: among lines of another format they would spoil it.
#include "report/finding_report.h"

// What GitHub's own toolkit escapes: in a message, and in a property two more.
static void put_escaped(FILE *stream, const char *text, bool is_property)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        bool is_escaped = c == '%' || c == '\r' || c == '\n' ||
                          (is_property && (c == ':' || c == ',')) || (c < 0x20 && c != '\t');
        if (is_escaped)
            fprintf(stream, "%%%02X", c);
        else
            putc_unlocked(c, stream);
    }
}

static void begin(FindingWriter *writer) {}

static void finding_written(FindingWriter *writer, const Finding *finding)
{
    FILE *out = writer->out.stream;
    Position end = finding_end(finding);
    const char *sql = finding->instead;
    if (finding->ignored)
        return;
    fprintf(out, "::%s file=", severity_word(finding->severity));
    put_escaped(out, finding->file, true);
    fprintf(out, ",line=%d,endLine=%d,col=%d", finding->position.line, end.line,
            finding->position.column);
    if (end.line == finding->position.line) // GitHub takes columns of one line only
        fprintf(out, ",endColumn=%d", end.column);
    fputs(",title=", out);
    put_escaped(out, finding->rule->id, true);
    fputs("::", out);
    put_escaped(out, finding->message, false);
    fputs("%0A", out);
    put_escaped(out, finding->rule->instead, false);
    if (sql) {
        fputs("%0A", out);
        put_escaped(out, sql, false);
    }
    fputc('\n', out);
}

static void end(FindingWriter *writer) {}

const FindingReport FINDING_GITHUB = {"github", begin, finding_written, end};
