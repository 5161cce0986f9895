// The part of a workspace whose migrations are the rows of a table: when that is so, and how they
// are read. Refuses to read folders. Invariant: once a table was loaded the target is open.
#pragma once

#include "cli/workspace.h"

// Does --layout table or --table say so? ERR_CONFIG: a folder is named in the same place.
bool workspace_wants_table(const Workspace *workspace, bool *ret_wants, Err *err)
    __attribute__((warn_unused_result));
// Connects and reads the table that is named, or the only one there is.
bool workspace_load_table(Workspace *workspace, Err *err) __attribute__((warn_unused_result));
// No folder is named or found: is there a table? When there is none, or it cannot be asked for,
// this fails as loading `folders` fails.
bool workspace_find_table(Workspace *workspace, const SourceOptions *folders, Err *err)
    __attribute__((warn_unused_result));
// Its rows again, as after waiting for the runner's lock.
bool workspace_reload_table(Workspace *workspace, Err *err) __attribute__((warn_unused_result));
