// Files that are written together: new ones and changed ones.
// Refuses to overwrite: a new one must not be there, a changed one must be what was read.
// Invariant: after a failure all are as they were before.
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"

typedef struct FileChange {
    const char *path;
    bool is_new;
    Str old; // of one that is there
    Str text;
} FileChange;

typedef VEC(FileChange) FileChanges;

// ERR_IO, ERR_CHECK: a file is not what it was. Folders of new files are made. A crash between the
// first and the last leaves new files and no changed one, or some of both.
bool file_set_write(Arena *arena, const FileChanges *changes, Err *err)
    __attribute__((warn_unused_result));
