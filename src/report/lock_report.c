#include "report/lock_report.h"

#include "report/message.h"
#include "report/table.h"

enum {
    LINES_MAX = 40 // of text; JSON has all
};

// Of one that nobody saw made as the user wrote it: its schema would only be assumed.
static const char *relation_of(const Effect *effect)
{
    bool is_made = effect->known && !effect->known->is_only_altered;
    return is_made || !effect->written ? effect->relation : effect->written;
}

static const char *cost_of(Arena *arena, const Effect *effect)
{
    const char *cost = effect->is_rewritten   ? "rewrites it"
                       : effect->builds_index ? "builds an index"
                       : effect->is_scanned   ? "reads all of it"
                                              : "";
    return *cost && effect->why ? arena_printf(arena, "%s: %s", cost, effect->why) : cost;
}

static const char *blocked_by(const LockedStatement *statement, const Effect *effect)
{
    if (statement->effects.is_concurrent)
        return "nobody";
    return lock_mode_blocks_reads(effect->mode)    ? "reads, writes"
           : lock_mode_blocks_writes(effect->mode) ? "writes"
                                                   : "other changes";
}

static const char *place_of(Arena *arena, const Step *step, const LockedStatement *statement)
{
    return arena_printf(arena, "%s:%d", step->version, statement->position.line);
}

static void add_line(Arena *arena, Table *table, const Step *step, const LockedStatement *statement,
                     const Effect *effect)
{
    bool is_strong = lock_mode_blocks_writes(effect->mode) && !statement->effects.is_concurrent;
    table_cell(table, place_of(arena, step, statement), COLOUR_BOLD);
    table_cell(table, statement->label, COLOUR_NONE);
    table_cell(table, relation_of(effect), COLOUR_NONE);
    table_cell(table, lock_mode_name(effect->mode), COLOUR_NONE);
    table_cell(table, blocked_by(statement, effect), is_strong ? COLOUR_YELLOW : COLOUR_NONE);
    table_cell(table, cost_of(arena, effect), COLOUR_YELLOW);
}

// A statement that runs what nobody can read before.
static void add_unseen(Arena *arena, Table *table, const Step *step,
                       const LockedStatement *statement)
{
    table_cell(table, place_of(arena, step, statement), COLOUR_BOLD);
    table_cell(table, statement->label, COLOUR_NONE);
    table_cell(table, "", COLOUR_NONE);
    table_cell(table, "not known", COLOUR_NONE);
    table_cell(table, "", COLOUR_NONE);
    table_cell(table, "what it runs cannot be read", COLOUR_YELLOW);
}

static void add_statement(Arena *arena, Table *table, const Step *step,
                          const LockedStatement *statement, int64_t *lines)
{
    VEC_EACH (const Effect, effect, &statement->effects.items)
        if (effect_matters(effect) && (*lines)++ < LINES_MAX)
            add_line(arena, table, step, statement, effect);
    if (statement->effects.is_incomplete && (*lines)++ < LINES_MAX)
        add_unseen(arena, table, step, statement);
}

void lock_report_text(Arena *arena, const Terminal *terminal, const Plan *plan)
{
    int64_t lines = 0;
    Table table = table_new(arena, 6);
    table_heading(&table, (const char *[]){"locks", "statement", "on", "mode", "blocks", "costs"});
    VEC_EACH (const Step, step, &plan->steps)
        VEC_EACH (const LockedStatement, statement, &step->locks.statements)
            add_statement(arena, &table, step, statement, &lines);
    if (lines)
        table_print(&table, terminal, 2);
    if (lines > LINES_MAX)
        fprintf(terminal->stream, "  and %s; --json has all\n",
                message_count(arena, lines - LINES_MAX, "more lock", "more locks"));
}

static json_t *effect_json(const LockedStatement *statement, const Effect *effect)
{
    json_t *item = json_object();
    json_put(item, "line", json_integer(statement->position.line));
    json_put(item, "column", json_integer(statement->position.column));
    json_put(item, "statement", json_cstr(statement->label));
    json_put(item, "relation", json_cstr(effect ? relation_of(effect) : NULL));
    json_put(item, "mode", json_cstr(effect ? lock_mode_in_views(effect->mode) : NULL));
    json_put(item, "reaches_children",
             effect ? json_boolean(effect->reach != REACH_SELF) : json_null());
    json_put(item, "blocks_reads",
             effect ? json_boolean(lock_mode_blocks_reads(effect->mode)) : json_null());
    json_put(item, "blocks_writes",
             effect ? json_boolean(lock_mode_blocks_writes(effect->mode)) : json_null());
    json_put(item, "concurrent", json_boolean(statement->effects.is_concurrent));
    json_put(item, "rewrites", effect ? json_boolean(effect->is_rewritten) : json_null());
    json_put(item, "scans",
             effect ? json_boolean(effect->is_scanned || effect->builds_index) : json_null());
    json_put(item, "why", json_cstr(effect ? effect->why : "what it runs cannot be read"));
    return item;
}

json_t *lock_report_json(const LockPlan *locks)
{
    if (!locks->is_made)
        return json_null();
    json_t *list = json_array();
    VEC_EACH (const LockedStatement, statement, &locks->statements) {
        VEC_EACH (const Effect, effect, &statement->effects.items)
            if (effect_matters(effect))
                json_array_append_new(list, effect_json(statement, effect));
        if (statement->effects.is_incomplete)
            json_array_append_new(list, effect_json(statement, NULL));
    }
    return list;
}
