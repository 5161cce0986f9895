// The text of a schema dump (pg_dump --schema-only), made the same for every run and every pg_dump.
// Refuses to change what it means, but for two things that belong to a server and not to a schema:
// timeouts, and user mappings, which hold passwords.
// Invariant: nothing inside of quotes, dollar quotes or COPY data is touched.
#pragma once

#include "base/text.h"

// Takes out: the head and the end that name versions, \restrict, SET ..._timeout = 0, user
// mappings, blank lines beyond one, blanks at the end of a line. Appends to `out`, ending with one
// newline. False when the dump's own last line is missing: it was cut off.
bool dump_stabilise(Str dump, Text *out) __attribute__((warn_unused_result));
