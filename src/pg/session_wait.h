// A connection to a server that is not there yet: a container that starts, a restart.
// Refuses to wait where the server said no (password, database, TLS). Invariant: without a limit it
// is session_open.
#pragma once

#include "pg/session.h"

typedef struct SessionWait {
    int64_t limit_ms; // from the first attempt on; 0: no waiting
    void (*on_begin)(void *context, const Err *why, int64_t limit_ms); // once, when it has to wait
    void (*on_end)(void *context, int64_t waited_ms); // when it was there in the end
    void *context;
} SessionWait;

// As session_open; ERR_INTERRUPTED when Ctrl-C ends the waiting.
bool session_open_waiting(const SessionOptions *options, const SessionWait *wait,
                          Session **ret_session, Err *err) __attribute__((warn_unused_result));
