// A database URL or conninfo string as text: what is wrong with it, and what may be shown of it.
// Refuses to connect. Invariant: neither a message nor a text from here has any part of a password,
// also where a bare @ or / splits the password in two.
#pragma once

#include "base/arena.h"
#include "base/err.h"

// When libpq cannot read it: ERR_CONFIG with what is wrong and what to type. True: it can.
bool database_url_check(const char *url, Err *err) __attribute__((warn_unused_result));
// After a failed connection: a password with a bare @ or / in it ends early, and its rest was taken
// for a host, a port or a database, which libpq's messages and our own would show. ERR_CONFIG then.
bool database_url_check_password(const char *url, Err *err) __attribute__((warn_unused_result));
// The user or password has a # in it, which libpq takes as it is and others do not.
bool database_url_has_hash(const char *url);
// Is this keyword said in the URL itself?
bool database_url_says(const char *url, const char *keyword);
// The database's name as the URL itself says it; NULL: it does not.
const char *database_url_name(Arena *arena, const char *url);
// The same database without passwords; NULL when it cannot be read.
const char *database_url_shown(Arena *arena, const char *url);
