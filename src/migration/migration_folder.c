#include "migration/migration_folder.h"

#include "migration/filename.h"
#include "migration/problem.h"

#include <stdlib.h>

typedef VEC(const SourceFile *) FileRefs;

static Str folder_of(const SourceFile *file)
{
    return str_until(str_from(file->name), '/');
}

static Str name_below(const SourceFile *file)
{
    return str_skip(str_from(file->name), folder_of(file).n + 1);
}

static void collect(Arena *arena, const SourceFiles *files, FileRefs *refs)
{
    VEC_EACH (const SourceFile, file, files)
        if (strchr(file->name, '/'))
            *vec_append(arena, refs) = file;
}

static int by_name(const void *a, const void *b)
{
    const SourceFile *const *left = a;
    const SourceFile *const *right = b;
    return strcmp((*left)->name, (*right)->name);
}

void migration_folders_read(Arena *arena, const Listing *listing, MigrationFolders *ret_folders)
{
    FileRefs refs = {0};
    collect(arena, &listing->files, &refs);
    collect(arena, &listing->others, &refs);
    if (refs.len) // a folder stands before what is in it: its name ends in '/'
        qsort(refs.items, refs.len, sizeof *refs.items, by_name);
    for (size_t first = 0, next; first < refs.len; first = next) {
        Str name = folder_of(refs.items[first]);
        next = first + 1;
        while (next < refs.len && str_eq(folder_of(refs.items[next]), name))
            next++;
        size_t skipped = name_below(refs.items[first]).n == 0;
        *vec_append(arena, ret_folders) = (MigrationFolder){
            .name = name,
            .place = refs.items[first],
            .files = refs.items + first + skipped,
            .count = next - first - skipped,
        };
    }
}

const SourceFile *migration_folder_find(const MigrationFolder *folder, const char *name)
{
    for (size_t i = 0; i < folder->count; i++)
        if (str_eq(name_below(folder->files[i]), str_from(name)))
            return folder->files[i];
    return NULL;
}

static void check_one(Arena *arena, const MigrationFolder *folder, const char *layout,
                      const char *up, Problems *problems)
{
    for (size_t i = 0; i < folder->count; i++) {
        Str name = name_below(folder->files[i]);
        if (!str_ends(name, STR(".sql")) || str_eq(name, str_from(up)) ||
            str_eq(name, STR("down.sql")))
            continue;
        Problem *problem =
            problem_append(arena, problems, PROBLEM_VERSION, folder->files[i],
                           "in the layout %s a folder's SQL is in %s and down.sql", layout, up);
        err_hint(&problem->err, "move its SQL into %s, or the file out of the folder", up);
    }
}

void migration_folders_check(Arena *arena, const Listing *listing, const MigrationFolders *folders,
                             const char *layout, const char *up, Problems *problems)
{
    VEC_EACH (const SourceFile, file, &listing->files) {
        Str name = str_from(file->name);
        if (folder_of(file).n < name.n)
            continue;
        // Their tools do not see it; it is named, in case that it was meant to run.
        Problem *problem =
            problem_append(arena, problems, PROBLEM_VERSION, file,
                           "in the layout %s a migration is a folder: this is not run", layout);
        problem->is_error = false;
        err_hint(&problem->err, "if it is a migration, move it to %s/%s",
                 filename_suggest(arena, (Str){name.p, name.n - STR(".sql").n}), up);
    }
    VEC_EACH (const MigrationFolder, folder, folders)
        check_one(arena, folder, layout, up, problems);
}
