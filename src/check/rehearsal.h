// What a rehearsal found: migrations run on a private copy, measured, reversed and run again.
// Refuses to run anything (run/rehearse/ does) and to print. Invariant: what was not tried is told
// apart from what went well; times are milliseconds, -1 where they are not known.
#pragma once

#include "base/words.h"
#include "check/round_trip.h"
#include "check/trace.h"
#include "migration/migration.h"

// Cheapest truthful copies first asked for are further up.
typedef enum RehearsalCopyKind {
    REHEARSAL_FROM_BACKUP,    // restored, which proves the backup
    REHEARSAL_FROM_DUMP,      // of the live database, at one moment
    REHEARSAL_FROM_CLONE,     // by the server itself, on the server that was given
    REHEARSAL_FROM_GENERATED, // its schema, with rows that were made up
    REHEARSAL_FROM_EMPTY,     // nothing: all migrations from the first
} RehearsalCopyKind;

const char *rehearsal_copy_word(RehearsalCopyKind kind); // "backup", "dump", "clone", ...
// False: it is no such word.
bool rehearsal_copy_parse(const char *word, RehearsalCopyKind *ret_kind);

// The database that was worked on, as it was before the first migration.
typedef struct RehearsalCopy {
    RehearsalCopyKind kind;
    const char *why;       // it was taken, in words
    const char *backup_id; // of REHEARSAL_FROM_BACKUP; else NULL
    const char *server;    // its version: "15.10"
    const char *place;     // "a throwaway server", "database x on host y"
    const char *role;      // who ran the migrations
    bool is_superuser;     // that role
    int64_t bytes;
    int64_t tables;
    int64_t rows; // -1: not counted
    int64_t made_ms;
    Words limits; // what such a copy cannot show, a sentence each
} RehearsalCopy;

// What is wrong. Each has its own word, by which reports and CI tell them apart.
typedef enum RehearsalProblem {
    REHEARSAL_UP_FAILED,
    REHEARSAL_VERIFY_FAILED,     // the migration's own
    REHEARSAL_INTEGRITY,         // an index is invalid, a constraint not validated, behind the up
    REHEARSAL_CONSTRAINT_BROKEN, // a wrong row was taken, or a good one refused
    REHEARSAL_DOWN_MISSING,
    REHEARSAL_DOWN_FAILED,
    REHEARSAL_DOWN_DIFFERS,      // it leaves another schema, or rows that were not there
    REHEARSAL_DOWN_LOSES,        // rows or values that were there
    REHEARSAL_AGAIN_FAILED,      // the up after the down
    REHEARSAL_AGAIN_DIFFERS,     // makes another schema than the first time
    REHEARSAL_NOT_IDEMPOTENT,    // marked `idempotent`, and running it twice fails or differs
    REHEARSAL_RECOVERY_FAILED,   // stopped after a statement, and no clean state came back
    REHEARSAL_TOO_SLOW,          // longer than the limit for a migration
    REHEARSAL_BLOCKED_TOO_LONG,  // reads or writes, longer than the limit
    REHEARSAL_ESTIMATE_EXCEEDED, // longer than its header says: a warning
    REHEARSAL_OLD_QUERY_BROKEN,  // a query of the old application fails or answers otherwise
    REHEARSAL_NOT_REACHED,       // one before it went wrong
    REHEARSAL_SERVER_WIDE,       // it changes roles, databases, tablespaces, settings: a warning
    REHEARSAL_PROBLEMS           // how many there are
} RehearsalProblem;

const char *rehearsal_problem_word(RehearsalProblem problem); // "down-differs"
bool rehearsal_problem_is_warning(RehearsalProblem problem);
// The exit code's class: ERR_MIGRATION, ERR_VERIFY, ERR_ROLLBACK or ERR_CHECK.
ErrClass rehearsal_problem_class(RehearsalProblem problem);

typedef struct RehearsalFinding {
    RehearsalProblem problem;
    const char *message;
    const char *file;     // of the script; NULL: it is about none
    Position position;    // line 0: about the whole file
    const char *sqlstate; // of a server's error; NULL: it is none
    const char *detail;   // further lines; NULL: none
} RehearsalFinding;

typedef VEC(RehearsalFinding) RehearsalFindings;

// What it is expected to take in production.
typedef struct RehearsalEstimate {
    int64_t low_ms; // -1: nothing can be said, and `basis` says why
    int64_t high_ms;
    const char *basis; // "measured at 10,000 and 40,000 rows", "by rows: 12 times as many"
} RehearsalEstimate;

// How long the application's transactions took, from when each was due: one that had to wait for
// its turn has waited.
typedef struct LoadMeasure {
    int64_t transactions; // that ended, also with an error
    int64_t errors;
    int64_t p50_us; // -1: there was none
    int64_t p95_us;
    int64_t max_us;
} LoadMeasure;

