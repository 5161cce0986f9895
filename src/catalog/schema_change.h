// A schema change: the SQL that makes one database's schema like another's, in an order in which
// each statement can run. Refuses to run anything, and to guess: two names are one object only
// where both snapshots are of one database, and are renamed there. Invariant: either all that
// differs has its statements, or there are refusals and no statement is worth anything.
#pragma once

#include "base/words.h"
#include "catalog/ddl/ddl.h"

// Said where the order of columns has no SQL.
#define SCHEMA_CHANGE_COLUMN_ORDER "a new column is always the last one"

typedef VEC(DdlStatement) DdlStatements;

typedef struct SchemaChange {
    DdlStatements statements; // one transaction, ended and begun anew around each `is_outside`
    Words refusals;           // why there is no SQL, one line each: object and reason
    Words offers; // between two databases, what may be a rename: the statements drop and make it
} SchemaChange;

// From `then` to `now`. Both need their edges (snapshot_take_linked) and texts and be of one major;
// what is not so is a refusal, as are gaps. False: there are refusals.
bool schema_change(Arena *arena, const Snapshot *then, const Snapshot *now, SnapshotScope scope,
                   SchemaChange *ret_change) __attribute__((warn_unused_result));

// The whole as a script for psql or a migration: SET, BEGIN, statements with what each loses as a
// comment above it, COMMIT. `head` (may be NULL): comment lines put first, without their "-- ".
const char *schema_change_script(Arena *arena, const SchemaChange *change, const Words *head);
