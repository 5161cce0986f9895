// One run of up, down or redo as it is told afterwards: planned, allowed, checked, backed up, run,
// waited for, verified; what became of it and what is left to do.
// Refuses to collect it (report/run_collect.h does) and to print. Invariant: what is not known is
// told apart from what was not done; times are milliseconds since the run began, -1 where they are
// not known.
#pragma once

#include "base/words.h"
#include "check/check_list.h"
#include "check/plan.h"

// name, word, what people read
#define RUN_PHASES(X)                                                                              \
    X(RUN_PHASE_PLAN, "plan", "connected and planned")                                             \
    X(RUN_PHASE_LOCK, "lock", "runner's lock, planned again")                                      \
    X(RUN_PHASE_POLICY, "policy", "rehearsal and approvals looked up")                             \
    X(RUN_PHASE_PREFLIGHT, "preflight", "preflight")                                               \
    X(RUN_PHASE_BACKUP, "backup", "backup")                                                        \
    X(RUN_PHASE_SCHEMA, "schema", "schema compared with the last one known")                       \
    X(RUN_PHASE_HOOK, "hook", "hook")                                                              \
    X(RUN_PHASE_MIGRATION, "migration", "migration")                                               \
    X(RUN_PHASE_ANALYZE, "analyze", "ANALYZE")                                                     \
    X(RUN_PHASE_POSTFLIGHT, "postflight", "postflight")                                            \
    X(RUN_PHASE_SMOKE, "smoke", "smoke checks")                                                    \
    X(RUN_PHASE_UNDO, "undo", "undone, as the policy says")                                        \
    X(RUN_PHASE_END, "end", "what was left is recorded")

typedef enum RunPhaseKind {
#define X(name, word, title) name,
    RUN_PHASES(X)
#undef X
    RUN_PHASE_COUNT,
} RunPhaseKind;

const char *run_phase_word(RunPhaseKind kind);
const char *run_phase_title(RunPhaseKind kind);

typedef struct RunPhase {
    RunPhaseKind kind;
    const char *what;    // version of a migration, name of a hook; NULL: the kind says it
    int64_t at_ms;       // it began
    int64_t duration_ms; // -1: its end is not known
    bool has_failed;
} RunPhase;

typedef struct RunError {
    const char *class; // its word
    const char *message;
    const char *sqlstate; // NULL: it is none of a server's
    const char *detail;
    const char *hint;
    const char *file;
    Position position;
} RunError;

// What a statement locks, by its plan.
typedef struct RunLock {
    Position position;
    const char *statement; // "ALTER TABLE"
    const char *relation;
    LockMode mode;
    bool is_rewritten;
    bool is_scanned;
    bool builds_index;
} RunLock;

// Attempts at locks, one behind the other, from the first that failed.
typedef struct RunWait {
    int64_t at_ms;
    int64_t waited_ms;
    bool is_least;       // it was seen to wait so long, and may have waited longer
    int attempts;        // that failed; 0: none was made, it was looked who holds the lock
    const char *message; // of the server; NULL: it said nothing
    Position position;
    Words blockers; // each once
} RunWait;

typedef struct RunNotice {
    const char *severity; // "NOTICE", "WARNING"
    const char *message;
    const char *detail; // NULL: none
} RunNotice;

typedef VEC(RunNotice) RunNotices;

typedef struct RunStep {
    const char *version;
    const char *name;
    const char *file;
    const char *direction; // "up", "down"
    const char *state;     // "applied", "reverted", "not_run", "failed", "partly_done", "unknown"
    const char *risk;      // its word; NULL: not known
    int64_t at_ms;         // -1: it was not begun
    int64_t duration_ms;   // -1: not known
    int64_t statements_done;
    int64_t statements_total; // -1: not known
    bool is_one_transaction;  // what it locks is held to its end
    bool is_undo;             // of a run that failed: it was not planned
    bool has_lock_plan;
    VEC(RunLock) locks;
    VEC(RunWait) waits;
    RunNotices notices;
    int64_t notices_left;  // that were too many to be kept
    const RunError *error; // NULL: none
} RunStep;

