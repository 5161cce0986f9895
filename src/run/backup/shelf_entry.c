// Putting a backup on the shelf and taking it off. A lock file stands beside it while somebody does
// either: whoever finds one that nobody holds removes what its owner left half done.
#include "base/sha256.h"
#include "io/clock.h"
#include "io/fault.h"
#include "io/file.h"
#include "io/interrupt.h"
#include "run/backup/manifest.h"
#include "run/backup/shelf.h"
#include "run/backup/shelf_place.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    IDS_MAX = 1000, // backups of one second
    READ_SIZE = 1024 * 1024,
};

// The lock file, locked by us; -1: somebody else has it, or it is gone meanwhile.
static int lock_file(const char *path, int flags)
{
    struct stat opened;
    struct stat named;
    int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | flags, 0600);
    if (fd < 0)
        return -1;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &opened) == 0 && stat(path, &named) == 0 &&
        opened.st_ino == named.st_ino)
        return fd;
    close(fd);
    errno = EWOULDBLOCK;
    return -1;
}

// What is named by an id whose manifest is not there is no backup.
static bool remove_bytes(Arena *arena, const char *folder, const char *id, Err *err)
{
    bool ok = file_remove_tree(shelf_partial_path(arena, folder, id), err);
    if (file_exists(shelf_manifest_path(arena, folder, id)))
        return ok;
    for (BackupForm form = BACKUP_DIRECTORY; form <= BACKUP_PLAIN; form++)
        ok = ok && file_remove_tree(shelf_bytes_path(arena, folder, id, form), err);
    return ok;
}

bool shelf_half_made(Arena *arena, const char *folder, Words *ret_ids, Err *err)
{
    FileEntries entries;
    if (!file_exists(folder))
        return true;
    if (!file_list(arena, folder, &entries, err))
        return false;
    VEC_EACH (const FileEntry, entry, &entries) {
        Str id = shelf_id_of_lock(entry->name);
        const char *name = arena_dup(arena, id);
        int lock = id.n ? lock_file(shelf_lock_path(arena, folder, name), 0) : -1;
        if (lock < 0)
            continue;
        close(lock);
        *vec_append(arena, ret_ids) = name;
    }
    return true;
}

// A failure here is no reason to make no backup.
void shelf_sweep(Arena *arena, const char *folder)
{
    Err ignored = {0};
    FileEntries entries;
    if (!file_list(arena, folder, &entries, &ignored))
        return;
    VEC_EACH (const FileEntry, entry, &entries) {
        Str id = shelf_id_of_lock(entry->name);
        if (!id.n)
            continue;
        const char *name = arena_dup(arena, id);
        const char *path = shelf_lock_path(arena, folder, name);
        int lock = lock_file(path, 0);
        if (lock < 0)
            continue;
        if (remove_bytes(arena, folder, name, &ignored))
            unlink(path);
        close(lock);
    }
}

static bool is_taken(Arena *arena, const char *folder, const char *id)
{
    for (BackupForm form = BACKUP_DIRECTORY; form <= BACKUP_PLAIN; form++)
        if (file_exists(shelf_bytes_path(arena, folder, id, form)))
            return true;
    return file_exists(shelf_manifest_path(arena, folder, id));
}

// 20260102030405 as 20260102T030405Z.
static const char *new_id(Arena *arena, int attempt)
{
    char now[CLOCK_TEXT];
    clock_now_compact(now);
    const char *id = arena_printf(arena, "%.8sT%.6sZ", now, now + 8);
    return attempt ? arena_printf(arena, "%s-%d", id, attempt + 1) : id;
}

