// How things are called on a shelf: the bytes of a backup, its manifest, its lock, by id and form.
// Refuses to look whether they are there. Invariant: what begins with a dot is no backup yet, or
// none any more.
#pragma once

#include "base/arena.h"
#include "check/backup.h"

#define SHELF_LATEST "latest-backup.txt"

const char *shelf_bytes_path(Arena *arena, const char *folder, const char *id, BackupForm form);
const char *shelf_manifest_path(Arena *arena, const char *folder, const char *id);
const char *shelf_partial_path(Arena *arena, const char *folder, const char *id);
const char *shelf_lock_path(Arena *arena, const char *folder, const char *id);
// Of a lock file's name, ".backup-ID.lock"; empty when it is none.
Str shelf_id_of_lock(const char *name);
// Of a manifest's name, "backup-ID.json".
Str shelf_id_of_manifest(const char *name);
// Of the bytes' name, with their form.
Str shelf_id_of_bytes(const char *name, bool is_directory, BackupForm *ret_form);
