// Reads the whole schema of a database as a snapshot.
// Refuses to compare and to write. Invariant: what exists and is not read is counted among the
// gaps; what was read is one moment's, or there is an error.
#pragma once

#include "base/err.h"
#include "catalog/snapshot.h"
#include "pg/session.h"

// In the transaction that the session is in, which should be REPEATABLE READ with the tables
// locked: deparsed text follows the newest catalog, whatever the transaction sees. Else in a short
// one of its own that is read again when the schema was changed meanwhile (ERR_CHECK when it never
// rests). `own_schema`: of our tables, left out. Settings of the session are as before afterwards;
// after a failure the transaction is rolled back.
bool snapshot_take(Arena *arena, Session *session, const char *own_schema, Snapshot *ret_snapshot,
                   Err *err) __attribute__((warn_unused_result));
// The same with its edges, which take another tenth of the time: what SQL is made of.
// `wants_roles`: with the server's roles.
bool snapshot_take_linked(Arena *arena, Session *session, const char *own_schema, bool wants_roles,
                          Snapshot *ret_snapshot, Err *err) __attribute__((warn_unused_result));
// With edges and roles, in a session of ours that asks for it again and again: its server keeps the
// queries.
bool snapshot_take_again(Arena *arena, Session *session, const char *own_schema,
                         Snapshot *ret_snapshot, Err *err) __attribute__((warn_unused_result));
typedef struct SnapshotMore {
    bool has_edges;
    bool has_roles;
} SnapshotMore;

// Of two databases at one time; the sessions stand in no transaction. After a failure
// `second` is only good for closing.
bool snapshot_take_both(Arena *arena, Session *first, Session *second, const char *own_schema,
                        SnapshotMore more, Snapshot *ret_first, Snapshot *ret_second, Err *err)
    __attribute__((warn_unused_result));
// In a transaction of its own, where nobody's lock is waited for longer than that. `is_for_store`:
// with edges and roles.
bool snapshot_take_soon(Arena *arena, Session *session, const char *own_schema, int lock_timeout_ms,
                        bool is_for_store, Snapshot *ret_snapshot, Err *err)
    __attribute__((warn_unused_result));
