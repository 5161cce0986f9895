// Quoting of identifiers and literals for SQL that we compose.
// Refuses values that have a $n place. Invariant: the result is one token for every server 13 to
// 18, whatever standard_conforming_strings says.
#pragma once

#include "base/arena.h"

char *quote_identifier(Arena *arena, const char *name); // always quoted: "a""b"
char *quote_literal(Arena *arena, const char *text); // 'it''s', or E'..' when a backslash is in it
