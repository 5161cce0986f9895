// What lint says of the files that are about to run, with all before them replayed.
#include "run/lint_judge.h"
#include "run/preflight/preflight_private.h"

#include <string.h>

enum {
    NAMED_MOST = 20
};

static bool is_planned(const Plan *plan, const Migration *migration)
{
    VEC_EACH (const Step, step, &plan->steps)
        if (step->migration == migration)
            return true;
    return false;
}

static const Layout *layout_of(const Source *source, const Migration *migration)
{
    VEC_EACH (const SourceFolder, folder, &source->folders)
        if (strcmp(folder->layout->name, migration->layout) == 0)
            return folder->layout;
    return NULL;
}

static void collect(const Looking *looking, LintChain *chain)
{
    const PreflightOptions *options = looking->options;
    VEC_EACH (const Migration, migration, &options->source->migrations)
        if (migration->kind != MIGRATION_BASELINE || is_planned(options->plan, migration))
            *vec_append(looking->arena, &chain->scripts) =
                (LintScript){.script = migration->up,
                             .migration = migration,
                             .layout = layout_of(options->source, migration),
                             .is_reported = is_planned(options->plan, migration)};
}

static void tell(Looking *looking, const Findings *findings)
{
    Severity fails = looking->options->lint_fails;
    size_t counts[SEVERITY_ERROR + 1] = {0};
    size_t failures = 0;
    VEC_EACH (const Finding, finding, findings) {
        if (finding->ignored)
            continue;
        counts[finding->severity]++;
        failures += fails != SEVERITY_OFF && finding->severity >= fails;
    }
    size_t shown = counts[SEVERITY_ERROR] + counts[SEVERITY_WARNING];
    Check *check = preflight_add(looking, PREFLIGHT_LINT,
                                 failures ? VERDICT_FAIL
                                 : shown  ? VERDICT_WARN
                                          : VERDICT_PASS,
                                 "migrate-safe lint; the safe form: migrate-safe lint --fix",
                                 "errors: %zu, warnings: %zu, notices: %zu", counts[SEVERITY_ERROR],
                                 counts[SEVERITY_WARNING], counts[SEVERITY_NOTICE]);
    check->limit = fails == SEVERITY_OFF ? NULL : severity_word(fails);
    Severity least = failures && fails < SEVERITY_WARNING ? fails : SEVERITY_WARNING;
    VEC_EACH (const Finding, finding, findings)
        if (!finding->ignored && finding->severity >= least && check->details.len < NAMED_MOST)
            check_detail(looking->arena, check, "%s:%d:%d: %s: %s", finding->file,
                         finding->position.line, finding->position.column, finding->rule->id,
                         finding->message);
}

void preflight_lint(Looking *looking)
{
    const PreflightOptions *options = looking->options;
    const Plan *plan = options->plan;
    Problems unreadable = {0}; // a check of its own
    LintChain chain = {0};
    if (!options->wants_lint || !plan || plan->direction != DIRECTION_UP)
        return;
    if (!plan->steps.len) {
        preflight_add(looking, PREFLIGHT_LINT, VERDICT_PASS, NULL, "nothing is about to run");
        return;
    }
    collect(looking, &chain);
    LINT_SCOPED lint = lint_new(looking->arena, &options->lint);
    lint_judge(looking->arena, lint, &chain, &unreadable);
    tell(looking, lint_findings(lint));
}
