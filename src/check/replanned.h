// A plan that was changed above what is applied: where versions are places, another change stands
// in the place of one that ran.
// Refuses to put it right. Invariant: the first such place is told.
#pragma once

#include "check/status.h"

// ERR_CHECK: what was applied there, what the plan has there now, and where the first one went.
bool replanned_check(const Status *status, Err *err) __attribute__((warn_unused_result));
