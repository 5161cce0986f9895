// Template actions in SQL: {{ of Go, Jinja and Mustache, {% of Jinja, <% of ERB.
// Refuses to look into quotes and comments, where such bytes are ordinary text. Invariant: what
// PostgreSQL can run has none; its operator <% (pg_trgm) is no action.
#pragma once

#include "base/str.h"

// In one statement. `ret_at`: the byte where the first one begins.
bool template_find(Str statement, size_t *ret_at);
