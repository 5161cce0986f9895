// What ALTER COLUMN ... TYPE costs, from one type to another: nothing, an index rebuild, a scan, a
// rewrite; and what rows can make it fail.
// Refuses to know locks (ACCESS EXCLUSIVE, always) and other tables. Invariant: what is free is
// free by PostgreSQL's own rules (ATColumnChangeRequiresRewrite, prosupport functions, pg_cast),
// tried on 13 to 18.
#pragma once

#include "catalog/model.h"
#include "sql/tree.h"

typedef enum TypeChangeCost {
    TYPE_CHANGE_NOTHING, // the catalog only
    TYPE_CHANGE_INDEXES, // the heap stays; indexes on the column are built anew
    TYPE_CHANGE_SCAN,    // nothing is written, but CHECK constraints of the column are tried again
    TYPE_CHANGE_REWRITE, // the heap and all indexes are written anew
    TYPE_CHANGE_UNKNOWN, // the old type was never seen: a rewrite, for all that is known
} TypeChangeCost;

typedef struct TypeChange {
    TypeChangeCost cost;
    bool can_fail;               // values may not fit: it fails on some rows
    bool can_lose;               // values may be cut or rounded without an error
    bool needs_using;            // without USING PostgreSQL refuses it (42804)
    bool is_time_zone_dependent; // free while the session's TimeZone is UTC, else a rewrite
    const char *reason;          // "varchar(10) to text needs no change of the rows"
} TypeChange;

// Of a command AT_AlterColumnType, with its USING and COLLATE, the column's indexes and CHECK
// constraints. `model` knows domains and enums. `relation` NULL: never seen.
void type_change_of_command(Arena *arena, const Model *model, const Relation *relation,
                            const Node *command, TypeChange *ret_change);
