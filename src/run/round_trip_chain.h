// The migrations of a source, one after the other, each tried where it stands: behind those before
// it. Refuses to know what is tried. Invariant: what is visited stands on a database that has all
// earlier migrations and none else, or is told why it was not reached.
#pragma once

#include "run/round_trip.h"
#include "run/source.h"

typedef struct RoundTripVisit {
    bool (*is_wanted)(void *context, const Migration *migration);
    // `why_not`: it was not reached; NULL: it was. Only what ends the run is an error.
    bool (*visit)(void *context, RoundTrips *trips, const Migration *migration, const char *why_not,
                  Err *err);
    void *context;
} RoundTripVisit;

// Ends behind the last that is wanted. A baseline script stands for the versions before it where
// the folder has none of them any more; repeatable ones run after all others and are not reached.
bool round_trips_walk(RoundTrips *trips, const Source *source, const RoundTripVisit *visit,
                      Err *err) __attribute__((warn_unused_result));
