// Pieces of the SQL that findings propose in place of the user's: names quoted where SQL needs it,
// and parts of the statement's own text.
// Refuses to judge. Invariant: what it gives is on the scratch arena of the rule's call; what was
// written is given back as written.
#pragma once

#include "check/judged.h"

// A table as the user wrote it: with a schema only where one was written.
const char *proposal_table(const Judged *judged, const Node *range);
// "a, b": of a list of names; of Words.
const char *proposal_names(Arena *arena, const Node *list);
const char *proposal_words(Arena *arena, const Words *words);
// "a and b" for people, without quotes.
const char *proposal_spoken(Arena *arena, const Words *words);
// Names as a list.
Words proposal_list(Arena *arena, const Node *list);

// As PostgreSQL makes names up: users_email_idx; without columns users_pkey.
const char *proposal_made_name(Arena *arena, const char *table, const Words *columns,
                               const char *label);

// The text of a node up to the comma or bracket that ends it, or the statement's end; without
// comments behind it.
const char *proposal_piece(const Judged *judged, const Node *node);
// A constraint of ALTER TABLE as it stands there, with the name that it has or `name`.
const char *proposal_constraint(const Judged *judged, const Node *constraint, const char *name);
// Of a CHECK: as said, or as PostgreSQL makes it up.
const char *proposal_check_name(const Judged *judged, const Node *range, const Node *constraint);
// Its safe form, in two statements.
const char *proposal_add_not_valid(const Judged *judged, const Node *range, const Node *constraint,
                                   const char *name);
const char *proposal_validate(const Judged *judged, const Node *range, const char *name);
// Both, for Finding.instead; where the table has one of that name now, which this statement or one
// before it drops, under another name first.
const char *proposal_not_valid(const Judged *judged, const Node *range, const Node *constraint,
                               const char *name, bool is_replacement);
// Of CREATE INDEX: what stands behind the table's name, "USING gin (tags) WHERE a > 0".
const char *proposal_index_rest(const Judged *judged);
