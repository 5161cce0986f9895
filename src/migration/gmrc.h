// graphile-migrate's settings, .gmrc: JSON with comments, single quotes, bare keys and commas too
// many (JSON5). Placeholders and the owner are taken out of it.
// Refuses to resolve "!ENV" and to know a connection. Invariant: nothing is read from a file that
// has an error.
#pragma once

#include "migration/expansion.h"

// A setting that changes what graphile-migrate does, and that nobody applies here.
typedef struct GmrcIgnored {
    const char *name;
    Position position;
} GmrcIgnored;

typedef struct Gmrc {
    VEC(ExpansionValue) placeholders; // ":NAME" and its value
    const char *database_owner;       // NULL: not said
    VEC(GmrcIgnored) ignored;
} Gmrc;

bool gmrc_parse(Arena *arena, const char *file, Str text, Gmrc *ret_settings, Err *err)
    __attribute__((warn_unused_result));
