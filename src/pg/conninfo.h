// Which database a connection string names, before anything is connected, and the way to another
// one of the same server.
// Refuses to connect, and to show the string. Invariant: what is not sure is not said.
#pragma once

#include "base/arena.h"

// As libpq would take them from `url` (NULL: from its own variables). NULL: not known, since a
// service file says it, or the string cannot be read.
void conninfo_names(Arena *arena, const char *url, const char **ret_database,
                    const char **ret_user);
// The same way to another database of that server, with all secrets of `url` in it: for a session,
// never for people. NULL: `url` cannot be read.
const char *conninfo_with_database(Arena *arena, const char *url, const char *database);
