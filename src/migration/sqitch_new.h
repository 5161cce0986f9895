// A new change of a sqitch project: its scripts, and the plan with one line more.
// Refuses to write files. Invariant: the lines that the plan has are kept byte for byte.
#pragma once

#include "migration/layout.h"

// As Layout.plan_new. ERR_CONFIG: the plan has a change of that name; a sqitch.conf that cannot be
// read.
bool sqitch_plan_new(Arena *arena, const NewRequest *request, NewFiles *ret_files, Err *err)
    __attribute__((warn_unused_result));
