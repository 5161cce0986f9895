// The SQL of a diff, tried before it is shown.
// Refuses to compare. Invariant: what comes out is everything that differs, or there is none of it.
#pragma once

#include "cli/diff_side.h"
#include "report/diff_report.h"

// Refusals are in the change, and no failure. ERR_CHECK: it was tried, and does not bring what it
// should.
bool diff_sql_make(Context *context, const DiffSource *then, const DiffSource *now,
                   SnapshotScope scope, DiffSql *ret_sql, Err *err)
    __attribute__((warn_unused_result));
// The script on stdout; or the refusals on stderr, and then nothing.
void diff_sql_print(Context *context, const DiffReport *report);
