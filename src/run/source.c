#include "run/source.h"

#include "io/file.h"
#include "migration/version.h"
#include "run/script.h"

#include <stdlib.h>
#include <string.h>

enum {
    TEXTS_KEPT_MAX = 1024 * 1024
}; // bytes of up texts held at once; the rest is read again

// Where migrations lie when nobody says: the first that exists is taken, a second one is an error.
static const char *const USUAL_FOLDERS[] = {
    "migrations",          "db/migrations",         "database/migrations",
    "supabase/migrations", "backend/db/migrations", "backend/migrations",
    ".backend/migrations", "sql/migrations",
};

static const char *const ROLLBACK_FOLDERS[] = {"rollback", "rollbacks"};

static bool find_usual_folder(const char **ret_path, Err *err)
{
    const char *found = NULL;
    for (size_t i = 0; i < sizeof USUAL_FOLDERS / sizeof USUAL_FOLDERS[0]; i++) {
        if (!file_is_directory(USUAL_FOLDERS[i]))
            continue;
        if (found) {
            fail(err, ERR_CONFIG, "there are several folders of migrations: %s and %s", found,
                 USUAL_FOLDERS[i]);
            return err_hint(err, "name the one you mean: --dir %s", found);
        }
        found = USUAL_FOLDERS[i];
    }
    if (!found) {
        fail(err, ERR_CONFIG, "there is no folder of migrations here");
        err_detail(
            err, "looked for migrations, db/migrations, database/migrations, supabase/migrations, "
                 "backend/db/migrations, backend/migrations, .backend/migrations, sql/migrations");
        return err_hint(err,
                        "name it: --dir DIR, or begin one: migrate-safe new NAME --dir migrations");
    }
    *ret_path = found;
    return true;
}

// Hidden files are those of editors and file managers: .#001_x.up.sql, ._001_x.up.sql.
static bool is_sql(const FileEntry *entry)
{
    Str name = str_from(entry->name);
    return entry->name[0] != '.' && name.n >= 4 &&
           str_eq_nocase(str_skip(name, name.n - 4), STR(".sql"));
}

// What keeps a file of the folder from being read, and what to do about it.
static bool check_entry(const FileEntry *entry, Err *err)
{
    if (entry->error)
        fail_errno(err, ERR_IO, entry->error, "cannot be read");
    else if (!entry->is_regular)
        fail(err, ERR_IO, "not a regular file");
    else if (!str_ends(str_from(entry->name), STR(".sql")))
        // Passed over in silence it would be missing on the day it is needed.
        fail(err, ERR_CONFIG, "only names that end in .sql, in small letters, are read");
    else
        return true;
    return err_hint(err, err->class == ERR_CONFIG ? "rename it, or move it out of the folder"
                                                  : "move it out of the folder of migrations");
}

// `parent` of "db/migrations" is "db"; of "migrations" it is "."; of "." it is "..".
static const char *beside(Arena *arena, const char *directory, const char *name)
{
    size_t length = strlen(directory);
    while (length > 1 && directory[length - 1] == '/')
        length--;
    size_t slash = length;
    while (slash > 0 && directory[slash - 1] != '/')
        slash--;
    Str last = {directory + slash, length - slash};
    if (str_eq(last, STR(".")) || str_eq(last, STR("..")) || last.n == 0)
        return arena_printf(arena, "%s/../%s", directory, name);
    return arena_printf(arena, "%.*s%s", (int)slash, directory, name);
}

// Adds the .sql files of one directory under names that begin with `prefix`.
static bool add_files(Arena *arena, const char *directory, const char *prefix, SourceFiles *files,
                      Problems *problems, Err *err)
{
    FileEntries entries = {0};
    if (!file_list(arena, directory, &entries, err))
        return false;
    const char *slash = str_ends(str_from(directory), STR("/")) ? "" : "/";
    VEC_EACH (const FileEntry, entry, &entries) {
        if (!is_sql(entry))
            continue;
        const char *path =
            arena_join(arena, str_from(directory), str_from(slash), str_from(entry->name));
        Err wrong = {0};
        if (check_entry(entry, &wrong)) {
            SourceFile *file = vec_append(arena, files);
            *file = (SourceFile){
                arena_join(arena, str_from(prefix), str_from(entry->name), STR("")), path};
            continue;
        }
        Problem *problem = vec_append(arena, problems);
        *problem = (Problem){.is_error = true, .err = wrong};
        problem->kind = wrong.class == ERR_CONFIG ? PROBLEM_VERSION : PROBLEM_UNREADABLE;
        err_at(&problem->err, path, (Position){0});
    }
    return true;
}

