// A snapshot as a file: the document of `fingerprint --explain --json`.
// Refuses one that was changed by hand. Invariant: what is read has the fingerprint that it states.
#pragma once

#include "base/err.h"
#include "catalog/snapshot.h"

// ERR_IO, ERR_CONFIG (no such document, without its objects), ERR_CHECK (not what it states).
bool snapshot_file_read(Arena *arena, const char *path, Snapshot *ret_snapshot, Err *err)
    __attribute__((warn_unused_result));
