// Template actions in SQL: {{ of Go, Jinja and Mustache, {% of Jinja, <% of ERB.
// Refuses to look into quotes and comments, where such bytes are ordinary text. Invariant: what
// PostgreSQL can run has none; its operator <% (pg_trgm) is no action.
#pragma once

#include "base/arena.h"
#include "base/str.h"

// In one statement. `ret_at`: the byte where the first one begins.
bool template_find(Str statement, size_t *ret_at);

// For a reader that runs nothing: the same text, byte for byte as long, in which what a tool fills
// in stands as a name: "{{ .Schema }}" as "___Schema___"; {{if}} and its kind, {% and <% without =
// as blanks; ${name}; psql's and Graphile's :name, :'name' and :"name". False: there is none.
bool template_fill(Arena *arena, Str statement, Str *ret_filled);
