// The folder that backups are kept in: names, what is there, what is half made.
// Refuses to know what is in a backup. Invariant: a backup is there when its manifest is; until
// then its bytes have a name that begins with a dot, and are swept when their maker is gone.
#pragma once

#include "base/err.h"
#include "base/words.h"
#include "check/backup.h"

#define SHELF_DEFAULT "backups/migrations"

typedef struct Backup {
    const char *path;               // of the bytes: a file or a directory
    const char *manifest_path;      // NULL: it has none, somebody else made it
    const BackupManifest *manifest; // NULL likewise: nothing is known of what it must be
    BackupForm form;
} Backup;

typedef struct BackupProblem { // a manifest that cannot be read, bytes that are not there
    const char *path;
    bool has_no_bytes; // only its manifest is there
    Err err;
} BackupProblem;

typedef struct Shelf {
    const char *folder;
    VEC(Backup) backups; // oldest first
    VEC(BackupProblem) problems;
} Shelf;

// A folder that is not there is an empty shelf.
bool shelf_load(Arena *arena, const char *folder, Shelf *ret_shelf, Err *err)
    __attribute__((warn_unused_result));
// By id (also a beginning that only one has), by "latest", or by path of the bytes or the manifest,
// with or without a manifest. ERR_CONFIG: there is none, or several; ERR_CHECK: not a backup.
bool shelf_find(Arena *arena, const char *folder, const char *name, Backup *ret_backup, Err *err)
    __attribute__((warn_unused_result));

// The same on a shelf that is loaded.
bool shelf_find_in(Arena *arena, const Shelf *shelf, const char *name, Backup *ret_backup, Err *err)
    __attribute__((warn_unused_result));

const char *backup_name(const Backup *backup); // its id, else its path

// The newest of one database. ERR_CONFIG: there is none.
bool shelf_find_latest_of(Arena *arena, const char *folder, const char *database,
                          Backup *ret_backup, Err *err) __attribute__((warn_unused_result));

// A backup that is being made. `path` is the temporary name; `folder` and what is missing above it
// is made (0700), half backups whose maker is gone are removed first.
typedef struct ShelfEntry {
    const char *id;
    const char *folder;
    const char *path; // ".backup-ID.partial", absolute or as the folder is
    BackupForm form;
    int lock; // a descriptor that is locked while we live
} ShelfEntry;

bool shelf_begin(Arena *arena, const char *folder, BackupForm form, ShelfEntry *ret_entry, Err *err)
    __attribute__((warn_unused_result));
// Sizes and digests of the files at a backup's path, into manifest->files and size_bytes.
bool backup_measure(Arena *arena, const char *path, BackupManifest *manifest, Err *err)
    __attribute__((warn_unused_result));
// fsync, rename, manifest, latest-backup.txt; from here on it is a backup.
bool shelf_finish(Arena *arena, ShelfEntry *entry, const BackupManifest *manifest,
                  Backup *ret_backup, Err *err) __attribute__((warn_unused_result));
// Ids of backups that makers who are gone have left half done.
bool shelf_half_made(Arena *arena, const char *folder, Words *ret_ids, Err *err)
    __attribute__((warn_unused_result));
// Removes what makers who are gone have left half done; shelf_begin does it too.
void shelf_sweep(Arena *arena, const char *folder);
void shelf_abandon(ShelfEntry *entry); // removes it; one that was finished stays
// The backup, its manifest; latest-backup.txt then names the newest that is left.
bool shelf_remove(Arena *arena, const char *folder, const Backup *backup, Err *err)
    __attribute__((warn_unused_result));
