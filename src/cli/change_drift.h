// What becomes of the schema's snapshot when a command changes the history: the live schema beside
// the stored one before, a new one after. Refuses to end a command: what cannot be read or stored
// is a warning. Invariant: a schema that had drifted is told before it becomes what is known.
#pragma once

#include "cli/workspace.h"
#include "io/json.h"

// What status and plan say of it, unless it is not wanted (--skip-drift).
void change_drift_see(Workspace *workspace);
// Before the first statement, under the runner's lock.
void change_drift_look(Workspace *workspace);
// After the last one.
void change_drift_keep(Workspace *workspace);
// For a command's document; null where neither was done.
json_t *change_drift_json(const Workspace *workspace);
