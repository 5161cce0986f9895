// Keeps the rows of a table of migrations true: is_current, applied_at, applied_by follow the
// history in the same transaction. Refuses to decide what is applied. Invariant: a row that is gone
// or was applied by somebody else meanwhile fails the transaction that would have said so.
#pragma once

#include "run/record.h"
#include "run/target.h"

typedef enum TableChange {
    TABLE_APPLIED,
    TABLE_MARKED, // as applied, by a person: whatever the row says
    TABLE_REVERTED,
} TableChange;

// To be written behind the record of the history. `row` is the version as the table spells it.
// NULL when the target's migrations stand in no table. `lock_timeout_ms`: longest wait for a row
// that somebody holds, where locks of the migration would be held meanwhile; 0: any.
const Record *table_record(Arena *arena, const Target *target, TableChange change, const char *row,
                           const char *version, int64_t lock_timeout_ms);
// After the transaction failed for it (22012) and was rolled back: what has become of the row.
void table_record_explain(Arena *arena, Target *target, const char *row, Err *err);
