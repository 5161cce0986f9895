// Tries each constraint that a migration brought: a row that it must refuse, and one that it must
// take. Refuses to keep a row: all is rolled back. Invariant: a constraint holds when it was that
// very constraint which refused the wrong row, and the same row put right was taken.
#pragma once

#include "check/rehearsal.h"
#include "pg/session.h"

// `before`, `after`: the schema before and behind the migration, in one database. `session` is a
// superuser's, in no transaction. NOT NULL, UNIQUE and primary keys, foreign keys, exclusion
// constraints, and CHECKs that are simple enough to violate; the others are told with the reason.
// Errors: only what ends the rehearsal (ERR_CONNECTION, ERR_INTERRUPTED, ERR_SERVER).
bool constraint_probes_run(Arena *arena, Session *session, const Snapshot *before,
                           const Snapshot *after, ConstraintProbes *ret_probes, Err *err)
    __attribute__((warn_unused_result));
