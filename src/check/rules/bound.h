// Bounds of partitions: as text, and whether a CHECK proves them, so that attaching reads no row.
// Refuses what needs a calculation: constants are compared as they are written. Invariant: what
// cannot be followed is not proven.
#pragma once

#include "check/judged.h"

// "FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')" of a PartitionBoundSpec, as written.
const char *bound_text(const Judged *judged, const Node *bound);
// A valid CHECK of the table says that all of its rows are within the bound: it is not scanned.
bool bound_is_proven(const Judged *judged, const Relation *table, const Node *bound);
// A valid CHECK of the DEFAULT partition says that none of its rows are.
bool bound_is_excluded(const Judged *judged, const Relation *table, const Node *bound);
// Such a CHECK, for advice: "created_at >= '2024-01-01' AND created_at < '2025-01-01'".
const char *bound_condition(const Judged *judged, const Node *bound, const char *column);
