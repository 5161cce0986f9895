// Is a line of a comment the heading above a rollback, or of something else?
// Refuses the lines below it. Invariant: a sentence (it ends with a full stop) is no heading.
#pragma once

#include "base/str.h"

// "Rollback:", "=== ROLLBACK ===", "To rollback, run:", "Rollback for 027". Not: "No rollback",
// "see 054_x.rollback.sql", "ROLLBACK;".
bool rollback_heading_is(Str line);
// What stands behind the word in "Rollback: DROP TABLE x;" or "rollback DROP TABLE x;": an offset
// in the line, or -1 when it does not stand in front or before a colon.
ptrdiff_t rollback_heading_rest(Str line);
// A heading of what else teams write below their migrations: "Verify:", "--- Test ---".
bool rollback_heading_is_other(Str line);
