// Where each migration stands: the source's migrations laid beside the history.
// Refuses to decide what to do (check/plan.h does). Invariant: one entry a migration, in the order
// of migration/order.h.
#pragma once

#include "migration/order.h"

typedef struct StatusEntry {
    const Migration *migration;      // NULL: applied, but its file is gone
    const AppliedMigration *applied; // NULL: not applied
    bool is_late;                    // pending, though a later version is applied
    bool is_edited;                  // applied from another text than the file has now
    bool is_replanned;               // another change of the plan was applied in its place
    bool is_renamed;                 // same version and checksum, spelled otherwise
    bool is_changed;                 // a repeatable one, applied from another text: it runs again
    bool is_covered;                 // a baseline script, run or to be run, stands for this version
    bool is_unused;                  // a baseline script that is not run on this database
} StatusEntry;

typedef struct Status {
    VEC(StatusEntry) entries;
    size_t applied;
    size_t pending; // late and changed ones too
    size_t late;
    size_t edited;
    size_t missing;
    size_t dirty;
    size_t replanned;
    const char *current; // version applied last, NULL when none
    bool has_rows;       // the history is not empty: no baseline script is run
} Status;

// "applied", "pending", "late", "edited", "missing", "dirty", "covered", "unused", "replanned".
const char *status_word(const StatusEntry *entry);
// `up` would run it.
bool status_is_pending(const StatusEntry *entry);
MigrationKey status_key(const StatusEntry *entry);
void status_build(Arena *arena, const Migrations *migrations, const History *history,
                  Status *ret_status);
const char *status_version(const StatusEntry *entry); // the file's, else the history's
// The entry of a version as the user spelled it: the same text, else the only one equal as numbers
// (of a version and a baseline script of the same number the applied one, else the version), else
// the only one with this name, or tag ("@v1", and "users@v1": the last of the name up to it).
// Errors (ERR_CONFIG): none, or several.
bool status_find(const Status *status, const char *version, const StatusEntry **ret_entry, Err *err)
    __attribute__((warn_unused_result));
// The last of these ways alone, in status_name.c. Nothing found: true, and NULL.
bool status_find_name(const Status *status, const char *text, const StatusEntry **ret_entry,
                      Err *err) __attribute__((warn_unused_result));
