// Is the down of a step proven: by the header that generate-rollback wrote, or by a rehearsal in
// which it brought everything back.
// Refuses to try it. Invariant: proof is of exactly these texts of up and down.
#pragma once

#include "check/plan.h"
#include "run/rehearse/evidence.h"

// NULL in `ret_why`: it is. Else why it is not, one clause. `major`: of the server. ERR_IO: a file
// cannot be read.
bool down_proof_find(Arena *arena, const Step *step, const EvidenceFolder *folder, int major,
                     const char **ret_why, Err *err) __attribute__((warn_unused_result));
