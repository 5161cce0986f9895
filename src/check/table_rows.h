// Where a table of migrations and the history say different things about one version.
// Refuses to decide which of the two is right. Invariant: what migrate-safe applied itself agrees.
#pragma once

#include "check/plan.h"
#include "migration/layout.h"

// A warning for each version of which only one of the two says that it is applied. `relation`: the
// table's name as SQL needs it.
void table_rows_compare(Arena *arena, const Status *status, const char *relation,
                        Problems *problems);
// ERR_CHECK: a step of `up` that was applied already, as its row says.
bool table_rows_check_plan(const Plan *plan, const char *relation, Err *err)
    __attribute__((warn_unused_result));
