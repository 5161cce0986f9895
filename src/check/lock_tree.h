// Sessions, and who of them waits for whom, as a tree: each waiter stands once, below the one in
// its way that is nearest to a root. Refuses to look at a server. Invariant: every session that
// waits or is waited for has exactly one line, whatever the blockers say (circles, sessions that
// are gone).
#pragma once

#include "base/words.h"

#include <stdint.h>

enum {
    TIME_UNKNOWN = -1 // of a session's times: there is none, or it may not be seen
};

// A session, or a prepared transaction, which has no pid. What may not be seen is NULL.
typedef struct LockSession {
    int pid;
    const char *gid; // of a prepared transaction; its age is transaction_ms
    const char *user;
    const char *database;
    const char *application;
    const char *client;   // address, name or "local socket"
    const char *state;    // of pg_stat_activity
    const char *query;    // the statement that runs, else the last one; one line, cut
    const char *kind;     // "client backend", "walsender", ...
    const char *waits_at; // "IO:DataFileRead"; NULL: it works, or waits for its client
    int64_t transaction_ms;
    int64_t statement_ms;
    int64_t state_ms;
    int64_t session_ms;
    const char *holds; // the strongest lock on a table: "ACCESS EXCLUSIVE on public.orders"
    const char *wants; // the lock that it waits for, in the same words; NULL: for none
    int64_t wait_ms;
    bool is_wait_bound; // it has waited at most that long
    VEC(int) blockers;  // pids, as pg_blocking_pids() has them: some may be gone
    Words prepared;     // gids of prepared transactions in its way
    bool is_hidden;     // neither state nor statement may be seen
    bool is_client;
    bool is_superuser;
    bool is_wraparound; // a vacuum that must not be stopped
    bool is_here;       // in this database
    bool is_self;       // who looks
    bool is_runner;     // it holds the runner's lock
    bool is_ours;       // a session of this program: itself, the runner's or another one's
    bool may_end;       // this role may terminate it
    const char *begun;  // identity of session and transaction, as the server writes times
    const char *transaction_begun;
} LockSession;

typedef VEC(LockSession) LockSessions;

typedef struct LockTreeLine {
    size_t session;     // index
    int depth;          // 0: a root
    size_t others;      // in its way besides the one above it
    size_t below;       // sessions that wait below it, at any depth
    int64_t longest_ms; // of their waits
    bool is_circle;     // a root that waits for one of those below it
} LockTreeLine;

typedef struct LockTree {
    VEC(LockTreeLine) lines; // each before what is below it; most waiters first
    size_t waiting;
    int64_t longest_ms;
} LockTree;

// Time grows with sessions and the blockers that they name, not with their product.
LockTree lock_tree_build(Arena *arena, const LockSessions *sessions);
