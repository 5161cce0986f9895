#include "check/checklist.h"

static const char *const STATES[] = {
    [CHECKLIST_PROVEN] = "proven",
    [CHECKLIST_OPEN] = "open",
    [CHECKLIST_PERSON] = "person",
};

const char *checklist_state_word(ChecklistState state)
{
    return STATES[state];
}

typedef struct Filling {
    Arena *arena;
    const ChecklistFacts *facts;
    const char *section;
    Checklist *list;
} Filling;

static void person(Filling *filling, const char *text)
{
    *vec_append(filling->arena, &filling->list->items) =
        (ChecklistItem){filling->section, text, CHECKLIST_PERSON, NULL};
}

static void item(Filling *filling, const char *text, bool is_proven, const char *proof)
{
    *vec_append(filling->arena, &filling->list->items) = (ChecklistItem){
        filling->section, text, is_proven ? CHECKLIST_PROVEN : CHECKLIST_OPEN, proof};
}

static const char *command(Filling *filling, const char *words)
{
    const char *place = filling->facts->place;
    return arena_printf(filling->arena, "migrate-safe %s%s", words, place ? place : "");
}

static bool is_rehearsed(const ChecklistFacts *facts)
{
    return facts->rehearsal && facts->rehearsal->stands;
}

static const RehearsedMigration *rehearsed_of(const ChecklistFacts *facts, const Step *step)
{
    if (is_rehearsed(facts))
        VEC_EACH (const RehearsedMigration, migration,
                  &facts->rehearsal->evidence.rehearsal->migrations)
            if (strcmp(migration->version, step->version) == 0)
                return migration;
    return NULL;
}

// ---- tried on a copy

// Versions whose down did not bring everything back.
static const char *inexact(Filling *filling, size_t *ret_exact)
{
    const char *text = "";
    *ret_exact = 0;
    VEC_EACH (const Step, step, &filling->facts->plan->steps) {
        const RehearsedMigration *migration = rehearsed_of(filling->facts, step);
        bool is_exact = migration && migration->back == ROUND_TRIP_EXACT;
        *ret_exact += is_exact;
        if (!is_exact)
            text = arena_printf(filling->arena, "%s%s%s", text, *text ? ", " : "", step->version);
    }
    return text;
}

static void fill_tried(Filling *filling)
{
    const ChecklistFacts *facts = filling->facts;
    bool is_run = is_rehearsed(facts);
    const char *how = command(filling, "rehearse");
    const Rehearsal *rehearsal = is_run ? facts->rehearsal->evidence.rehearsal : NULL;
    const char *proof = is_run ? arena_printf(filling->arena, "evidence %.12s, on a copy from %s",
                                              facts->rehearsal->evidence.digest,
                                              rehearsal_copy_word(rehearsal->copy.kind))
                               : how;
    size_t exact;
    const char *others = inexact(filling, &exact);
    bool has_queries = rehearsal && (rehearsal->queries.files || rehearsal->queries.statements);
    filling->section = "tried";
    item(filling, "All of it was run on a copy of the database", is_run, proof);
    item(filling, "Constraints, indexes and rows are sound behind it there", is_run, proof);
    item(filling, "The way back was run there and brought everything back",
         is_run && !*others && exact,
         !is_run   ? how
         : *others ? arena_printf(filling->arena, "not, or not whole: %s", others)
                   : arena_printf(filling->arena, "%zu of %zu exact", exact, exact));
    item(filling, "Queries of the application as it is were tried on the changed schema",
         has_queries,
         has_queries
             ? arena_printf(filling->arena, "%lld",
                            (long long)(rehearsal->queries.files + rehearsal->queries.statements))
             : command(filling, "rehearse --compat DIR"));
    person(filling, "The application's own tests pass with the new schema");
    person(filling, "It ran in the environment before this one, and the application works there");
}

// ---- risk

static const char *breaking(Filling *filling)
{
    const char *text = "";
    VEC_EACH (const Step, step, &filling->facts->plan->steps)
        VEC_EACH (const RiskFact, fact, &step->locks.facts)
            if (fact->matter == MATTER_RENAMES || fact->matter == MATTER_DROPS_COLUMN ||
                fact->matter == MATTER_DROPS_TABLE || fact->matter == MATTER_CHANGES_TYPE)
                text = arena_printf(filling->arena, "%s%s%s", text, *text ? "; " : "", fact->what);
    return *text ? text : "none was found";
}

static void fill_risk(Filling *filling)
{
    const ChecklistFacts *facts = filling->facts;
    bool has_time = is_rehearsed(facts) && facts->rehearsal->time.took_ms >= 0;
    filling->section = "risk";
    item(filling, "The risk is known", facts->has_risk,
         facts->has_risk ? risk_level_word(facts->risk) : command(filling, "plan"));
    item(filling, "What breaks running code is known", facts->has_risk,
         facts->has_risk ? breaking(filling) : command(filling, "plan"));
    item(filling, "What is locked, and whom that blocks, is known", facts->plan->has_locks,
         facts->plan->has_locks ? "the lock plan" : command(filling, "plan"));
    item(filling, "How long it takes is known", has_time,
         has_time ? arena_printf(filling->arena, "measured: %lld ms",
                                 (long long)facts->rehearsal->time.took_ms)
                  : command(filling, "rehearse"));
    person(filling, "Somebody else has read every file to its end");
}

