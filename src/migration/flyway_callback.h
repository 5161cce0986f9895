// The names of Flyway's callbacks: SQL that it runs around its own commands.
// Refuses to run them. Invariant: what Flyway does not know as a callback is none here.
#pragma once

#include "base/str.h"

typedef enum FlywayCallback {
    FLYWAY_NO_CALLBACK,
    FLYWAY_CALLBACK_NEEDED, // runs around every migration or undo that succeeds
    FLYWAY_CALLBACK_OTHER,  // of a command that we do not have, or of a failure
} FlywayCallback;

// `base`: "beforeMigrate", "afterMigrate__grants".
FlywayCallback flyway_callback_find(Str base);
