// What happens while the program works, as values: run/ emits them, report/ shows and stores them.
// Refuses to format. Invariant: strings live at least as long as the call of `emit`.
#pragma once

#include "base/err.h"

#include <stdint.h>

struct Blocker;

// name, word in logs/migrations.jsonl
#define EVENT_KINDS(X)                                                                             \
    X(EVENT_RUN_STARTED, "run_started")                                                            \
    X(EVENT_MIGRATION_STARTED, "migration_started")                                                \
    X(EVENT_STATEMENT_DONE, "statement_done") /* of a long migration: progress */                  \
    X(EVENT_STATEMENT_RUNS, "statement_runs") /* for long: how far it is, in `message` */          \
    X(EVENT_NOTICE, "notice")                 /* a server's NOTICE or WARNING */                   \
    X(EVENT_LOCK_WAIT, "lock_wait")           /* another attempt or look follows */                \
    X(EVENT_MIGRATION_APPLIED, "applied")                                                          \
    X(EVENT_MIGRATION_REVERTED, "reverted")                                                        \
    X(EVENT_MIGRATION_FAILED, "failed")                                                            \
    X(EVENT_BASELINE_RECORDED, "baseline")                                                         \
    X(EVENT_WORK_RUNS, "work_runs")       /* progress of a part: done and total in bytes */        \
    X(EVENT_WORK_DONE, "work_done")       /* a part of a backup or restore, in `message` */        \
    X(EVENT_WARNING, "warning")           /* ours, not the server's */                             \
    X(EVENT_HOOK_STARTED, "hook_started") /* a command of the user's; `subject` says which */      \
    X(EVENT_HOOK_OUTPUT, "hook_output")   /* a line of what it says */                             \
    X(EVENT_HOOK_DONE, "hook_done")                                                                \
    X(EVENT_HOOK_FAILED, "hook_failed") /* `message` says why */                                   \
    X(EVENT_MAINTENANCE_ON, "maintenance_on")                                                      \
    X(EVENT_MAINTENANCE_OFF, "maintenance_off")                                                    \
    X(EVENT_SMOKE_PASSED, "smoke_passed") /* a smoke check; `subject` is its name */               \
    X(EVENT_SMOKE_FAILED, "smoke_failed")                                                          \
    X(EVENT_RUN_FINISHED, "run_finished")

typedef enum EventKind {
#define X(name, word) name,
    EVENT_KINDS(X)
#undef X
} EventKind;

typedef struct Event {
    EventKind kind;
    const char *run_id;
    const char *command; // "up", "down", "redo", "baseline"
    const char *version; // NULL when it is about no migration
    const char *name;
    const char *file;
    Position position;
    int64_t duration_ms;
    int64_t done;         // statements, or migrations of a run
    int64_t total;        // 0: not known
    int attempt;          // of EVENT_LOCK_WAIT, from 1
    int64_t wait_ms;      // until the next attempt
    const char *severity; // of a notice: "NOTICE", "WARNING"
    const char *subject;  // of a hook or smoke check: its name
    const char *message;
    const char *detail;
    const Err *err;                 // of EVENT_MIGRATION_FAILED
    const struct Blocker *blockers; // of EVENT_LOCK_WAIT, as far as they are known: check/blocker.h
    size_t blocker_count;
} Event;

typedef struct EventSink {
    void (*emit)(void *context, const Event *event);
    void *context;
} EventSink;

const char *event_word(EventKind kind);
void event_emit(const EventSink *sink, const Event *event); // a NULL sink drops it
