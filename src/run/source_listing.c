#include "run/source_listing.h"

#include "io/file.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum {
    HEADS = 8,
    HEAD_BYTES = 16 * 1024,
    DEPTH_MAX = 16,
    TEXT_BYTES_MAX = 1024 * 1024
};

static const Str BOM = STR("\xef\xbb\xbf");

static bool is_sql(const char *name)
{
    Str text = str_from(name);
    return text.n >= 4 && str_eq_nocase(str_skip(text, text.n - 4), STR(".sql"));
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

// Where `name`, relative to the folder and maybe beside it, is on disk.
static const char *place(Arena *arena, const char *directory, const char *name)
{
    if (str_starts(str_from(name), STR("../")))
        return beside(arena, directory, name + 3);
    const char *slash = str_ends(str_from(directory), STR("/")) ? "" : "/";
    return arena_join(arena, str_from(directory), str_from(slash), str_from(name));
}

static void add_problem(Arena *arena, Problems *problems, const char *path, const Err *err)
{
    Problem *problem = vec_append(arena, problems);
    *problem = (Problem){.is_error = true, .err = *err};
    problem->kind = err->class == ERR_CONFIG ? PROBLEM_VERSION : PROBLEM_UNREADABLE;
    err_at(&problem->err, path, (Position){0});
}

// Adds what one directory holds under names that begin with `prefix`.
static bool add_files(Arena *arena, const char *directory, const char *prefix, Listing *listing,
                      Problems *problems, Err *err)
{
    FileEntries entries = {0};
    if (!file_list(arena, directory, &entries, err))
        return false;
    const char *slash = str_ends(str_from(directory), STR("/")) ? "" : "/";
    // Hidden files are those of editors and file managers: .#001_x.up.sql, ._001_x.up.sql.
    VEC_EACH (const FileEntry, entry, &entries) {
        if (entry->name[0] == '.')
            continue;
        SourceFile file = {
            arena_join(arena, str_from(prefix), str_from(entry->name),
                       entry->is_directory ? STR("/") : STR("")),
            arena_join(arena, str_from(directory), str_from(slash), str_from(entry->name))};
        Err wrong = {0};
        if (!is_sql(entry->name) || entry->is_directory)
            *vec_append(arena, &listing->others) = file;
        else if (check_entry(entry, &wrong))
            *vec_append(arena, &listing->files) = file;
        else
            add_problem(arena, problems, file.path, &wrong);
    }
    return true;
}

static bool add_folder(Arena *arena, const char *directory, const char *name, bool is_deep,
                       Listing *listing, Problems *problems, Err *err)
{
    size_t from = listing->others.len;
    size_t depth = 0;
    for (const char *at = name; *at; at++)
        depth += *at == '/';
    if (!add_files(arena, place(arena, directory, name), name, listing, problems, err))
        return false;
    if (!is_deep || depth >= DEPTH_MAX)
        return true;
    size_t to = listing->others.len;
    for (size_t i = from; i < to; i++) {
        const char *below = listing->others.items[i].name;
        if (str_ends(str_from(below), STR("/")) &&
            !add_folder(arena, directory, below, true, listing, problems, err))
            return false;
    }
    return true;
}

bool listing_load(Arena *arena, const char *directory, Listing *ret_listing, Problems *problems,
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
    *ret_listing = (Listing){.path = directory};
    return add_files(arena, directory, "", ret_listing, problems, err);
}

// A folder that may be a migration: 2024-01-01-000000_x/, 20240101000000_x/, V1/.
static bool may_be_migration(const SourceFile *file)
{
    char first = file->name[0];
    return str_ends(str_from(file->name), STR("/")) &&
           ((first >= '0' && first <= '9') || first == 'V');
}

// What stands beside the folder and speaks for a layout: refinery.toml.
static void add_signs(Arena *arena, const char *directory, Sample *sample)
{
    for (const Layout *const *layout = LAYOUTS; *layout; layout++)
        for (const char *const *name = (*layout)->texts; name && *name; name++) {
            const char *path = place(arena, directory, *name);
            if (str_starts(str_from(*name), STR("../")) && file_is_regular(path))
                *vec_append(arena, &sample->listing.others) = (SourceFile){*name, path};
        }
}

bool listing_sample(Arena *arena, const char *directory, const Listing *listing, Sample *ret_sample,
                    Err *err)
{
    Problems ignored = {0};
    Sample sample = {0};
    VEC_EACH (const SourceFile, file, &listing->files)
        *vec_append(arena, &sample.listing.files) = *file;
    VEC_EACH (const SourceFile, file, &listing->others)
        *vec_append(arena, &sample.listing.others) = *file;
    VEC_EACH (const SourceFile, file, &listing->others) {
        if (!may_be_migration(file))
            continue;
        if (!add_folder(arena, directory, file->name, false, &sample.listing, &ignored, err))
            return false;
        break;
    }
    add_signs(arena, directory, &sample);
    *ret_sample = sample;
    return true;
}

static void read_head(Arena *arena, const char *path, Sample *sample)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor < 0)
        return;
    char *bytes = arena_alloc(arena, HEAD_BYTES);
    ssize_t got = file_read_full(descriptor, bytes, HEAD_BYTES);
    close(descriptor);
    if (got <= 0)
        return;
    Str head = {bytes, (size_t)got};
    *vec_append(arena, &sample->heads) = str_skip(head, str_starts(head, BOM) ? BOM.n : 0);
}

