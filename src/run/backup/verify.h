// The proof of a backup, level by level, each by doing it.
// Refuses to mend. Invariant: a level is reached only by what was done in this call to the bytes
// that are there now; the manifest is written only when the level or the time changed.
#pragma once

#include "base/event.h"
#include "run/backup/load.h"

typedef struct VerifyOptions {
    BackupLevel level;      // to reach
    const char *on_url;     // a server with room for a scratch database; NULL: a throwaway cluster
    ClientPlace place;      // of the client programs; a throwaway cluster is reached by those here
    int jobs;               // 0: one for each core
    const char *own_schema; // of our tables, no part of a fingerprint; NULL: migrate_safe
    VEC(const char *) checks; // files of SQL, each of whose statements must give true
    const EventSink *sink;
} VerifyOptions;

typedef struct VerifyStep { // a rung of the ladder
    bool is_reached;
    int64_t duration_ms;
    const char *what; // was done: "2 files, 14 MB: sizes and SHA-256 as the manifest says"
} VerifyStep;

typedef struct VerifyResult {
    BackupLevel level; // reached
    bool is_any;       // false: not even BACKUP_EXISTS
    int64_t duration_ms;
    int64_t restore_ms;      // 0: not restored
    Differences differences; // why the next level was not reached, where several things are wrong
    VerifyStep steps[BACKUP_LEVEL_COUNT];
    VEC(const char *) notes; // what could not be as it was at the source, for people
} VerifyResult;

// False with ERR_CHECK: it is not what it must be, and the result says how far it came; the
// manifest has the level that is left. Other classes: it could not be tried.
bool backup_verify(Arena *arena, const Backup *backup, const VerifyOptions *options,
                   VerifyResult *ret_result, Err *err) __attribute__((warn_unused_result));
// Where the restored database is wanted afterwards.
typedef struct VerifyInto {
    Session *session;  // to a database that has nothing of the user's in it
    const char *url;   // of it
    bool is_throwaway; // the cluster: what is missing of roles and tablespaces is made
    bool has_roles;    // they were made by who knows better: those of the manifest are not
} VerifyInto;

// The same there: the level is at least BACKUP_RESTORED. After a failure the database holds part of
// it.
bool backup_verify_into(Arena *arena, const Backup *backup, const VerifyOptions *options,
                        const VerifyInto *into, VerifyResult *ret_result, Err *err)
    __attribute__((warn_unused_result));
// The backup has a manifest, whose digests of rows another version made in another way: counts can
// be compared.
bool backup_digests_are_older(const Backup *backup);
// The highest level that can be tried for such a backup; `ret_why`: what stands against more, NULL:
// nothing does.
BackupLevel backup_verify_most(const Backup *backup, const char **ret_why);
