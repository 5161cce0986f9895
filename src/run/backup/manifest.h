// A manifest as a file: JSON of schema migrate-safe/backup/1, beside the backup.
// Refuses to know where backups are kept. Invariant: reading gives back what was written, and
// what is missing, of a wrong type or from a newer schema is an error that names the field.
#pragma once

#include "base/err.h"
#include "check/backup.h"

// Replaces the file (0600) as file_write does.
bool manifest_write(const char *path, const BackupManifest *manifest, Err *err)
    __attribute__((warn_unused_result));
bool manifest_read(Arena *arena, const char *path, BackupManifest *ret_manifest, Err *err)
    __attribute__((warn_unused_result));
