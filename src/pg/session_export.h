// How another program that uses libpq gets to the database of a session, or to the same one by the
// address that it has elsewhere.
// Refuses to run it. Invariant: no password is in `url`; it is in the environment alone, as
// PGPASSWORD.
#pragma once

#include "pg/session.h"

typedef struct SessionExport {
    // All that the program shall see: ours, where what leads to the database is replaced by what
    // the session uses (service files, .pgpass and the choice among several hosts are settled).
    const char *const *environment;
    const char *url;      // for one that our environment does not reach: the same without password
    const char *password; // for taking it out of what the program says; "" when there is none
} SessionExport;

// `elsewhere`: URL or conninfo as libpq takes it, NULL when the session's own address is the one.
// ERR_CONFIG: it cannot be read, or has a secret that only an argument could carry.
bool session_export(Arena *arena, const Session *session, const char *elsewhere,
                    SessionExport *ret_export, Err *err) __attribute__((warn_unused_result));
// For one that shall get to no database: our environment without passwords.
void session_export_none(Arena *arena, SessionExport *ret_export);
