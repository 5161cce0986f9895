// A rehearsal as JUnit's XML: a suite for each migration, a test for each stage of its round. A
// stage without a finding passed; each finding is a test of its own that failed, a warning one that
// passed and says something.
#include "report/markup.h"
#include "report/rehearsal_facts.h"
#include "report/rehearsal_report.h"

typedef enum Stage {
    STAGE_UP,
    STAGE_VERIFY,
    STAGE_CONSTRAINTS,
    STAGE_DOWN,
    STAGE_AGAIN,
    STAGE_RECOVERY,
    STAGE_TIME,
    STAGE_QUERIES,
    STAGES
} Stage;

static const char *const STAGE_WORDS[STAGES] = {
    [STAGE_UP] = "up",     [STAGE_VERIFY] = "verify",       [STAGE_CONSTRAINTS] = "constraints",
    [STAGE_DOWN] = "down", [STAGE_AGAIN] = "up again",      [STAGE_RECOVERY] = "recovery",
    [STAGE_TIME] = "time", [STAGE_QUERIES] = "old queries",
};

static const Stage STAGE_OF[REHEARSAL_PROBLEMS] = {
    [REHEARSAL_UP_FAILED] = STAGE_UP,           [REHEARSAL_VERIFY_FAILED] = STAGE_VERIFY,
    [REHEARSAL_INTEGRITY] = STAGE_VERIFY,       [REHEARSAL_CONSTRAINT_BROKEN] = STAGE_CONSTRAINTS,
    [REHEARSAL_DOWN_MISSING] = STAGE_DOWN,      [REHEARSAL_DOWN_FAILED] = STAGE_DOWN,
    [REHEARSAL_DOWN_DIFFERS] = STAGE_DOWN,      [REHEARSAL_DOWN_LOSES] = STAGE_DOWN,
    [REHEARSAL_AGAIN_FAILED] = STAGE_AGAIN,     [REHEARSAL_AGAIN_DIFFERS] = STAGE_AGAIN,
    [REHEARSAL_NOT_IDEMPOTENT] = STAGE_AGAIN,   [REHEARSAL_RECOVERY_FAILED] = STAGE_RECOVERY,
    [REHEARSAL_TOO_SLOW] = STAGE_TIME,          [REHEARSAL_BLOCKED_TOO_LONG] = STAGE_TIME,
    [REHEARSAL_ESTIMATE_EXCEEDED] = STAGE_TIME, [REHEARSAL_OLD_QUERY_BROKEN] = STAGE_QUERIES,
    [REHEARSAL_NOT_REACHED] = STAGE_UP,         [REHEARSAL_SERVER_WIDE] = STAGE_UP,
};

typedef struct Case {
    const char *name;
    int64_t ms;
    const char *skipped;             // why; NULL: it was run
    const RehearsalFinding *finding; // NULL: it passed
} Case;

typedef VEC(Case) Cases;

typedef struct Suite {
    const char *name;
    const char *file;
    Cases cases;
} Suite;

static bool is_failure(const Case *one)
{
    return one->finding && !one->skipped && !rehearsal_problem_is_warning(one->finding->problem);
}

static bool has_finding(const RehearsalFindings *findings, Stage stage)
{
    VEC_EACH (const RehearsalFinding, finding, findings)
        if (STAGE_OF[finding->problem] == stage)
            return true;
    return false;
}

// What was not reached is no failure of its own.
static void add_findings(Arena *arena, Cases *cases, const RehearsalFindings *findings)
{
    VEC_EACH (const RehearsalFinding, finding, findings)
        *vec_append(arena, cases) = (Case){
            .name = arena_printf(arena, "%s: %s", STAGE_WORDS[STAGE_OF[finding->problem]],
                                 rehearsal_problem_word(finding->problem)),
            .skipped = finding->problem == REHEARSAL_NOT_REACHED ? finding->message : NULL,
            .finding = finding,
        };
}

static void add_stage(Arena *arena, Cases *cases, const RehearsedMigration *migration, Stage stage,
                      int64_t ms, const char *skipped)
{
    if (!has_finding(&migration->findings, stage))
        *vec_append(arena, cases) =
            (Case){.name = STAGE_WORDS[stage], .ms = ms > 0 ? ms : 0, .skipped = skipped};
}

static Suite suite_of(Arena *arena, const Rehearsal *rehearsal, const RehearsedMigration *migration)
{
    Suite suite = {.name = arena_printf(arena, "%s %s", migration->version, migration->name),
                   .file = migration->file};
    Cases *cases = &suite.cases;
    const char *no_down = migration->irreversible ? migration->irreversible
                          : migration->down_file  ? "the up did not come to its end"
                                                  : "it has no down";
    bool is_up = migration->up.was_run && !migration->up.has_failed;
    bool has_limit = rehearsal->limits.migration_ms || rehearsal->limits.blocked_ms;
    bool has_queries = rehearsal->queries.files || rehearsal->queries.statements;
    add_findings(arena, cases, &migration->findings);
    if (!rehearsed_was_reached(migration))
        return suite;
    add_stage(arena, cases, migration, STAGE_UP, migration->up.ms,
              migration->up.was_run ? NULL : "it was not run");
    if (is_up && migration->verified)
        add_stage(arena, cases, migration, STAGE_VERIFY, 0, NULL);
    if (is_up && migration->probes.len)
        add_stage(arena, cases, migration, STAGE_CONSTRAINTS, 0, NULL);
    add_stage(arena, cases, migration, STAGE_DOWN, migration->down.ms,
              migration->down.was_run ? NULL : no_down);
    if (migration->down.was_run && migration->again_ms >= 0)
        add_stage(arena, cases, migration, STAGE_AGAIN, migration->again_ms, NULL);
    if (migration->recovered)
        add_stage(arena, cases, migration, STAGE_RECOVERY, 0, NULL);
    if (is_up && has_limit)
        add_stage(arena, cases, migration, STAGE_TIME, migration->up.ms, NULL);
    if (is_up && has_queries)
        add_stage(arena, cases, migration, STAGE_QUERIES, 0, NULL);
    return suite;
}

