// Records versions as applied without running them, for a database that has them already.
// Refuses to touch anything but history and journal. Invariant: one transaction.
#pragma once

#include "check/status.h"
#include "run/target.h"

// Is it one of those that baseline_record records? Versions are; a baseline script is only when it
// is named itself, repeatable ones stay pending.
bool baseline_records(const Status *status, const StatusEntry *entry, const StatusEntry *upto);
// Every version up to `upto` that is not applied yet, in order. Needs the runner's lock and the
// store.
bool baseline_record(Arena *arena, Target *target, const Status *status, const StatusEntry *upto,
                     const char *run_id, size_t *ret_recorded, Err *err)
    __attribute__((warn_unused_result));
