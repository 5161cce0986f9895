// The schema file that a change leaves (--schema-file): wanted or not, and what became of it.
// Refuses to fail the change: what has succeeded is a success. Invariant: it is written after the
// last change of a command, with the runner's lock still held.
#pragma once

#include "cli/workspace.h"
#include "io/json.h"

// Before anything is changed. ERR_CONFIG: a place where it would be taken for a migration, or
// overwrite one; a tools-database that cannot be read.
bool schema_output_check(const Workspace *workspace, Err *err) __attribute__((warn_unused_result));
// After a change, with the target read again. When it cannot be written: one warning, with what to
// do.
void schema_output_write(Workspace *workspace);
json_t *schema_output_json(const Workspace *workspace); // null when none is wanted
