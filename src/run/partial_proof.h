// What takes back a migration that stopped half way, tried on rows: on a throwaway cluster the
// migrations before it, generated rows, its statements up to where it stopped, and back.
// Refuses a database that the folder does not lead to. Invariant: it is called tried only where
// both schemas were seen there, that before and the one that is live now, in all that a dump
// carries.
#pragma once

#include "catalog/schema_change.h"
#include "run/round_trip.h"

typedef struct PartialRequest {
    const Migrations *before;   // that are applied, in their order
    const Migration *migration; // that stopped
    int64_t done;               // statements of it
    const Snapshot *then;       // the schema before it
    const Snapshot *now;        // the live one
    const char *text;           // what takes it back
} PartialRequest;

typedef struct PartialProof {
    const char *server;   // "15.20", where it was tried; NULL: it was not
    const char *no_proof; // why it could not be tried
    RoundTrip trip;       // what came of it
} PartialProof;

// An index that is invalid now stands there as a valid one: by DROP INDEX both go alike.
bool partial_prove(Arena *arena, const PartialRequest *request, const RoundTripsOptions *options,
                   PartialProof *ret_proof, Err *err) __attribute__((warn_unused_result));
