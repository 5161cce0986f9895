// A second connection that looks at a backend while it works: what it holds and waits for, what it
// is at, how much WAL there is, how large the database is.
// Refuses to remember: each look stands alone. Invariant: no look waits for a lock of the user's.
#pragma once

#include "pg/session.h"
#include "run/trace_locks.h"

typedef struct TraceWatch {
    Session *session;
    const char *pid; // of the backend that is watched
} TraceWatch;

typedef struct TraceLook {
    TraceLocks locks; // of relations that are not the system's, awaited ones too
    bool is_waiting;  // for a lock of any kind
    const char *command;
    const char *phase; // of a progress view; NULL: in none
    int64_t wal_bytes; // since the server was made
} TraceLook;

bool trace_watch_open(TraceWatch *watch, Arena *arena, const char *url, const Session *watched,
                      Err *err) __attribute__((warn_unused_result));
void trace_watch_close(TraceWatch *watch);
bool trace_watch_look(TraceWatch *watch, Arena *arena, TraceLook *ret_look, Err *err)
    __attribute__((warn_unused_result));
// The same between two statements: it waits for nothing, and is in no progress view.
bool trace_watch_held(TraceWatch *watch, Arena *arena, TraceLook *ret_look, Err *err)
    __attribute__((warn_unused_result));
// Ends the backend that is watched; a cancelled statement could go on.
void trace_watch_end(TraceWatch *watch);
bool trace_watch_size(TraceWatch *watch, int64_t *ret_bytes, Err *err)
    __attribute__((warn_unused_result));
