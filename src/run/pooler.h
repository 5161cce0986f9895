// Is there a pooler between us and the server, and does it leave a session its server connection?
// Refuses to trust what the pooler says of itself: it looks at which backend answers whom.
// Invariant: a direct connection costs nothing; nothing is written or set in any session.
#pragma once

#include "run/target.h"

#define POOLER_MODES(X)                                                                            \
    X(POOLER_NONE, "none")                                                                         \
    X(POOLER_SESSION, "session")         /* ours for as long as we stay */                         \
    X(POOLER_TRANSACTION, "transaction") /* each transaction may run elsewhere */                  \
    X(POOLER_STATEMENT, "statement")     /* each statement may; BEGIN is refused */                \
    X(POOLER_UNKNOWN, "unknown")         /* no second connection could be opened */

typedef enum PoolerMode {
#define X(name, word) name,
    POOLER_MODES(X)
#undef X
} PoolerMode;

typedef struct Pooler {
    PoolerMode mode;
    const char *why; // what was seen, one line; NULL for POOLER_NONE
} Pooler;

const char *pooler_word(PoolerMode mode);

// PgBouncer and its kind invent the key that a session gets at its start, and with it the backend's
// number: a session that is told another number by the server itself is behind one. `server_pid`
// is what pg_backend_pid() said.
bool pooler_is_between(const Session *session, int64_t server_pid);
// Finds the mode with up to three more connections to the same address, bounded in time. Call it
// only when pooler_is_between.
bool pooler_probe(Arena *arena, Session *session, const char *url, Pooler *ret_pooler, Err *err)
    __attribute__((warn_unused_result));
// ERR_CHECK: behind this connection a runner's lock and its timeouts would not hold. Says why and
// the way out. Asks once for each target.
bool pooler_allows(Arena *arena, Target *target, Err *err) __attribute__((warn_unused_result));
// What to connect to instead.
const char *pooler_way_out(const Session *session);
