// What two snapshots of one database show to be renamed, while it is worked out.
// Refuses to be seen from outside of this folder. Invariant: where an object of `then` is also one
// of `now`, its address says so; a name never does.
#pragma once

#include "catalog/change/changing.h"

enum {
    NO_PLACE = -1
};

typedef enum NameForm {
    NAME_BARE,      // "app"
    NAME_QUALIFIED, // "app.t", "app.f(integer)", "app.k USING btree"
    NAME_PART,      // "app.t.a"
    NAME_ON,        // "k on app.t"
} NameForm;

typedef enum NameSpace { // in which no two have one name
    SPACE_OWN,           // the kind's own
    SPACE_RELATION,      // with the types
    SPACE_ROUTINE,       // beside their arguments
    SPACE_COLUMN,
    SPACE_CONSTRAINT,
} NameSpace;

typedef struct RenameKind {
    const char *kind; // as the snapshot calls it
    const char *word; // behind ALTER
    NameForm form;
    NameSpace space;
    bool is_fixed;    // has no RENAME, at most SET SCHEMA
    bool has_no_move; // has no SET SCHEMA: goes along with what it belongs to
} RenameKind;

// An object of `then` with a name of its own. All names are quoted where SQL needs it.
typedef struct Naming {
    const SnapshotObject *object;
    const RenameKind *kind;
    int place;     // of the object in `then`
    int holder;    // what it is a part of
    int along;     // what takes it into another schema: the table of an index
    int schema_of; // its schema, until it is moved
    int leader;    // whose RENAME is its own: an inherited column
    int twin;      // of an index: the constraint that has its name
    int first_led; // those that it leads
    int next_led;  // of the same leader
    int first_along;
    int next_along;
    const char *schema; // where it was moved to, or what is no object of the snapshot
    const char *name;   // as it is called by now
    const char *tail;   // what stands behind the name: "(integer)"
    const char *wanted_schema;
    const char *wanted_name; // NULL: it is dropped
    bool is_aside;           // under a name that nobody else has
} Naming;

typedef struct RenamedLabel {
    const SnapshotObject *type; // of `then`
    Str old;
    Str new;
} RenamedLabel;

typedef struct Renaming {
    Arena *arena;
    Changing *changing;
    const Snapshot *then;
    const Snapshot *now;
    DdlParts parts;              // of `then`
    const SnapshotObject **same; // of each object of `then`: the one of `now` with its address
    const char **identities;     // of each object of `then`: behind the renames
    const char **parents;
    const char **schemas; // of each that is in one: the one behind the renames
    int *naming_of;       // NO_PLACE: it has no name of its own
    VEC(Naming) namings;
    VEC(RenamedLabel) labels;
    VEC(const SnapshotObject *) made_schemas; // of `now`: things are moved there
    const char *last_schema;                  // where something was moved
    DdlStatements statements;
    int aside_count;
} Renaming;

static inline int renaming_place(const Renaming *renaming, const SnapshotObject *object)
{
    return (int)(object - renaming->then->objects.items);
}

static inline Naming *naming_at(const Renaming *renaming, int index)
{
    return index == NO_PLACE ? NULL : &renaming->namings.items[index];
}

static inline bool naming_is_kind(const Naming *naming, const char *kind)
{
    return strcmp(naming->kind->kind, kind) == 0;
}

void renaming_add_namings(Renaming *renaming);
// Its schema and its whole name, as they are by now. NULL: it is in none.
const char *naming_schema(const Renaming *renaming, const Naming *naming);
const char *naming_called(const Renaming *renaming, const Naming *naming);

// Works out the statements, and under which name everything is then.
void renaming_name_all(Renaming *renaming);
// The text of an object of `then` as it is behind the renames; `now` may be NULL.
const char *renaming_text(const Renaming *renaming, const SnapshotObject *object,
                          const SnapshotObject *now);
// A name that stands in an object of `then`, as it is behind the renames.
const char *renaming_replace(const Renaming *renaming, const SnapshotObject *object,
                             const char *text);
