// validate --downs: each down is tried.
// Refuses to write. Invariant: exits with 1 when a down is not what it should be and does not say
// so.
#pragma once

#include "cli/workspace.h"

int validate_downs(Workspace *workspace);
