// The comment lines at the head of a script: `Complexity: LOW`, `Estimated Duration: 30 seconds`,
// and the first line that says in words what the migration does.
// Refuses our own directives, and to report: what cannot be read is as if it were not there.
// Invariant: the first value said wins.
#pragma once

#include "migration/directive.h"

// One line of a comment without its markers. `file` is the script's path: a line that only
// repeats its name describes nothing.
void header_read(Arena *arena, Str content, const char *file, Directives *directives);
