// What a statement that takes long is doing: how far it is, whom it waits for, asked over a second
// connection. Refuses to fail the run, and to use the session that it watches. Invariant: nothing
// is opened before a statement has been silent for a second, or an attempt has met a lock.
#pragma once

#include "run/blockers.h"
#include "run/lock_wait.h"
#include "run/target.h"

typedef struct Progress {
    const Target *target;
    const EventSink *sink;
    Arena *arena;     // of `seen`
    Session *session; // the second one, NULL until it is needed
    bool is_off;      // it could not be opened: never tried again
    bool is_shown;    // somebody looks at how far statements are
    int64_t start_us; // of the migration
    int64_t asked_us; // when the server was asked last
    const char *version;
    LockWait waits;  // how often waits inside a statement are told
    ArenaMark empty; // of `arena`
    Blockers seen;   // who made the session wait when it was looked at last
} Progress;

void progress_init(Progress *progress, const Target *target, const EventSink *sink, bool is_shown);
void progress_done(Progress *progress);
// From here on it watches the target's session, for this migration.
void progress_watch(Progress *progress, const char *version);
// An attempt is about to follow one that met a lock: asks soon enough to see who holds it.
void progress_watch_attempt(Progress *progress);
void progress_unwatch(Progress *progress);