static const char *finding_text(Arena *arena, const RehearsalFinding *finding)
{
    const char *place = "";
    if (finding->file && finding->position.line)
        place = arena_printf(arena, "%s:%d:%d: ", finding->file, finding->position.line,
                             finding->position.column);
    else if (finding->file)
        place = arena_printf(arena, "%s: ", finding->file);
    return arena_printf(arena, "%s%s[%s]: %s%s%s\n%s", place,
                        rehearsal_problem_is_warning(finding->problem) ? "warning" : "error",
                        rehearsal_problem_word(finding->problem), finding->message,
                        finding->detail ? "\n" : "", finding->detail ? finding->detail : "",
                        rehearsal_problem_sentence(finding->problem));
}

static void put_body(Arena *arena, FILE *out, const Case *one)
{
    const char *element = is_failure(one) ? "failure" : "system-out";
    if (one->skipped) {
        fputs("      <skipped", out);
        markup_attribute(out, "message", one->skipped);
        fputs("/>\n", out);
        return;
    }
    fprintf(out, "      <%s", element);
    if (is_failure(one)) {
        markup_attribute(out, "type", rehearsal_problem_word(one->finding->problem));
        markup_attribute(out, "message", one->finding->message);
    }
    fputc('>', out);
    markup_put(out, finding_text(arena, one->finding));
    fprintf(out, "</%s>\n", element);
}

static void put_case(Arena *arena, FILE *out, const Suite *suite, const Case *one)
{
    const char *file = one->finding && one->finding->file ? one->finding->file : suite->file;
    fputs("    <testcase", out);
    markup_attribute(out, "classname", suite->name);
    markup_attribute(out, "name", one->name);
    if (file)
        markup_attribute(out, "file", file);
    if (one->finding && one->finding->file && one->finding->position.line)
        fprintf(out, " line=\"%d\"", one->finding->position.line);
    fprintf(out, " time=\"%lld.%03lld\"", (long long)(one->ms / 1000), (long long)(one->ms % 1000));
    if (!one->finding && !one->skipped) {
        fputs("/>\n", out);
        return;
    }
    fputs(">\n", out);
    put_body(arena, out, one);
    fputs("    </testcase>\n", out);
}

static void put_suite(Arena *arena, FILE *out, const Suite *suite)
{
    size_t failures = 0;
    size_t skipped = 0;
    VEC_EACH (const Case, one, &suite->cases) {
        failures += is_failure(one);
        skipped += one->skipped != NULL;
    }
    fputs("  <testsuite", out);
    markup_attribute(out, "name", suite->name);
    fprintf(out, " tests=\"%zu\" failures=\"%zu\" errors=\"0\" skipped=\"%zu\">\n",
            suite->cases.len, failures, skipped);
    VEC_EACH (const Case, one, &suite->cases)
        put_case(arena, out, suite, one);
    fputs("  </testsuite>\n", out);
}

// The copy, and what is about none of the migrations alone.
static Suite whole(Arena *arena, const Rehearsal *rehearsal)
{
    Suite suite = {.name = "rehearsal"};
    add_findings(arena, &suite.cases, &rehearsal->findings);
    if (!suite.cases.len)
        *vec_append(arena, &suite.cases) = (Case){.name = "copy", .ms = rehearsal->copy.made_ms};
    return suite;
}

void rehearsal_report_junit(Arena *arena, FILE *stream, const Rehearsal *rehearsal)
{
    ArenaMark mark = arena_mark(arena);
    VEC(Suite) suites = {0};
    size_t tests = 0;
    size_t failures = 0;
    *vec_append(arena, &suites) = whole(arena, rehearsal);
    VEC_EACH (const RehearsedMigration, migration, &rehearsal->migrations)
        *vec_append(arena, &suites) = suite_of(arena, rehearsal, migration);
    VEC_EACH (const Suite, suite, &suites)
        VEC_EACH (const Case, one, &suite->cases) {
            tests++;
            failures += is_failure(one);
        }
    fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", stream);
    fprintf(stream,
            "<testsuites name=\"migrate-safe rehearse\" tests=\"%zu\" failures=\"%zu\" "
            "errors=\"0\">\n",
            tests, failures);
    VEC_EACH (const Suite, suite, &suites)
        put_suite(arena, stream, suite);
    fputs("</testsuites>\n", stream);
    arena_release(arena, mark);
}
