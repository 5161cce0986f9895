// A command of the user's, run to its end: a hook, a smoke check.
// Refuses a shell, and to retry. Invariant: stdin is empty; it ends with us, also when we are
// killed; when it is late or we are interrupted, all that it started in its session ends with it.
#pragma once

#include "base/event.h"
#include "base/words.h"

enum {
    USER_COMMAND_TIMEOUT_MS = 10 * 60 * 1000,
};

typedef struct UserCommand {
    const char *name;               // "before-up"
    const char *const *argv;        // ends with NULL
    const char *const *environment; // "NAME=value" beside ours; ends with NULL; may be NULL
    int64_t timeout_ms;             // 0: ten minutes
    const Words *secrets;           // not to be seen in what it prints; may be NULL
} UserCommand;

// Each line that it prints is an event. ERR_CHECK: it could not be run, was late, or did not end
// with 0 (the message has the last line it printed); ERR_INTERRUPTED.
bool user_command_run(Arena *arena, const UserCommand *command, const EventSink *sink, Err *err)
    __attribute__((warn_unused_result));
