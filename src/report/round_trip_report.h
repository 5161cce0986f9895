// What the downs of a source are worth, migration by migration, as text and as JSON.
// Refuses to try them. Invariant: one line says the verdict, those below it why.
#pragma once

#include "check/round_trip.h"
#include "io/json.h"
#include "io/terminal.h"
#include "migration/migration.h"

enum {
    ROUND_TRIP_VERDICTS = ROUND_TRIP_LOSES + 1
};

typedef struct RoundTripCounts {
    size_t verdicts[ROUND_TRIP_VERDICTS];
    size_t declared; // of those that lose rows: their file says so
    size_t failures; // what is not as it should be
} RoundTripCounts;

void round_trip_report_text(Arena *arena, const Terminal *terminal, const Migration *migration,
                            const RoundTrip *trip, bool is_declared);
void round_trip_report_summary(Arena *arena, const Terminal *terminal,
                               const RoundTripCounts *counts);
// One line: how many versions have no down, and the first of them.
void round_trip_report_without_down(Arena *arena, const Terminal *terminal, const Words *versions);
json_t *round_trip_report_json(Arena *arena, const Migration *migration, const RoundTrip *trip);
