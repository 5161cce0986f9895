#include "run/backup/shelf.h"

#include "io/file.h"
#include "run/backup/manifest.h"
#include "run/backup/shelf_place.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

const char *backup_name(const Backup *backup)
{
    return backup->manifest ? backup->manifest->id : backup->path;
}

static bool is_there(const char *path, BackupForm form)
{
    return form == BACKUP_DIRECTORY ? file_is_directory(path) : file_is_regular(path);
}

// The manifest at `path`, and beside it the bytes that it is about: `stem` is their path without
// the ending of their form.
static bool read_entry(Arena *arena, const char *path, const char *folder, const char *id,
                       bool *ret_has_bytes, Backup *ret_backup, Err *err)
{
    *ret_has_bytes = true;
    BackupManifest *manifest = arena_new_object(arena, BackupManifest);
    if (!manifest_read(arena, path, manifest, err))
        return false;
    if (strcmp(manifest->id, id) != 0) {
        fail(err, ERR_CHECK, "%s is the manifest of another backup: %s", path, manifest->id);
        return err_hint(err, "give the files of a backup their names back, backup-%s",
                        manifest->id);
    }
    const char *bytes = shelf_bytes_path(arena, folder, id, manifest->form);
    *ret_has_bytes = is_there(bytes, manifest->form);
    if (!*ret_has_bytes) {
        fail(err, ERR_CHECK, "%s is not there, only its manifest is", bytes);
        return err_hint(err, "bring it back beside %s, or remove that: migrate-safe backup prune",
                        path);
    }
    *ret_backup = (Backup){
        .path = bytes,
        .manifest_path = path,
        .manifest = manifest,
        .form = manifest->form,
    };
    return true;
}

static int compare_backups(const void *left, const void *right)
{
    const Backup *a = left;
    const Backup *b = right;
    int order = strcmp(a->manifest->created_at, b->manifest->created_at);
    return order ? order : strcmp(a->manifest->id, b->manifest->id);
}

static BackupProblem *add_problem(Arena *arena, Shelf *shelf, const char *path, const Err *err)
{
    BackupProblem *problem = vec_append(arena, &shelf->problems);
    problem->path = path;
    problem->err = *err;
    return problem;
}

// One of ours that somebody makes or removes at this moment.
static bool is_at_work(Arena *arena, const char *folder, const char *id)
{
    return file_exists(shelf_lock_path(arena, folder, id));
}

static void load_manifest(Arena *arena, Shelf *shelf, const char *id)
{
    Err err = {0};
    Backup backup;
    bool has_bytes;
    const char *path = shelf_manifest_path(arena, shelf->folder, id);
    if (read_entry(arena, path, shelf->folder, id, &has_bytes, &backup, &err))
        *vec_append(arena, &shelf->backups) = backup;
    else if (!is_at_work(arena, shelf->folder, id))
        add_problem(arena, shelf, path, &err)->has_no_bytes = !has_bytes;
}

static void load_bytes(Arena *arena, Shelf *shelf, const FileEntry *entry)
{
    Err err = {0};
    BackupForm form;
    Str id = shelf_id_of_bytes(entry->name, entry->is_directory, &form);
    if (!id.n)
        return;
    const char *name = arena_dup(arena, id);
    if (file_exists(shelf_manifest_path(arena, shelf->folder, name)) ||
        is_at_work(arena, shelf->folder, name))
        return;
    const char *path = arena_printf(arena, "%s/%s", shelf->folder, entry->name);
    fail(&err, ERR_CHECK, "%s has no manifest: nothing is known of what it must be", path);
    err_hint(&err, "see what is in it: migrate-safe backup verify %s", path);
    add_problem(arena, shelf, path, &err);
}

