#include "run/backup/affected.h"

#include "io/json.h"
#include "queries.h"
#include "run/script.h"

#include <string.h>

// What begins so does what the lock plan says of it. What changes rows (UPDATE, INSERT ... ON
// CONFLICT), calls functions, or takes others along with it is not here: triggers and CASCADE reach
// further than any file shows.
static const char *const KNOWN_WORDS[] = {
    "alter table",
    "alter index",
    "alter view",
    "alter sequence",
    "alter materialized",
    "analyze",
    "comment",
    "create table",
    "create index",
    "create unique",
    "create view",
    "create or",
    "create type",
    "create function",
    "create sequence",
    "create trigger",
    "create policy",
    "create domain",
    "create schema",
    "create extension",
    "drop table",
    "drop index",
    "drop view",
    "drop sequence",
    "drop function",
    "drop type",
    "drop trigger",
    "drop schema",
    "grant",
    "revoke",
    "set",
    "reset",
    "truncate",
    "vacuum",
    "reindex",
    "lock",
    "security",
};

static bool has_word(Str text, Str word)
{
    for (size_t i = 0; i < text.n; i++)
        if (str_starts_nocase(str_skip(text, i), word))
            return true;
    return false;
}

// Words with one blank between them.
static Str squeezed(Arena *arena, Str text)
{
    enum {
        ENOUGH = 64
    };
    size_t length = text.n < ENOUGH ? text.n : ENOUGH;
    char *out = arena_dup(arena, (Str){text.p, length});
    size_t used = 0;
    for (size_t i = 0; i < length; i++) {
        bool is_blank = strchr(" \t\r\n\f", text.p[i]) != NULL;
        if (!is_blank)
            out[used++] = text.p[i];
        else if (used && out[used - 1] != ' ')
            out[used++] = ' ';
    }
    return (Str){out, used};
}

static bool is_known(Arena *arena, const Statement *statement)
{
    Str text = squeezed(arena, statement->text);
    bool is_create = str_starts_nocase(text, STR("create"));
    if (statement->class == STATEMENT_BEGIN || statement->class == STATEMENT_COMMIT)
        return true;
    if (!is_create && has_word(statement->text, STR("cascade")))
        return false;
    if (str_starts_nocase(text, STR("create table")) && has_word(statement->text, STR("select")))
        return false; // what it calls may do anything
    for (size_t i = 0; i < sizeof KNOWN_WORDS / sizeof *KNOWN_WORDS; i++)
        if (str_starts_nocase(text, str_from(KNOWN_WORDS[i])))
            return true;
    return false;
}

static bool unknown(Arena *arena, Affected *affected, const Step *step, const char *what)
{
    affected->why_not = arena_printf(arena, "%s %s", step->version, what);
    return false;
}

// Every statement, also those that lock nothing worth a line of a plan.
static bool read_script(Arena *arena, const Step *step, Affected *affected)
{
    ARENA_SCOPED scratch = arena_new();
    Script script = step->script;
    SCRIPT_SCOPED reader = NULL;
    Statement statement;
    Err ignored = {0};
    char label[64];
    SplitResult result = SPLIT_FAILED;
    if (!script_hold(scratch, &script, &ignored) || !script.is_loaded ||
        !script_open(&script, &reader, &ignored))
        return unknown(arena, affected, step, "is too long to be judged");
    while ((result = splitter_next(script_splitter(reader), &statement, &ignored)) ==
           SPLIT_STATEMENT)
        if (!is_known(scratch, &statement))
            return unknown(
                arena, affected, step,
                arena_printf(scratch, "runs %s", statement_label(&statement, label, sizeof label)));
    return result == SPLIT_END || unknown(arena, affected, step, "cannot be read");
}

static bool read_locks(Arena *arena, const Step *step, Affected *affected, json_t *names)
{
    if (!step->locks.is_made)
        return unknown(arena, affected, step, "is too long to be judged");
    VEC_EACH (const LockedStatement, statement, &step->locks.statements) {
        if (statement->effects.is_incomplete)
            return unknown(
                arena, affected, step,
                arena_printf(arena, "runs %s, which may do more than it says", statement->label));
        if (statement->has_search_path)
            return unknown(arena, affected, step, "changes search_path");
        VEC_EACH (const Effect, effect, &statement->effects.items)
            if (!effect->is_new && (effect->is_rewritten || effect->mode == LOCK_ACCESS_EXCLUSIVE))
                json_array_append_new(names, json_cstr(effect->relation));
    }
    return true;
}

bool affected_find(Arena *arena, const Target *target, const Plan *plan, Affected *ret_affected,
                   Err *err)
{
    JSON_SCOPED names = json_array();
    Affected affected = {0};
    Rows rows;
    *ret_affected = affected;
    VEC_EACH (const Step, step, &plan->steps)
        if (!read_script(arena, step, ret_affected) ||
            !read_locks(arena, step, ret_affected, names))
            return true;
    const char *parameters[] = {json_line(arena, names)};
    if (!session_query(target->session, arena, QUERY_BACKUP_AFFECTED.text, 1, parameters, &rows,
                       err))
        return false;
    affected.is_known = true;
    for (size_t i = 0; i < rows.count; i++)
        *vec_append(arena, &affected.relations) = rows_text(&rows, i, 0);
    *ret_affected = affected;
    return true;
}
