// Quarantine in a target: what is there, brought back, dropped for good.
// Refuses to touch what carries no comment of ours, and to print. Invariant: what is done to one
// thing commits with its journal row; after a crash its comment tells what is left to do.
#pragma once

#include "check/quarantined.h"
#include "run/target.h"

// Reads only. What may not be read of one (its size, when it came) is not known; ERR_SERVER where
// nothing could be. Sizes and rows take questions for each.
bool quarantine_list(Arena *arena, Target *target, int64_t days, bool has_sizes,
                     QuarantinedList *ret_list, Err *err) __attribute__((warn_unused_result));

typedef struct QuarantineOptions {
    const char *run_id;
    int64_t lock_timeout_ms;  // 0: 100
    int64_t lock_deadline_ms; // 0: 10 minutes
    int64_t statement_timeout_ms;
    int64_t idle_timeout_ms;
    int64_t transaction_timeout_ms;
    const char *backup_id; // NULL: none was made
    const EventSink *sink;
} QuarantineOptions;

// What would be run; steps that are left count. ERR_CHECK: its name is taken, or there is no way
// back.
bool quarantine_restore_look(Arena *arena, Target *target, const QuarantinedChoice *items,
                             Words *ret_statements, Err *err) __attribute__((warn_unused_result));
// Kept up to date in a failure, too.
typedef struct QuarantineRestored {
    bool has_changed; // something was committed
    Words refused;    // steps that the rows refuse and that were left out: which, and why
} QuarantineRestored;

// These need the runner's lock and the store. All of `items` are back before the steps behind them
// begin.
// ERR_CHECK: a name is taken, the comment was changed meanwhile; ERR_ROLLBACK: it failed.
bool quarantine_restore(Arena *arena, Target *target, const QuarantinedChoice *items,
                        const QuarantineOptions *options, QuarantineRestored *ret_restored,
                        Err *err) __attribute__((warn_unused_result));
// What drops it, for the backup before.
Script quarantine_purge_script(Arena *arena, const Quarantined *item);
bool quarantine_purge(Arena *arena, Target *target, const Quarantined *item,
                      const QuarantineOptions *options, Err *err)
    __attribute__((warn_unused_result));
