// Names that a transaction took away, so that a rule can take its word back when the same
// transaction gives the name again.
// Refuses to look into other transactions: between two commits the name is missing. Invariant: what
// is remembered is of one transaction.
#pragma once

#include "check/judged.h"

typedef struct GoneName {
    const char *schema; // "" when not known
    const char *name;
    Position position; // of the finding
    bool is_back;
    uint32_t next; // of those with this hash of the name, from 1; 0: the last
} GoneName;

enum {
    GONE_BUCKETS = 1024 // a power of two
};

typedef struct GoneNames {
    int transaction;
    VEC(GoneName) items;
    uint32_t first[GONE_BUCKETS];
} GoneNames;

// A rule's memory, emptied when another transaction runs.
GoneNames *gone_names(const Judged *judged, const struct Rule *rule);
void gone_add(const Judged *judged, GoneNames *gone, const char *schema, const char *name);
// Where the finding points at `at`, not at the statement.
void gone_add_at(const Judged *judged, GoneNames *gone, const Node *at, const char *schema,
                 const char *name);
bool gone_has_in(GoneNames *gone, const char *schema, const char *name); // in just this schema
bool gone_has(GoneNames *gone, const char *schema, const char *name);
// The name is there again: takes the finding back. True when it was gone. With an empty schema on
// either side only the name counts.
bool gone_again(const Judged *judged, GoneNames *gone, const char *schema, const char *name);
