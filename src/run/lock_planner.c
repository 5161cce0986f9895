#include "run/lock_planner.h"

#include "check/replay/replay.h"
#include "run/script.h"

#include <string.h>

enum {
    LABEL_BYTES = 64,
    SELECT_READ_BYTES = 4096,
    INSERT_READ_BYTES = 64 * 1024,
    ROUNDS_MAX = 4
};

void lock_planner_init(LockPlanner *planner, Arena *arena, Arena *scratch, int pg)
{
    *planner = (LockPlanner){
        .arena = arena,
        .scratch = scratch,
        .pg_from = pg ? pg : PG_OLDEST,
        .pg_to = pg ? pg : PG_NEWEST,
    };
    model_init(&planner->model, arena);
}

// Calls no function, makes no table.
static bool is_plain_query(Str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] == '(' || str_starts_nocase(str_skip(text, i), STR("into")))
            return false;
    return true;
}

// Locks rows only, and makes nothing. A short SELECT may set search_path or make a table.
static bool only_touches_rows(Str text)
{
    static const char *const WORDS[] = {"insert", "update", "delete", "merge",
                                        "copy",   "grant",  "revoke", "values"};
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (str_starts_nocase(text, str_from(WORDS[i])))
            return true;
    bool reads = str_starts_nocase(text, STR("select")) || str_starts_nocase(text, STR("with"));
    return reads && (text.n > SELECT_READ_BYTES || is_plain_query(text));
}

static bool has_something(const Effects *effects)
{
    bool matters = effects->is_incomplete;
    VEC_EACH (const Effect, effect, &effects->items)
        matters |= effect_matters(effect);
    return matters;
}

// Onto the planner's arena: effects are made on the scratch.
static void keep_effects(Arena *arena, const Effects *from, Effects *ret_effects)
{
    *ret_effects = *from;
    memset(&ret_effects->items, 0, sizeof ret_effects->items);
    VEC_EACH (const Effect, effect, &from->items) {
        Effect *kept = vec_append(arena, &ret_effects->items);
        *kept = *effect;
        kept->relation = arena_strdup(arena, effect->relation);
        kept->written = effect->written ? arena_strdup(arena, effect->written) : NULL;
        kept->why = effect->why ? arena_strdup(arena, effect->why) : NULL;
    }
}

typedef struct Reading {
    LockPlanner *planner;
    LockPlan *plan;
    int ordinal;
    int done; // without BEGIN and COMMIT
    int unit;
    bool is_in_block;
    bool has_search_path;
    bool is_one_transaction;
} Reading;

static void tell(Reading *reading, const Statement *statement, const Effects *effects)
{
    Arena *arena = reading->planner->arena;
    char label[LABEL_BYTES];
    LockedStatement *told = vec_append(arena, &reading->plan->statements);
    *told = (LockedStatement){
        .ordinal = reading->ordinal,
        .unit = reading->unit,
        .position = statement->position,
        .has_search_path = reading->has_search_path,
        .label = arena_strdup(arena, statement_label(statement, label, sizeof label)),
    };
    keep_effects(arena, effects, &told->effects);
}

static bool changes_search_path(Str text)
{
    bool is_set = str_starts_nocase(text, STR("set"));
    if (!is_set && !str_starts_nocase(text, STR("select")))
        return false;
    for (size_t i = 0; i < text.n; i++)
        if (str_starts_nocase(str_skip(text, i), STR("search_path")) ||
            (is_set && str_starts_nocase(str_skip(text, i), STR("schema"))))
            return true;
    return false;
}

static bool makes_perhaps(const Node *node)
{
    return (node_is(node, "CreateStmt") || node_is(node, "CreateTableAsStmt")) &&
           node_flag(node, "if_not_exists");
}

// A view that is replaced is locked, one that is made is not.
static void assume_view(LockPlanner *planner, const Node *node)
{
    Model *model = &planner->model;
    const char *schema = node_text(node, "view.schemaname");
    const char *name = node_text(node, "view.relname");
    if (!node_is(node, "ViewStmt") || !node_flag(node, "replace") ||
        model_relation(model, schema, name))
        return;
    const char *made = *schema ? schema : model_creation_schema(model);
    model_add_relation(model, arena_strdup(planner->arena, made),
                       arena_strdup(planner->arena, name), RELATION_VIEW, (Made){0})
        ->is_only_altered = true;
}

static void add_facts(Reading *reading, const ParsedStatement *parsed, const Effects *effects)
{
    LockPlanner *planner = reading->planner;
    if (!planner->first_of_plan)
        return;
    RiskLook look = {&planner->model, parsed, effects, planner->first_of_plan};
    risk_facts_of(planner->arena, &look, &reading->plan->facts);
}

// Rows that are there are changed, or copied: of a long list of values nothing needs to be known.
static bool changes_rows(Str text)
{
    static const char *const WORDS[] = {"update", "delete", "merge", "insert", "with"};
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        if (str_starts_nocase(text, str_from(WORDS[i])))
            return i < 3 || text.n <= INSERT_READ_BYTES;
    return false;
}

