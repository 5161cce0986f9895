// What makes two migrations the same one, and which comes first: versions, with baseline scripts
// among them, then repeatable ones by their description.
// Refuses to know texts and checksums. Invariant: a total order; two kinds are never equal.
#pragma once

#include "migration/history.h"

typedef struct MigrationKey {
    MigrationKind kind;
    const char *version;
} MigrationKey;

// <0, 0, >0. A baseline script stands behind the version of the same number.
int migration_compare(MigrationKey a, MigrationKey b);

static inline MigrationKey migration_key(const Migration *migration)
{
    return (MigrationKey){migration->kind, migration->version};
}

const char *migration_kind_word(MigrationKind kind); // "versioned", "repeatable", "baseline"

// A version that was recorded as there, and not run, is that version: kind "baseline" without
// statements.
MigrationKey applied_key(const AppliedMigration *applied);