// ---- backup and way back

static void fill_backup(Filling *filling)
{
    const ChecklistFacts *facts = filling->facts;
    bool is_restored = facts->has_backup && facts->backup_level >= BACKUP_RESTORED;
    const char *how = facts->backup ? facts->backup : command(filling, "plan");
    filling->section = "backup";
    item(filling, "A backup is made before the first statement", facts->has_backup, how);
    item(filling, "It is restored for proof before anything runs", is_restored, how);
    item(filling, "How long backups stay is settled", facts->backup_keep != NULL,
         facts->backup_keep ? facts->backup_keep : "backup-keep in the configuration");
    person(filling, "The server can go back to a moment as well, by archived WAL");
}

static void fill_back(Filling *filling)
{
    Words missing = {0};
    const char *text = "";
    filling->section = "way back";
    VEC_EACH (const Step, step, &filling->facts->plan->steps)
        if (step->direction == DIRECTION_UP && step->migration->kind == MIGRATION_VERSIONED &&
            !step->migration->down.is_present)
            *vec_append(filling->arena, &missing) = step->version;
    VEC_EACH (const char *, version, &missing)
        text = arena_printf(filling->arena, "%s%s%s", text, *text ? ", " : "none for ", *version);
    item(filling, "Every migration has a way back", !missing.len,
         missing.len
             ? arena_printf(filling->arena, "%s; %s", text, command(filling, "generate-rollback"))
             : "a down for each");
    item(filling, "Who decides what, when it goes wrong, is written down", true,
         "the decisions below");
}

// ---- people

static void fill_people(Filling *filling)
{
    const ApprovalVerdict *approval = filling->facts->approval;
    filling->section = "people";
    if (approval && approval->is_judged)
        VEC_EACH (const ApprovedRole, role, &approval->roles)
            item(filling, arena_printf(filling->arena, "Signed as %s", role->role),
                 role->approval != NULL,
                 role->approval ? arena_printf(filling->arena, "%s, %s",
                                               approval_signer(filling->arena, role->approval),
                                               role->approval->at)
                                : role->why_not);
    person(filling, "Those who are concerned know of it, and support knows what to expect");
    person(filling, "It runs when few use the application, or in a window that was announced");
    person(filling, "Somebody watches dashboards and alerts while it runs");
}

static void fill_code(Filling *filling)
{
    filling->section = "application";
    person(filling, "The code that runs now works with the old schema and with the new one");
    person(filling, "In which order code and schema go out, and which flags are set, is written "
                    "down");
}

static void fill_checks(Filling *filling, const CheckList *checks, const char *text,
                        const char *words)
{
    bool passes = checks && check_list_passes(checks);
    size_t failed = checks ? check_list_count(checks, VERDICT_FAIL) : 0;
    item(filling, text, passes,
         !checks  ? command(filling, words)
         : passes ? arena_printf(filling->arena, "%zu checks, %zu warnings", checks->checks.len,
                                 check_list_count(checks, VERDICT_WARN))
                  : arena_printf(filling->arena, "%zu failed", failed));
}

void checklist_before(Arena *arena, const ChecklistFacts *facts, Checklist *ret_list)
{
    Checklist list = {0};
    Filling filling = {arena, facts, NULL, &list};
    fill_tried(&filling);
    fill_risk(&filling);
    fill_backup(&filling);
    fill_back(&filling);
    fill_people(&filling);
    fill_code(&filling);
    filling.section = "last";
    fill_checks(&filling, facts->preflight, "The checks before it pass on this database",
                "preflight");
    *ret_list = list;
}

void checklist_behind(Arena *arena, const ChecklistFacts *facts, Checklist *ret_list)
{
    Checklist list = {0};
    Filling filling = {arena, facts, "at once", &list};
    fill_checks(&filling, facts->postflight, "The checks behind it pass on this database",
                "postflight");
    person(&filling, "The application answers, and its health checks pass");
    person(&filling, "Fewer than 1 % of requests fail, and answers come as fast as before");
    person(&filling, "Connections are as many as before; nothing waits for locks: migrate-safe "
                     "locks");
    person(&filling, "What users do most was tried by hand");
    filling.section = "within a day";
    person(&filling, "Times of queries and sizes of tables are compared with those of before");
    person(&filling, "What users report is followed");
    person(&filling, "Backups run by their schedule again");
    filling.section = "within a week";
    person(&filling, "Use of resources, and what it costs, is steady");
    person(&filling, "Documents are up to date, and what was learned is written down");
    item(&filling, "The ways back are kept", true,
         "the history has each down's text as it was when its up ran");
    *ret_list = list;
}
