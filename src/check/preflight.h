// What is looked at before a change: the table of these checks, their list with what a report says
// first, and which failures --force may pass over.
// Refuses to look at anything itself (run/preflight/ does). Invariant: what could lose data or work
// on the wrong database is passed over by nobody.
#pragma once

#include "check/check_list.h"

#include <stdint.h>

// id (section.name), why it matters
#define PREFLIGHT_CHECKS(X)                                                                        \
    X(PREFLIGHT_HISTORY, "migrations.history",                                                     \
      "what was applied is known from there, and from nowhere else")                               \
    X(PREFLIGHT_PENDING, "migrations.pending", "what is about to run")                             \
    X(PREFLIGHT_FILES, "migrations.files",                                                         \
      "of an unsound file or two of one version nobody knows what would run")                      \
    X(PREFLIGHT_EDITED, "migrations.edited",                                                       \
      "an applied file that was edited is not what the database has")                              \
    X(PREFLIGHT_LATE, "migrations.late",                                                           \
      "a file that is older than what is applied was not tried in this order")                     \
    X(PREFLIGHT_DIRTY, "migrations.dirty", "what stopped half way has to be settled first")        \
    X(PREFLIGHT_DRIFT, "migrations.drift",                                                         \
      "migrations were written for the schema that the history implies")                           \
    X(PREFLIGHT_LINT, "migrations.lint", "what is dangerous in a file is cheapest to change now")  \
    X(PREFLIGHT_LONG, "activity.long_transactions",                                                \
      "an old transaction keeps its locks, and CREATE INDEX CONCURRENTLY waits for it")            \
    X(PREFLIGHT_IDLE, "activity.idle_in_transaction",                                              \
      "it holds locks, and nobody is working: it may stay for hours")                              \
    X(PREFLIGHT_BLOCKING, "activity.blocking_locks",                                               \
      "a migration waits for whoever holds the tables that it changes")                            \
    X(PREFLIGHT_WAITING, "activity.waiting",                                                       \
      "a database where sessions queue already has no room")                                       \
    X(PREFLIGHT_PREPARED, "activity.prepared_transactions",                                        \
      "a prepared transaction keeps its locks over every restart, until somebody ends it")         \
    X(PREFLIGHT_VACUUM, "activity.vacuum", "a VACUUM to prevent wraparound gives way to nobody")   \
    X(PREFLIGHT_INDEX_BUILDS, "activity.index_builds",                                             \
      "an index that is being built locks its "                                                    \
      "table until it is done")                                                                    \
    X(PREFLIGHT_WRITABLE, "server.writable", "a standby and a read-only session take no writes")   \
    X(PREFLIGHT_CONNECTIONS, "server.connections",                                                 \
      "a run, its progress and its backup need sessions of their own")                             \
    X(PREFLIGHT_STANDBYS, "server.standbys",                                                       \
      "a standby that lags falls further behind; a synchronous one that is gone stops each "       \
      "COMMIT")                                                                                    \
    X(PREFLIGHT_SLOTS, "server.slots",                                                             \
      "a slot that nobody reads keeps WAL until the disk is full")                                 \
    X(PREFLIGHT_ARCHIVE, "server.archive", "WAL that cannot be archived piles up")                 \
    X(PREFLIGHT_TIMEOUTS, "server.timeouts", "these end our session in the middle of a migration") \
    X(PREFLIGHT_LOCKS, "server.locks",                                                             \
      "a statement locks every partition and needs a place for each in the lock table")            \
    X(PREFLIGHT_EXTENSIONS, "server.extensions", "CREATE EXTENSION needs its files on the server") \
    X(PREFLIGHT_DISK, "disk.server",                                                               \
      "a rewrite and an index need their room beside the table; a full disk stops the server")     \
    X(PREFLIGHT_DISK_BACKUP, "disk.backup", "half a backup is none")                               \
    X(PREFLIGHT_DISK_RESTORE, "disk.restore", "a backup is proven by restoring it")                \
    X(PREFLIGHT_PRIVILEGES, "relations.privileges",                                                \
      "a right that is missing stops the run at the statement that needs it")                      \
    X(PREFLIGHT_INDEXES, "relations.indexes",                                                      \
      "an invalid index is written to and never read; IF NOT EXISTS takes it for the one wanted")  \
    X(PREFLIGHT_CONSTRAINTS, "relations.constraints",                                              \
      "a constraint that is not validated says nothing about the rows that are there")             \
    X(PREFLIGHT_REHEARSAL, "policy.rehearsal", "what was tried on a copy holds no surprise")       \
    X(PREFLIGHT_BACKUP, "policy.backup", "without a recent backup there is no way back")           \
    X(PREFLIGHT_HOURS, "policy.quiet_hours", "changes are made when somebody is there for them")

typedef enum PreflightId {
#define X(name, id, why) name,
    PREFLIGHT_CHECKS(X)
#undef X
    PREFLIGHT_COUNT,
} PreflightId;

extern const CheckKind PREFLIGHT_KINDS[PREFLIGHT_COUNT];

typedef struct Preflight {
    CheckList list;
    const char *database;
    const char *server_version;
    int64_t pending;
    int64_t schema_bytes; // of the database; -1: not known
    // 1: it has drifted, 0: it has not, -1: not known
    int drifted;
    int64_t long_transactions; // -1: not known
    int64_t blocking;          // sessions that hold what the plan locks; -1: not known
} Preflight;

// May --force pass over its failure at all? Not over what would lose data, or work on the wrong
// database.
bool preflight_may_pass(PreflightId id);
// A check by its id, or all of a section by its word: whether `word` names this one.
bool preflight_is_named(PreflightId id, const char *word);
// All that `word` can be, for settings that name checks; NULL behind the last.
const char *preflight_word(size_t index);
bool preflight_word_is_known(const char *word);
// Does --force pass over it, where `allowed` (NULL: all) names what it may?
bool preflight_is_allowed(PreflightId id, const Words *allowed);
// Marks what failed and may be passed over; says how many.
size_t preflight_pass_over(Preflight *preflight, const Words *allowed, const char *by);
