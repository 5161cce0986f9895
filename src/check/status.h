// Where each migration stands: the source's migrations laid beside the history.
// Refuses to decide what to do (check/plan.h does). Invariant: one entry a version, in version
// order.
#pragma once

#include "migration/history.h"

typedef struct StatusEntry {
    const Migration *migration;      // NULL: applied, but its file is gone
    const AppliedMigration *applied; // NULL: not applied
    bool is_late;                    // pending, though a later version is applied
    bool is_edited;                  // applied from another text than the file has now
    bool is_renamed;                 // same version and checksum, spelled otherwise
} StatusEntry;

typedef struct Status {
    VEC(StatusEntry) entries;
    size_t applied;
    size_t pending; // late ones too
    size_t late;
    size_t edited;
    size_t missing;
    size_t dirty;
    const char *current; // version applied last, NULL when none
} Status;

// "applied", "pending", "late", "edited", "missing", "dirty".
const char *status_word(const StatusEntry *entry);
void status_build(Arena *arena, const Migrations *migrations, const History *history,
                  Status *ret_status);
// The entry of a version as the user spelled it: the same text, else the only one equal as numbers.
// Errors (ERR_CONFIG): none, or several.
bool status_find(const Status *status, const char *version, const StatusEntry **ret_entry, Err *err)
    __attribute__((warn_unused_result));
