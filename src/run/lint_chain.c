#include "run/lint_chain.h"

#include "base/words.h"
#include "migration/order.h"
#include "migration/paired_name.h"
#include "run/script.h"

#include <stdlib.h>
#include <string.h>

static const Err *keep(Arena *arena, const Err *err)
{
    Err *kept = arena_new_object(arena, Err);
    *kept = *err;
    return kept;
}

// What is wrong with a file that is not among the migrations; NULL: nothing that was said.
static const Problem *problem_of(const Source *source, const char *path)
{
    VEC_EACH (const Problem, problem, &source->problems)
        if (problem->is_error && strcmp(problem->err.file, path) == 0)
            return problem;
    return NULL;
}

// Reads a file as it is, when its comments or parts cannot be understood: its statements can.
static bool read_plainly(Arena *arena, const char *path, const Err *why, LintScript *ret_script,
                         Err *err)
{
    Script script = {.is_present = true, .path = path, .start = {1, 1}};
    if (!script_read(arena, &script, err))
        return false;
    *ret_script = (LintScript){.script = script, .trouble = keep(arena, why), .is_reported = true};
    return true;
}

static void add_unreadable(Arena *arena, Problems *unreadable, const Err *err)
{
    *vec_append(arena, unreadable) =
        (Problem){.kind = PROBLEM_UNREADABLE, .is_error = true, .err = *err};
}

static void add_down(Arena *arena, LintChain *chain, const LintScript *up, Problems *unreadable)
{
    Err err = {0};
    Script *down = arena_new_object(arena, Script);
    *down = up->migration->down;
    if (!down->is_present)
        return;
    LintScript added = {.is_reported = true};
    if (script_complete(arena, down, &err))
        added.script = *down;
    else if (err.class == ERR_IO || !read_plainly(arena, down->path, &err, &added, &err)) {
        add_unreadable(arena, unreadable, &err);
        return;
    }
    added.migration = up->migration;
    added.layout = up->layout;
    added.is_syntax_only = true;
    *vec_append(arena, &chain->scripts) = added;
}

// An entry that did not become a migration. A file that marker lines divide is not judged: which
// part is the up is just what is not known.
static void add_failed(Arena *arena, LintChain *chain, const SourceFolder *folder, const char *path,
                       const Problem *problem, Problems *unreadable)
{
    Err err = {0};
    LintScript script = {
        .script = {.is_present = true, .path = path, .start = {1, 1}, .is_loaded = true},
        .trouble = keep(arena, &problem->err),
        .is_reported = true};
    bool is_read = problem->kind != PROBLEM_UNREADABLE;
    if (is_read && !folder->layout->markers)
        is_read = read_plainly(arena, path, &problem->err, &script, &err);
    if (is_read)
        *vec_append(arena, &chain->scripts) = script;
    else
        add_unreadable(arena, unreadable, err.class ? &err : &problem->err);
}

// Migrations stand in the order of the entries; those that could not be read are missing.
static const Migration *migration_of(const Source *source, const char *path, size_t *at)
{
    size_t count = source->migrations.len;
    for (size_t i = 0; i < count; i++) {
        size_t place = (*at + i) % count;
        if (source->migrations.items[place].up.path == path) {
            *at = place + 1;
            return &source->migrations.items[place];
        }
    }
    return NULL;
}

static void add_folder(Arena *arena, LintChain *chain, const Source *source,
                       const SourceFolder *folder, Problems *unreadable)
{
    size_t at = 0;
    VEC_EACH (const LayoutEntry, entry, &folder->entries) {
        if (!entry->up)
            continue;
        const char *path = entry->up->path;
        const Migration *migration = migration_of(source, path, &at);
        const Problem *problem = migration ? NULL : problem_of(source, path);
        if (migration) {
            LintScript up = {.script = migration->up,
                             .migration = migration,
                             .layout = folder->layout,
                             .is_reported = true};
            *vec_append(arena, &chain->scripts) = up;
            add_down(arena, chain, &up, unreadable);
        } else if (problem) {
            add_failed(arena, chain, folder, path, problem, unreadable);
        }
    }
}

static LintChain *chain_new(Arena *arena, LintChains *chains, const char *folder)
{
    LintChain *chain = arena_new_object(arena, LintChain);
    chain->folder = folder;
    *vec_append(arena, chains) = chain;
    return chain;
}

static void add_file(Arena *arena, LintChain *chain, const char *path, Problems *unreadable)
{
    Err err = {0};
    LintScript added = {.is_reported = true, .script.path = path};
    if (!script_load(arena, arena, &added.script, &err)) {
        Err why = err;
        if (why.class == ERR_IO || !read_plainly(arena, path, &why, &added, &err)) {
            add_unreadable(arena, unreadable, &err);
            return;
        }
    }
    *vec_append(arena, &chain->scripts) = added;
}

