// What the files of preflight share; nobody else includes it.
// Knows one look at work; refuses reports. Invariant: an answer of the pipeline is there, or the
// reason why it is not.
#pragma once

#include "run/blockers.h"
#include "run/preflight/preflight.h"
#include "run/rights_wanted.h"

// What is asked in one pipeline.
typedef enum Asked {
    ASKED_FACTS, // doctor/server.sql
    ASKED_SERVER,
    ASKED_SESSIONS,
    ASKED_WAITING,
    ASKED_PREPARED,
    ASKED_MAINTENANCE,
    ASKED_STANDBYS,
    ASKED_SLOTS,
    ASKED_UNSOUND,
    ASKED_RIGHTS,
    ASKED_SEARCH_PATH,
    ASKED_EXTENSIONS,
    ASKED_BLOCKERS,
    ASKED_PLACES,
    ASKED_COUNT,
} Asked;

typedef struct Answer {
    bool is_wanted; // else nothing of the plan is about it
    Rows rows;
    Err err; // class ERR_NONE: there are rows
} Answer;

// A relation whose room a plan needs a second time.
typedef struct WantedRoom {
    const char *relation;
    bool is_rewritten; // else an index is built on it
} WantedRoom;

typedef struct Looking {
    Arena *arena;
    const PreflightOptions *options;
    Preflight *preflight;
    Session *session;
    bool is_superuser;
    bool has_concurrent; // a statement that waits for all old transactions
    WantedLocks locks;
    VEC(WantedRoom) rooms;
    RightsWanted rights;
    const char *parameters[ASKED_COUNT]; // each query has one at most
    Answer answers[ASKED_COUNT];
    Blockers blockers;
    Err stopped; // an interrupt
} Looking;

Check *preflight_add(Looking *looking, PreflightId id, Verdict verdict, const char *fix,
                     const char *format, ...) __attribute__((format(printf, 5, 6)));
void preflight_unknown(Looking *looking, PreflightId id, const Err *why);
// The answer's rows; NULL when there are none, and then the check is "unknown" already.
const Rows *preflight_rows(Looking *looking, Asked asked, PreflightId id);
// Another question than those of the pipeline.
bool preflight_query(Looking *looking, const Query *query, int count, const char *const *parameters,
                     PreflightId id, Rows *ret_rows);
// Is the relation, qualified and quoted, among those that the plan locks?
bool preflight_is_locked(const Looking *looking, const char *relation);
bool preflight_is_blocker(const Looking *looking, int pid);

void preflight_migrations(Looking *looking);
void preflight_lint(Looking *looking);
void preflight_activity(Looking *looking);
void preflight_blocking(Looking *looking);
void preflight_server(Looking *looking);
void preflight_replication(Looking *looking);
void preflight_disk(Looking *looking);
void preflight_relations(Looking *looking);
void preflight_extensions(Looking *looking);
void preflight_policy(Looking *looking);
