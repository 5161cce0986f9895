// The `.env` file: where it is, and which of its variables count.
// Refuses to override: a variable that exists, even an empty one, is stronger than the file.
// Invariant: with --env nothing in the file says where to connect, because it does not say which
// environment it is of.
#pragma once

#include "cli/command.h"
#include "io/dotenv.h"

typedef struct DotenvFile {
    const char *path;    // ".env", "conf/.env"
    bool is_read;        // false: there is none, or it is no regular file
    bool is_other_thing; // a directory or a pipe of that name
    Dotenv content;
    VEC(const DotenvEntry *) exported; // what libpq and children see of it
} DotenvFile;

// What a variable says, and who says so.
typedef struct Variable {
    const char *value; // trimmed; NULL when nothing is said
    const char *where; // "DATABASE_URL", ".env:3"
    bool is_of_file;
    bool is_empty; // there, and nothing in it
} Variable;

// Reads the file in `folder` ("": where we are) and exports what libpq and child processes read.
bool settings_dotenv_load(Context *context, const char *folder, Err *err)
    __attribute__((warn_unused_result));
Variable settings_variable(const Context *context, const char *name);
// "PGPORT, PGUSER", all that libpq has from the file; NULL when it is nothing.
const char *settings_dotenv_exported(const Context *context);
