// Round trips: a migration's up, its down and its up again on copies of a throwaway database that
// has rows in it. Refuses to judge a down by anything but what it did there.
// Invariant: what is called exact brought back the schema to the same fingerprint, column order
// included, and every row that was there; whatever else was seen is in the result.
#pragma once

#include "base/event.h"
#include "check/backup.h"
#include "check/rollback_capture.h"
#include "check/round_trip.h"
#include "migration/migration.h"
#include "pg/session.h"

typedef struct RoundTripsOptions {
    int major;          // of the server; 0: the newest installed
    const char *schema; // of our tables; NULL: migrate_safe
    const char *run_id;
    const Words *roles; // made before, without a right; NULL: none. One that a script misses is
                        // made when it does
    const char *owner;  // who runs the migrations, a superuser; NULL: the cluster's own
} RoundTripsOptions;

typedef struct RoundTrips RoundTrips;

// What says nothing of a migration: no connection, a file that cannot be read, Ctrl-C.
bool round_trip_is_end(const Err *err);

// A sum over hashes of a column's values.
typedef struct ColumnSum {
    const char *name;
    const char *sum;
} ColumnSum;

typedef VEC(ColumnSum) ColumnSums;

// A cluster with an empty database, for one run. ERR_CONFIG: no server of that major is installed.
bool round_trips_open(Arena *arena, const RoundTripsOptions *options, RoundTrips **ret_trips,
                      Err *err) __attribute__((warn_unused_result));
void round_trips_close(RoundTrips *trips); // NULL is fine
void round_trips_close_at(RoundTrips **trips);
#define ROUND_TRIPS_SCOPED __attribute__((cleanup(round_trips_close_at))) RoundTrips *
const char *round_trips_server(const RoundTrips *trips); // "15.10"
// Those of kind MIGRATION_REPEATABLE stand behind each up, where they run: downs are tried with and
// without them. They have to outlive the trips.
void round_trips_repeat(RoundTrips *trips, const Migrations *migrations);
// The up on the database that all copies are made of. Errors are those of `up`.
bool round_trips_advance(RoundTrips *trips, const Migration *migration, Err *err)
    __attribute__((warn_unused_result));

// A table that a script may name, as it was before.
typedef struct TrialTable {
    const char *relation;
    ColumnSums sums;
    Words key;  // columns of its primary key
    Words keys; // of its rows, sorted, each a list of literals
} TrialTable;

// One migration on a copy of the database as it stands. Its strings are on an arena of its own.
typedef struct Trial {
    RoundTrips *trips;
    Arena *arena;
    const Migration *migration;
    const char *copy; // of the database as it stands, with rows
    Session *session; // on it, ours alone: no script runs there
    Snapshot before;
    Snapshot after;                        // the up
    VEC(const SnapshotObject *) addresses; // objects before it, by address and kind
    DataFacts rows_before;
    VEC(TrialTable) named;     // by the up: what they held before it
    RollbackCaptures captures; // copies of rows that it made
    RoundTrip trip;            // as far as it is known
    // With what repeatable migrations make behind the up, once the down was tried there; NULL:
    // there are none that run.
    const Snapshot *standing;
    SnapshotDifferences brought; // by them, here: what is looked past
    struct Trial *there;         // where they stand; NULL: it was not asked for
    struct TrialTarget *target;
} Trial;

typedef struct TrialOptions {
    int64_t rows;           // in each table; 0: 8, where the up does not fail with them
    uint64_t seed;          // of the rows
    int64_t sequences_from; // sequences are moved on by so much
} TrialOptions;

// Copies, fills, and runs the up. Fails with the up's error when it runs on no copy, with empty
// tables neither.
bool trial_begin(RoundTrips *trips, const Migration *migration, const TrialOptions *options,
                 Trial **ret_trial, Err *err) __attribute__((warn_unused_result));
const TrialTable *trial_table(const Trial *trial, const char *relation); // NULL: it has none
// Down, up again, rows written, down again. Only what is no verdict is an error: a lost server,
// Ctrl-C.
bool trial_finish(Trial *trial, const Script *down, RoundTrip *ret_trip, Err *err)
    __attribute__((warn_unused_result));
void trial_end(Trial *trial); // NULL is fine
void trial_end_at(Trial **trial);
#define TRIAL_SCOPED __attribute__((cleanup(trial_end_at))) Trial *
