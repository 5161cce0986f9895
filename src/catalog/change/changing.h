// A schema change while it is worked out (catalog/schema_change.h): items, what each has to go
// through, and what depends on what.
// Refuses to be seen from outside of this folder. Invariant: every object of both snapshots that is
// in the scope has an item, and one only; what a column's default, a sequence's owner and a table's
// parent say are items of their own beside it, so that no two tables wait for each other.
#pragma once

#include "catalog/schema_change.h"

enum {
    NO_ITEM = -1
};

typedef enum ChangeAspect {
    ASPECT_WHOLE,
    ASPECT_DEFAULT,    // of a column
    ASPECT_OWNERSHIP,  // of a sequence, by a column
    ASPECT_ATTACHMENT, // of a table, to what it is a partition of or inherits from
} ChangeAspect;

typedef struct ChangeItem {
    ChangeAspect aspect;
    const SnapshotObject *then; // NULL: it was not there
    const SnapshotObject *now;  // NULL: it will not be there
    const DdlKind *kind;        // NULL: nothing is known of the kind
    bool is_dropped;            // both: dropped and made again
    bool is_made;
    bool is_altered;
    bool is_disturbing; // altered so that what reads it has to be away meanwhile
    int drop_host;      // the item whose drop takes it along; itself
    int make_host;      // the item that makes it; itself
    int first_guest;    // those that it makes, by number and name; NO_ITEM
    int next_guest;     // of the same host
    Ddl alter;          // its own changes
} ChangeItem;

// Item `from` depends on item `to`.
typedef struct ChangeEdge {
    int from;
    int to;
    bool is_part;    // goes when it goes
    bool is_of_time; // says only who is first
} ChangeEdge;

typedef VEC(ChangeEdge) ChangeEdges;

// One snapshot's side: items of its objects, by their places in it.
typedef struct ChangeSide {
    const Snapshot *snapshot;
    DdlParts parts;
    int *whole;        // the object's item
    int *beside;       // the one of another aspect; NO_ITEM
    ChangeEdges edges; // by `to`
    size_t *first_to;  // for each item the first edge to it; one more at the end
} ChangeSide;

typedef struct Changing {
    Arena *arena;
    SnapshotScope scope;
    ChangeSide then;
    ChangeSide now;
    VEC(ChangeItem) items;
    Words default_grantees;
    DdlStatements renames;   // before all else
    bool is_outside_renamed; // an enum, of which alone something is outside of the transaction
    SchemaChange *change;    // what comes out
} Changing;

static inline const SnapshotObject *change_object(const ChangeItem *item)
{
    return item->now ? item->now : item->then;
}

static inline bool change_is_kind(const ChangeItem *item, const char *kind)
{
    return strcmp(change_object(item)->kind, kind) == 0;
}

static inline bool change_is_table(const SnapshotObject *object)
{
    return strcmp(object->kind, "table") == 0 || strcmp(object->kind, "foreign table") == 0;
}

static inline bool change_is_foreign_key(const SnapshotObject *object)
{
    Str definition;
    return strcmp(object->kind, "constraint") == 0 &&
           snapshot_attribute_find(object->text, STR("definition"), &definition) &&
           str_starts(definition, STR("FOREIGN KEY"));
}

void changing_refuse(Changing *changing, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
Ddl changing_ddl(const Changing *changing);

// Items with what of them differs, edges between them.
void changing_match(Changing *changing);
void changing_link(Changing *changing);
// In one database an address is one object, whatever it is called: what has another name is
// renamed, and `then` becomes what it is behind that.
bool changing_is_one_database(const Changing *changing);
void changing_rename(Changing *changing);
// Between two, what is likely to have another name is offered.
void changing_offer(Changing *changing);
// Roles that default privileges give something to, or take from.
void changing_add_default_grantees(const Changing *changing, const SnapshotObject *object,
                                   Words *grantees);
// What stands in the way of a drop or a change is dropped and made again; what nothing can be done
// about is refused.
void changing_spread(Changing *changing);
void changing_check_columns(Changing *changing);
// Who goes along with whom; then the statements in their order.
void changing_host(Changing *changing);
void changing_order(Changing *changing);
// The statements of one step.
void changing_emit_drop(Changing *changing, int item);
void changing_emit_alter(Changing *changing, int item);
void changing_emit_make(Changing *changing, int item);
// What can be made again without losing rows.
bool changing_is_rebuildable(const ChangeItem *item);
