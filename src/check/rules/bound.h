// Bounds of partitions as text: as they are written, and as a CHECK that says the same.
// Refuses to prove anything (check/lock/partition_proof.h does). Invariant: constants stay as the
// user wrote them.
#pragma once

#include "check/judged.h"

// "FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')" of a PartitionBoundSpec.
const char *bound_text(const Judged *judged, const Node *bound);
// For advice: "created_at >= '2024-01-01' AND created_at < '2025-01-01'".
const char *bound_condition(const Judged *judged, const Node *bound, const char *column);
