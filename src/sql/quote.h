// Quoting of identifiers and literals for SQL that we compose.
// Refuses values that have a $n place. Invariant: the result is one token for every server 13 to
// 18, whatever standard_conforming_strings says.
#pragma once

#include "base/arena.h"

char *quote_identifier(Arena *arena, const char *name); // always quoted: "a""b"
// The name itself where SQL reads it so, else in quotes: what people would type.
const char *quote_name(Arena *arena, const char *name);
// With its schema in front, where there is one (neither NULL nor "").
const char *quote_qualified(Arena *arena, const char *schema, const char *name);
char *quote_literal(Arena *arena, const char *text); // 'it''s', or E'..' when a backslash is in it
