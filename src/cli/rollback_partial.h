// generate-rollback --partial: what takes back a migration that stopped half way, from the schema
// as it is now. Refuses to run it. Invariant: reads the target, and writes to stdout or the named
// file.
#pragma once

#include "cli/workspace.h"

int rollback_partial(Workspace *workspace);
