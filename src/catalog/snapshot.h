// A snapshot: the whole schema of a database as a list of objects in canonical text, and its
// fingerprint. Refuses to know where it was read (run/snapshot.c reads servers, pg/sql/snapshot/
// has the queries). Invariant: equal schemas give equal texts in equal order on any server of one
// major, whatever the order in which things were made.
#pragma once

#include "base/arena.h"
#include "base/vec.h"

#include <stdint.h>

// Where an object stands in its database's catalog.
typedef struct SnapshotAddress {
    uint32_t class; // oid of the catalog; 0: not known, as in a file of hashes
    uint32_t oid;
    int32_t number; // of a column; 0: the whole
} SnapshotAddress;

typedef struct SnapshotObject {
    const char *kind;     // "table", "column", "index", ... as snapshot kinds are called
    const char *identity; // "app.orders", "app.orders.id", "app.total(integer)"
    const char *parent;   // identity of the table, type or view it belongs to; NULL: itself
    const char *text;     // every attribute, "name: value" lines in fixed order; a value's further
                          // lines are indented. NULL: read from a file that has only hashes
    SnapshotAddress address; // of what a comment is on, where it is one; not hashed
    // A column whose default needs other objects: it comes behind them. Not known without edges.
    bool is_default_apart;
    char sha256[65]; // of kind, identity and text
} SnapshotObject;

typedef enum SnapshotEdgeKind {
    SNAPSHOT_EDGE_NORMAL = 'n',
    SNAPSHOT_EDGE_PART = 'a',    // goes with it when it is dropped
    SNAPSHOT_EDGE_INNER = 'i',   // made by it: the index of a constraint
    SNAPSHOT_EDGE_DEFAULT = 'd', // a column's default alone
} SnapshotEdgeKind;

// Object `from` depends on object `to`, both as their places in `objects`.
typedef struct SnapshotEdge {
    uint32_t from;
    uint32_t to;
    SnapshotEdgeKind kind;
} SnapshotEdge;

typedef struct SnapshotGap { // what could not be read
    const char *kind;
    const char *why;
    int64_t count;
} SnapshotGap;

typedef struct Snapshot {
    int server_major;
    VEC(SnapshotObject) objects; // by kind and identity
    VEC(SnapshotGap) gaps;       // not empty: nothing is called equal
    bool has_roles;              // of the server too, with who is a member of which
    char fingerprint[65];        // SHA-256 over the major and the objects' hashes, as hex
    // Which database it is of: in two snapshots of one, an address is one object, whatever it is
    // called. NULL: not known.
    const char *database;
    bool has_edges;
    VEC(SnapshotEdge) edges; // by `from` and `to`
} Snapshot;

// A name and its value, one line or several, on the way into an object's text.
typedef struct SnapshotAttribute {
    // "... privileges": as an aclitem[] has them; what is the user's own text, as "source" and
    // "label" (is_verbatim() of snapshot.c): kept byte by byte; all else may be SQL
    const char *name;
    const char *value;
} SnapshotAttribute;

// The next attribute of an object's text, with all lines of its value (further ones are indented).
// False at the end.
bool snapshot_attribute_next(Str *rest, Str *ret_name, Str *ret_value);
// False: the text has none of that name, and `ret_value` is whatever.
bool snapshot_attribute_find(const char *text, Str name, Str *ret_value);
// The same as it was before it became an attribute, its lines not indented; NULL: there is none.
const char *snapshot_attribute_text(Arena *arena, const char *text, Str name);

// The canonical text of attributes; what has no value (NULL) is left out.
const char *snapshot_text(Arena *arena, const SnapshotAttribute *attributes, size_t count);

// What `is_default_apart` says, from the edges.
void snapshot_note_defaults(Snapshot *snapshot);

// By kind and identity, as they stand in a snapshot.
int snapshot_object_compare(const SnapshotObject *left, const SnapshotObject *right);
// Of a sealed snapshot; NULL: it has none.
const SnapshotObject *snapshot_find(const Snapshot *snapshot, const char *kind,
                                    const char *identity);
int snapshot_address_compare(const SnapshotAddress *left, const SnapshotAddress *right);
int snapshot_edge_compare(const SnapshotEdge *left, const SnapshotEdge *right);
// Sorts, hashes what has a text, and sets the fingerprint, which is another one with roles.
void snapshot_seal(Arena *arena, Snapshot *snapshot);
// The same database without the server's roles. Shares what the objects point at.
Snapshot snapshot_without_roles(Arena *arena, const Snapshot *snapshot);
// A role, a setting of it, or who is a member: of the server, not of the database.
bool snapshot_kind_is_of_server(const char *kind);

// What of a database is compared.
typedef enum SnapshotScope {
    SNAPSHOT_WHOLE,
    // What pg_dump and a restore bring to another server: not the state of internal triggers,
    // invalid indexes, versions of extensions, how a child's columns stand, tablespaces, the
    // database's own settings and privileges, whether a subscription runs.
    SNAPSHOT_DUMPED,
    SNAPSHOT_DUMPED_SCHEMA, // the same of pg_dump --schema-only: materialised views are empty
} SnapshotScope;

bool snapshot_kind_is_in(const char *kind, SnapshotScope scope);

typedef struct SnapshotDifference {
    const SnapshotObject *then; // NULL: added
    const SnapshotObject *now;  // NULL: missing
} SnapshotDifference;

typedef VEC(SnapshotDifference) SnapshotDifferences;

// By kind and identity; what belongs to something that is missing or added is not there again.
// Gaps are the caller's.
void snapshot_differences(Arena *arena, const Snapshot *then, const Snapshot *now,
                          SnapshotScope scope, SnapshotDifferences *ret_differences);
// "column app.t.a: changed, type integer -> bigint", one line.
const char *snapshot_difference_text(Arena *arena, const SnapshotDifference *difference);

// Lines for people.
typedef VEC(const char *) Differences;

// What `now` lacks, has more or otherwise than `then`, one line each, at most `most` and then how
// many more; what belongs to something that is missing or added is not said again. Where both have
// texts a line says what was changed. Gaps on either side are differences. Nothing: they are equal.
void snapshot_compare(Arena *arena, const Snapshot *then, const Snapshot *now, SnapshotScope scope,
                      size_t most, Differences *ret_differences);