typedef struct RunCheck {
    const char *id;
    Verdict verdict;
    const char *value;
    const char *limit;
    const char *why;
    const char *fix;
    Words details;
    const char *passed_over; // by this; NULL: by nothing
} RunCheck;

typedef struct RunChecks {
    bool has_passed;
    VEC(RunCheck) checks;
} RunChecks;

typedef struct RunPart {
    const char *what;
    int64_t duration_ms;
} RunPart;

typedef struct RunBackup {
    const char *need; // "made", "there", "not needed", "skipped"
    const char *by;   // who skipped it; NULL: nobody
    const char *id;   // NULL: there is none
    const char *path;
    const char *level; // that it reached: "restored"
    const char *why_less;
    int64_t bytes;
    int64_t restore_ms; // it took, for proof
    const char *restore_point;
    const char *restore; // the command
    VEC(RunPart) parts;  // what it was made of, with times
} RunBackup;

typedef struct RunRehearsal {
    const char *digest; // NULL: none was found
    bool stands;
    const char *age;
    int64_t took_ms; // the same migrations, there
    int64_t low_ms;  // what was expected here
    int64_t high_ms;
    Words differences;       // of one that does not stand
    const char *passed_over; // that none stands, by this; NULL: by nothing
} RunRehearsal;

typedef struct RunApproval {
    const char *role; // "technical-lead"
    const char *who;
    const char *at;
    const char *how; // "database role ann", "SSH signature, verified"
} RunApproval;

// A hook, or a smoke check.
typedef struct RunHook {
    const char *kind; // "hook", "smoke"
    const char *name; // "before-up", "GET https://…"
    int64_t at_ms;
    int64_t duration_ms;
    bool has_failed;
    const char *message; // NULL: nothing to say
} RunHook;

// What the policy on-failure made of a run that failed.
typedef struct RunAfter {
    const char *policy;    // "stop", "undo-run", "restore"
    Words undone;          // versions, as they went
    const char *why_not;   // nothing was taken back, or not all; NULL: that was not wanted, or done
    const char *restore;   // the way back to the backup, with its time and loss; NULL: not offered
    const RunError *error; // of the undo; NULL: none
} RunAfter;

typedef struct RunReport {
    const char *run_id;
    const char *command;
    const char *database; // as its server is named too; no password
    const char *role;
    const char *environment;    // NULL: none was named
    const char *server_version; // NULL: not known
    const char *tool_version;
    const char *started_at;  // RFC 3339, UTC
    const char *finished_at; // NULL: no end is known
    int64_t duration_ms;
    int exit_code;
    const char *state;   // in words; NULL: not known
    const char *current; // version; NULL: none, or not known
    const char *next;
    const RunError *error;   // NULL: none
    const RunAfter *after;   // NULL: it did not fail, or nothing was run
    const char *plan_digest; // NULL: not known
    const char *risk;        // NULL: not known
    Words risk_reasons;
    const RunRehearsal *rehearsal; // NULL: nobody asked for one
    VEC(RunApproval) approvals;
    Words passed_over;          // what would have stopped it, and what let it go on: a line each
    const RunChecks *preflight; // NULL: not made
    const RunBackup *backup;    // NULL: it did not come so far
    VEC(RunStep) steps;
    VEC(RunHook) hooks;
    Words analyzed;              // tables
    const RunChecks *postflight; // NULL: not made
    RunNotices warnings;         // ours
    VEC(RunPhase) phases;        // by their beginning
} RunReport;

typedef enum RunVerdict {
    RUN_SUCCEEDED,
    RUN_STOPPED, // before its first statement
    RUN_FAILED,
    RUN_UNSETTLED,   // every migration ran, and what came behind them failed
    RUN_WITHOUT_END, // it was killed, or is still at work
} RunVerdict;

const char *run_verdict_word(RunVerdict verdict); // "succeeded", "stopped", ...
RunVerdict run_verdict(const RunReport *report);
// Of what was planned.
size_t run_steps_planned(const RunReport *report);
size_t run_steps_done(const RunReport *report);
bool run_step_is_done(const RunStep *step);

// The checks as they are kept. On the arena; what they hold stays where it is.
const RunChecks *run_checks_of(Arena *arena, const CheckList *list);
// An error, copied. NULL of none.
const RunError *run_error_of(Arena *arena, const Err *err);
