// A row like another one with other values in some of its columns, looked for until a condition
// holds of it: what a CHECK has to refuse, or to take.
// Refuses to solve a condition: values are tried, and the server judges. Invariant: a row that is
// found is one of the table's type, generated columns included.
#pragma once

#include "check/sample/value.h"

typedef struct SampleSearch {
    const SampleFacts *facts;
    const SampleColumns *columns; // of the row
    const char *type;             // of the row, quoted and qualified
    const char *row;              // as PostgreSQL writes it
    const Words *changed;         // columns that get other values
    const char *condition;        // over the columns; what it compares with is tried too
    const char *wanted;           // SQL over the columns
    int64_t first;                // numbers that values are made from
    int64_t tried;
} SampleSearch;

// Gives the row that was found, as text, or no row.
const char *sample_search_sql(Arena *arena, const SampleSearch *search);
// The same of a value: `wanted` and its condition call it VALUE.
const char *sample_value_search_sql(Arena *arena, const SampleFacts *facts,
                                    const SampleValue *value, const char *wanted, int64_t first,
                                    int64_t tried);
