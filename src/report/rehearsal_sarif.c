// A rehearsal as SARIF 2.1.0: a rule for each problem that a rehearsal can find.
#include "report/rehearsal_report.h"

#include "base/sha256.h"
#include "report/rehearsal_facts.h"
#include "report/sarif.h"

static const char *level(RehearsalProblem problem)
{
    return rehearsal_problem_is_warning(problem) ? "warning"
           : problem == REHEARSAL_NOT_REACHED    ? "note"
                                                 : "error";
}

static void write_rule(JsonStream *json, RehearsalProblem problem)
{
    json_begin_object(json);
    json_key_text(json, "id", rehearsal_problem_word(problem));
    sarif_text(json, "shortDescription", rehearsal_problem_sentence(problem));
    json_key(json, "defaultConfiguration");
    json_begin_object(json);
    json_key_text(json, "level", level(problem));
    json_end(json);
    json_end(json);
}

static void write_tool(JsonStream *json, const Rehearsal *rehearsal)
{
    sarif_rules(json, rehearsal->tool_version);
    for (int i = 0; i < REHEARSAL_PROBLEMS; i++)
        write_rule(json, (RehearsalProblem)i);
    sarif_rules_end(json);
}

static const char *message_of(Arena *arena, const RehearsalFinding *finding)
{
    const char *message = finding->message;
    if (finding->sqlstate && *finding->sqlstate)
        message = arena_printf(arena, "%s (SQLSTATE %s)", message, finding->sqlstate);
    return finding->detail ? arena_printf(arena, "%s\n%s", message, finding->detail) : message;
}

// The same for as long as it is the same problem of the same file; not for its place or its times.
static const char *fingerprint(Arena *arena, const char *version, const RehearsalFinding *finding,
                               int nth)
{
    const char *of = arena_printf(arena, "%s\n%s\n%s\n%d", rehearsal_problem_word(finding->problem),
                                  version ? version : "", finding->file ? finding->file : "", nth);
    char *hex = arena_alloc(arena, SHA256_HEX);
    sha256_of(str_from(of), hex);
    return hex;
}

static void write_result(Arena *arena, JsonStream *json, const RehearsedMigration *migration,
                         const RehearsalFinding *finding, int nth)
{
    const char *file = finding->file ? finding->file : migration ? migration->file : NULL;
    Position from = finding->file ? finding->position : (Position){0, 0};
    json_begin_object(json);
    json_key_text(json, "ruleId", rehearsal_problem_word(finding->problem));
    json_key_number(json, "ruleIndex", finding->problem);
    json_key_text(json, "level", level(finding->problem));
    sarif_text(json, "message", message_of(arena, finding));
    if (from.line && from.column < 1)
        from.column = 1;
    if (file)
        sarif_location(json, arena, file, from, (Position){from.line, from.column + 1});
    json_key(json, "partialFingerprints");
    json_begin_object(json);
    json_key_text(json, "migrateSafeRehearsal/v1",
                  fingerprint(arena, migration ? migration->version : NULL, finding, nth));
    json_end(json);
    json_end(json);
}

static void write_findings(Arena *arena, JsonStream *json, const RehearsedMigration *migration,
                           const RehearsalFindings *findings)
{
    int seen[REHEARSAL_PROBLEMS] = {0};
    VEC_EACH (const RehearsalFinding, finding, findings)
        write_result(arena, json, migration, finding, seen[finding->problem]++);
}

void rehearsal_report_sarif(Arena *arena, FILE *stream, const Rehearsal *rehearsal)
{
    ArenaMark mark = arena_mark(arena);
    JsonStream *json = arena_new_object(arena, JsonStream);
    json->file = stream;
    sarif_begin(json);
    write_tool(json, rehearsal);
    sarif_results(json);
    VEC_EACH (const RehearsedMigration, migration, &rehearsal->migrations)
        write_findings(arena, json, migration, &migration->findings);
    write_findings(arena, json, NULL, &rehearsal->findings);
    sarif_end(json, true, err_exit_code(rehearsal_class(rehearsal)));
    arena_release(arena, mark);
}
