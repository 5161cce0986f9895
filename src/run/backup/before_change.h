// The backup that a change begins with: whether one is needed, whether one that is there will do,
// else one is made and proven to the level that is wanted.
// Refuses to know settings and to print. Invariant: it is done only when there is a backup of at
// least that level, or none is needed, and the journal says which.
#pragma once

#include "check/plan.h"
#include "run/backup/affected.h"
#include "run/backup/create.h"
#include "run/backup/verify.h"
#include "run/hook/hook.h"

// Of the user's, around a backup that is made.
typedef struct BeforeChangeHooks {
    Hook before;
    Hook after; // also behind one that counts because it is fresh
    HookFacts facts;
} BeforeChangeHooks;

typedef struct BeforeChangeOptions {
    CreateOptions create; // content and tables as they are wanted
    VerifyOptions verify; // level counts when has_level
    bool has_level;       // false: restored, above 10 GB readable
    int64_t fresh_ms;     // younger ones of the same schema and version will do; 0: none
    BeforeChangeHooks hooks;
    const char *skipped_by; // "--skip-backup": none is made, and the journal says so; NULL: made
} BeforeChangeOptions;

typedef enum BackupNeed {
    BACKUP_IS_SKIPPED,
    BACKUP_IS_NOT_NEEDED,
    BACKUP_IS_FRESH, // one that is there counts
    BACKUP_IS_NEEDED,
} BackupNeed;

typedef struct BeforeChange {
    BackupNeed need;
    Backup backup;        // that counts, or that was made
    BackupLevel level;    // wanted; of a backup that was made or counts: reached
    const char *why_less; // why it is not restored, when nobody has said a level; NULL: it is
    int64_t restore_ms;   // 0: it was not restored
    BackupContent content;
    Affected affected;
    int64_t database_bytes;
    const char *restore_point; // written to the WAL before the first statement; NULL: none may be
} BeforeChange;

// Reads only: what before_change_make would do.
bool before_change_decide(Arena *arena, const Target *target, const Plan *plan,
                          const BeforeChangeOptions *options, BeforeChange *ret_change, Err *err)
    __attribute__((warn_unused_result));
// Needs the runner's lock and the store. ERR_CHECK: the backup does not reach the level.
bool before_change_make(Arena *arena, const Target *target, const BeforeChangeOptions *options,
                        BeforeChange *change, Err *err) __attribute__((warn_unused_result));
// "a backup first: directory, all of 23 MB, restored for proof, into backups/migrations"
const char *before_change_sentence(Arena *arena, const BeforeChangeOptions *options,
                                   const BeforeChange *change);
// The backup that counts, in the words of a failure: "ID, restored for proof in 3 s".
const char *before_change_proof(Arena *arena, const BeforeChange *change);
