// What the target database says was applied, as values; run/history.c fills them.
// Refuses to know how they got there. Invariant: the rows stand in order of application.
#pragma once

#include "migration/migration.h"

typedef struct AppliedMigration {
    const char *version;
    const char *name;
    const char *layout;
    const char *kind; // "versioned", "repeatable", "baseline"
    const char *checksum;
    bool has_down; // its down text is stored
    int64_t applied_order;
    const char *applied_at; // RFC 3339, UTC
    const char *applied_by;
    int64_t duration_ms;
    int64_t statements_done;
    int64_t statements_total;
    bool is_dirty;      // stopped half way
    bool is_dirty_down; // while it was being taken back
    const char *run_id;
    const char *plan_digest; // may be NULL
    const char *backup_id;   // may be NULL
    const char *tool_version;
} AppliedMigration;

typedef VEC(AppliedMigration) History;
