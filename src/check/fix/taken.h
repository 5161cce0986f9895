// What a statement makes or drops, so that an up and what takes it back find each other.
// Refuses to know schemas: names are bare. Invariant: what makes a thing and what drops it give the
// same key.
#pragma once

#include "base/words.h"
#include "sql/tree.h"

// "index orders_status_idx", "column orders.status". False: it is not known of this kind.
bool taken_objects(Arena *arena, const Node *statement, Words *ret_keys);
// Of rows, by what takes them back: "rows UPDATE orders" of an UPDATE, "rows INSERT orders" of an
// INSERT of a down, and of the DELETE or TRUNCATE of an up. NULL: of other statements.
const char *taken_rows(Arena *arena, const Node *statement, bool is_down);
