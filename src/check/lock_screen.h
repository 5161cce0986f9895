// What a server's sessions do at one moment: who waits for whom, transactions that are open for
// long, connections, the largest tables. Refuses to look at a server and to print. Invariant: what
// this role may not see is NULL or TIME_UNKNOWN, and counted.
#pragma once

#include "check/blocker.h"
#include "check/lock_tree.h"

typedef struct LockTable {
    const char *name; // schema.table, quoted
    int64_t bytes;
    int64_t rows; // by the last ANALYZE; -1: not known
    bool is_estimated;
} LockTable;

// Connections of one application, user and database.
typedef struct LockUsage {
    const char *application;
    const char *user;
    const char *database;
    int64_t all;
    int64_t active;
    int64_t idle;
    int64_t in_transaction; // idle there
    int64_t waiting;        // for a lock
} LockUsage;

typedef VEC(LockUsage) LockUsages;

typedef struct LockScreen {
    const char *at; // the server's clock, RFC 3339
    const char *target;
    const char *database;
    const char *user;
    bool is_standby;
    bool sees_all;
    int64_t connections_most;
    int64_t reserved;      // of these, for superusers and such
    int64_t database_most; // of this database; -1: no limit
    LockSessions sessions; // prepared transactions are the last
    LockTree tree;
    VEC(LockTable) tables;
    int64_t table_count;
    int64_t table_bytes; // of all
    bool has_pending;    // it is known what pending migrations want
    Blockers pending;    // who would keep them waiting
} LockScreen;

// Those of clients, most first.
LockUsages lock_screen_usage(Arena *arena, const LockScreen *screen);
// Connections of clients, and with `is_here` of this database's.
int64_t lock_screen_connections(const LockScreen *screen, bool is_here);
// Sessions whose transaction is open for at least `least_ms`, longest first: indexes. Who looks is
// none of them.
typedef VEC(size_t) LockChoice;
LockChoice lock_screen_open(Arena *arena, const LockScreen *screen, int64_t least_ms);
size_t lock_screen_hidden(const LockScreen *screen);
// The session that holds the runner's lock; NULL: none does.
const LockSession *lock_screen_runner(const LockScreen *screen);
const LockSession *lock_screen_session(const LockScreen *screen, int pid); // NULL: it is gone
