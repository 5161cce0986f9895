// What the files of a verification share; nobody else includes it.
// Refuses policy. Invariant: a function that returns true has filled the step of its level.
#pragma once

#include "pg/cluster.h"
#include "run/backup/equal.h"
#include "run/backup/verify.h"

// Where a backup is restored for a moment.
typedef struct VerifyPlace {
    Cluster *cluster; // NULL: on a server of the user's
    Session *server;  // to another database of that server; holds the lock that says we live
    const char *database;
    const char *url;
    Session *session; // to the restored database
    ClientPlace client;
    const VerifyInto *into; // the caller's database; NULL: one that is made
} VerifyPlace;

typedef struct Verification {
    Arena *arena;
    const Backup *backup;
    const VerifyOptions *options;
    VerifyResult *result;
    BackupContents contents; // filled by level 1
    VerifyPlace place;       // open from level 2 on
    bool is_environment;     // what failed is missing here, and says nothing of the backup
} Verification;

// Can that level be tried at all? ERR_CONFIG: no.
bool verify_check_level(const Backup *backup, const VerifyOptions *options, Err *err)
    __attribute__((warn_unused_result));
// All levels up to the wanted one. The place stays open.
bool verify_climb(Verification *verification, Err *err) __attribute__((warn_unused_result));
bool verify_files(Verification *verification, Err *err) __attribute__((warn_unused_result));
// `needs_rows`: decoded to the end; else the schema only, where a restore will decode the rest.
bool verify_contents(Verification *verification, bool needs_rows, Err *err)
    __attribute__((warn_unused_result));
bool verify_restored(Verification *verification, Err *err) __attribute__((warn_unused_result));
bool verify_equal(Verification *verification, Err *err) __attribute__((warn_unused_result));
bool verify_accepted(Verification *verification, Err *err) __attribute__((warn_unused_result));

// In verify_place.c. An empty database with the encoding and locale that the manifest says.
bool verify_place_open(Verification *verification, Err *err) __attribute__((warn_unused_result));
void verify_place_close(Arena *arena, VerifyPlace *place);

// In verify_equal.c: what the restored database has otherwise than the manifest says, in the
// transaction that its session is in.
bool verify_differences(Verification *verification, bool is_one_session,
                        Differences *ret_differences, Err *err) __attribute__((warn_unused_result));
// ERR_CHECK with the differences as its detail.
bool verify_refuse_differences(Verification *verification, const char *what, Err *err);
// What takes its time now.
void verify_tell(const Verification *verification, const char *what);
void verify_note(Verification *verification, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void verify_step_done(Verification *verification, BackupLevel level, int64_t since_us,
                      const char *format, ...) __attribute__((format(printf, 4, 5)));