static bool list_folder(Arena *arena, const char *directory, SourceFiles *files, Problems *problems,
                        Err *err)
{
    if (!file_is_directory(directory)) {
        bool is_there = file_exists(directory);
        fail(err, ERR_CONFIG, is_there ? "this is not a folder" : "there is no such folder");
        err_at(err, directory, (Position){0});
        return err_hint(err, is_there ? "name the folder of your migrations: --dir DIR"
                                      : "name the folder of your migrations: --dir DIR, or begin "
                                        "one: migrate-safe new NAME --dir DIR");
    }
    if (!add_files(arena, directory, "", files, problems, err))
        return false;
    for (size_t i = 0; i < sizeof ROLLBACK_FOLDERS / sizeof ROLLBACK_FOLDERS[0]; i++) {
        const char *name = ROLLBACK_FOLDERS[i];
        const char *inside = arena_printf(arena, "%s/%s", directory, name);
        if (file_is_directory(inside) &&
            !add_files(arena, inside, arena_printf(arena, "%s/", name), files, problems, err))
            return false;
        const char *outside = beside(arena, directory, name);
        if (file_is_directory(outside) &&
            !add_files(arena, outside, arena_printf(arena, "../%s/", name), files, problems, err))
            return false;
    }
    return true;
}

static void add_problem(Arena *arena, Problems *problems, ProblemKind kind, bool is_error,
                        const Err *err)
{
    Problem *problem = vec_append(arena, problems);
    *problem = (Problem){.kind = kind, .is_error = is_error, .err = *err};
}

// Texts are read into `scratch`; those that fit into the budget, and those that no file holds as
// they are (a rollback taken out of comments), are kept.
static void keep_text(Arena *arena, Script *script, size_t *kept, bool is_derived)
{
    if (!script->is_present || !script->is_loaded)
        return;
    if (!is_derived && *kept + script->text.n > TEXTS_KEPT_MAX) {
        script->is_loaded = false;
        script->text = (Str){0};
        return;
    }
    *kept += script->text.n;
    script->text = (Str){arena_dup(arena, script->text), script->text.n};
}

static void load_entry(Arena *arena, Arena *scratch, const Layout *layout, const LayoutEntry *entry,
                       Source *source, size_t *kept)
{
    Err err = {0};
    Migration migration = {
        .version = entry->version,
        .name = entry->name,
        .layout = layout->name,
        .kind = entry->kind,
        .down = {.is_present = entry->down != NULL, .path = entry->down ? entry->down->path : NULL},
    };
    if (!script_load(arena, scratch, entry->up->path, &migration.up, &err)) {
        add_problem(arena, &source->problems,
                    err.class == ERR_IO ? PROBLEM_UNREADABLE : PROBLEM_CONTENT, true, &err);
        return;
    }
    bool is_split = false;
    if (layout->split && migration.up.is_loaded && !entry->down) {
        if (!layout->split(scratch, &migration.up, &migration.down, &err)) {
            add_problem(arena, &source->problems, PROBLEM_CONTENT, true, &err);
            return;
        }
        is_split = migration.down.is_present;
    }
    keep_text(arena, &migration.up, kept, false);
    if (is_split) {
        keep_text(arena, &migration.down, kept, true);
        Script down = migration.down;
        if (!script_from_text(arena, down.path, down.text, down.start, &migration.down, &err)) {
            add_problem(arena, &source->problems, PROBLEM_CONTENT, true, &err);
            return;
        }
    }
    *vec_append(arena, &source->migrations) = migration;
}

static bool load_folder(Arena *arena, const char *directory, const char *layout_name,
                        Source *source, size_t *kept, Err *err)
{
    SourceFiles files = {0};
    if (!list_folder(arena, directory, &files, &source->problems, err))
        return false;
    const Layout *layout = layout_name ? layout_find(layout_name) : layout_detect(&files);
    if (!layout) {
        fail(err, ERR_CONFIG, "unknown layout \"%s\"", layout_name);
        return err_hint(err, "known: paired, plain");
    }
    SourceFolder *folder = vec_append(arena, &source->folders);
    *folder = (SourceFolder){.path = directory, .layout = layout};
    layout->read(arena, &files, &folder->entries, &source->problems);
    layout_sort(arena, &folder->entries, &source->problems);
    vec_reserve(arena, &source->migrations, source->migrations.len + folder->entries.len);
    ARENA_SCOPED scratch = arena_new();
    VEC_EACH (const LayoutEntry, entry, &folder->entries) {
        ArenaMark mark = arena_mark(scratch);
        load_entry(arena, scratch, layout, entry, source, kept);
        arena_release(scratch, mark);
    }
    return true;
}

