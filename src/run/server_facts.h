// What doctor/server.sql and doctor/extensions.sql say of a server, in words that doctor and
// preflight share. Refuses verdicts. Invariant: columns are those of the queries.
#pragma once

#include "pg/session.h"

// Columns of doctor/server.sql.
enum {
    SERVER_IS_STANDBY,
    SERVER_READ_ONLY,
    SERVER_WAL_LEVEL,
    SERVER_ARCHIVE_MODE,
    SERVER_IS_FAILING,
    SERVER_FAILED_WAL,
    SERVER_FAILED_AT,
    SERVER_ARCHIVED,
    SERVER_STATEMENT_TIMEOUT,
    SERVER_LOCK_TIMEOUT,
    SERVER_IDLE_IN_TRANSACTION,
    SERVER_IDLE_SESSION,
    SERVER_IN_TRANSACTION,
    SERVER_ENDS_SESSIONS,
    SERVER_LOCK_PLACES,
    SERVER_TABLES,
    SERVER_LARGEST,
    SERVER_DATABASE_BYTES,
    SERVER_CHECKSUMS,
    SERVER_MAX_LOCKS,
};

#define SERVER_TIMEOUTS_FIX                                                                        \
    "for the role that migrates: ALTER ROLE CURRENT_USER SET transaction_timeout = 0; (17 and "    \
    "newer), idle_in_transaction_session_timeout = '1min', idle_session_timeout = 0"

// "statement_timeout 2s, lock_timeout 1s"; "" when none is set.
const char *server_timeouts(Arena *arena, const Rows *facts);
// "hstore available, plpgsql installed".
const char *server_extensions(Arena *arena, const Rows *extensions);

typedef struct ExtensionObstacle {
    const char *what;
    const char *fix;
} ExtensionObstacle;

// The first that cannot be made; false: all can.
bool server_extension_obstacle(Arena *arena, const Rows *extensions, int major, bool is_superuser,
                               ExtensionObstacle *ret_obstacle);
