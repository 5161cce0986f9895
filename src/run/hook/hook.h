// The user's own commands around a change: one that stops the application, tells people, or copies
// a backup to another place.
// Refuses to know what a failure means for the run. Invariant: a command is told what it is about
// by its environment alone, and no password is in what we add to that.
#pragma once

#include "base/event.h"
#include "run/backup/shelf.h"

// name, its key in the configuration
#define HOOK_MOMENTS(X)                                                                            \
    X(HOOK_BEFORE_UP, "before-up")                                                                 \
    X(HOOK_AFTER_UP, "after-up")                                                                   \
    X(HOOK_BEFORE_DOWN, "before-down")                                                             \
    X(HOOK_AFTER_DOWN, "after-down")                                                               \
    X(HOOK_BEFORE_BACKUP, "before-backup")                                                         \
    X(HOOK_AFTER_BACKUP, "after-backup")                                                           \
    X(HOOK_BEFORE_MIGRATION, "before-migration")                                                   \
    X(HOOK_AFTER_MIGRATION, "after-migration")                                                     \
    X(HOOK_AFTER_FAILURE, "after-failure")

typedef enum HookMoment {
#define X(name, word) name,
    HOOK_MOMENTS(X)
#undef X
    HOOK_MOMENT_COUNT,
} HookMoment;

#define HOOK_FAILURES(X)                                                                           \
    X(HOOK_FAIL, "fail")                                                                           \
    X(HOOK_WARN, "warn")                                                                           \
    X(HOOK_IGNORE, "ignore") /* it is shown, and no more */

typedef enum HookFailure {
#define X(name, word) name,
    HOOK_FAILURES(X)
#undef X
    HOOK_FAILURE_COUNT,
} HookFailure;

typedef struct Hook {
    const char *const *argv; // ends with NULL; NULL: there is none
    int64_t timeout_ms;      // of each attempt; 0: ten minutes
    int64_t retries;         // attempts behind the first
    int64_t pause_ms;        // between two of them; 0: a second
    HookFailure failure;
    const char *where;    // who says so: "migrate-safe.yaml:4:7"
    const char *warn_key; // what one would write to be warned only; NULL: "failure: warn"
} Hook;

// MIGRATE_SAFE_RUN_ID and so on, by these names; NULL where there is nothing to say.
typedef struct HookFacts {
    const char *run_id;
    const char *command;     // "up"
    const char *direction;   // "up", "down"
    const char *environment; // of --env
    const char *database;
    const char *target;   // URL without password
    const char *version;  // of the migration at hand
    const char *name;     // likewise
    const char *file;     // likewise
    const char *versions; // of the whole plan, a blank between them
    const char *state;    // "clean", "dirty", "unknown"
    const char *error;    // what failed
    const Backup *backup;
    const Words *secrets; // not to be seen in what it prints; may be NULL
} HookFacts;

const char *hook_word(HookMoment moment);
bool hook_moment_parse(Str word, HookMoment *ret_moment);
const char *hook_failure_word(HookFailure failure);
bool hook_failure_parse(Str word, HookFailure *ret_failure);

// "NAME=value" for a child; ends with NULL.
const char *const *hook_environment(Arena *arena, const char *name, const HookFacts *facts);
// ERR_CHECK: it failed in all its attempts, and its policy is to fail; ERR_INTERRUPTED. Nothing
// happens where there is no hook.
bool hook_run(Arena *arena, const char *name, const Hook *hook, const HookFacts *facts,
              const EventSink *sink, Err *err) __attribute__((warn_unused_result));
