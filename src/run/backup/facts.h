// What rows a database has at one snapshot: counts, digests, sequences, large objects.
// Refuses to know what it is compared with. Invariant: digests depend on the rows' text under fixed
// settings alone, not on their order, the server's settings or who connects.
#pragma once

#include "check/backup.h"
#include "pg/session.h"

typedef struct FactsOptions {
    const char *url;            // for more sessions; NULL: one does it all
    int jobs;                   // sessions; 0 or 1: only the given one
    VEC(const char *) * tables; // only these, quoted and qualified; NULL: all with rows
    void (*on_progress)(void *context, int64_t done_bytes, int64_t total_bytes); // may be NULL
    void *context;
} FactsOptions;

// In the transaction that the session is in (REPEATABLE READ): sees what it sees. Others join by
// its exported snapshot. Our own schema is left out unless it is in the dump (`tables` NULL: it
// is).
bool facts_take(Arena *arena, Session *session, const FactsOptions *options, DataFacts *ret_facts,
                Err *err) __attribute__((warn_unused_result));
