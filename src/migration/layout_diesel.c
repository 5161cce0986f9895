// Folders of diesel: 2024-01-01-000000_add_users/ with up.sql, maybe down.sql and metadata.toml.
// The version is what stands before the first '_', without '-', as diesel's own table has it; it is
// sorted by that, and not by the folder's name.
#include "migration/filename.h"
#include "migration/layout.h"
#include "migration/migration_folder.h"
#include "migration/new_script.h"
#include "migration/newtext.h"
#include "migration/problem.h"
#include "migration/text_order.h"
#include "migration/toml.h"
#include "migration/version.h"

static const FolderRule FOLDERS[] = {{"*", false}, {NULL, false}};

static int diesel_detect(const Sample *sample)
{
    VEC_EACH (const SourceFile, file, &sample->listing.files) {
        Str name = str_from(file->name);
        Str folder = str_until(name, '/');
        if (folder.n < name.n && str_eq(str_skip(name, folder.n), STR("/up.sql")))
            return DETECTED_SURELY;
    }
    return 0;
}

static const char *version_of(Arena *arena, Str folder)
{
    char *version = arena_dup(arena, str_until(folder, '_'));
    size_t used = 0;
    for (const char *at = version; *at; at++)
        if (*at != '-')
            version[used++] = *at;
    version[used] = '\0';
    return version;
}

static Str title_of(Str folder, const char *version)
{
    Str before = str_until(folder, '_');
    Str title = str_skip(folder, before.n < folder.n ? before.n + 1 : before.n);
    return title.n ? title : str_from(version);
}

static void folder_read(Arena *arena, const MigrationFolder *folder, LayoutEntries *entries,
                        TextOrders *orders, Problems *problems)
{
    const SourceFile *up = migration_folder_find(folder, "up.sql");
    const char *version = version_of(arena, folder->name);
    if (!folder->count) // diesel passes over an empty folder
        return;
    if (!filename_is_clean(folder->name) || !version_is_valid(str_from(version))) {
        Problem *problem =
            problem_append(arena, problems, PROBLEM_VERSION, folder->place,
                           "the folder's name does not begin with a version and '_'");
        err_hint(&problem->err, "rename the folder, for example to %s, or move it away",
                 filename_suggest(arena, folder->name));
    } else if (!up) {
        Problem *problem = problem_append(arena, problems, PROBLEM_ORPHAN, folder->place,
                                          "there is no up.sql in this folder");
        err_hint(&problem->err, "write the change into up.sql, or move the folder away");
    } else {
        *vec_append(arena, entries) = (LayoutEntry){
            .version = version,
            .name = arena_dup(arena, title_of(folder->name, version)),
            .up = up,
            .down = migration_folder_find(folder, "down.sql"),
            .options = migration_folder_find(folder, "metadata.toml"),
        };
        *vec_append(arena, orders) = (TextOrder){version, str_from(version), up};
    }
}

static void diesel_read(Arena *arena, const Listing *listing, LayoutEntries *entries,
                        Problems *problems)
{
    MigrationFolders folders = {0};
    TextOrders orders = {0};
    migration_folders_read(arena, listing, &folders);
    migration_folders_check(arena, listing, &folders, "diesel", "up.sql", problems);
    VEC_EACH (const MigrationFolder, folder, &folders)
        folder_read(arena, folder, entries, &orders, problems);
    text_order_check(arena, "diesel", &orders, problems);
}

static bool option_refuse(const SourceText *text, const TomlEntry *entry, Err *err)
{
    if (entry->table.n || !str_eq(entry->key, STR("run_in_transaction")))
        fail(err, ERR_CONFIG, "diesel has no setting \"" STR_FMT "\"", STR_ARG(entry->key));
    else
        fail(err, ERR_CONFIG, "run_in_transaction is true or false");
    err_at(err, text->path, entry->position);
    return err_hint(err, "write \"run_in_transaction = false\"");
}

// Diesel itself takes a file without the key, or one that it cannot read, for one answer or the
// other and says nothing; here the file has to say which.
static bool diesel_options(Arena *arena, const SourceText *text, Migration *migration, Err *err)
{
    TomlReader reader;
    TomlEntry entry;
    bool is_said = false;
    toml_reader_init(&reader, text->path, text->text);
    while (toml_next(&reader, &entry, err)) {
        bool is_false = str_eq(entry.value, STR("false"));
        if (entry.table.n || entry.is_string || !str_eq(entry.key, STR("run_in_transaction")) ||
            !(is_false || str_eq(entry.value, STR("true"))))
            return option_refuse(text, &entry, err);
        is_said = true;
        migration->up.is_no_transaction = migration->down.is_no_transaction = is_false;
    }
    if (err->class != ERR_NONE || is_said)
        return err->class == ERR_NONE;
    fail(err, ERR_CONFIG,
         "this file does not say run_in_transaction, which diesel takes for false");
    err_at(err, text->path, (Position){1, 1});
    return err_hint(err, "write \"run_in_transaction = true\", or false, or remove the file");
}

// Folders of a team that leaves the '-' out keep leaving it out.
static bool has_dashes(const LayoutEntries *entries)
{
    bool is_dashed = true;
    VEC_EACH (const LayoutEntry, entry, entries) {
        Str name = str_until(str_from(entry->up->name), '_');
        bool is_setup = version_compare(str_from(entry->version), STR("0")) == 0;
        if (!is_setup)
            is_dashed = str_until(name, '-').n < name.n;
    }
    return is_dashed;
}

static const char *folder_name(Arena *arena, const LayoutEntries *entries, const char *version,
                               const char *title)
{
    const char *slug = filename_slug(arena, str_from(title));
    if (!slug[0])
        slug = "migration";
    if (!has_dashes(entries) || strlen(version) != 14 || !version_date_length((Str){version, 8}))
        return arena_printf(arena, "%s_%s", version, slug);
    return arena_printf(arena, "%.4s-%.2s-%.2s-%s_%s", version, version + 4, version + 6,
                        version + 8, slug);
}

static void diesel_new_files(Arena *arena, const LayoutEntries *entries, const char *version,
                             const char *name, NewFiles *ret_files)
{
    const char *folder = folder_name(arena, entries, version, name);
    *vec_append(arena, ret_files) =
        (NewFile){arena_printf(arena, "%s/up.sql", folder), newtext_up(arena, name)};
    *vec_append(arena, ret_files) =
        (NewFile){arena_printf(arena, "%s/down.sql", folder), newtext_down(arena, name)};
}

static const ScriptForm FORM = {
    .file_alone = "metadata.toml",
    .text_alone = "run_in_transaction = false\n",
};

static const char *diesel_down_name(Arena *arena, const Listing *listing,
                                    const LayoutEntries *entries, const LayoutEntry *entry)
{
    Str folder = str_until(str_from(entry->up->name), '/');
    return arena_printf(arena, STR_FMT "/down.sql", STR_ARG(folder));
}

const Layout LAYOUT_DIESEL = {
    .name = "diesel",
    .summary = "a folder for a migration, 2024-01-01-000000_add_users/ with up.sql, down.sql and "
               "metadata.toml",
    .folders = FOLDERS,
    .first_version = "00000000000000",
    .has_numbers_only = true,
    .wraps = true,
    .sends_one_string = true,
    .detect = diesel_detect,
    .read = diesel_read,
    .options = diesel_options,
    .new_files = diesel_new_files,
    .form = &FORM,
    .down_name = diesel_down_name,
};
