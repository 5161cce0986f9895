// What the files that read an up for what it does to rows share.
// Refuses to be included elsewhere. Invariant: a table or sequence of which is not known which one
// it is counts as one that was there.
#pragma once

#include "check/rollback_data.h"

typedef struct Reading {
    Arena *arena;
    const ParsedStatement *parsed;
    const Snapshot *before;
    const Snapshot *after;
    RollbackData *data;
    bool is_conditional;
    const Node *captured; // the part of it whose rows are kept; NULL: none
} Reading;

typedef enum TableAge {
    TABLE_OLD,
    TABLE_NEW,     // made by this migration with all its parts: it goes with it
    TABLE_UNKNOWN, // a view, a temporary one, several of that name
} TableAge;

// "line 4: " and what is said; NULL: where the statement begins.
void reading_refuse(Reading *reading, const Node *node, const char *what);
void reading_doubt(Reading *reading, const Node *node, const char *what);

bool snapshot_has_address(const Snapshot *snapshot, const char *kind, SnapshotAddress address);
// Of a RangeVar. The identity is set where the table is known.
TableAge reading_age(Reading *reading, const Node *relation, const char **ret_identity);
bool reading_is_new_sequence(Reading *reading, const char *schema, const char *name);

// What a statement does beside what it says: each may be a doubt.
void reading_take_call(Reading *reading, const Node *call);
void reading_take_alter(Reading *reading, const Node *alter);    // AlterTableStmt
void reading_take_sequence(Reading *reading, const Node *alter); // AlterSeqStmt
void reading_take_triggers_of_insert(Reading *reading, const Node *insert, const char *table);
void reading_take_triggers_of_update(Reading *reading, const Node *update, const char *table);
// Of a table that goes with the up: what they write elsewhere stays.
void reading_take_triggers_of_new(Reading *reading, const Node *node, const char *table);