bool shelf_load(Arena *arena, const char *folder, Shelf *ret_shelf, Err *err)
{
    FileEntries entries;
    Shelf shelf = {.folder = arena_strdup(arena, folder)};
    if (!file_exists(folder)) {
        *ret_shelf = shelf;
        return true;
    }
    if (!file_list(arena, folder, &entries, err))
        return false;
    VEC_EACH (const FileEntry, entry, &entries) {
        Str id = shelf_id_of_manifest(entry->name);
        if (id.n && !entry->is_directory)
            load_manifest(arena, &shelf, arena_dup(arena, id));
        else
            load_bytes(arena, &shelf, entry);
    }
    vec_sort(&shelf.backups, compare_backups);
    *ret_shelf = shelf;
    return true;
}

static const char *folder_of(Arena *arena, const char *path, const char **ret_name)
{
    Str whole = str_from(path);
    while (whole.n > 1 && whole.p[whole.n - 1] == '/')
        whole.n--;
    path = arena_dup(arena, whole);
    const char *slash = strrchr(path, '/');
    *ret_name = slash ? slash + 1 : path;
    if (!slash)
        return ".";
    return slash == path ? "/" : arena_dup(arena, (Str){path, (size_t)(slash - path)});
}

static bool not_a_backup(const char *path, const char *why, Err *err)
{
    fail(err, ERR_CHECK, "%s is not a backup: %s", path, why);
    return err_hint(err, "see the backups that are there: migrate-safe backup list");
}

