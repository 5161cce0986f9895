// DDL: the statements that make, change and drop one object of a snapshot.
// Refuses to order them and to know what depends on what (catalog/schema_change.h). Invariant: what
// has no SQL is a refusal with its reason, never a statement that does something else.
#pragma once

#include "base/words.h"
#include "catalog/snapshot.h"

// All statements are for an empty search_path.
typedef struct DdlStatement {
    const char *sql;  // one statement, without its semicolon
    const char *loss; // what it destroys, in words; NULL: nothing
    bool is_outside;  // not inside a transaction, or of use only behind its commit
                      // (ALTER TYPE ... ADD VALUE)
} DdlStatement;

// The objects of a snapshot by what they belong to.
typedef VEC(const SnapshotObject *) DdlParts;

typedef struct Ddl {
    Arena *arena;
    int server_major;
    const DdlParts *then; // to find what belongs to an object; NULL: nothing does
    const DdlParts *now;
    VEC(DdlStatement) statements;
    const char *refusal; // why something has no SQL, the first reason; NULL: all has
    // Roles, quoted, that ALTER DEFAULT PRIVILEGES gives something or takes something from: what a
    // new object has is not as built in. NULL or empty: nobody.
    const Words *default_grantees;
} Ddl;

typedef enum DdlResult {
    DDL_DONE,
    DDL_BY_CREATE, // only by drop and create; nothing was added
    DDL_REFUSED,
} DdlResult;

typedef struct DdlKind {
    const char *kind;       // as the snapshot calls it
    const char *owner_word; // "TABLE" in ALTER TABLE ... OWNER TO; NULL: has no owner
    const char *grant_word; // "TABLE" in GRANT ... ON TABLE; NULL: has no privileges
    bool (*create)(Ddl *ddl, const SnapshotObject *object);
    bool (*drop)(Ddl *ddl, const SnapshotObject *object);
    // NULL: DDL_BY_CREATE. Owner and privileges are not its business, nor create's; it is not asked
    // where nothing else differs.
    DdlResult (*change)(Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now);
    // What SQL calls it behind the words above; NULL: its identity.
    const char *(*name)(const Ddl *ddl, const SnapshotObject *object);
} DdlKind;

// NULL: of a kind that nothing is known of.
const DdlKind *ddl_kind(const char *kind);

// An attribute; its further lines without their indent. NULL: it has none of that name.
const char *ddl_value(const Ddl *ddl, const SnapshotObject *object, const char *name);
bool ddl_differs(const SnapshotObject *then, const SnapshotObject *now, const char *name);
// In more than owner and privileges.
bool ddl_differs_itself(const SnapshotObject *then, const SnapshotObject *now);
const char *ddl_name(const Ddl *ddl, const DdlKind *kind, const SnapshotObject *object);
bool ddl_is_partition(const SnapshotObject *table);
// The last part of an identity that begins with the parent's: "app.t.a" of "app.t" gives "a".
const char *ddl_part_name(const SnapshotObject *object);

// What stands for itself is among the parts of "".
void ddl_parts_fill(Arena *arena, const Snapshot *snapshot, DdlParts *ret_parts);
// Those of one kind, by number and identity; `ret_first` points at as many as it returns.
size_t ddl_parts_of(const DdlParts *parts, const char *parent, const char *kind,
                    const SnapshotObject *const **ret_first);
// NULL: none of that name. The parent of what stands for itself is "".
const SnapshotObject *ddl_part_find(const DdlParts *parts, const char *parent, const char *kind,
                                    const char *identity);

// What a table inherits from, and `other` (NULL: nothing), the same at another time, does not:
// columns of a parent that stays would become the table's own. `verb` is INHERIT or NO INHERIT.
void ddl_add_parents(Ddl *ddl, const SnapshotObject *table, const SnapshotObject *other,
                     const char *verb);
// Whether those of `now` are the ones that stay of `then`, in their order, and new ones behind.
bool ddl_has_parents_order(const Ddl *ddl, const SnapshotObject *then, const SnapshotObject *now);

void ddl_add(Ddl *ddl, const char *format, ...) __attribute__((format(printf, 2, 3)));
void ddl_add_loss(Ddl *ddl, const char *loss, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void ddl_add_outside(Ddl *ddl, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool ddl_refuse(Ddl *ddl, const char *format, ...) // false
    __attribute__((format(printf, 2, 3)));

// What every kind has in the same way. `then` NULL: the object was just made. Nothing is added
// where nothing differs.
bool ddl_set_owner(Ddl *ddl, const DdlKind *kind, const SnapshotObject *then,
                   const SnapshotObject *now);
// From the privileges as of `then`, with the owner as of `now`. GRANTs and REVOKEs of a table say
// nothing of its columns, but a REVOKE takes theirs as well: `ret_has_revoked` (may be NULL).
bool ddl_set_privileges(Ddl *ddl, const DdlKind *kind, const SnapshotObject *then,
                        const SnapshotObject *now, bool *ret_has_revoked);
