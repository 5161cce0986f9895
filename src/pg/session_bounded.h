// An answer that is waited for only so long: a pooler may keep a statement in its queue for ever.
// Refuses to cancel by itself: nothing of such a statement may have reached a server yet.
// Invariant: after session_send nothing else may be asked of the session until session_answer has
// given the answer, or session_give_up was called.
#pragma once

#include "pg/session.h"

// One statement without parameters; returns once it is on its way.
bool session_send(Session *session, const char *sql, Err *err) __attribute__((warn_unused_result));
// Waits for its answer for at most `wait_ms`. True with `ret_is_there` false: not yet, ask again or
// close the session.
bool session_answer(Session *session, Arena *arena, int64_t wait_ms, bool *ret_is_there,
                    Rows *ret_rows, Err *err) __attribute__((warn_unused_result));
// Several statements without parameters, by the simple protocol; returns once they are on their
// way.
bool session_send_script(Session *session, const char *sql, Err *err)
    __attribute__((warn_unused_result));
// Takes what has come of its answers, and never waits; rows are dropped. `ret_is_there`: that was
// all of them, also with a failure.
bool session_answer_script(Session *session, bool *ret_is_there, Err *err)
    __attribute__((warn_unused_result));
// Until one of those that were sent something has said something, or for `wait_ms`: then
// session_answer(.., 0, ..) of each tells.
bool session_wait_any(Session *const *sessions, size_t count, int64_t wait_ms, Err *err)
    __attribute__((warn_unused_result));
// Cancels what was sent, at the server too, and drops the answer.
void session_give_up(Session *session);
