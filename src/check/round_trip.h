// What a round trip showed: a migration's up, its down and its up again, on a database with rows.
// Refuses to make one (run/round_trip.h does). Invariant: what is exact brought back the schema to
// the same fingerprint, column order included, and every row that was there.
#pragma once

#include "base/words.h"
#include "catalog/snapshot.h"

#include "base/err.h"

#include <stdint.h>

typedef enum RoundTripVerdict {
    ROUND_TRIP_NOT_TRIED,
    ROUND_TRIP_EXACT,
    ROUND_TRIP_DIFFERS, // another schema, or rows that were not there
    ROUND_TRIP_FAILS,   // with an error
    ROUND_TRIP_LOSES,   // rows or values that were there
} RoundTripVerdict;

typedef struct RoundTripLoss {
    const char *what; // "rows of table app.t", "values of column app.t.a"
    int64_t count;    // rows
    int64_t of;       // of so many
} RoundTripLoss;

typedef VEC(RoundTripLoss) RoundTripLosses;

typedef struct RoundTrip {
    RoundTripVerdict verdict;
    const char *reason; // why it was not tried
    // What is there behind the down and not before the up, or the other way round.
    SnapshotDifferences differences;
    RoundTripLosses remains; // rows that the up brought and the down leaves
    RoundTripLosses lost;    // were there before the up
    RoundTripLosses gone;    // written behind the up: go with the down
    const char *stage;       // of ROUND_TRIP_FAILS: "down", "up again"
    Err err;                 // of ROUND_TRIP_FAILS
    bool is_standing;        // the verdict is of the down where repeatable migrations stand
    const char *alone;       // it fails where they do not, with this; NULL: it does not
    bool has_caveat;         // with rows that only the new schema takes the down fails:
    Err caveat;              // so
    int64_t tables, rows;    // that were there before
    const Words *without;    // "public.x: reason": tables that no row could be made for
    const char *fewer;       // why with fewer rows than usual, or none: the up's error with them
    int64_t up_ms, down_ms;
} RoundTrip;

const char *round_trip_word(RoundTripVerdict verdict); // "exact", "differs", "loses rows", ...
// "8 of 8 rows of table app.t", for people.
const char *round_trip_loss_text(Arena *arena, const RoundTripLoss *loss);
// `what` is kept as it is.
void round_trip_loss_add(Arena *arena, RoundTripLosses *losses, const char *what, int64_t count,
                         int64_t of);
