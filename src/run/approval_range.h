// Which of a folder's migrations a plan's digest is about, for a signer without the database.
// Refuses anything but migrations that stand one behind the other. Invariant: the plan that is
// given has that very digest.
#pragma once

#include "check/plan.h"

// ERR_CHECK: none of the folder's migrations give it, as they are now. ERR_CONFIG: it is no digest.
bool approval_range_find(Arena *arena, const Migrations *migrations, const char *digest,
                         Plan *ret_plan, Err *err) __attribute__((warn_unused_result));
