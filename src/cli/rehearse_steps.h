// Which migrations a rehearsal runs, and its settings.
// Refuses to run them. Invariant: they are those that `up` would run, in its order, as far as the
// last one that is named.
#pragma once

#include "cli/workspace.h"
#include "run/rehearse/round.h"

// The workspace is loaded, and connected where a target counts. Named versions are rehearsed, those
// before them only run. ERR_CONFIG: no such version, or it is applied already; ERR_CHECK: one that
// stopped half way.
bool rehearse_steps_choose(Workspace *workspace, RoundSteps *ret_steps, Err *err)
    __attribute__((warn_unused_result));
RehearsalLimits rehearse_limits(const Context *context);
