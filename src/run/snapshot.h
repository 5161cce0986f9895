// Reads the whole schema of a database as a snapshot.
// Refuses to compare and to write. Invariant: what exists and is not read is counted among the
// gaps.
#pragma once

#include "base/err.h"
#include "catalog/snapshot.h"
#include "pg/session.h"

// In the transaction that the session is in, else in one of its own (REPEATABLE READ, read only).
// `own_schema`: of our tables, left out.
bool snapshot_take(Arena *arena, Session *session, const char *own_schema, Snapshot *ret_snapshot,
                   Err *err) __attribute__((warn_unused_result));
