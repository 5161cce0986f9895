// What rows a database has at one snapshot: counts, digests, sequences, large objects.
// Refuses to know what it is compared with. Invariant: digests depend on the values' text under
// fixed settings alone, not on their order, the server's settings or who connects.
#pragma once

#include "base/words.h"
#include "check/backup.h"
#include "pg/session.h"

#define FACTS_ALGORITHM "row-hash-128/2" // how digests are made: facts of another are not compared

typedef struct FactsOptions {
    const char *url;     // for more sessions; NULL: one does it all
    int jobs;            // sessions; 0 or 1: only the given one
    const Words *tables; // only these with their partitions and children, quoted and qualified;
                         // NULL: all with rows
    void (*on_progress)(void *context, int64_t done_bytes, int64_t total_bytes); // may be NULL
    void *context;
    bool keeps; // this session takes them again and again: its server keeps the queries; without
                // `url`
} FactsOptions;

// In the transaction that the session is in (REPEATABLE READ): sees what it sees. Others join by
// its exported snapshot. What a dump leaves out is left out: foreign tables, temporary ones, what
// belongs to an extension (but not what its users write there). Sequences are read as they are now:
// they obey no snapshot. After a failure the transaction is of no more use. Errors: ERR_CONFIG when
// the role may not read all rows, ERR_SERVER, ERR_CONNECTION, ERR_INTERRUPTED.
bool facts_take(Arena *arena, Session *session, const FactsOptions *options, DataFacts *ret_facts,
                Err *err) __attribute__((warn_unused_result));
// Only the sequences, as they are now.
bool facts_sequences(Arena *arena, Session *session, DataFacts *facts, Err *err)
    __attribute__((warn_unused_result));
// Only the large objects; without a digest where the role may not read them all.
bool facts_large_objects(Arena *arena, Session *session, DataFacts *facts, Err *err)
    __attribute__((warn_unused_result));
