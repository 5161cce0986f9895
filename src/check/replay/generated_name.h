// The names that PostgreSQL makes up for what the user did not name: t_a_key, t_a_fkey1.
// Refuses names that the user gave. Invariant: the answer is what makeObjectName and its callers
// (src/backend/commands/indexcmds.c, catalog/pg_constraint.c) give, 63 bytes at most.
#pragma once

#include "check/replay/replaying.h"

// name1_name2_label, both names shortened until it fits; `name2` and `label` may be NULL.
const char *generated_name(Arena *arena, const char *name1, const char *name2, const char *label);
// The first that no relation (and, of a constraint, no constraint) of the schema has: label,
// label1 ... On the model's arena.
const char *free_relation_name(const Replay *replay, const char *schema, const char *name1,
                               const char *name2, const char *label, bool is_constraint);
const char *free_constraint_name(const Replay *replay, const char *schema, const char *name1,
                                 const char *name2, const char *label);
// "a_b" of the columns, cut as PostgreSQL does it.
const char *joined_names(Arena *arena, const Words *names);
// The name that an expression gives to an index's column, or to one of a view: NULL when it gives
// none (FigureIndexColname).
const char *expression_name(const Node *expression);