static int by_version(const void *a, const void *b)
{
    const Migration *left = a;
    const Migration *right = b;
    return version_compare(str_from(left->version), str_from(right->version));
}

// Within a folder duplicates were found by name; this is for several folders.
static bool merge_folders(Source *source, Err *err)
{
    Migrations *all = &source->migrations;
    if (source->folders.len < 2)
        return true;
    qsort(all->items, all->len, sizeof *all->items, by_version);
    for (size_t i = 1; i < all->len; i++)
        if (by_version(&all->items[i - 1], &all->items[i]) == 0) {
            fail(err, ERR_CHECK, "version %s is in two folders: %s and %s", all->items[i].version,
                 all->items[i - 1].up.path, all->items[i].up.path);
            return err_hint(err, "give one of them another version");
        }
    return true;
}

bool source_load(Arena *arena, const SourceOptions *options, Source *ret_source, Err *err)
{
    const char *usual[2] = {NULL, NULL};
    const char *const *directories = options->directories;
    if (!directories || !directories[0]) {
        if (!find_usual_folder(&usual[0], err))
            return false;
        directories = usual;
    }
    Source source = {0};
    size_t kept = 0;
    for (size_t i = 0; directories[i]; i++)
        if (!load_folder(arena, directories[i], options->layout, &source, &kept, err))
            return false;
    if (!merge_folders(&source, err))
        return false;
    *ret_source = source;
    return true;
}

const Problem *source_first_error(const Source *source)
{
    VEC_EACH (const Problem, problem, &source->problems)
        if (problem->is_error)
            return problem;
    return NULL;
}

static void examine_script(Arena *arena, Source *source, Script *script, const char *empty_hint)
{
    Err err = {0};
    Shape shape;
    if (!script_complete(arena, script, &err) || !script_survey(script, &shape, &err)) {
        add_problem(arena, &source->problems,
                    err.class == ERR_IO ? PROBLEM_UNREADABLE : PROBLEM_CONTENT, true, &err);
        return;
    }
    if (shape.statements == 0) {
        fail(&err, ERR_CONFIG, "the file has no statement");
        err_at(&err, script->path, (Position){1, 1});
        err_hint(&err, "%s", empty_hint);
        add_problem(arena, &source->problems, PROBLEM_EMPTY, false, &err);
    }
}

// A folder in which nothing was found is more often the wrong folder than a new one.
static void examine_folders(Arena *arena, Source *source)
{
    if (source->problems.len)
        return;
    VEC_EACH (const SourceFolder, folder, &source->folders) {
        if (folder->entries.len)
            continue;
        Err err = {0};
        fail(&err, ERR_CONFIG, "there are no migrations in this folder");
        err_at(&err, folder->path, (Position){0});
        err_hint(&err, "begin one: migrate-safe new NAME, or name another folder: --dir DIR");
        add_problem(arena, &source->problems, PROBLEM_EMPTY, false, &err);
    }
}

void source_examine(Arena *arena, Source *source)
{
    examine_folders(arena, source);
    VEC_EACH (Migration, migration, &source->migrations) {
        examine_script(arena, source, &migration->up,
                       "write the change into it, or remove the file");
        if (migration->down.is_present) {
            examine_script(arena, source, &migration->down,
                           "write how the change is undone, or remove the file and mark the up: "
                           "-- migrate-safe: irreversible: REASON");
        } else if (!migration->up.directives.irreversible) {
            Err err = {0};
            fail(&err, ERR_CONFIG, "version %s has no down migration", migration->version);
            err_at(&err, migration->up.path, (Position){1, 1});
            err_hint(&err, "write one, or mark the up: -- migrate-safe: irreversible: REASON");
            add_problem(arena, &source->problems, PROBLEM_MISSING_DOWN, false, &err);
        }
    }
}