void listing_read_heads(Arena *arena, Sample *sample)
{
    size_t count = sample->listing.files.len;
    size_t wanted = count < HEADS ? count : HEADS;
    for (size_t i = 0; i < wanted; i++) // the first, the last, and some between
        read_head(arena,
                  sample->listing.files.items[wanted > 1 ? i * (count - 1) / (wanted - 1) : 0].path,
                  sample);
}

static bool read_texts(Arena *arena, const char *directory, const char *const *names,
                       Listing *listing, Err *err)
{
    for (const char *const *name = names; name && *name; name++) {
        const char *path = place(arena, directory, *name);
        Str text;
        if (!file_is_regular(path))
            continue;
        if (!file_read(arena, path, TEXT_BYTES_MAX, &text, err))
            return false;
        text = str_skip(text, str_starts(text, BOM) ? BOM.n : 0);
        *vec_append(arena, &listing->texts) = (SourceText){*name, path, text};
    }
    return true;
}

static bool add_rules(Arena *arena, const char *directory, const FolderRule *rules,
                      Listing *listing, Problems *problems, Err *err)
{
    size_t top = listing->others.len; // of the folder itself; what is added stands behind
    for (const FolderRule *rule = rules; rule && rule->name; rule++) {
        if (strcmp(rule->name, "*") != 0) {
            const char *name = arena_printf(arena, "%s/", rule->name);
            if (file_is_directory(place(arena, directory, name)) &&
                !add_folder(arena, directory, name, rule->is_deep, listing, problems, err))
                return false;
            continue;
        }
        for (size_t i = 0; i < top; i++) {
            const char *name = listing->others.items[i].name;
            if (str_ends(str_from(name), STR("/")) &&
                !add_folder(arena, directory, name, rule->is_deep, listing, problems, err))
                return false;
        }
    }
    return true;
}

static bool takes_every_folder(const FolderRule *rules)
{
    for (const FolderRule *rule = rules; rule && rule->name; rule++)
        if (strcmp(rule->name, "*") == 0)
            return true;
    return false;
}

// A folder that is called like a file was meant as one, unless the layout looks into folders.
static void report_folders(Arena *arena, const Listing *listing, Problems *problems)
{
    VEC_EACH (const SourceFile, file, &listing->others) {
        Str name = str_from(file->name);
        if (!str_ends(name, STR("/")) || !is_sql(arena_dup(arena, (Str){name.p, name.n - 1})))
            continue;
        Err err;
        fail(&err, ERR_IO, "not a regular file");
        err_hint(&err, "move it out of the folder of migrations");
        add_problem(arena, problems, file->path, &err);
    }
}

bool listing_complete(Arena *arena, const char *directory, const Layout *layout, Listing *listing,
                      Problems *problems, Err *err)
{
    Places places = {0};
    if (!add_rules(arena, directory, layout->folders, listing, problems, err) ||
        !read_texts(arena, directory, layout->texts, listing, err))
        return false;
    if (layout->places)
        layout->places(arena, listing, &places);
    if (!takes_every_folder(layout->folders) && !takes_every_folder(places.folders))
        report_folders(arena, listing, problems);
    return add_rules(arena, directory, places.folders, listing, problems, err) &&
           read_texts(arena, directory, places.texts, listing, err);
}