// The user's own queries, asked beside the migration.
typedef struct RehearsalLoad {
    int64_t files;
    int64_t sessions;
    int64_t rate;       // wanted, transactions a second
    LoadMeasure before; // alone
    LoadMeasure during;
    const char *error; // the first one; NULL: there was none
} RehearsalLoad;

// The share of sorted times that lies below: of 95 % the 95th percentile; -1 of none.
int64_t load_percentile(const int64_t *sorted_us, size_t count, int percent);

// One direction, as it ran.
typedef struct RehearsedWay {
    bool was_run; // to its end, or to its failure
    bool has_failed;
    int64_t ms;
    Trace trace;
    RehearsalEstimate estimate;
    RehearsalLoad load; // without sessions: none ran beside it
} RehearsedWay;

typedef enum ConstraintProbeVerdict {
    CONSTRAINT_HOLDS,      // a wrong row was refused by it, a good one was taken
    CONSTRAINT_BROKEN,     // a wrong row was taken, or the good one refused by it
    CONSTRAINT_NOT_PROBED, // `detail` says why
} ConstraintProbeVerdict;

typedef struct ConstraintProbe {
    // "not null", "unique", "primary key", "foreign key", "check", "exclusion", "domain check",
    // "domain not null"
    const char *kind;
    const char *table; // or the domain, quoted and qualified
    const char *name;  // of the constraint or index, unquoted; of NOT NULL the column's or domain's
    ConstraintProbeVerdict verdict;
    const char *detail; // NULL: nothing to say
} ConstraintProbe;

typedef VEC(ConstraintProbe) ConstraintProbes;

const char *constraint_probe_word(ConstraintProbeVerdict verdict); // "holds", "broken", ...

typedef struct RehearsedMigration {
    const char *version;
    const char *name;
    MigrationKind kind;
    const char *file;      // of the up
    const char *down_file; // NULL: it has no down
    const char *up_checksum;
    const char *down_checksum; // NULL: it has no down
    const char *irreversible;  // why, as it says itself; NULL: it does not
    bool is_idempotent;        // it says so
    // Of the schema, 64 hex digits; NULL: it did not come so far.
    const char *fingerprint_before;
    const char *fingerprint_after;
    const char *risk;  // its word, of the plan; NULL: not known
    int64_t header_ms; // estimated duration that its header says; 0: none
    RehearsedWay up;
    RehearsedWay down;
    int64_t again_ms;      // the up behind the down
    Words changes;         // of the schema, by the up: a line each
    RoundTripVerdict back; // how far the down brought everything back
    Words left;            // what the down left or lost: a line each
    int verified;          // statements of its verify that held
    ConstraintProbes probes;
    int recovered; // statements behind which it was stopped, and a clean state came back
    RehearsalFindings findings;
} RehearsedMigration;

// What the old application asks, tried behind each up and each down.
typedef struct RehearsalQueries {
    int64_t files;       // smoke queries
    int64_t statements;  // of pg_stat_statements, that could be prepared before
    int64_t unprepared;  // that could not, and are not asked again
    const char *without; // why no statements were taken from there; NULL: they were
} RehearsalQueries;

typedef struct RehearsalLimits {
    int64_t migration_ms; // 0: none
    int64_t blocked_ms;   // 0: none
} RehearsalLimits;

typedef struct Rehearsal {
    const char *run_id;
    const char *made_at; // RFC 3339, UTC
    const char *tool_version;
    const char *environment; // NULL: none was named
    const char *database;    // whose migrations are rehearsed; NULL: none is configured
    // Of the schema of that database when the rehearsal began, as `fingerprint` says it; NULL: none
    // is configured. The first migration's fingerprint_before is the copy's, and another one where
    // a copy cannot be the same in every respect (settings of the database).
    const char *target_fingerprint;
    RehearsalCopy copy;
    RehearsalLimits limits;
    RehearsalQueries queries;
    VEC(RehearsedMigration) migrations;
    Words server_wide; // roles, databases, tablespaces that were made or dropped: a line each
    RehearsalFindings findings; // of none of the migrations alone
    int64_t total_ms;
} Rehearsal;

// The longest that one table could not be read or written while the way ran, microseconds; -1: no
// table was probed. `ret_table` may be NULL.
int64_t rehearsal_blocked_us(const Trace *trace, bool writes, const char **ret_table);
// Of all statements and commits, without measuring.
int64_t rehearsal_ran_ms(const Trace *trace);
int64_t rehearsal_wal_bytes(const Trace *trace);
// Findings that are no warnings, over all of it.
size_t rehearsal_failures(const Rehearsal *rehearsal);
size_t rehearsal_warnings(const Rehearsal *rehearsal);
// That of the exit code: the gravest finding's; ERR_NONE when it passed.
ErrClass rehearsal_class(const Rehearsal *rehearsal);
