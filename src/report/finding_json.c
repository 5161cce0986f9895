// `lint --format json`: one document, a finding a line.
#include "base/utf8.h"
#include "check/fix/fix.h"
#include "report/finding_report.h"

enum {
    STATEMENT_SHOWN_BYTES = 1000,
    LOCKS_MOST = 100, // of one finding; DROP TABLE of n tables has n findings with n locks each
};

static void write_lock(JsonStream *json, const Effect *effect)
{
    json_begin_object(json);
    json_key_text(json, "relation", effect->relation);
    json_key_text(json, "mode", lock_mode_name(effect->mode));
    json_key_flag(json, "blocks_reads", lock_mode_blocks_reads(effect->mode) && !effect->is_new);
    json_key_flag(json, "blocks_writes", lock_mode_blocks_writes(effect->mode) && !effect->is_new);
    json_key_flag(json, "rewrite", effect->is_rewritten);
    json_key_flag(json, "scan", effect->is_scanned);
    json_key_flag(json, "builds_index", effect->builds_index);
    json_key_flag(json, "new", effect->is_new);
    json_key_text(json, "because", effect->why);
    json_end(json);
}

static void write_locks(JsonStream *json, const Finding *finding)
{
    size_t count = finding->effects ? finding->effects->items.len : 0;
    size_t shown = count < LOCKS_MOST ? count : LOCKS_MOST;
    json_key(json, "locks");
    json_begin_list(json);
    for (size_t i = 0; i < shown; i++)
        write_lock(json, &finding->effects->items.items[i]);
    json_end(json);
    if (count > shown)
        json_key_number(json, "more_locks", (int64_t)(count - shown));
}

static void write_place(JsonStream *json, const Finding *finding)
{
    Position end = finding_end(finding);
    json_key_text(json, "file", finding->file);
    json_key_number(json, "line", finding->position.line);
    json_key_number(json, "column", finding->position.column);
    json_key_number(json, "end_line", end.line);
    json_key_number(json, "end_column", end.column);
    json_key(json, "offset_bytes");
    finding->offset < 0 ? json_nothing(json) : json_number(json, finding->offset);
}

// The SQL that would stand in its place, in however many files.
static void write_fix(JsonStream *json, const Finding *finding)
{
    const Fix *fix = finding->fix;
    const char *unfixed = finding->unfixed ? finding->unfixed : fix ? fix->refused : NULL;
    json_key(json, "fix");
    if (fix && !unfixed) {
        json_begin_list(json);
        VEC_EACH (const FixStep, step, &fix->steps)
            json_text(json, step->sql);
        json_end(json);
    } else {
        json_nothing(json);
    }
    json_key_text(json, "unfixed", unfixed);
}

static void write_finding(JsonStream *json, const Finding *finding)
{
    Str statement = finding->statement;
    if (statement.n > STATEMENT_SHOWN_BYTES)
        statement.n = utf8_whole_prefix((Str){statement.p, STATEMENT_SHOWN_BYTES});
    json_begin_object(json);
    json_key_text(json, "rule", finding->rule->id);
    json_key_text(json, "severity", severity_word(finding->severity));
    json_key_text(json, "risk", risk_word(finding->rule->risk));
    json_key_text(json, "message", finding->message);
    write_place(json, finding);
    json_key_text(json, "relation", *finding->relation ? finding->relation : NULL);
    json_key(json, "statement");
    statement.n ? json_bytes(json, statement) : json_nothing(json);
    write_locks(json, finding);
    json_key_text(json, "advice", finding->rule->instead);
    json_key_text(json, "instead", finding->instead);
    write_fix(json, finding);
    json_key(json, "safe_from");
    finding->safe_from ? json_number(json, finding->safe_from) : json_nothing(json);
    json_key_text(json, "fingerprint", finding->fingerprint);
    if (finding->ignored) {
        json_key_text(json, "ignored_by", finding->is_known ? "baseline" : "comment");
        json_key_text(json, "reason", finding->ignored);
    }
    json_end(json);
}

static void begin(FindingWriter *writer)
{
    JsonStream *json = &writer->json;
    json->lines = 2;
    json_begin_object(json);
    json_key_text(json, "schema", "migrate-safe/lint/1");
    json_key_number(json, "pg_from", writer->run->pg_from);
    json_key_number(json, "pg_to", writer->run->pg_to);
    json_key_text(json, "threshold", severity_word(writer->run->threshold));
    json_key(json, "files");
    json_begin_list(json);
    VEC_EACH (const FindingFile, file, &writer->run->files) {
        json_begin_object(json);
        json_key_text(json, "file", file->path);
        json_key_number(json, "findings", (int64_t)file->count);
        json_key_number(json, "ignored", (int64_t)file->ignored);
        json_end(json);
    }
    json_end(json);
    json_key(json, "findings");
    json_begin_list(json);
}

static void finding_written(FindingWriter *writer, const Finding *finding)
{
    if (!finding->ignored)
        write_finding(&writer->json, finding);
}

static void write_unreadable(JsonStream *json, const FindingRun *run)
{
    json_key(json, "unreadable");
    json_begin_list(json);
    if (run->unreadable)
        VEC_EACH (const Problem, problem, run->unreadable) {
            json_begin_object(json);
            json_key_text(json, "file", problem->err.file);
            json_key_text(json, "message", problem->err.message);
            json_end(json);
        }
    json_end(json);
}

static void write_words(JsonStream *json, const char *key, const Words *words)
{
    json_key(json, key);
    json_begin_list(json);
    VEC_EACH (const char *, word, words)
        json_text(json, *word);
    json_end(json);
}

static void write_fixes(JsonStream *json, const FindingFixes *fixes)
{
    if (!fixes)
        return;
    json_key(json, fixes->is_diff ? "would_fix" : "fixed");
    json_begin_list(json);
    VEC_EACH (const FindingFix, fix, &fixes->items) {
        json_begin_object(json);
        json_key_text(json, "file", fix->file);
        write_words(json, "rules", &fix->rules);
        write_words(json, "made", &fix->made);
        write_words(json, "later", &fix->later);
        json_key_text(json, "diff", fix->diff);
        json_end(json);
    }
    json_end(json);
}

static void write_counts(JsonStream *json, const FindingRun *run)
{
    json_key(json, "counts");
    json_begin_object(json);
    for (int severity = SEVERITY_ERROR; severity > SEVERITY_OFF; severity--)
        json_key_number(json, severity_word((Severity)severity), (int64_t)run->counts[severity]);
    json_key_number(json, "ignored", (int64_t)run->ignored);
    json_key_number(json, "at_or_above_threshold", (int64_t)run->failures);
    json_end(json);
}

static void end(FindingWriter *writer)
{
    JsonStream *json = &writer->json;
    const FindingRun *run = writer->run;
    json_end(json);
    json_key(json, "ignored");
    json_begin_list(json);
    for (size_t i = 0; run->ignored && i < run->ordered.len; i++)
        if (run->ordered.items[i]->ignored)
            write_finding(json, run->ordered.items[i]);
    json_end(json);
    write_unreadable(json, run);
    write_fixes(json, run->fixes);
    write_counts(json, run);
    json_key_number(json, "exit_code", run->exit_code);
    json_end(json);
}

const FindingReport FINDING_JSON = {"json", begin, finding_written, end};
