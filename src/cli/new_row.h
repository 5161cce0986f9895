// `new` where the migrations are the rows of a table: the INSERT of the next one, for psql.
// Refuses to run it: `new` writes to no database. Invariant: what is printed is complete SQL.
#pragma once

#include "cli/workspace.h"

// Prints it, and gives the exit code.
int new_row(const Workspace *workspace, const char *description, const char *timestamp);
