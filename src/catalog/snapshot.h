// A snapshot: the whole schema of a database as a list of objects in canonical text, and its
// fingerprint. Refuses to know where it was read (run/snapshot/ reads servers, pg/sql/snapshot has
// the queries). Invariant: equal schemas give equal texts in equal order on any server of one
// major, whatever the order in which things were made.
#pragma once

#include "base/arena.h"
#include "base/vec.h"

#include <stdint.h>

typedef struct SnapshotObject {
    const char *kind;     // "table", "column", "index", ... as snapshot kinds are called
    const char *identity; // "app.orders", "app.orders.id", "app.total(integer)"
    const char *parent;   // identity of the table, type or view it belongs to; NULL: itself
    const char *text;     // every attribute, "name: value" lines in fixed order
    char sha256[65];      // of kind, identity and text
} SnapshotObject;

typedef struct SnapshotGap { // what could not be read
    const char *kind;
    const char *why;
    int64_t count;
} SnapshotGap;

typedef struct Snapshot {
    int server_major;
    VEC(SnapshotObject) objects; // by kind and identity
    VEC(SnapshotGap) gaps;       // not empty: nothing is called equal
    char fingerprint[65];        // SHA-256 over the objects' hashes, as hex
} Snapshot;

// Sorts, hashes, and sets the fingerprint.
void snapshot_seal(Arena *arena, Snapshot *snapshot);
