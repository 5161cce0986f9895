// An answer that is waited for only so long: a pooler may keep a statement in its queue for ever.
// Refuses to cancel: nothing of such a statement has reached a server yet. Invariant: after
// session_send nothing else may be asked of the session until session_answer has given the answer.
#pragma once

#include "pg/session.h"

// One statement without parameters; returns once it is on its way.
bool session_send(Session *session, const char *sql, Err *err) __attribute__((warn_unused_result));
// Waits for its answer for at most `wait_ms`. True with `ret_is_there` false: not yet, ask again or
// close the session.
bool session_answer(Session *session, Arena *arena, int64_t wait_ms, bool *ret_is_there,
                    Rows *ret_rows, Err *err) __attribute__((warn_unused_result));
