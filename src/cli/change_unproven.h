// Downs that generate-rollback could not prove, or made from another up: consent before they run.
// Refuses to judge downs that people wrote. Invariant: what is lost is said before it is asked.
#pragma once

#include "cli/workspace.h"

bool change_consent_to_unproven(Workspace *workspace, const Plan *plan, Err *err)
    __attribute__((warn_unused_result));
