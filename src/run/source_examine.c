// Every script of a source read to its end, and what is found there: see source_examine in
// source.h.
#include "migration/problem.h"
#include "run/script.h"
#include "run/source.h"
#include "run/verify.h"

static void add_empty(Arena *arena, Source *source, const Script *script, const char *hint)
{
    Err err = {0};
    fail(&err, ERR_CONFIG,
         source->table ? "there is no statement in it" : "the file has no statement");
    err_at(&err, script->path, (Position){1, 1});
    err_hint(&err, "%s", hint);
    problem_add(arena, &source->problems, PROBLEM_EMPTY, false, &err);
}

static void examine_script(Arena *arena, Source *source, Script *script, const char *empty_hint)
{
    Err err = {0};
    Shape shape;
    if (!script_complete(arena, script, &err) || !script_survey(script, &shape, &err)) {
        problem_add(arena, &source->problems,
                    err.class == ERR_IO ? PROBLEM_UNREADABLE : PROBLEM_CONTENT, true, &err);
        return;
    }
    if (shape.statements == 0)
        add_empty(arena, source, script, empty_hint);
}

static void examine_verify(Arena *arena, Source *source, Migration *migration)
{
    Err err = {0};
    int statements;
    Verify verify = {.script = migration->verify, .up = &migration->up};
    if ((migration->verify && !script_complete(arena, migration->verify, &err)) ||
        !verify_survey(&verify, &statements, &err))
        problem_add(arena, &source->problems,
                    err.class == ERR_IO ? PROBLEM_UNREADABLE : PROBLEM_CONTENT, true, &err);
    else if (migration->verify && statements == 0)
        add_empty(arena, source, migration->verify,
                  "write a query that fails when the change is "
                  "not there, or remove the file");
}

// A folder in which nothing was found is more often the wrong folder than a new one.
static void examine_folders(Arena *arena, Source *source)
{
    bool has_problems = source->problems.len > 0;
    VEC_EACH (const SourceFolder, folder, &source->folders) {
        Err err = {0};
        bool is_empty = folder->entries.len == 0;
        if (is_empty ? has_problems : !folder->layout->is_up_only)
            continue;
        if (is_empty) {
            fail(&err, ERR_CONFIG, "there are no migrations in this folder");
            err_hint(&err, "begin one: migrate-safe new NAME, or name another folder: --dir DIR");
        } else {
            fail(&err, ERR_CONFIG, "the layout %s has no down migrations", folder->layout->name);
            err_hint(&err, "a change is taken back by a new migration, or from a backup");
        }
        err_at(&err, folder->path, (Position){0});
        problem_add(arena, &source->problems, is_empty ? PROBLEM_EMPTY : PROBLEM_MISSING_DOWN,
                    false, &err);
    }
}

static void report_missing_down(Arena *arena, Source *source, const Migration *migration)
{
    static const char MARK[] = "mark the up: -- migrate-safe: irreversible: REASON";
    const SourceTable *table = source->table;
    Err err = {0};
    fail(&err, ERR_CONFIG, "version %s has no down migration", migration->version);
    err_at(&err, migration->up.path, (Position){1, 1});
    if (!table)
        err_hint(&err, "write one, or %s", MARK);
    else if (table->has_down)
        err_hint(&err, "write one into schema_version_down_sql, or %s", MARK);
    else
        err_hint(&err, "ALTER TABLE %s ADD COLUMN schema_version_down_sql text, or %s",
                 table->relation, MARK);
    problem_add(arena, &source->problems, PROBLEM_MISSING_DOWN, false, &err);
}

// Its layout has no downs at all, which is said once.
static bool is_up_only(const Migration *migration)
{
    const Layout *layout = layout_find(migration->layout); // NULL: the rows of a table
    return layout && layout->is_up_only;
}

static void examine_migration(Arena *arena, Source *source, Migration *migration)
{
    examine_script(arena, source, &migration->up,
                   source->table ? "write the change into schema_version_up_sql"
                                 : "write the change into it, or remove the file");
    examine_verify(arena, source, migration);
    if (migration->down.is_present)
        examine_script(arena, source, &migration->down,
                       source->table
                           ? "write how the change is undone into schema_version_down_sql"
                           : "write how the change is undone, or remove the file and mark the up: "
                             "-- migrate-safe: irreversible: REASON");
    else if (migration->kind == MIGRATION_VERSIONED && !migration->up.directives.irreversible &&
             !is_up_only(migration))
        report_missing_down(arena, source, migration);
}

void source_examine(Arena *arena, Source *source)
{
    examine_folders(arena, source);
    VEC_EACH (Migration, migration, &source->migrations)
        // What a table has applied long ago may be any text.
        if (!migration->said_applied)
            examine_migration(arena, source, migration);
}
