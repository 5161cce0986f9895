// Single tables of a backup, brought back into a schema beside the live ones, in the same database.
// Refuses to change a live table. Invariant: all of the tables are there, equal to the backup's, or
// none.
#pragma once

#include "run/backup/restore.h"

typedef struct RestoredTable {
    const char *schema; // where it was
    const char *name;
    int64_t rows;
    bool is_proven; // rows and digest are the manifest's
} RestoredTable;

typedef struct RestoredTables {
    const char *database;
    const char *schema; // "migrate_safe_restore_20261126053000"
    VEC(RestoredTable) tables;
    VEC(const char *) brought; // types, functions and sequences that the database had not got
} RestoredTables;

// `tables`: SCHEMA.TABLE each, quoted where SQL needs it; partitions come along. Foreign keys,
// triggers, rules, policies and plain indexes are left out. ERR_CHECK: no such table in the backup,
// or it is not what the manifest says; ERR_ROLLBACK: it could not be restored, and nothing of it is
// there.
bool restore_tables(Arena *arena, const RestoreOptions *options, const Words *tables,
                    RestoredTables *ret_tables, Err *err) __attribute__((warn_unused_result));
