// Copies of rows that an up made in the quarantine, by their comments, and what puts them back.
// Refuses to believe that a copy is all that was lost (check/rollback_capture.h looks at the up).
// Invariant: a copy that was there before the up is none of its.
#pragma once

#include "catalog/schema_change.h"
#include "run/round_trip.h"

// Behind the up, on the trial's session.
bool captured_rows_find(Trial *trial, Err *err) __attribute__((warn_unused_result));

typedef struct CapturedBack {
    Words statements;  // the last copy first; each ends with the copy's DROP
    bool has_schema;   // the quarantine's was made by the up, and is dropped behind all
    const char *unfit; // the copy of a table or column that has another name there; NULL: none
} CapturedBack;

// In the schema behind the up (`is_first`), or in the one before it, when all else is undone. Takes
// out of `change` what these statements do.
void captured_rows_back(const Trial *trial, const RollbackCaptures *captures, bool is_first,
                        DdlStatements *change, CapturedBack *ret_back);
