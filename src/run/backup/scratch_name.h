// Scratch databases on a server of the user's: names whose number is a lock, so that those are
// found whose maker was killed. Refuses to make a database. Invariant: while the maker lives, its
// session holds the lock.
#pragma once

#include "pg/session.h"

typedef struct ScratchKind {
    int lock_class; // the first number of its advisory locks
    const char *prefix;
} ScratchKind;

extern const ScratchKind SCRATCH_VERIFY;    // migrate_safe_verify_N
extern const ScratchKind SCRATCH_REHEARSAL; // migrate_safe_rehearsal_N, and N_1, ... beside it

// Takes the lock, for as long as `server` is open: before the database is made, so that there is no
// moment in which it looks abandoned.
bool scratch_name_take(Arena *arena, Session *server, const ScratchKind *kind,
                       const char **ret_name, Err *err) __attribute__((warn_unused_result));
// Drops those whose maker is gone, as far as the role may.
void scratch_name_sweep(Arena *arena, Session *server, const ScratchKind *kind);
// Whoever is connected there is thrown out.
bool scratch_name_drop(Arena *arena, Session *server, const char *name, Err *err)
    __attribute__((warn_unused_result));
