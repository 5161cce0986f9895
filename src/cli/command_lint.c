// lint: what is dangerous in the files, before anything runs. Needs no database.
#include "cli/lint_fix.h"
#include "cli/lint_settings.h"
#include "cli/workspace.h"
#include "config.h"
#include "io/clock.h"
#include "io/file.h"
#include "io/interrupt.h"
#include "migration/ignore_directive.h"
#include "report/finding_baseline.h"
#include "report/finding_report.h"
#include "report/message.h"
#include "report/rule_report.h"
#include "run/lint_judge.h"

#include <stdio.h>
#include <string.h>

typedef struct LintRun {
    Context *context;
    const FindingReport *format;
    LintOptions options;
    LintInput input;
    Findings findings;
    FindingRun run;
    FindingFixes fixes;
} LintRun;

static bool read_format(LintRun *lint, Err *err)
{
    Context *context = lint->context;
    const char *name = option_text(&context->options, OPTION_FORMAT);
    if (context->is_json && name && strcmp(name, "json") != 0) {
        fail(err, ERR_CONFIG, "--json and --format %s are two formats", name);
        return err_hint(err, "give one of the two");
    }
    lint->format = context->is_json ? &FINDING_JSON
                   : name           ? finding_report_find(name)
                                    : &FINDING_TEXT;
    if (!lint->format) {
        fail(err, ERR_CONFIG, "there is no format \"%s\"", name);
        return err_hint(err, "formats: text, json, sarif, github, gitlab, junit");
    }
    context->is_json = lint->format == &FINDING_JSON;
    bool is_other = lint->format != &FINDING_TEXT && !context->is_json;
    if (is_other && option_is_set(&context->options, OPTION_DIFF)) {
        fail(err, ERR_CONFIG, "--diff and --format %s are two formats", name);
        return err_hint(err, "give one of the two; --json has the diffs in its document");
    }
    return true;
}

static bool read_options(LintRun *lint, Err *err)
{
    const OptionValues *options = &lint->context->options;
    const char *pg = option_text(options, OPTION_PG);
    const char *threshold = option_text(options, OPTION_THRESHOLD);
    char now[CLOCK_TEXT];
    lint->run.threshold = SEVERITY_WARNING;
    lint->options = (LintOptions){
        .assumes_timeouts = option_is_set(options, OPTION_ASSUME_TIMEOUTS),
        .has_fixes = lint_fix_is_wanted(lint->context),
        .keeps = option_is_set(options, OPTION_KEEP_ASIDE),
        .severity = lint_settings_severity,
        .context = lint->context->lint,
    };
    clock_now_rfc3339(now);
    ignore_day((Str){now, 10}, &lint->options.today);
    return (!pg || lint_pg_parse(pg, &lint->options.pg_from, &lint->options.pg_to, err)) &&
           (!threshold || lint_threshold_parse(threshold, &lint->run.threshold, err)) &&
           read_format(lint, err);
}

static void judge(LintRun *lint)
{
    Arena *arena = lint->context->arena;
    VEC_EACH (LintChainAt, chain, &lint->input.chains) {
        bool is_reported = false;
        VEC_EACH (const LintScript, script, &(*chain)->scripts)
            is_reported |= script->is_reported;
        if (!is_reported)
            continue;
        LINT_SCOPED linter = lint_new(arena, &lint->options);
        lint_judge(arena, linter, *chain, &lint->input.unreadable);
        const Findings *found = lint_findings(linter);
        if (!lint->findings.len) {
            lint->findings = *found;
            continue;
        }
        VEC_EACH (const Finding, finding, found)
            *vec_append(arena, &lint->findings) = *finding;
    }
}

static bool apply_baseline(LintRun *lint, Err *err)
{
    Arena *arena = lint->context->arena;
    const char *path = option_text(&lint->context->options, OPTION_BASELINE);
    FindingBaseline baseline;
    if (!path || option_text(&lint->context->options, OPTION_WRITE_BASELINE))
        return true;
    if (!finding_baseline_read(arena, path, &baseline, err))
        return false;
    finding_baseline_apply(arena, &baseline, &lint->findings);
    return true;
}

static void count(LintRun *lint)
{
    Arena *arena = lint->context->arena;
    FindingRun *run = &lint->run;
    const char *last = "";
    run->findings = &lint->findings;
    run->unreadable = &lint->input.unreadable;
    run->pg_from = lint->options.pg_from ? lint->options.pg_from : PG_OLDEST;
    run->pg_to = lint->options.pg_to ? lint->options.pg_to : PG_NEWEST;
    run->version = MIGRATE_SAFE_VERSION;
    VEC_EACH (LintChainAt, chain, &lint->input.chains)
        VEC_EACH (const LintScript, script, &(*chain)->scripts) {
            // Up and down of one file stand one behind the other.
            if (!script->is_reported || strcmp(script->script.path, last) == 0)
                continue;
            vec_append(arena, &run->files)->path = last = script->script.path;
        }
    RULE_EACH (rule)
        *vec_append(arena, &run->rules) = rule;
    finding_run_count(arena, run);
    run->exit_code = run->unreadable->len ? 5 : run->failures ? 1 : 0;
}

static void tell_unreadable(const LintRun *lint)
{
    VEC_EACH (const Problem, problem, &lint->input.unreadable)
        message_error(&lint->context->err, &problem->err);
}

static bool write_stream(void *context, FILE *stream)
{
    const LintRun *lint = context;
    Terminal terminal = {.stream = stream, .width = 100};
    finding_report_write(lint->format, &lint->run, &terminal);
    return true;
}

