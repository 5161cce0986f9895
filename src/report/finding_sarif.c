// SARIF 2.1.0 (OASIS standard), as code scanning services read it: one run, every rule with its
// texts, ignored findings as suppressed results.
#include "base/text.h"
#include "report/finding_report.h"
#include "report/sarif.h"

// "notice" is "note" there.
static const char *level(Severity severity)
{
    return severity == SEVERITY_ERROR     ? "error"
           : severity == SEVERITY_WARNING ? "warning"
           : severity == SEVERITY_NOTICE  ? "note"
                                          : "none";
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
    sarif_text(json, "shortDescription", rule->summary);
    sarif_text(json, "fullDescription", rule->why);
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
    sarif_rules(json, run->version);
    for (size_t i = 0; i < run->rules.len; i++)
        write_rule(json, run->rules.items[i]);
    sarif_rules_end(json);
}

static void write_location(FindingWriter *writer, const Finding *finding)
{
    sarif_location(&writer->json, writer->scratch, finding->file, finding->position,
                   finding_end(finding));
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
    sarif_begin(&writer->json);
    write_tool(&writer->json, writer->run);
    sarif_results(&writer->json);
}

static void finding_written(FindingWriter *writer, const Finding *finding)
{
    JsonStream *json = &writer->json;
    json_begin_object(json);
    json_key_text(json, "ruleId", finding->rule->id);
    json_key_number(json, "ruleIndex", (int64_t)finding_rule_place(writer, finding->rule)->place);
    json_key_text(json, "level", level(finding->severity));
    sarif_text(json, "message", finding->message);
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
    bool is_whole = !writer->run->unreadable || !writer->run->unreadable->len;
    sarif_end(&writer->json, is_whole, writer->run->exit_code);
}

const FindingReport FINDING_SARIF = {"sarif", begin, finding_written, end};
