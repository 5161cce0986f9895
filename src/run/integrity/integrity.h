// Looks whether rows keep what the catalogue promises of them, and whether what guards them works.
// Refuses to write, and to wait for a lock: what somebody has locked is "unknown". Invariant: what
// was not looked at, or only in part, is said by a check of its own or in the check's words.
#pragma once

#include "base/words.h"
#include "check/integrity.h"
#include "pg/session.h"

// Reads the catalogue alone, and no table: what a run can afford each time.
#define INTEGRITY_CHEAP                                                                            \
    (INTEGRITY_BIT(INTEGRITY_REFERENCE_INDEX) | INTEGRITY_BIT(INTEGRITY_REFERENCE_TYPES) |         \
     INTEGRITY_BIT(INTEGRITY_INDEX_VALID) | INTEGRITY_BIT(INTEGRITY_INDEX_LEFTOVERS) |             \
     INTEGRITY_BIT(INTEGRITY_INDEX_DUPLICATE) | INTEGRITY_BIT(INTEGRITY_INDEX_REDUNDANT) |         \
     INTEGRITY_BIT(INTEGRITY_VALIDATED) | INTEGRITY_BIT(INTEGRITY_TRIGGERS) |                      \
     INTEGRITY_BIT(INTEGRITY_POLICIES))

typedef struct IntegrityOptions {
    const char *url;       // for more sessions; NULL: the given one does it all
    int jobs;              // sessions; 0 or 1: only the given one
    const Words *tables;   // only these, quoted and qualified, with partitions, children and the
                           // views over them; NULL: all
    const char *schema;    // of our own tables, left out; NULL: migrate_safe
    IntegritySet kinds;    // 0: all
    int64_t time_limit_ms; // 0: none
    int64_t sample_above_bytes;   // of a larger table so much is read; 0: all of it
    bool are_unvalidated_lenient; // what breaks a constraint that is not validated is a warning: a
                                  // migration may add it NOT VALID and clean up in the next
    bool wants_findings_only;     // no check that passed
    void (*on_progress)(void *context, size_t done, size_t total); // may be NULL
    void *context;
} IntegrityOptions;

// The session must be in no transaction, and is in none afterwards: all is read at one snapshot,
// which the other sessions share. A table's lock is given back as soon as it was read. Errors:
// ERR_SERVER, ERR_CONNECTION, ERR_INTERRUPTED; a query that failed for one table is "unknown".
bool integrity_examine(Arena *arena, Session *session, const IntegrityOptions *options,
                       CheckList *checks, Err *err) __attribute__((warn_unused_result));
