// The foreign keys that a statement makes: of CREATE TABLE, ADD COLUMN and ADD CONSTRAINT alike.
// Refuses to judge. Invariant: each has a parent; columns are those of the child, in order.
#pragma once

#include "check/judged.h"

typedef struct ForeignKey {
    const Node *constraint;
    const Node *child_range;
    const Node *parent_range;
    const Relation *child; // NULL: its CREATE was never seen (or is this statement)
    const Relation *parent;
    const char *child_name; // "public.orders", for people
    const char *parent_name;
    Words columns;
    bool is_self; // references its own table
} ForeignKey;

typedef VEC(ForeignKey) ForeignKeys;

// Of CREATE TABLE, or of the ALTER TABLE command that the rule is called for; on the scratch.
ForeignKeys foreign_keys_of(const Judged *judged);
// As said, or as PostgreSQL makes it up.
const char *foreign_key_name(const Judged *judged, const ForeignKey *key);
