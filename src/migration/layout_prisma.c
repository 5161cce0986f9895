// Folders of Prisma: 20240101000000_add_users/ with migration.sql, and a down.sql where the team
// made one; migration_lock.toml beside them names the kind of database.
#include "migration/filename.h"
#include "migration/layout.h"
#include "migration/migration_folder.h"
#include "migration/new_script.h"
#include "migration/newtext.h"
#include "migration/problem.h"
#include "migration/text_order.h"
#include "migration/toml.h"

#define LOCK "migration_lock.toml"

static const FolderRule FOLDERS[] = {{"*", false}, {NULL, false}};
static const char *const TEXTS[] = {LOCK, NULL};

static int prisma_detect(const Sample *sample)
{
    VEC_EACH (const SourceFile, file, &sample->listing.others)
        if (strcmp(file->name, LOCK) == 0)
            return DETECTED_SURELY;
    VEC_EACH (const SourceFile, file, &sample->listing.files) {
        Str name = str_from(file->name);
        Str folder = str_until(name, '/');
        if (folder.n < name.n && str_eq(str_skip(name, folder.n), STR("/migration.sql")))
            return DETECTED_SURELY;
    }
    return 0;
}

// Migrations that Prisma wrote for another database would fail here, or do something else.
static void lock_read(Arena *arena, const SourceText *text, Problems *problems)
{
    Err err;
    TomlReader reader;
    TomlEntry entry;
    const SourceFile file = {text->name, text->path};
    toml_reader_init(&reader, text->path, text->text);
    while (toml_next(&reader, &entry, &err)) {
        if (!str_eq(entry.key, STR("provider")) || str_eq(entry.value, STR("postgresql")) ||
            str_eq(entry.value, STR("postgres")))
            continue;
        Problem *problem = problem_append(
            arena, problems, PROBLEM_FOREIGN, &file,
            "these migrations are for \"" STR_FMT "\", not for PostgreSQL", STR_ARG(entry.value));
        problem->err.position = entry.position;
        err_hint(&problem->err, "name the folder of the migrations for PostgreSQL: --dir DIR");
    }
    if (err.class != ERR_NONE)
        problem_append(arena, problems, PROBLEM_CONTENT, &file, "%s", err.message)->err = err;
}

static void folder_read(Arena *arena, const MigrationFolder *folder, LayoutEntries *entries,
                        TextOrders *orders, Problems *problems)
{
    const SourceFile *up = migration_folder_find(folder, "migration.sql");
    Str version = {0};
    Str name = {0};
    if (!filename_is_clean(folder->name) || !filename_parse(folder->name, &version, &name)) {
        Problem *problem = problem_append(arena, problems, PROBLEM_VERSION, folder->place,
                                          "the folder's name does not begin with a version");
        err_hint(&problem->err, "rename the folder, for example to %s, or move it away",
                 filename_suggest(arena, folder->name));
    } else if (!up) {
        Problem *problem = problem_append(arena, problems, PROBLEM_ORPHAN, folder->place,
                                          "there is no migration.sql in this folder");
        err_hint(&problem->err, "put the file back, or remove the folder");
    } else {
        const char *own = layout_lettered_version(arena, version, entries);
        *vec_append(arena, entries) = (LayoutEntry){
            .version = own,
            .name = arena_dup(arena, name),
            .up = up,
            .down = migration_folder_find(folder, "down.sql"),
        };
        *vec_append(arena, orders) = (TextOrder){own, folder->name, up};
    }
}

static void prisma_read(Arena *arena, const Listing *listing, LayoutEntries *entries,
                        Problems *problems)
{
    MigrationFolders folders = {0};
    TextOrders orders = {0};
    VEC_EACH (const SourceText, text, &listing->texts)
        lock_read(arena, text, problems);
    migration_folders_read(arena, listing, &folders);
    migration_folders_check(arena, listing, &folders, "prisma", "migration.sql", problems);
    VEC_EACH (const MigrationFolder, folder, &folders)
        folder_read(arena, folder, entries, &orders, problems);
    text_order_check(arena, "Prisma", &orders, problems);
}

static void prisma_new_files(Arena *arena, const LayoutEntries *entries, const char *version,
                             const char *name, NewFiles *ret_files)
{
    const char *folder = filename_compose(arena, version, name);
    *vec_append(arena, ret_files) =
        (NewFile){arena_printf(arena, "%s/migration.sql", folder), newtext_up(arena, name)};
    *vec_append(arena, ret_files) =
        (NewFile){arena_printf(arena, "%s/down.sql", folder), newtext_down(arena, name)};
}

static const char *prisma_down_name(Arena *arena, const Listing *listing,
                                    const LayoutEntries *entries, const LayoutEntry *entry)
{
    Str folder = str_until(str_from(entry->up->name), '/');
    return arena_printf(arena, STR_FMT "/down.sql", STR_ARG(folder));
}

const Layout LAYOUT_PRISMA = {
    .name = "prisma",
    .summary = "a folder for a migration, 20240101000000_add_users/ with migration.sql, and "
               "down.sql where there is one",
    .folders = FOLDERS,
    .texts = TEXTS,
    .first_version = "00000000000000",
    .sends_one_string = true,
    .detect = prisma_detect,
    .read = prisma_read,
    .new_files = prisma_new_files,
    .form = &SCRIPT_FORM_OURS,
    .down_name = prisma_down_name,
};
