// What all reports of a rehearsal say in the same words: numbers of a statement, sentences about
// the copy, the verdict and what to do next. Refuses to lay out and to escape. Invariant: what was
// not measured is never shown as nothing.
#pragma once

#include "check/rehearsal.h"

const char *rehearsal_time(Arena *arena, int64_t us);       // "<1 ms", "3.4 s"; "not known" of -1
const char *rehearsal_number(Arena *arena, int64_t number); // "1,234,567"; not below 0
int64_t rehearsal_statement_us(const TraceStatement *statement);
const char *rehearsal_statement_label(const TraceStatement *statement);

// The strongest lock that a statement took on what it did not make itself.
typedef struct RehearsedLock {
    LockMode mode;
    const char *relation; // NULL: there is none
    size_t others;        // relations that it locked as strongly
} RehearsedLock;

RehearsedLock rehearsal_lock(const TraceStatement *statement);
RehearsedLock rehearsal_way_lock(const Trace *trace);
const char *rehearsal_lock_text(Arena *arena, const RehearsedLock *lock); // "" of none

// How long one table could not be read or written; -1: none was probed.
typedef struct RehearsedBlock {
    int64_t reads_us;
    int64_t writes_us;
} RehearsedBlock;

RehearsedBlock rehearsal_block(const TraceStatement *statement);
RehearsedBlock rehearsal_way_block(const Trace *trace);
const char *rehearsal_block_text(Arena *arena, RehearsedBlock block); // "reads, writes 3.1 s"

// Tables, and indexes whose table is none of them, that have been written anew; NULL: none.
const char *rehearsal_rewritten(Arena *arena, const TraceStatement *statement);

typedef struct RehearsalCounts {
    size_t backs[ROUND_TRIP_LOSES + 1]; // migrations by verdict of the way back
    size_t problems[REHEARSAL_PROBLEMS];
    size_t failed; // migrations with a failure, of those that were reached
    int64_t up_ms, down_ms, wal_bytes;
    RehearsedBlock longest;      // of any migration's up
    const char *longest_table;   // that could not be written so long; NULL: none was probed
    const char *longest_version; // of the migration
} RehearsalCounts;

RehearsalCounts rehearsal_count(const Rehearsal *rehearsal);
bool rehearsed_has_failed(const RehearsedMigration *migration);
bool rehearsed_was_reached(const RehearsedMigration *migration);

const char *rehearsal_verdict_word(const Rehearsal *rehearsal); // "passed", "failed"
// "3 problems in 2 of 12 migrations, 4 not reached, 1 warning"
const char *rehearsal_verdict(Arena *arena, const Rehearsal *rehearsal);
const char *rehearsal_problems_text(Arena *arena, const RehearsalCounts *counts); // "" of none
const char *rehearsal_backs_text(Arena *arena, const RehearsalCounts *counts);
// "writes 3.1 s, of public.orders in 028", "nobody"; NULL: nothing was probed
const char *rehearsal_longest_text(Arena *arena, const RehearsalCounts *counts);
const char *rehearsal_queries_text(Arena *arena, const RehearsalQueries *queries); // NULL: none
const char *rehearsal_copy_text(Arena *arena, const RehearsalCopy *copy);
const char *rehearsal_role_text(Arena *arena, const RehearsalCopy *copy);
const char *rehearsal_back_word(const RehearsedMigration *migration); // "exact", "no down"
// "way back exact", "no down"
const char *rehearsal_back_text(Arena *arena, const RehearsedMigration *migration);
// "35.0 s to 41.0 s", "cannot be said", "" of none
const char *rehearsal_estimate_word(Arena *arena, const RehearsalEstimate *estimate);
const char *rehearsal_estimate_text(Arena *arena, const RehearsalEstimate *estimate); // NULL: none
const char *rehearsal_probes_text(Arena *arena, const RehearsedMigration *migration); // NULL: none
// A command line to type, for the gravest thing that was found.
const char *rehearsal_next(Arena *arena, const Rehearsal *rehearsal);
// What the word means, in a sentence.
const char *rehearsal_problem_sentence(RehearsalProblem problem);
