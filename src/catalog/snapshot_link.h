// Which objects of a snapshot depend on which: pg_depend, put between the objects that a snapshot
// has. Refuses to know what follows from it. Invariant: an edge is between two objects of the
// snapshot; what depends on something that is none of them depends on nothing.
#pragma once

#include "catalog/snapshot.h"

// Something without an object of its own, and what it stands for: a default for its column.
typedef struct SnapshotStandIn {
    SnapshotAddress address;
    SnapshotAddress stands_for;
    bool is_default; // of a column: only its default depends
} SnapshotStandIn;

typedef struct SnapshotDependency {
    SnapshotAddress of;
    SnapshotAddress on;
    char kind; // pg_depend.deptype
} SnapshotDependency;

typedef VEC(SnapshotStandIn) SnapshotStandIns;
typedef VEC(SnapshotDependency) SnapshotDependencies;

// Of a sealed snapshot. Beside what is given: a column and an attribute depend on what they are of,
// a comment, a label or a state on what it is said of.
void snapshot_link(Arena *arena, Snapshot *snapshot, SnapshotStandIns *stand_ins,
                   const SnapshotDependencies *dependencies);