bool shelf_begin(Arena *arena, const char *folder, BackupForm form, ShelfEntry *ret_entry, Err *err)
{
    if (!file_make_directories(folder, 0700, err))
        return err_hint(err, "name another folder: --backup-folder DIR");
    shelf_sweep(arena, folder);
    for (int attempt = 0; attempt < IDS_MAX; attempt++) {
        const char *id = new_id(arena, attempt);
        const char *path = shelf_lock_path(arena, folder, id);
        int lock = lock_file(path, O_CREAT | O_EXCL);
        if (lock < 0 && errno != EEXIST && errno != EWOULDBLOCK) {
            fail_errno(err, ERR_IO, errno, "cannot write to %s", folder);
            return err_hint(err, "make room or give rights there, or name another folder: "
                                 "--backup-folder DIR");
        }
        if (lock < 0)
            continue;
        if (is_taken(arena, folder, id)) {
            unlink(path);
            close(lock);
            continue;
        }
        *ret_entry = (ShelfEntry){
            .id = id,
            .folder = arena_strdup(arena, folder),
            .path = shelf_partial_path(arena, folder, id),
            .form = form,
            .lock = lock,
        };
        return true;
    }
    return fail(err, ERR_IO, "no name is free for a backup in %s", folder);
}

static bool measure_file(Arena *arena, const char *path, const char *relative,
                         BackupManifest *manifest, Err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    char *buffer;
    char hex[SHA256_HEX];
    int64_t bytes = 0;
    ssize_t got = -1;
    if (fd < 0)
        return fail_errno(err, ERR_IO, errno, "cannot read %s", path);
    buffer = malloc(READ_SIZE);
    if (!buffer)
        require_memory();
    Sha256 *hash = sha256_new();
    while (!interrupt_requested() && (got = file_read_full(fd, buffer, READ_SIZE)) > 0) {
        sha256_add(hash, (Str){buffer, (size_t)got});
        bytes += got;
    }
    int saved_errno = errno;
    sha256_finish(hash, hex);
    free(buffer);
    close(fd);
    if (interrupt_requested())
        return fail(err, ERR_INTERRUPTED, "interrupted");
    if (got < 0)
        return fail_errno(err, ERR_IO, saved_errno, "cannot read %s", path);
    *vec_append(arena, &manifest->files) = (BackupFile){
        .path = arena_strdup(arena, relative),
        .bytes = bytes,
        .sha256 = arena_strdup(arena, hex),
    };
    manifest->size_bytes += bytes;
    return true;
}

static bool measure_folder(Arena *arena, const char *path, const char *relative,
                           BackupManifest *manifest, Err *err)
{
    FileEntries entries;
    if (!file_list(arena, path, &entries, err))
        return false;
    VEC_EACH (const FileEntry, entry, &entries) {
        const char *below = arena_printf(arena, "%s/%s", path, entry->name);
        const char *name = *relative ? arena_printf(arena, "%s/%s", relative, entry->name)
                                     : arena_strdup(arena, entry->name);
        bool ok = entry->is_directory ? measure_folder(arena, below, name, manifest, err)
                                      : measure_file(arena, below, name, manifest, err);
        if (!ok)
            return false;
    }
    return true;
}

bool backup_measure(Arena *arena, const char *path, BackupManifest *manifest, Err *err)
{
    BackupManifest measured = *manifest;
    measured.size_bytes = 0;
    measured.files = (__typeof__(measured.files)){0};
    bool ok = file_is_directory(path) ? measure_folder(arena, path, "", &measured, err)
                                      : measure_file(arena, path, "", &measured, err);
    if (ok)
        *manifest = measured;
    return ok;
}

static bool sync_path(const char *path, Err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return fail_errno(err, ERR_IO, errno, "cannot read %s", path);
    bool ok = fsync(fd) == 0;
    int saved_errno = errno;
    close(fd);
    return ok || fail_errno(err, ERR_IO, saved_errno, "cannot write %s to disk", path);
}

static bool sync_tree(Arena *arena, const char *path, Err *err)
{
    FileEntries entries;
    if (!file_is_directory(path))
        return sync_path(path, err);
    if (!file_list(arena, path, &entries, err))
        return false;
    VEC_EACH (const FileEntry, entry, &entries)
        if (!sync_tree(arena, arena_printf(arena, "%s/%s", path, entry->name), err))
            return false;
    return sync_path(path, err);
}

