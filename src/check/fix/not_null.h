// NOT NULL of a column that is there, proven before it is said: by a CHECK, since PostgreSQL 18 by
// NOT NULL itself, NOT VALID at first.
// Refuses to use a CHECK of the user's that is there, NOT VALID: it would be another one
// afterwards. Invariant: all rows are read only where nobody waits.
#pragma once

#include "check/fix/fix.h"

typedef struct NotNull {
    const Node *range;
    const char *column; // without quotes
} NotNull;

// No row without a value is taken from here on.
void not_null_promise(Fixing *fixing, const NotNull *column, FixPlace place);
void not_null_validate(Fixing *fixing, const NotNull *column);
void not_null_say(Fixing *fixing, const NotNull *column); // nothing where it is said already
