// What the doctor looks at on the way to a database. Refuses to look at anything itself
// (run/doctor.h does). Invariant: those of one section stand together.
#pragma once

#include "check/check_list.h"

// id (section.name), why it matters
#define CHECKS(X)                                                                                  \
    X(CHECK_FILE, "configuration.file", "settings that nobody wrote down differ between machines") \
    X(CHECK_DATABASE, "configuration.database", "a change must know which database it is for")     \
    X(CHECK_FOLDER, "configuration.folder", "migrations are read from there")                      \
    X(CHECK_FILES, "configuration.files",                                                          \
      "an unsound file stops every change, a missing down its way back")                           \
    X(CHECK_LOGS, "configuration.logs", "a run leaves its log files there")                        \
    X(CHECK_OPEN, "connection.open", "all else needs a connection")                                \
    X(CHECK_VERSION, "connection.version", "what was tested is servers 13 to 18")                  \
    X(CHECK_TLS, "connection.tls",                                                                 \
      "without it passwords and rows can be read, and changed, on their way")                      \
    X(CHECK_LATENCY, "connection.latency", "each migration waits for at least one round trip")     \
    X(CHECK_POOLER, "connection.pooler",                                                           \
      "the runner's lock and the timeouts live in one session of the server")                      \
    X(CHECK_HISTORY, "connection.history",                                                         \
      "what was applied is known from there, and from nowhere else")                               \
    X(CHECK_STORE, "role.store", "history and journal are written to a schema of their own")       \
    X(CHECK_CREATE, "role.create", "what a migration names without a schema is made there")        \
    X(CHECK_OWNER, "role.owner", "only its owner may alter or drop a table")                       \
    X(CHECK_ATTRIBUTES, "role.attributes", "what this role may do beyond its grants")              \
    X(CHECK_ACTIVITY, "role.activity", "who blocks a migration is told with what it is running")   \
    X(CHECK_SIGNAL, "role.signal", "a blocker can only be ended with this right")                  \
    X(CHECK_RECOVERY, "server.recovery", "a standby takes no writes")                              \
    X(CHECK_READ_ONLY, "server.read_only", "a read-only session takes no writes")                  \
    X(CHECK_WAL_LEVEL, "server.wal_level", "minimal WAL can be neither archived nor replicated")   \
    X(CHECK_ARCHIVE, "server.archive",                                                             \
      "with archived WAL the database can go back to any moment, without it only to a backup")     \
    X(CHECK_TIMEOUTS, "server.timeouts", "these end our session in the middle of a migration")     \
    X(CHECK_LOCKS, "server.locks",                                                                 \
      "a dump locks every table at once and needs a place for each in the lock table")             \
    X(CHECK_DISK, "server.disk",                                                                   \
      "a rewrite needs its table a second time and its WAL; a full disk stops the server")         \
    X(CHECK_CHECKSUMS, "server.checksums",                                                         \
      "without them a broken page goes unnoticed, into every backup")                              \
    X(CHECK_EXTENSIONS, "server.extensions", "CREATE EXTENSION needs its files on the server")     \
    X(CHECK_PG_DUMP, "tools.pg_dump", "a dump is as good as the program that makes it")            \
    X(CHECK_PG_RESTORE, "tools.pg_restore", "a backup is worth what can be restored")              \
    X(CHECK_PSQL, "tools.psql", "plain dumps are restored with it")                                \
    X(CHECK_REACH, "tools.reach", "a dump of another database would look like one of this")        \
    X(CHECK_SERVER, "tools.server", "a private copy to try changes on needs a server of its own")

typedef enum CheckId {
#define X(name, id, why) name,
    CHECKS(X)
#undef X
    CHECK_COUNT,
} CheckId;

extern const CheckKind DIAGNOSIS_KINDS[CHECK_COUNT];
