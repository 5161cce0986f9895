// Who runs the program, as the system knows them.
// Refuses to read anybody's configuration. Invariant: both parts are one line, and hold neither
// "<", ">" nor "#".
#pragma once

#include "base/arena.h"

// "Ada Lovelace <ada@engine>": the account's full name, else its login, and login@host.
const char *account_address(Arena *arena);