// The runbook reads the newest backup's place there.
static bool write_latest(Arena *arena, const char *folder, const char *path, Err *err)
{
    const char *name = arena_printf(arena, "%s/" SHELF_LATEST, folder);
    if (!path)
        return unlink(name) == 0 || errno == ENOENT ||
               fail_errno(err, ERR_IO, errno, "cannot remove %s", name);
    return file_write(name, str_from(arena_printf(arena, "%s\n", path)), 0600, err);
}

static void forget(Arena *arena, ShelfEntry *entry)
{
    unlink(shelf_lock_path(arena, entry->folder, entry->id));
    close(entry->lock);
    entry->lock = 0;
}

bool shelf_finish(Arena *arena, ShelfEntry *entry, const BackupManifest *manifest,
                  Backup *ret_backup, Err *err)
{
    const char *path = shelf_bytes_path(arena, entry->folder, entry->id, entry->form);
    const char *manifest_path = shelf_manifest_path(arena, entry->folder, entry->id);
    BackupManifest *kept = arena_new_object(arena, BackupManifest);
    *kept = *manifest;
    kept->id = entry->id;
    kept->form = entry->form;
    if (!sync_tree(arena, entry->path, err))
        return false;
    FAULT_POINT("backup.synced");
    if (rename(entry->path, path) != 0)
        return fail_errno(err, ERR_IO, errno, "cannot rename %s", entry->path);
    FAULT_POINT("backup.renamed");
    if (!sync_path(entry->folder, err) || !manifest_write(manifest_path, kept, err))
        return false;
    FAULT_POINT("backup.made");
    forget(arena, entry);
    FAULT_POINT("backup.forgotten");
    *ret_backup = (Backup){
        .path = path,
        .manifest_path = manifest_path,
        .manifest = kept,
        .form = entry->form,
    };
    return write_latest(arena, entry->folder, path, err);
}

void shelf_abandon(ShelfEntry *entry)
{
    ARENA_SCOPED arena = arena_new();
    Err ignored = {0};
    if (!entry->lock)
        return;
    if (remove_bytes(arena, entry->folder, entry->id, &ignored))
        unlink(shelf_lock_path(arena, entry->folder, entry->id)); // else the next sweep tries again
    close(entry->lock);
    entry->lock = 0;
}

// The manifest goes first: what is left when this is interrupted is swept by the lock's name.
static bool remove_named(Arena *arena, const char *folder, const Backup *backup, Err *err)
{
    const char *id = backup->manifest->id;
    const char *lock_path = shelf_lock_path(arena, folder, id);
    int lock = lock_file(lock_path, O_CREAT);
    if (lock < 0)
        return fail_errno(err, ERR_IO, errno, "cannot lock %s for its removal", backup->path);
    bool ok = (unlink(backup->manifest_path) == 0 || errno == ENOENT ||
               fail_errno(err, ERR_IO, errno, "cannot remove %s", backup->manifest_path)) &&
              remove_bytes(arena, folder, id, err);
    if (ok)
        unlink(lock_path);
    close(lock);
    return ok;
}

static Str name_in_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    return str_trim(str_from(slash ? slash + 1 : path));
}

// Whether latest-backup.txt names it, or nothing.
static bool is_latest(Arena *arena, const char *folder, const Backup *backup)
{
    enum {
        PATH_BYTES_MAX = 1 << 16
    };
    Str text;
    Err ignored = {0};
    if (!file_read(arena, arena_printf(arena, "%s/" SHELF_LATEST, folder), PATH_BYTES_MAX, &text,
                   &ignored))
        return true;
    return str_eq(name_in_folder(arena_dup(arena, text)), name_in_folder(backup->path));
}

bool shelf_remove(Arena *arena, const char *folder, const Backup *backup, Err *err)
{
    Shelf shelf;
    REQUIRE(backup->manifest);
    if (!remove_named(arena, folder, backup, err))
        return false;
    if (!is_latest(arena, folder, backup))
        return true;
    if (!shelf_load(arena, folder, &shelf, err))
        return false;
    size_t left = shelf.backups.len;
    return write_latest(arena, folder, left ? shelf.backups.items[left - 1].path : NULL, err);
}
