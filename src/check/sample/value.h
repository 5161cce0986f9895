// A value of any type as SQL over a running number, so that one statement makes any count of them.
// Refuses to know tables. Invariant: the same number gives the same value, and other numbers other
// ones wherever the type has that many.
#pragma once

#include "check/sample/constants.h"
#include "check/sample/facts.h"

typedef struct SampleValue {
    int64_t type;
    int modifier;
    const char *type_name;
    bool is_lively; // also empty, long, negative, beyond ASCII: equal ones may come
    const SampleConstants
        *constants; // what it may be compared with; needs type_name; NULL: nothing
    int salt;       // makes columns with the same constants differ
} SampleValue;

// `number` is SQL of type bigint, from 1. NULL: nobody knows a value of this type.
const char *sample_value_sql(Arena *arena, const SampleFacts *facts, const SampleValue *value,
                             const char *number);
// The same of the first number behind that whose value passes all checks, which call it `name`
// (quoted); NULL in SQL where none of the next ones does.
const char *sample_passing_sql(Arena *arena, const SampleFacts *facts, const SampleValue *value,
                               const char *number, const char *name, const Words *checks);

// Is it written as text (text, varchar, citext and their like), as a number, as a time?
typedef enum SampleFamily {
    SAMPLE_OTHER,
    SAMPLE_TEXT,
    SAMPLE_NUMBER,
    SAMPLE_TIME,
} SampleFamily;

SampleFamily sample_family(const SampleFacts *facts, int64_t type);

// What may be put in place of a value of an unknown type, for its input to judge; ends with NULL.
extern const char *const SAMPLE_INPUTS[];
// `text` with the number in place of each $.
const char *sample_fill(Arena *arena, const char *text, const char *number);
