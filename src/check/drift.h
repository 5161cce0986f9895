// Drift: what a database's schema is beside what its history implies, and whether that is known.
// Refuses to read either (run/drift.h does). Invariant: DRIFT_NONE is said only where the snapshot
// is that of the last migration and nothing was unread on both sides.
#pragma once

#include "migration/history.h"

typedef struct StoredSnapshot {
    int64_t id;           // 0: none is stored
    const char *taken_at; // RFC 3339, UTC
    const char *taken_by;
    const char *run_id;
    const char *command; // whose run it was; "drift": somebody accepted the schema
    const char *version; // applied last; NULL: nothing was
    int64_t applied_last;
    int server_major;
    const char *tool_version;
    const char *fingerprint; // NULL: none could be taken,
    const char *why;         // because of this
    int64_t object_count;
    int64_t gap_count;
    int64_t drifted_before; // differences that the run began with; -1: not known
    // Of the newest alone:
    bool is_behind;               // the history went on without a snapshot
    const char *absorbed_version; // of a later run than the last acceptance: the schema had drifted
    const char *absorbed_run;     // when it began, and what had is in the snapshots since
    int64_t absorbed;             // differences; 0: none
} StoredSnapshot;

typedef VEC(StoredSnapshot) StoredSnapshots;

typedef enum DriftState {
    DRIFT_NOT_LOOKED,
    DRIFT_NONE,
    DRIFT_FOUND,
    DRIFT_UNKNOWN,
} DriftState;

typedef struct Drift {
    DriftState state;
    StoredSnapshot stored;
    int64_t differences;     // of DRIFT_FOUND
    const char *reason;      // of DRIFT_UNKNOWN
    const char *fingerprint; // of the schema as it is now; NULL: it was not read
} Drift;

// "none", "found", "unknown"; NULL: it was not looked for.
const char *drift_state_word(DriftState state);
// Is there a history that implies a schema, with nothing that stopped half way? ERR_CHECK else.
bool drift_is_settled(const History *history, bool has_history, Err *err)
    __attribute__((warn_unused_result));
// And is the stored snapshot what it implies? ERR_CHECK with the way out.
bool drift_has_expectation(const History *history, bool has_history, const StoredSnapshot *stored,
                           Err *err) __attribute__((warn_unused_result));
// "version 028, 2026-11-26 09:00:00 UTC".
const char *drift_since(Arena *arena, const StoredSnapshot *stored);
// One line for people; NULL where it was not looked for.
const char *drift_sentence(Arena *arena, const Drift *drift);
