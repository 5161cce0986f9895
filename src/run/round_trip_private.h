// What the files of round trips share: databases of the cluster, and what of their rows differs.
// Refuses to be included elsewhere. Invariant: no session is on a database that is copied.
#pragma once

#include "pg/cluster.h"
#include "run/round_trip.h"
#include "run/row_facts.h"
#include "run/target.h"

#define BASE_DATABASE "migrate_safe_base"

struct RoundTrips {
    Arena *arena;
    RoundTripsOptions options;
    Cluster *cluster;
    Session *admin; // on the database postgres, as the cluster's superuser
    const char *server;
    Target base;       // its session is NULL while it is copied
    Arena *base_arena; // its strings, of this connection
    int copies;
    int advances; // since the base's catalog was analysed
    int advances_most;
    Words roles;                  // that there are beside the trial's
    const Migrations *migrations; // the repeatable ones of which stand behind an up; NULL: none
};

typedef struct TrialTarget {
    Target target;
} TrialTarget;

// One direction of a migration.
typedef struct Way {
    Arena *arena;
    Target *target;
    const RoundTrips *trips;
    const Migration *migration;
    const Script *down; // NULL: the up
} Way;

bool way_go(const Way *way, int64_t *ret_ms, Err *err) __attribute__((warn_unused_result));
// Roles that it misses are made; what is left is its own failure.
bool way_go_with_roles(const Way *way, RoundTrips *trips, int64_t *ret_ms, Err *err)
    __attribute__((warn_unused_result));
// What the script is to blame for, and not the machine or the user.
bool round_trip_is_verdict(const Err *err);
bool trial_take_schema(Trial *trial, Snapshot *ret_snapshot, Err *err)
    __attribute__((warn_unused_result));
bool trial_take_rows(Trial *trial, DataFacts *ret_facts, Err *err)
    __attribute__((warn_unused_result));
// Equal but for what was brought: true in `ret_is_equal`; else the trip differs at this stage.
bool trial_compare_schema(Trial *trial, const Snapshot *wanted, const char *stage,
                          bool *ret_is_equal, Err *err) __attribute__((warn_unused_result));
void trial_drop_copy(Trial *trial);
// A table that only repeatable migrations made.
bool trial_is_brought(Trial *trial, const TableFact *table);
// Differences of the trip that they made are no differences.
void trial_look_past_brought(Trial *trial);
// The down once more, where repeatable migrations stand behind the up, as they do in a database
// that it is for. What comes of it goes into the trial's trip. The trial's copy is gone then.
bool trial_stand(Trial *trial, const Script *down, Err *err) __attribute__((warn_unused_result));

// A session on a database of the cluster, as who runs the migrations, with the runner's lock.
bool round_trip_connect(RoundTrips *trips, Arena *arena, const char *database, Target *ret_target,
                        Err *err) __attribute__((warn_unused_result));
bool place_open_session(RoundTrips *trips, Arena *arena, const char *database,
                        Session **ret_session, Err *err) __attribute__((warn_unused_result));
// On the base.
bool round_trip_connect_base(RoundTrips *trips, Err *err) __attribute__((warn_unused_result));
// A copy with the settings and privileges of the database.
bool place_copy(RoundTrips *trips, Arena *arena, const char *from, const char **ret_name, Err *err)
    __attribute__((warn_unused_result));
void place_drop(RoundTrips *trips, const char *name); // NULL is fine
// Roles that came since are dropped, those that went are made again.
bool place_settle_roles(RoundTrips *trips, Err *err) __attribute__((warn_unused_result));
bool place_note_roles(RoundTrips *trips, Err *err) __attribute__((warn_unused_result));
// The role that the error says is missing is made: true.
bool place_make_missing_role(RoundTrips *trips, const Err *failure);

// A table's values, column by column.
bool rows_sums(Arena *arena, Session *session, const char *relation, ColumnSums *ret_sums, Err *err)
    __attribute__((warn_unused_result));
// The columns of its primary key, and of each row the key's values.
bool rows_keys(Arena *arena, Session *session, const char *relation, Words *ret_key,
               Words *ret_keys, Err *err) __attribute__((warn_unused_result));
// What `now`, which the trial's session is on, has less or otherwise than it was before the up.
bool rows_compare(Trial *trial, const DataFacts *now, RoundTripLosses *lost,
                  RoundTripLosses *remains, Err *err) __attribute__((warn_unused_result));
