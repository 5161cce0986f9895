// A plan on stdout: `plan`, and --dry-run of the commands that write.
// Refuses to plan. Invariant: writes nothing to the target; says what would be refused.
#pragma once

#include "cli/workspace.h"

int plan_print(Workspace *workspace, Plan *plan); // the exit code
