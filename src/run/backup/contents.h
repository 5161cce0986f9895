// The contents of a backup, read from its bytes: all of it decoded to the end, or only the schema.
// Refuses to restore. Invariant: what decodes without an error came out of pg_restore's and zlib's
// own checks, and ended with the last line of a dump.
#pragma once

#include "check/backup_contents.h"
#include "pg/client.h"
#include "run/backup/shelf.h"

// `needs_rows`: everything is decoded and its rows are counted; else only the schema where the form
// has it apart (plain SQL is read to its end anyway). ERR_CHECK: damaged, and how.
bool contents_read(Arena *arena, const Backup *backup, const ClientPlace *place, bool needs_rows,
                   BackupContents *ret_contents, Err *err) __attribute__((warn_unused_result));

// Of the pg_dump that made it; 0: not known.
int archive_dump_major(const Backup *backup);
// pg_restore that reads the archive and writes no database. `options` end with NULL.
bool archive_read(Arena *arena, const Backup *backup, const ClientPlace *place,
                  const char *const *options, ProcessReceive receive, void *context, Err *err)
    __attribute__((warn_unused_result));
// A descriptor of the archive for a pg_restore that runs elsewhere; 0: it reads the path itself.
// ERR_CONFIG: a directory cannot be given so. Closed by the caller.
bool archive_input(const Backup *backup, const ClientPlace *place, int *ret_descriptor, Err *err)
    __attribute__((warn_unused_result));
