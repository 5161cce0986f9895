// Which server's a database is, as far as the role may ask.
// Refuses to guess what may not be asked. Invariant: a right that is missing is no error.
#pragma once

#include "pg/session.h"

typedef struct ServerIdentity {
    const char *system_identifier; // NULL: this role may not ask
    int timeline;                  // 0: likewise
} ServerIdentity;

bool server_identity_read(Arena *arena, Session *session, ServerIdentity *ret_identity, Err *err)
    __attribute__((warn_unused_result));