// By what it begins with: names are not to be trusted for what somebody else made.
static bool guess_form(const char *path, BackupForm *ret_form, Err *err)
{
    char head[512];
    if (file_is_directory(path)) {
        ARENA_SCOPED arena = arena_new();
        *ret_form = BACKUP_DIRECTORY;
        return file_is_regular(arena_printf(arena, "%s/toc.dat", path)) ||
               not_a_backup(path, "a directory without the toc.dat that pg_dump writes", err);
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return fail_errno(err, ERR_IO, errno, "cannot read %s", path);
    ssize_t got = file_read_full(fd, head, sizeof head);
    int saved_errno = errno;
    close(fd);
    if (got < 0)
        return fail_errno(err, ERR_IO, saved_errno, "cannot read %s", path);
    if (got == 0)
        return not_a_backup(path, "the file is empty", err);
    Str text = {head, (size_t)got};
    bool is_archive = str_starts(text, STR("PGDMP")) || str_starts(text, STR("toc.dat"));
    bool is_text = str_starts(text, STR("\x1f\x8b")) || !memchr(head, '\0', text.n);
    *ret_form = is_archive ? BACKUP_CUSTOM : BACKUP_PLAIN;
    return is_archive || is_text ||
           not_a_backup(path, "neither an archive of pg_dump nor SQL, compressed by gzip or not",
                        err);
}

// With the manifest beside it, where there is one.
static bool find_path(Arena *arena, const char *path, Backup *ret_backup, Err *err)
{
    const char *name;
    const char *folder = folder_of(arena, path, &name);
    BackupForm form;
    Str id = shelf_id_of_manifest(name);
    if (!id.n)
        id = shelf_id_of_bytes(name, file_is_directory(path), &form);
    if (id.n) {
        const char *known = arena_dup(arena, id);
        const char *manifest_path = shelf_manifest_path(arena, folder, known);
        bool has_bytes;
        if (file_exists(manifest_path))
            return read_entry(arena, manifest_path, folder, known, &has_bytes, ret_backup, err);
    }
    if (!guess_form(path, &form, err))
        return false;
    *ret_backup = (Backup){.path = arena_strdup(arena, path), .form = form};
    return true;
}

static bool not_found(const char *folder, const char *name, const Shelf *shelf, Err *err)
{
    bool is_empty = shelf->backups.len + shelf->problems.len == 0;
    fail(err, ERR_CONFIG, "there is no backup \"%s\" in %s", name, folder);
    return err_hint(err, is_empty ? "that folder has none; name another by its path, or "
                                    "--backup-folder DIR"
                                  : "see the backups that are there: migrate-safe backup list");
}

static bool find_latest(const char *folder, const Shelf *shelf, Backup *ret_backup, Err *err)
{
    if (shelf->backups.len) {
        *ret_backup = shelf->backups.items[shelf->backups.len - 1];
        return true;
    }
    fail(err, ERR_CONFIG, "there is no backup in %s", folder);
    return err_hint(err, "make one: migrate-safe backup create");
}

bool shelf_find_latest_of(Arena *arena, const char *folder, const char *database,
                          Backup *ret_backup, Err *err)
{
    Shelf shelf;
    if (!shelf_load(arena, folder, &shelf, err))
        return false;
    for (size_t i = shelf.backups.len; i-- > 0;)
        if (strcmp(shelf.backups.items[i].manifest->database, database) == 0) {
            *ret_backup = shelf.backups.items[i];
            return true;
        }
    if (!shelf.backups.len)
        return find_latest(folder, &shelf, ret_backup, err);
    fail(err, ERR_CONFIG, "there is no backup of database %s in %s", database, folder);
    return err_hint(err, "see those that are there: migrate-safe backup list");
}

// A broken one was meant when its id was written: why it is none is said instead.
static bool find_problem(const Shelf *shelf, Str id, bool is_whole, Err *err)
{
    VEC_EACH (const BackupProblem, problem, &shelf->problems) {
        const char *slash = strrchr(problem->path, '/');
        Str name = str_from(slash ? slash + 1 : problem->path);
        if (!str_starts(name, STR("backup-")) || !str_starts(str_skip(name, 7), id))
            continue;
        Str rest = str_skip(name, 7 + id.n);
        if (is_whole && rest.n && rest.p[0] != '.')
            continue;
        *err = problem->err;
        return true;
    }
    return false;
}

static bool find_beginning(const char *folder, const char *name, Str id, const Shelf *shelf,
                           Backup *ret_backup, Err *err)
{
    const Backup *found = NULL;
    VEC_EACH (const Backup, backup, &shelf->backups) {
        if (!id.n || !str_starts(str_from(backup->manifest->id), id))
            continue;
        if (found) {
            fail(err, ERR_CONFIG, "several backups begin with \"%s\": %s, %s", name,
                 found->manifest->id, backup->manifest->id);
            return err_hint(err, "write more of the id: migrate-safe backup list");
        }
        found = backup;
    }
    if (found)
        *ret_backup = *found;
    else if (!id.n || !find_problem(shelf, id, false, err))
        not_found(folder, name, shelf, err);
    return found != NULL;
}

static bool is_path(const char *name)
{
    return strchr(name, '/') || (file_exists(name) && strcmp(name, "latest") != 0);
}

bool shelf_find_in(Arena *arena, const Shelf *shelf, const char *name, Backup *ret_backup, Err *err)
{
    if (is_path(name))
        return file_exists(name) ? find_path(arena, name, ret_backup, err)
                                 : fail_errno(err, ERR_CONFIG, ENOENT, "cannot read %s", name);
    if (strcmp(name, "latest") == 0)
        return find_latest(shelf->folder, shelf, ret_backup, err);
    Str id = str_from(name);
    if (str_starts(id, STR("backup-")))
        id = str_skip(id, 7);
    VEC_EACH (const Backup, backup, &shelf->backups)
        if (strcmp(backup->manifest->id, id.p) == 0) {
            *ret_backup = *backup;
            return true;
        }
    if (id.n && find_problem(shelf, id, true, err))
        return false;
    return find_beginning(shelf->folder, name, id, shelf, ret_backup, err);
}

bool shelf_find(Arena *arena, const char *folder, const char *name, Backup *ret_backup, Err *err)
{
    Shelf shelf = {0};
    if (!is_path(name) && !shelf_load(arena, folder, &shelf, err))
        return false;
    return shelf_find_in(arena, &shelf, name, ret_backup, err);
}
