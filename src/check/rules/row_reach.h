// How much of a table an UPDATE, DELETE, MERGE or INSERT ... SELECT touches, and the same in
// batches. Refuses to know sizes. Invariant: "bounded" is said only where the statement itself
// bounds it: a key with a constant, a range of a key with both ends, a LIMIT, a list of VALUES.
#pragma once

#include "check/judged.h"

// `where` on the table `range` (a RangeVar) picks few rows.
bool where_is_bounded(const Judged *judged, const Node *range, const Node *where);
// The statement (any of the four) changes few rows.
bool change_is_bounded(const Judged *judged);
// It names the rows it changes: a key with constants, a list of VALUES. No range, no LIMIT.
bool change_is_few(const Judged *judged);
// The same UPDATE or DELETE, a thousand rows at a time; NULL where its text is not simple enough.
const char *change_in_batches(const Judged *judged);
