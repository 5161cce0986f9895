// A down where repeatable migrations stand behind the up. They run behind all versions, so a
// database that goes down has them, as the folder has them now: their views may hold what the down
// takes away.
#include "run/round_trip_private.h"

#include "run/row_facts.h"

#include <string.h>

// ---- what they brought

bool trial_is_brought(Trial *trial, const TableFact *table)
{
    if (!trial->brought.len)
        return false;
    const char *name = rows_relation(trial->arena, table->schema, table->name);
    VEC_EACH (const SnapshotDifference, difference, &trial->brought)
        if (!difference->then && !difference->now->parent &&
            strcmp(difference->now->identity, name) == 0)
            return true;
    return false;
}

static bool is_same_object(const SnapshotObject *one, const SnapshotObject *other)
{
    return one && other && strcmp(one->kind, other->kind) == 0 &&
           strcmp(one->identity, other->identity) == 0;
}

static bool is_brought(const Trial *trial, const SnapshotDifference *difference)
{
    const SnapshotObject *object = difference->now ? difference->now : difference->then;
    VEC_EACH (const SnapshotDifference, known, &trial->brought)
        if (is_same_object(known->now ? known->now : known->then, object))
            return true;
    return false;
}

void trial_look_past_brought(Trial *trial)
{
    size_t kept = 0;
    SnapshotDifferences *differences = &trial->trip.differences;
    VEC_EACH (const SnapshotDifference, difference, differences)
        if (!is_brought(trial, difference))
            differences->items[kept++] = *difference;
    differences->len = kept;
}

// ---- the down

static const char STAGE[] = "down, with the repeatable migrations";

static bool is_standing(const Migration *migration)
{
    return migration->kind == MIGRATION_REPEATABLE && !migration->left_out;
}

// One that needs what later versions make cannot stand here.
static bool run_repeatables(Trial *trial, Err *err)
{
    VEC_EACH (const Migration, migration, trial->trips->migrations) {
        int64_t ms;
        Way up = {.arena = trial->arena,
                  .target = &trial->target->target,
                  .trips = trial->trips,
                  .migration = migration};
        if (!is_standing(migration) || way_go_with_roles(&up, trial->trips, &ms, err))
            continue;
        if (!round_trip_is_verdict(err))
            return false;
        *err = (Err){0};
    }
    return true;
}

static bool has_repeatables(const RoundTrips *trips)
{
    if (trips->migrations)
        VEC_EACH (const Migration, migration, trips->migrations)
            if (is_standing(migration))
                return true;
    return false;
}

// Whether they stand, or not, is another question where it is none already.
static bool is_open(const RoundTrip *trip)
{
    bool has_failed_down = trip->verdict == ROUND_TRIP_FAILS && strcmp(trip->stage, "down") == 0;
    return has_failed_down || (trip->verdict != ROUND_TRIP_FAILS && !trip->differences.len &&
                               trip->verdict != ROUND_TRIP_NOT_TRIED);
}

static void take_rows_verdict(RoundTrip *trip, const RoundTrip *there)
{
    if (!there->lost.len && !there->remains.len)
        return;
    trip->lost = there->lost;
    trip->remains = there->remains;
    trip->verdict = there->lost.len ? ROUND_TRIP_LOSES : ROUND_TRIP_DIFFERS;
    trip->is_standing = true;
}

static void take_differences(RoundTrip *trip, const RoundTrip *there)
{
    trip->differences = there->differences;
    trip->verdict = ROUND_TRIP_DIFFERS;
    trip->stage = STAGE;
    trip->is_standing = true;
}

static bool note_failure(RoundTrip *trip, const char *stage, const Err *failure)
{
    if (trip->verdict == ROUND_TRIP_FAILS)
        return true; // it fails either way
    trip->verdict = ROUND_TRIP_FAILS;
    trip->stage = stage;
    trip->err = *failure;
    trip->is_standing = true;
    return true;
}

// What only the repeatable ones made was missing before.
static void note_success(Trial *trial, int64_t ms)
{
    RoundTrip *trip = &trial->trip;
    if (trip->verdict != ROUND_TRIP_FAILS)
        return;
    trip->down_ms = ms;
    trip->alone = arena_strdup(trial->arena, trip->err.message);
    trip->verdict = ROUND_TRIP_EXACT;
    trip->stage = NULL;
    trip->err = (Err){0};
    trip->is_standing = true;
}

// Rows were looked at without them, where the down runs there: what they write themselves is no
// row of the down's.
static bool compare(Trial *trial, Trial *there, Err *err)
{
    DataFacts now;
    bool is_equal;
    if (!trial_compare_schema(there, &there->before, STAGE, &is_equal, err))
        return false;
    if (!is_equal) {
        take_differences(&trial->trip, &there->trip);
        return true;
    }
    if (!trial->trip.alone)
        return true;
    if (!trial_take_rows(there, &now, err) ||
        !rows_compare(there, &now, &there->trip.lost, &there->trip.remains, err))
        return false;
    take_rows_verdict(&trial->trip, &there->trip);
    return true;
}

static bool go_down(Trial *trial, Trial *there, const Script *down, Err *err)
{
    int64_t ms;
    Way way = {.arena = there->arena,
               .target = &there->target->target,
               .trips = there->trips,
               .migration = there->migration,
               .down = down};
    if (!way_go(&way, &ms, err))
        return round_trip_is_verdict(err) && note_failure(&trial->trip, STAGE, err);
    note_success(trial, ms);
    return compare(trial, there, err);
}

static bool stand(Trial *trial, Trial *there, const Script *down, Err *err)
{
    Snapshot *standing = arena_new_object(there->arena, Snapshot);
    if (!run_repeatables(there, err) || !trial_take_schema(there, standing, err))
        return false;
    snapshot_differences(there->arena, &there->after, standing, SNAPSHOT_WHOLE, &there->brought);
    if (!there->brought.len)
        return true;
    trial->standing = standing;
    return go_down(trial, there, down, err);
}

bool trial_stand(Trial *trial, const Script *down, Err *err)
{
    TrialOptions options = {0};
    if (!has_repeatables(trial->trips) || !is_open(&trial->trip))
        return true;
    trial_drop_copy(trial); // a role that the up made can be made again then
    if (!place_settle_roles(trial->trips, err))
        return false;
    if (!trial_begin(trial->trips, trial->migration, &options, &trial->there, err))
        return round_trip_is_verdict(err) && note_failure(&trial->trip, "up, on another copy", err);
    return stand(trial, trial->there, down, err);
}
