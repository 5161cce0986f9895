// How much room the server's disk has. No function of the server says so; it can be seen only where
// the server is on this machine.
// Refuses to guess. Invariant: the folder was shown to be the server's own.
#pragma once

#include "pg/session.h"

// False: it cannot be seen from here (another machine, a container, a role that may not ask).
bool server_disk_free(Arena *arena, Session *session, int64_t *ret_bytes);