static int by_name(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static void append_path(Arena *arena, Words *paths, const SourceFile *file)
{
    if (file)
        *vec_append(arena, paths) = file->path;
}

// For another database, or for all of them where PostgreSQL has its own: nothing is wrong with it,
// and it is not run.
static bool is_left_out(const Source *source, const SourceFolder *folder, const SourceFile *file)
{
    PairedName name;
    return strcmp(folder->layout->name, "paired") == 0 &&
           paired_name_parse(str_from(file->name), &name) && !problem_of(source, file->path);
}

// .sql files of the folder that no migration is made of: duplicates, names without a version.
static void add_rest(Arena *arena, LintChains *chains, const Source *source,
                     const SourceFolder *folder, Problems *unreadable)
{
    Words known = {0};
    LintChain *chain = NULL;
    VEC_EACH (const LayoutEntry, entry, &folder->entries) {
        append_path(arena, &known, entry->up);
        append_path(arena, &known, entry->down);
        append_path(arena, &known, entry->verify);
    }
    vec_sort(&known, by_name);
    VEC_EACH (const SourceFile, file, &folder->listing->files) {
        if (known.len && bsearch(&file->path, known.items, known.len, sizeof file->path, by_name))
            continue;
        if (is_left_out(source, folder, file))
            continue;
        if (!chain || folder->entries.len)
            chain = chain_new(arena, chains, folder->path);
        add_file(arena, chain, file->path, unreadable);
    }
}

static int by_version(const void *left, const void *right)
{
    const LintScript *a = left;
    const LintScript *b = right;
    if (!a->migration || !b->migration)
        return (a->migration == NULL) - (b->migration == NULL);
    int order = migration_compare(migration_key(a->migration), migration_key(b->migration));
    return order ? order : a->is_syntax_only - b->is_syntax_only;
}

static void take_unreadable(Arena *arena, const Source *source, Problems *unreadable)
{
    VEC_EACH (const Problem, problem, &source->problems) {
        bool is_listed = problem->kind == PROBLEM_UNREADABLE;
        VEC_EACH (const Problem, known, unreadable)
            is_listed &= strcmp(known->err.file, problem->err.file) != 0;
        if (is_listed)
            add_unreadable(arena, unreadable, &problem->err);
    }
}

// A baseline script makes anew what the versions before it made: it is for an empty database.
static void part_baselines(Arena *arena, LintChains *chains, LintChain *chain)
{
    size_t kept = 0;
    for (size_t i = 0; i < chain->scripts.len; i++) {
        LintScript script = chain->scripts.items[i];
        if (script.migration && script.migration->kind == MIGRATION_BASELINE)
            *vec_append(arena, &chain_new(arena, chains, chain->folder)->scripts) = script;
        else
            chain->scripts.items[kept++] = script;
    }
    chain->scripts.len = kept;
}

bool lint_chain_folder(Arena *arena, const SourceOptions *options, Source *source,
                       LintChains *chains, Problems *unreadable, Err *err)
{
    if (!source_load(arena, options, source, err))
        return false;
    LintChain *chain = chain_new(arena, chains, source->folders.items[0].path);
    VEC_EACH (const SourceFolder, folder, &source->folders)
        add_folder(arena, chain, source, folder, unreadable);
    if (source->folders.len > 1)
        vec_sort(&chain->scripts, by_version);
    part_baselines(arena, chains, chain);
    take_unreadable(arena, source, unreadable);
    return true;
}

void lint_chain_rest(Arena *arena, const Source *source, LintChains *chains, Problems *unreadable)
{
    VEC_EACH (const SourceFolder, folder, &source->folders)
        add_rest(arena, chains, source, folder, unreadable);
}

bool lint_chain_file(Arena *arena, const char *path, LintChain **ret_chain, Err *err)
{
    Problems unreadable = {0};
    LintChain *chain = arena_new_object(arena, LintChain);
    add_file(arena, chain, path, &unreadable);
    if (unreadable.len) {
        *err = unreadable.items[0].err;
        return false;
    }
    *ret_chain = chain;
    return true;
}

void lint_script_replace(Arena *arena, LintScript *script, Str text)
{
    Err err = {0};
    Script fresh = {0};
    const char *path = script->script.path;
    Str bare = text;
    script->trouble = NULL;
    if (!script_from_text(arena, path, text, (Position){1, 1}, &fresh, &err)) {
        fresh = (Script){.is_present = true, .path = path, .start = {1, 1}, .is_loaded = true};
        bare = str_skip(bare, str_starts(bare, STR("\xef\xbb\xbf")) ? 3 : 0);
        fresh.text = bare;
        fresh.size = (int64_t)bare.n;
        script->trouble = keep(arena, &err);
    }
    script->script = fresh;
}

LintChain *lint_chain_text(Arena *arena, const char *path, Str text)
{
    LintChain *chain = arena_new_object(arena, LintChain);
    LintScript *script = vec_append(arena, &chain->scripts);
    script->script.path = path;
    script->is_reported = true;
    lint_script_replace(arena, script, text);
    return chain;
}
