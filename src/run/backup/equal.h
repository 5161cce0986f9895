// Whether a restored database is what a manifest says: rows by count and digest, sequences, schema.
// Refuses to restore. Invariant: what a backup of that content cannot have is not compared, and all
// else is.
#pragma once

#include "pg/session.h"
#include "run/backup/shelf.h"

enum {
    DIFFERENCES_MOST = 20
};

typedef struct EqualOptions {
    const char *url;        // for more sessions; NULL: one does it all
    int jobs;               // sessions; 0: one for each core
    const char *own_schema; // of our tables, left out of the schema
    bool is_by_counts;      // rows: digests are made otherwise now (backup_digests_are_older)
    bool is_rows_only; // the schema is not the backup's: built by migrations, or of other owners
} EqualOptions;

// In the transaction that the session is in. Nothing: they are equal.
bool backup_differences(Arena *arena, const Backup *backup, Session *session,
                        const EqualOptions *options, Differences *ret_differences, Err *err)
    __attribute__((warn_unused_result));
