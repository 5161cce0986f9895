// A transaction of the application's, as a file of the user's, and how often it comes.
// Refuses to run it. Invariant: what it changes is rolled back with it, so it ends no transaction.
#pragma once

#include "base/err.h"
#include "base/vec.h"

#include <stdint.h>

typedef struct LoadFile {
    const char *file; // as it is shown
    const char *sql;  // with the transaction around it
    int64_t weight;
} LoadFile;

typedef VEC(LoadFile) LoadFiles;

// NAME.sql of a folder, by name. The weight is that of NAME@3.sql or of a comment `-- weight: 3`
// before the first statement, else 1. Errors: ERR_CONFIG (there is none, a weight that is no
// number from 1 to 10,000), ERR_CHECK with its place (it ends its transaction, it has COPY data),
// ERR_IO.
bool load_files_read(Arena *arena, const char *folder, LoadFiles *ret_files, Err *err)
    __attribute__((warn_unused_result));
// Which one's turn it is: each comes by its weight, always in the same order.
const LoadFile *load_files_at(const LoadFiles *files, int64_t turn);
