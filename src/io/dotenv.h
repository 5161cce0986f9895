// A `.env` file as values with positions: NAME=value, quotes, comments, ${OTHER}.
// Refuses to open files, to change the environment, and to judge lines about variables that nobody
// asked for: the file belongs to other programs too. Invariant: no part of a value is in an error.
#pragma once

#include "base/err.h"
#include "base/vec.h"

typedef struct DotenvEntry {
    const char *name;
    const char *value; // NULL: another program's, and we cannot tell what it means
    Position position; // of the name
} DotenvEntry;

typedef struct Dotenv {
    VEC(DotenvEntry) entries; // in the order of the file; a later one counts
} Dotenv;

typedef struct DotenvOptions {
    const char *file; // as errors name it
    // A line that gives such a variable must be readable.
    bool (*is_wanted)(Str name);
    // What ${NAME} means before the file is asked; NULL when it is not set.
    const char *(*environment)(const char *name);
} DotenvOptions;

// ERR_CONFIG with position and hint.
bool dotenv_parse(Arena *arena, Str text, const DotenvOptions *options, Dotenv *ret_dotenv,
                  Err *err) __attribute__((warn_unused_result));
const DotenvEntry *dotenv_find(const Dotenv *dotenv, Str name); // the last one; NULL when absent
