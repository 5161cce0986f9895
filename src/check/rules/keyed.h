// UNIQUE, PRIMARY KEY and EXCLUDE of ALTER TABLE: constraints that an index stands behind, as parts
// of SQL. Refuses to judge. Invariant: a keyed table is one that somebody may wait for.
#pragma once

#include "check/judged.h"

typedef struct Keyed {
    const Judged *judged;
    const Node *constraint;
    const Node *range;
    const Relation *relation; // NULL: its CREATE was never seen
    const char *full;         // for people
    const char *table;        // for SQL
    const char *name;         // said, or made up; without quotes
    Words columns;
    bool is_primary;
} Keyed;

// Of this contype. ALTER TABLE ONLY of a partitioned table builds nothing: false.
bool keyed_read(const Judged *judged, const char *contype, Keyed *ret_keyed);
bool keyed_has_index(const Node *constraint); // USING INDEX
const char *keyed_kind(const Keyed *keyed);   // "PRIMARY KEY"
// "(a, b) INCLUDE (c) NULLS NOT DISTINCT", as CREATE INDEX wants it.
const char *keyed_columns(const Keyed *keyed);
const char *keyed_deferrable(const Keyed *keyed); // " DEFERRABLE"; "" where nothing is said
