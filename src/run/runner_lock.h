// One runner at a time: a session advisory lock, tried in a loop and never waited for inside the
// server (a waiter there would hold a snapshot that CREATE INDEX CONCURRENTLY waits for). Refuses
// to outlive its session. Invariant: held from runner_lock_take until the session ends.
#pragma once

#include "run/target.h"

// Tries for `wait_ms` (0: once). ERR_CHECK names the holder: pid, user, application, client, since
// when.
bool runner_lock_take(Arena *arena, Target *target, int64_t wait_ms, const EventSink *sink,
                      Err *err) __attribute__((warn_unused_result));