static bool write_report(LintRun *lint, Err *err)
{
    Context *context = lint->context;
    const char *path = option_text(&context->options, OPTION_OUTPUT);
    if (path && !file_print(path, write_stream, lint, err))
        return false;
    bool is_beside = lint->fixes.is_diff && !context->is_json; // stdout is the diff
    finding_report_write(path ? &FINDING_TEXT : lint->format, &lint->run,
                         is_beside ? &context->err : &context->out);
    return true;
}

static bool look(LintRun *lint, Err *err)
{
    lint->findings = (Findings){0};
    if (!lint_input_collect(lint->context, &lint->input, err))
        return false;
    judge(lint);
    if (interrupt_requested())
        return fail(err, ERR_INTERRUPTED, "what was found until then is not said");
    return apply_baseline(lint, err);
}

// What a fix would take away does not count any more.
static void leave_out_fixed(LintRun *lint)
{
    size_t left = 0;
    VEC_EACH (const Finding, finding, &lint->findings)
        if (!finding->is_fixed)
            lint->findings.items[left++] = *finding;
    lint->findings.len = left;
}

// Behind what was written all is judged again, with the files that were made.
static bool fix(LintRun *lint, Err *err)
{
    Context *context = lint->context;
    Findings before = lint->findings;
    if (!lint_fix(&lint->input, &lint->findings, lint->run.threshold, &lint->fixes, err))
        return false;
    lint->run.fixes = &lint->fixes;
    if (!context->is_json)
        lint_fix_tell(context, &lint->fixes);
    if (lint->fixes.is_diff) {
        leave_out_fixed(lint);
        return true;
    }
    VEC_EACH (const FindingFix, fixed, &lint->fixes.items)
        VEC_EACH (const char *, made, &fixed->made)
            if (context->arguments.len && str_ends(str_from(*made), STR(".sql")))
                *vec_append(context->arena, &context->arguments) = *made;
    if (lint->fixes.items.len && !look(lint, err))
        return false;
    lint_fix_keep_reasons(&before, &lint->findings);
    return true;
}

static int lint_files(LintRun *lint)
{
    Err err = {0};
    Context *context = lint->context;
    const char *baseline = option_text(&context->options, OPTION_WRITE_BASELINE);
    if (!read_options(lint, &err) || !look(lint, &err) ||
        (lint_fix_is_wanted(context) && !fix(lint, &err)))
        return command_fail(context, &err);
    count(lint);
    tell_unreadable(lint);
    if (baseline) {
        if (!finding_baseline_write(baseline, &lint->findings, &err))
            return command_fail(context, &err);
        fprintf(context->err.stream, "%zu findings written to %s; use it: --baseline %s\n",
                lint->run.ordered.len - lint->run.ignored, baseline, baseline);
        return lint->run.unreadable->len ? 5 : 0;
    }
    if (!write_report(lint, &err))
        return command_fail(context, &err);
    return lint->run.exit_code;
}

static int explain(Context *context, const char *name)
{
    Err err = {0};
    const Rule *rule = lint_rule_find(name, &err);
    if (!rule)
        return command_fail(context, &err);
    rule_report_page(&context->out, rule);
    return 0;
}

static int lint_run(Context *context)
{
    LintRun lint = {.context = context};
    const char *rule = option_text(&context->options, OPTION_EXPLAIN);
    if (rule)
        return explain(context, rule);
    if (!option_is_set(&context->options, OPTION_RULES))
        return lint_files(&lint);
    if (context->is_json)
        rule_report_json(context->out.stream);
    else
        rule_report_list(&context->out);
    return 0;
}

static const Example EXAMPLES[] = {
    {"lint", "every migration of the folder"},
    {"lint migrations/028_table_28.up.sql", "one file, with all before it replayed"},
    {"lint --since origin/main", "only what is new on this branch"},
    {"lint --format sarif --output lint.sarif", "for code scanning; the text stays on stdout"},
    {"lint --write-baseline known.json", "accept what is there today"},
    {"lint --baseline known.json", "and see only what comes after it"},
    {"lint --diff migrations/028_table_28.up.sql", "what --fix would write, as a diff"},
    {"lint --fix --since origin/main", "write the safe form, in further files where need be"},
    {"lint --diff --keep migrations/028_table_28.up.sql",
     "what it drops, deletes or overwrites, kept aside"},
    {"lint --pg 15 --threshold error", "one server version; only errors fail"},
    {"lint --explain drop-column", "why, what instead, examples"},
    {"lint --rules", "all rules"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {
    OPTION_FORMAT,         OPTION_OUTPUT,     OPTION_PG,       OPTION_ASSUME_TIMEOUTS,
    OPTION_THRESHOLD,      OPTION_SINCE,      OPTION_BASELINE, OPTION_WRITE_BASELINE,
    OPTION_STDIN_FILEPATH, OPTION_RULES,      OPTION_EXPLAIN,  OPTION_FIX,
    OPTION_DIFF,           OPTION_KEEP_ASIDE, OPTION_COUNT,
};

const Command COMMAND_LINT = {
    .name = "lint",
    .arguments = "[FILE|DIR|-]...",
    .arguments_most = 1000000,
    .summary = "find what is dangerous in the files: locks, rewrites, lost data, failures",
    .description =
        "Reads migrations with PostgreSQL's own grammar, replays the whole folder in order, knows\n"
        "what each statement locks, and says what is dangerous, why, and what to write instead.\n"
        "Needs no database. A file in a folder of migrations is judged with all that stands "
        "before\n"
        "it; another file, or stdin (-), alone. The comment \"-- migrate-safe: ignore RULE: "
        "reason\"\n"
        "above a statement passes a finding over, with \"RULE until 2026-12-31\" for a time.\n"
        "Exits with 1 when something at or above the threshold was found, with 5 when a file "
        "cannot\n"
        "be read.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = lint_run,
};
