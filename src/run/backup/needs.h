// What a dump needs beside the database it goes into: roles, tablespaces, extensions' files.
// Refuses to load it. Invariant: what is missing is named all at once, with what to type for each.
#pragma once

#include "check/backup_contents.h"
#include "pg/session.h"

typedef struct NeedsOptions {
    const BackupManifest *manifest; // its roles are made first; NULL: there is none
    bool makes_roles;               // and tablespaces, where they are missing
    bool has_roles;                 // of the manifest: they are not made
    bool is_without_owners;
} NeedsOptions;

// ERR_CHECK: something is missing and was not made. Also makes room for a schema public of the
// dump's own.
bool needs_prepare(Arena *arena, Session *into, const BackupContents *contents,
                   const NeedsOptions *options, Err *err) __attribute__((warn_unused_result));
