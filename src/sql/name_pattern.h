// Patterns of names as psql and pg_dump take them: app.ord*, "My Table", (a|b)_log.
// Refuses to look for what they name. Invariant: the regular expressions match what pg_dump's
// --table of the same text matches.
#pragma once

#include "base/arena.h"

typedef struct NamePattern {
    const char *schema; // a regular expression of PostgreSQL's; NULL: none was given
    const char *name;
} NamePattern;

// False: it has an open quote, or more than one dot outside of quotes.
bool name_pattern_parse(Arena *arena, Str text, NamePattern *ret_pattern)
    __attribute__((warn_unused_result));
