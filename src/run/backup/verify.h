// The proof of a backup, level by level, each by doing it.
// Refuses to mend. Invariant: a level is reached only by what was done in this call to the bytes
// that are there now; the manifest is written only when the level or the time changed.
#pragma once

#include "run/backup/load.h"

typedef struct VerifyOptions {
    BackupLevel level;  // to reach
    const char *on_url; // a server with room for a scratch database; NULL: a throwaway cluster
    ClientPlace place;
    int jobs;
    VEC(const char *) checks; // files of SQL, each of whose statements must give true
    const EventSink *sink;
} VerifyOptions;

typedef struct VerifyResult {
    BackupLevel level; // reached
    bool is_any;       // false: not even BACKUP_EXISTS
    int64_t duration_ms;
    int64_t restore_ms;      // 0: not restored
    Differences differences; // why the next level was not reached, when restored and not equal
} VerifyResult;

// False with ERR_CHECK: it is not what it must be, and the result says how far it came. Other
// classes: it could not be tried.
bool backup_verify(Arena *arena, const Backup *backup, const VerifyOptions *options,
                   VerifyResult *ret_result, Err *err) __attribute__((warn_unused_result));
