// Makes a backup: pg_dump, counts, digests and schema facts of one snapshot.
// Refuses to prove it (verify.h does) and to decide whether one is needed. Invariant: a backup that
// was made is complete, or there is none.
#pragma once

#include "base/event.h"
#include "base/words.h"
#include "pg/client_tool.h"
#include "run/backup/shelf.h"
#include "run/target.h"

typedef struct CreateOptions {
    const char *folder; // NULL: SHELF_DEFAULT
    BackupForm form;
    BackupContent content;
    const char *compression; // NULL: the fastest that pg_dump has; "none", "gzip:1", "lz4", ...
    int jobs;                // 0: one for each core, at most four
    Words tables;            // of BACKUP_TABLES, as the user wrote them; patterns of pg_dump
    Words affected;          // of BACKUP_AFFECTED: relations, qualified and quoted
    bool is_passing;         // loaded at once and thrown away: rows are neither counted nor hashed
    bool is_forced;          // also where there seems to be too little room
    ClientPlace place;
    int64_t lock_timeout_ms;  // of one attempt to lock all tables; 0: 2 s
    int64_t lock_deadline_ms; // 0: 60 s
    const char *reason;
    const char *run_id;
    const char *migration_version;
    const EventSink *sink;
} CreateOptions;

// BACKUP_TABLES and BACKUP_AFFECTED hold the whole schema, and rows only of those tables, of their
// partitions and children and of what their foreign keys point to: so that they can be restored,
// and proven, alone.
// A directory needs pg_dump on this machine: where it is elsewhere (place.words) that is
// ERR_CONFIG. Errors: ERR_IO (disk, pg_dump in its own words), ERR_CHECK (locks not obtained, no
// room, DDL that would not let it finish), ERR_CONFIG (rights, tools), ERR_CONNECTION,
// ERR_INTERRUPTED.
bool backup_create(Arena *arena, const Target *target, const CreateOptions *options,
                   Backup *ret_backup, Err *err) __attribute__((warn_unused_result));