static void read_rows(Reading *reading, const Statement *statement)
{
    LockPlanner *planner = reading->planner;
    ArenaMark mark = arena_mark(planner->scratch);
    ParsedStatement parsed;
    parse_statement(planner->scratch, statement, &parsed);
    if (parsed.node)
        add_facts(reading, &parsed, NULL);
    arena_release(planner->scratch, mark);
}

static void read_statement(Reading *reading, const Statement *statement)
{
    LockPlanner *planner = reading->planner;
    ArenaMark mark = arena_mark(planner->scratch);
    ParsedStatement parsed;
    Effects effects;
    parse_statement(planner->scratch, statement, &parsed);
    if (planner->doubts)
        assume_view(planner, parsed.node);
    if (parsed.node && reading->plan) {
        effects_worst(planner->scratch, &planner->model, &parsed, planner->transaction,
                      planner->pg_from, planner->pg_to, &effects);
        if (has_something(&effects))
            tell(reading, statement, &effects);
        if (has_something(&effects) && planner->wanted)
            lock_wanted_add_statement(planner->wanted, &parsed);
        add_facts(reading, &parsed, &effects);
    }
    if (parsed.node && !(planner->doubts && makes_perhaps(parsed.node)))
        replay_statement(planner->scratch, &planner->model, &parsed,
                         (Made){planner->transaction, 0, statement->position});
    arena_release(planner->scratch, mark);
}

static void pass(Reading *reading, const Statement *statement)
{
    bool is_begin = statement->class == STATEMENT_BEGIN;
    if (is_begin || statement->class == STATEMENT_COMMIT) {
        reading->is_in_block = is_begin;
        reading->unit = reading->done;
        reading->planner->transaction += !reading->is_one_transaction;
        return;
    }
    if (!reading->is_in_block && !reading->is_one_transaction) {
        reading->unit = reading->done;
        reading->planner->transaction++;
    }
    reading->has_search_path |= changes_search_path(statement->text);
    if (!only_touches_rows(statement->text))
        read_statement(reading, statement);
    else if (reading->plan && reading->planner->first_of_plan && changes_rows(statement->text))
        read_rows(reading, statement);
    reading->done++;
}

void lock_planner_read(LockPlanner *planner, const Script *script, bool is_one_transaction,
                       LockPlan *ret_plan)
{
    LockPlan plan = {.is_made = script->is_loaded};
    Reading reading = {
        .planner = planner,
        .plan = ret_plan ? &plan : NULL,
        .is_one_transaction = is_one_transaction,
    };
    SCRIPT_SCOPED reader = NULL;
    Statement statement;
    Err ignored = {0}; // whoever runs it says it
    planner->transaction++;
    if (script->is_loaded && script_open(script, &reader, &ignored))
        for (; !planner->limit || reading.ordinal < planner->limit; reading.ordinal++) {
            if (splitter_next(script_splitter(reader), &statement, &ignored) != SPLIT_STATEMENT)
                break;
            pass(&reading, &statement);
        }
    if (ret_plan)
        *ret_plan = plan;
}

static void read_steps(LockPlanner *planner, Plan *plan)
{
    planner->first_of_plan = planner->transaction + 1;
    VEC_EACH (Step, step, &plan->steps) {
        ARENA_SCOPED text = arena_new();
        Script script = step->script;
        Err ignored = {0};
        if (script_hold(text, &script, &ignored))
            lock_planner_read(planner, &script, step->is_one_transaction, &step->locks);
    }
}

static bool touches_unknown(const Plan *plan)
{
    VEC_EACH (const Step, step, &plan->steps)
        VEC_EACH (const LockedStatement, statement, &step->locks.statements)
            VEC_EACH (const Effect, effect, &statement->effects.items)
                if (!effect->known || effect->known->is_only_altered)
                    return true;
    return false;
}

static void read_applied(LockPlanner *planner, const Status *status, const LockWanted *wanted)
{
    ARENA_SCOPED text = arena_new();
    VEC_EACH (const StatusEntry, entry, &status->entries) {
        ArenaMark mark = arena_mark(text);
        Err ignored = {0};
        if (!entry->migration || status_is_pending(entry) || entry->is_unused)
            continue;
        Script script = entry->migration->up;
        if (script_hold(text, &script, &ignored) && lock_wanted_in(wanted, script.text))
            lock_planner_read(planner, &script, true, NULL);
        arena_release(text, mark);
    }
}

void lock_planner_plan(Arena *arena, const Status *status, int pg, Plan *plan)
{
    if (plan->has_locks)
        return;
    plan->has_locks = true;
    ARENA_SCOPED scratch = arena_new();
    LockWanted wanted = {.arena = arena}; // outlives the marks of the scratch
    LockPlanner planner;
    lock_planner_init(&planner, arena, scratch, pg);
    planner.wanted = &wanted;
    read_steps(&planner, plan);
    if (status->applied == 0 || !touches_unknown(plan))
        return;
    // What is read may name others: the tables behind foreign keys, a name before a RENAME.
    for (int round = 0; round < ROUNDS_MAX && lock_wanted_add_plan(&wanted, plan); round++) {
        lock_planner_init(&planner, arena, scratch, pg);
        read_applied(&planner, status, &wanted);
        read_steps(&planner, plan);
    }
}
