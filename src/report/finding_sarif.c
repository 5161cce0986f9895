// SARIF 2.1.0 (OASIS standard), as code scanning services read it: one run, every rule with its
// texts, ignored findings as suppressed results.
#include "base/text.h"
#include "report/finding_report.h"

#include <string.h>

// "notice" is "note" there.
static const char *level(Severity severity)
{
    return severity == SEVERITY_ERROR     ? "error"
           : severity == SEVERITY_WARNING ? "warning"
           : severity == SEVERITY_NOTICE  ? "note"
                                          : "none";
}

static void write_text_object(JsonStream *json, const char *key, const char *text)
{
    json_key(json, key);
    json_begin_object(json);
    json_key_text(json, "text", text);
    json_end(json);
}

static void write_help(JsonStream *json, const Rule *rule)
{
    TEXT_SCOPED plain;
    TEXT_SCOPED markdown;
    text_init(&plain, 16 * 1024);
    text_init(&markdown, 16 * 1024);
    text_printf(&plain, "%s\n\nInstead: %s", rule->why, rule->instead);
    text_printf(&markdown, "%s\n\n**Instead:** %s", rule->why, rule->instead);
    if (rule->instead_sql) {
        text_printf(&plain, "\n\n%s", rule->instead_sql);
        text_printf(&markdown, "\n\n```sql\n%s\n```", rule->instead_sql);
    }
    json_key(json, "help");
    json_begin_object(json);
    json_key_text(json, "text", text_cstr(&plain));
    json_key_text(json, "markdown", text_cstr(&markdown));
    json_end(json);
}

static void write_rule(JsonStream *json, const Rule *rule)
{
    json_begin_object(json);
    json_key_text(json, "id", rule->id);
    write_text_object(json, "shortDescription", rule->summary);
    write_text_object(json, "fullDescription", rule->why);
    write_help(json, rule);
    json_key(json, "defaultConfiguration");
    json_begin_object(json);
    json_key_flag(json, "enabled", !rule->is_optional);
    json_key_text(json, "level", level(rule->severity));
    json_end(json);
    json_key(json, "properties");
    json_begin_object(json);
    json_key(json, "tags");
    json_begin_list(json);
    json_text(json, "postgresql");
    json_text(json, risk_word(rule->risk));
    json_end(json);
    json_end(json);
    json_end(json);
}

static void write_tool(JsonStream *json, const FindingRun *run)
{
    json_key(json, "tool");
    json_begin_object(json);
    json_key(json, "driver");
    json_begin_object(json);
    json_key_text(json, "name", "migrate-safe");
    json_key_text(json, "version", run->version);
    json_key(json, "rules");
    json_begin_list(json);
    for (size_t i = 0; i < run->rules.len; i++)
        write_rule(json, run->rules.items[i]);
    json_end(json);
    json_end(json);
    json_end(json);
}

// A path as the URI that SARIF wants: RFC 3986, relative where the path is.
static const char *uri(Arena *arena, const char *path)
{
    static const char PLAIN[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/!$&'()*+,;=@";
    static const char HEX[] = "0123456789ABCDEF";
    TEXT_SCOPED out;
    text_init(&out, strlen(path) * 3 + 16);
    if (path[0] == '/')
        text_append(&out, STR("file://"));
    while (str_starts(str_from(path), STR("./")))
        path += 2;
    for (; *path; path++) {
        unsigned char c = (unsigned char)*path;
        if (strchr(PLAIN, *path)) {
            text_append_char(&out, *path);
            continue;
        }
        text_append_char(&out, '%');
        text_append_char(&out, HEX[c >> 4]);
        text_append_char(&out, HEX[c & 15]);
    }
    return arena_dup(arena, text_str(&out));
}

static void write_location(FindingWriter *writer, const Finding *finding)
{
    JsonStream *json = &writer->json;
    Position end = finding_end(finding);
    json_key(json, "locations");
    json_begin_list(json);
    json_begin_object(json);
    json_key(json, "physicalLocation");
    json_begin_object(json);
    json_key(json, "artifactLocation");
    json_begin_object(json);
    json_key_text(json, "uri", uri(writer->scratch, finding->file));
    json_end(json);
    json_key(json, "region");
    json_begin_object(json);
    json_key_number(json, "startLine", finding->position.line);
    json_key_number(json, "startColumn", finding->position.column);
    json_key_number(json, "endLine", end.line);
    json_key_number(json, "endColumn", end.column);
    json_end(json);
    json_end(json);
    json_end(json);
    json_end(json);
}

// Findings of a baseline were accepted outside of the file.
static void write_suppression(JsonStream *json, const Finding *finding)
{
    json_key(json, "suppressions");
    json_begin_list(json);
    json_begin_object(json);
    json_key_text(json, "kind", finding->is_known ? "external" : "inSource");
    json_key_text(json, "justification", finding->ignored);
    json_end(json);
    json_end(json);
}

static void begin(FindingWriter *writer)
{
    JsonStream *json = &writer->json;
    json->lines = 4; // a result a line
    json_begin_object(json);
    json_key_text(json, "$schema", "https://json.schemastore.org/sarif-2.1.0.json");
    json_key_text(json, "version", "2.1.0");
    json_key(json, "runs");
    json_begin_list(json);
    json_begin_object(json);
    json->lines = 6; // a rule a line
    write_tool(json, writer->run);
    json->lines = 4;
    json_key_text(json, "columnKind", "unicodeCodePoints");
    json_key(json, "results");
    json_begin_list(json);
}

static void finding_written(FindingWriter *writer, const Finding *finding)
{
    JsonStream *json = &writer->json;
    json_begin_object(json);
    json_key_text(json, "ruleId", finding->rule->id);
    json_key_number(json, "ruleIndex", (int64_t)finding_rule_place(writer, finding->rule)->place);
    json_key_text(json, "level", level(finding->severity));
    write_text_object(json, "message", finding->message);
    write_location(writer, finding);
    json_key(json, "partialFingerprints");
    json_begin_object(json);
    json_key_text(json, "migrateSafe/v1", finding->fingerprint);
    json_end(json);
    if (finding->ignored)
        write_suppression(json, finding);
    json_end(json);
}

static void end(FindingWriter *writer)
{
    JsonStream *json = &writer->json;
    json_end(json);
    json_key(json, "invocations");
    json_begin_list(json);
    json_begin_object(json);
    json_key_flag(json, "executionSuccessful",
                  !writer->run->unreadable || !writer->run->unreadable->len);
    json_key_number(json, "exitCode", writer->run->exit_code);
    json_end(json);
    json_end(json);
    json_end(json);
    json_end(json);
    json_end(json);
}

const FindingReport FINDING_SARIF = {"sarif", begin, finding_written, end};
