// PostgreSQL's casts between its own types: which are free, which lose or refuse values.
// Refuses to know columns and indexes. Invariant: as in pg_cast of 13 to 18 (they agree on these);
// tests/e2e/test_lock_plan_truth.py tries them.
#pragma once

#include "catalog/model.h"

typedef struct Cast {
    bool is_free;              // binary coercible: the bytes stay
    bool is_assignable;        // without USING
    bool keeps_operator_class; // of a free one: indexes stay as well
    bool can_fail;
    bool can_lose;
} Cast;

// Between two different types, without their modifiers.
Cast cast_between(const ColumnType *from, const ColumnType *to);
// From one modifier to another of the same type: varchar(10) to varchar(20). `is_explicit`: by a
// cast that is written, which cuts instead of refusing.
Cast cast_modifiers(const ColumnType *from, const ColumnType *to, bool is_explicit);
// May a value of type `from` not fit into the modifiers of `to`, a different type?
bool cast_can_overflow(const ColumnType *from, const ColumnType *to);
bool cast_is_string(const ColumnType *type);  // text, varchar, char, citext
bool cast_is_whole(const ColumnType *type);   // numbers and times without a fraction
bool cast_is_builtin(const ColumnType *type); // of those that are known here
