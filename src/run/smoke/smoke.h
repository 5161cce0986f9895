// Smoke checks: does the application work with the database as it is now? By HTTP, by a query that
// must be true, by a command.
// Refuses to change anything: queries run read-only. Invariant: a check is tried again until its
// retries are used up, and what it found the last time is its result; a value from a `${NAME}` is
// shown nowhere.
#pragma once

#include "base/event.h"
#include "check/check_list.h"
#include "run/hook/hook.h"
#include "run/target.h"

#define SMOKE_REDIRECTS(X)                                                                         \
    X(SMOKE_SAME_HOST, "same-host")                                                                \
    X(SMOKE_ANY_HOST, "any")                                                                       \
    X(SMOKE_NO_REDIRECT, "none")

typedef enum SmokeRedirect {
#define X(name, word) name,
    SMOKE_REDIRECTS(X)
#undef X
    SMOKE_REDIRECT_COUNT,
} SmokeRedirect;

// id (section.name), why it matters
#define SMOKES(X)                                                                                  \
    X(SMOKE_HTTP, "smoke.http", "users meet the application, not the database")                    \
    X(SMOKE_SQL, "smoke.sql", "what must be true of the rows is true or not, whatever ran")        \
    X(SMOKE_COMMAND, "smoke.command", "what only a program of yours can tell")

typedef enum SmokeKind {
#define X(name, id, why) name,
    SMOKES(X)
#undef X
    SMOKE_KIND_COUNT,
} SmokeKind;

extern const CheckKind SMOKE_KINDS[SMOKE_KIND_COUNT];

// A name and what belongs to it: of a header its text, of a JSON pointer the value there.
typedef struct SmokePair {
    const char *name;
    const char *value;
} SmokePair;

typedef VEC(SmokePair) SmokePairs;

typedef struct SmokeCheck {
    SmokeKind kind;
    const char *name;
    const char *where;   // "migrate-safe.yaml:12:7"
    bool runs_before;    // the change too, so that what was broken is not blamed on it
    HookFailure failure; // fail or warn
    int64_t timeout_ms;  // of one attempt; 0: ten seconds, a command a minute
    int64_t retries;     // behind the first attempt
    int64_t interval_ms; // between two of them
    // HTTP
    const char *url;
    const char *method; // NULL: GET, with a body POST
    SmokePairs headers;
    const char *body;
    int64_t status;       // 0: any of 200 to 299
    const char *contains; // the answer's body; NULL: anything
    SmokePairs json;      // JSON pointers into it
    int64_t latency_ms;   // slower is a failure; 0: any
    SmokeRedirect redirect;
    // SQL: one query that gives one row with one column that is true
    const char *sql;
    const char *sql_file;
    // command
    const char *const *argv;
} SmokeCheck;

typedef VEC(SmokeCheck) SmokeChecks;

// `${NAME}` in URLs, headers and bodies; NULL: there is no such variable.
typedef struct SmokeVariables {
    const char *(*find)(void *context, const char *name);
    void *context;
} SmokeVariables;

const char *smoke_redirect_word(SmokeRedirect redirect);
// A copy in which every `${NAME}` has its value; values are appended to `secrets`. `$${` is a
// plain `${`. ERR_CONFIG: a variable that is not there.
bool smoke_expand(Arena *arena, const SmokeChecks *checks, const SmokeVariables *variables,
                  SmokeChecks *ret_checks, Words *secrets, Err *err)
    __attribute__((warn_unused_result));
// Runs them, those with runs_before alone or all, and adds a check to the list for each. `facts`
// tells commands what they are about. False: it was interrupted, or the server is gone.
bool smoke_run(Arena *arena, const Target *target, const SmokeChecks *checks, bool is_before,
               const HookFacts *facts, const EventSink *sink, CheckList *list, Err *err)
    __attribute__((warn_unused_result));
