// What kind of file a backup is, by its first bytes.
// Refuses to read further. Invariant: a file that passes is of the form that is said of it, as far
// as its beginning tells.
#pragma once

#include "run/backup/shelf.h"

// ERR_CHECK: it is empty, or something else, which is named; ERR_IO: it cannot be read.
bool format_check(Arena *arena, const Backup *backup, Err *err) __attribute__((warn_unused_result));
// A tar of pg_dump: pg_restore reads it, but from one process.
bool format_is_tar(const char *path);
