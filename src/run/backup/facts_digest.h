// Counts and digests of many relations by several sessions that see one snapshot.
// Refuses to choose the relations. Invariant: the sums of a relation's pieces are those of the
// whole, in whatever order and by whichever session they were taken.
#pragma once

#include "run/backup/facts.h"

typedef struct Relation {
    TableFact *fact; // gets rows and digest
    const char *qualified;
    const char *hash;      // an expression over t.a, t.b; "" for a table without any
    const char *condition; // "WHERE ..."; "" for all rows
    bool is_heap;
    int64_t pages; // of its main fork
    int64_t bytes; // with TOAST
    uint64_t sums[2];
} Relation;

typedef VEC(Relation) Relations;

// `snapshot`: as pg_export_snapshot named it, where more than one session works; else NULL.
bool digest_relations(Arena *arena, Session *session, const FactsOptions *options,
                      const char *snapshot, Relations *relations, Err *err)
    __attribute__((warn_unused_result));

// The part of the settings that digests depend on; for BEGIN, in a transaction. With `is_one` the
// server's own parallel workers may help.
const char *digest_settings(Arena *arena, bool is_one);
// A sum of hashes as the server gives it ("-3851984280078252690576"), modulo 2^64.
uint64_t digest_sum(const char *decimal);
const char *digest_hex(Arena *arena, const uint64_t sums[2]);
