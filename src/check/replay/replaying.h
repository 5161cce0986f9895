// One statement while it is folded into the model: what every replay_*.c is given, and what they
// share.
// Refuses users outside of check/replay/. Invariant: trees and what is worked out live on
// `scratch`; whatever the model keeps was copied to its own arena by keep().
#pragma once

#include "check/replay/replay.h"

typedef struct Replay {
    Arena *scratch;
    Model *model;
    const ParsedStatement *parsed;
    Made made;
    const char *schema;  // of CREATE SCHEMA, while its elements are made; NULL
    bool is_in_block;    // of DO: an error may be caught, so that what is there stays
    bool is_conditional; // there, in a branch, a loop or a handler
} Replay;

// Of a text on the scratch or in the tree, what the model may keep. NULL stays NULL.
const char *keep(const Replay *replay, const char *text);
Words keep_words(const Replay *replay, const Words *words);
// Names of the relation's columns, which it has already: as its columns have them.
const char *keep_column(const Replay *replay, const Relation *relation, const char *name);
Words keep_columns(const Replay *replay, const Relation *relation, const Words *names);

// A zeroed item at the end, with less reserve than vec_append leaves: models have many short lists.
#define append_tight(arena, vec)                                                                   \
    ((void)((vec)->len == (vec)->cap &&                                                            \
            (vec_reserve((arena), (vec), (vec)->len + (vec)->len / 2 + 1), true)),                 \
     memset(vec_append((arena), (vec)), 0, sizeof *(vec)->items), &(vec)->items[(vec)->len - 1])

// A RangeVar, or a list of names as {"s", "t"}, resolved. NULL: never seen made.
Relation *found_relation(const Replay *replay, const Node *range);
Relation *found_named(const Replay *replay, const Node *names);
// The same; what was never seen made is added, as is_only_altered.
Relation *altered_relation(const Replay *replay, const Node *range, RelationKind kind);
// Where the user's name (a RangeVar; a list of names) makes a new thing.
const char *new_schema(const Replay *replay, const Node *range);
const char *new_schema_of(const Replay *replay, const Node *names);
// The schema in a list of names: "s" of {"s", "t"}; NULL when there is none.
const char *schema_of(const Node *names);
Type *found_type(const Replay *replay, const Node *names);

// A type name with the schema that it is found in; `user` is told to the type.
ColumnType resolved_type(const Replay *replay, const Node *type_name, Relation *user,
                         bool *ret_is_serial);
// The schema of a type that may be a table's row type.
const char *row_schema(const Replay *replay, const ColumnType *type);
void note_referrer(const Replay *replay, Relation *referred, Relation *referrer);

// What `SELECT set_config('search_path', ...)` sets.
void set_path_from_text(const Replay *replay, const char *text);
// A table, or materialized view, of a query: IntoClause and the query.
void make_from_query(const Replay *replay, const Node *into, const Node *query, RelationKind kind);
