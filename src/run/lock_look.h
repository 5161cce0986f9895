// Looking before queueing: which relations a script locks, and waiting outside the lock queue while
// somebody holds them. Refuses to take a lock, and to be sure: what it does not see, the short
// attempts of lock_wait.h bound. Invariant: a script that locks nothing but what it creates costs
// no query.
#pragma once

#include "check/lock/effect.h"
#include "run/blockers.h"
#include "run/lock_wait.h"
#include "run/script.h"

enum {
    LOOK_ALL = -1
};

typedef struct LookedAt {
    WantedLock wanted;
    int unit;    // statements of the script before its transaction
    int ordinal; // of the statement in the script, BEGIN and COMMIT counted
} LookedAt;

typedef struct LockLook {
    Arena *arena;
    const Script *script;
    VEC(LookedAt) locks;
    int64_t lock_timeout_ms;
    // Statements for after BEGIN, ends with NULL: they make an autovacuum give way. Filled by
    // lock_look_wait.
    const char *const *before;
} LockLook;

// What a session finds by the effect's name; NULL: it is not known, the script has changed the
// search_path.
const char *lock_look_name(const Effect *effect, bool has_search_path);
// Makes the lock plan of a script that is held in memory, of its first 1000 statements, for a
// server of major `pg` (0: the worst of all).
void lock_look_init(LockLook *look, Arena *arena, const Script *script, int pg,
                    int64_t lock_timeout_ms);
// What an attempt was seen waiting for, though the script did not say it: from now on looked at
// too.
void lock_look_learn(LockLook *look, int unit, const Blockers *blockers);
// Returns once the locks of one unit (`unit` statements before it; LOOK_ALL: of the whole script)
// can be asked for: nobody holds them, or the table is never free but nobody keeps it.
// `can_yield`: an autovacuum may be made to give way, so it is no reason to wait.
// Errors: ERR_SERVER 55P03 after the deadline, the holders named; ERR_INTERRUPTED, ERR_CONNECTION.
bool lock_look_wait(LockLook *look, Session *session, int unit, bool can_yield, LockWait *wait,
                    Err *err) __attribute__((warn_unused_result));
