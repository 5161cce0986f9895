// A source that is a table of the target database: each row of `schema_versions` holds the SQL of
// one migration, and says when it was applied. Refuses to write (table_record.h does) and to
// compare with the history. Invariant: our own view of that name is never taken.
#pragma once

#include "run/source.h"
#include "run/target.h"

// The only table called schema_versions that has migrations in it; NULL in `ret_table`: there is
// none. What is found becomes the target's. ERR_CONFIG: several; columns that are missing.
bool table_source_find(Arena *arena, Target *target, const SourceTable **ret_table, Err *err)
    __attribute__((warn_unused_result));
// It must be there. `name` as the user gave it; NULL: schema_versions.
bool table_source_get(Arena *arena, Target *target, const char *name, const SourceTable **ret_table,
                      Err *err) __attribute__((warn_unused_result));
// Reads all rows. What is wrong with one is a problem of the source.
bool table_source_load(Arena *arena, Target *target, const SourceTable *table, Source *ret_source,
                       Err *err) __attribute__((warn_unused_result));
