// The schema of the target as a text that a team keeps beside its migrations: pg_dump's, made the
// same for every run, with the versions that it holds.
// Refuses to change the target, and to write what is half way. Invariant: the file is the old one
// or the new one, never a piece; two databases with the same schema and versions give the same
// bytes.
#pragma once

#include "check/status.h"
#include "pg/client_tool.h"
#include "run/target.h"

// Makes the folders that are missing. Errors leave the file as it was: ERR_CHECK (a migration
// stopped half way), ERR_CONFIG (the place's address), ERR_IO (pg_dump, the file),
// ERR_INTERRUPTED, ERR_CONNECTION.
bool schema_file_write(Arena *arena, const Target *target, const Status *status,
                       const ClientPlace *place, const char *path, Err *err)
    __attribute__((warn_unused_result));
