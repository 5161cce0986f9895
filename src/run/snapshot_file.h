// A snapshot as a document: what `fingerprint --explain --json` prints, and what is stored with a
// history. Refuses one that was changed by hand. Invariant: what is read has the fingerprint that
// it states.
#pragma once

#include "base/err.h"
#include "catalog/snapshot.h"

#include <stdio.h>

// Schema migrate-safe/fingerprint/1; without its objects it is no snapshot to be read again.
// `target` is for people. False: it could not be written.
bool snapshot_file_write(FILE *stream, const char *target, const Snapshot *snapshot,
                         bool has_objects) __attribute__((warn_unused_result));
// ERR_IO, ERR_CONFIG (no such document, without its objects), ERR_CHECK (not what it states).
bool snapshot_file_read(Arena *arena, const char *path, Snapshot *ret_snapshot, Err *err)
    __attribute__((warn_unused_result));
// The same of a document in memory; `name` is for messages.
bool snapshot_file_parse(Arena *arena, Str text, const char *name, Snapshot *ret_snapshot, Err *err)
    __attribute__((warn_unused_result));
