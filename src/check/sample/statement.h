// The statements that fill one table with generated rows, that point late keys to what came behind,
// and that take rows away whose keys point to nothing.
// Refuses to run them. Invariant: an INSERT gives one number, of the rows it made.
#pragma once

#include "check/sample/order.h"

typedef enum SampleManner {
    SAMPLE_MIXED,  // nulls, defaults and values by turns
    SAMPLE_FULL,   // a value in every column
    SAMPLE_SPARSE, // only what has to be there
    SAMPLE_MANNERS
} SampleManner;

typedef struct SampleInsert {
    const SampleFacts *facts;
    const SampleStep *step;
    SampleManner manner;
    int64_t first;           // number that values are made from
    int64_t tried;           // so many numbers
    int64_t wanted;          // rows at most
    bool is_unfiltered;      // checks are left to the server
    bool is_referring;       // keys to the table itself point to rows that it has
    bool raises_on_conflict; // ON CONFLICT cannot be had
} SampleInsert;

// NULL: `ret_reason` says which column has no value.
const char *sample_insert_sql(Arena *arena, const SampleInsert *insert, const char **ret_reason);
bool sample_is_filtered(const SampleTable *table); // some tries may come to nothing
bool sample_refers_to_itself(const SampleTable *table);
// NULL, or what was put in place of a key, becomes a key of a row that is there now.
const char *sample_late_key_sql(Arena *arena, const SampleTable *table, const SampleKey *key);
// Rows of ours whose keys point to nothing go; gives how many went.
const char *sample_orphans_sql(Arena *arena, const SampleTable *table, const SampleKey *key);
