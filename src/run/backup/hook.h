// The user's own command behind a backup, as one that copies it to another place.
// Refuses a shell. Invariant: it is told what it is about by its environment alone, and what it
// prints is in the log.
#pragma once

#include "base/event.h"
#include "base/words.h"
#include "run/backup/shelf.h"

typedef struct BackupHook {
    const char *const *argv; // ends with NULL; NULL: there is none
    bool may_fail;           // then a failure is a warning
} BackupHook;

// MIGRATE_SAFE_BACKUP_PATH, _ID and _MANIFEST are in its environment, paths absolute. ERR_IO: it
// could not be run, or did not end with 0; ERR_INTERRUPTED.
bool backup_hook_run(Arena *arena, const BackupHook *hook, const Backup *backup,
                     const EventSink *sink, Err *err) __attribute__((warn_unused_result));
