// What the files of a round share: where it stands, and the database's state at a moment.
// Refuses to be included elsewhere.
#pragma once

#include "check/rehearsal_estimate.h"
#include "run/rehearse/old_queries.h"
#include "run/rehearse/round.h"
#include "run/row_facts.h"

// Its strings are on an arena of its own.
typedef struct State {
    Arena *arena;
    Snapshot schema; // not taken: its fingerprint is empty
    DataFacts rows;
    bool has_rows;
    TableSizes sizes;
    Rows shapes;  // of tables, by oid: what of their rows can change without a row being written
    Rows unsound; // invalid indexes, constraints that are not validated
} State;

State state_new(void);
void state_done(State *state);
#define STATE_SCOPED __attribute__((cleanup(state_done))) State

typedef struct Round {
    Arena *arena;
    RehearsalPlace *place;
    const RoundOptions *options;
    Rehearsal *rehearsal;
    OldQueries *queries; // NULL: none
    Session *admin;      // a superuser's where the place has one
    TableSizes sizes;    // of the target
    bool has_sizes;
    int64_t bytes; // of the copy's tables
    bool has_more; // migrations to be rehearsed
    // Relations (oids) that scripts did something to since the rows were last known, and whether
    // something may have been done to others.
    Words touched;
    Words changed; // of these, whose rows were written, or may have been
    bool is_anything_touched;
    bool is_astray;          // the copy is not what the migrations make of it
    bool has_other_rows;     // behind a down
    const DataFacts *copied; // the rows, until something has run; NULL: they have to be read
    const char *why_not;     // nothing more is reached; NULL: it is
} Round;

typedef enum Outcome {
    OUTCOME_DONE,
    OUTCOME_FAILED, // the script's own fault: `err` has it
    OUTCOME_ENDED,  // the rehearsal cannot go on
} Outcome;

// ---- round_script.c

const char *round_admin_url(const Round *round);
bool round_open_session(Round *round, const char *url, Session **ret_session, Err *err)
    __attribute__((warn_unused_result));
// `admin` is there and answers.
bool round_connect(Round *round, Err *err) __attribute__((warn_unused_result));
void round_disconnect(Round *round);
// A script may end its own session; when the server still answers, that was all.
Outcome round_judge_failure(Round *round, Err *err) __attribute__((warn_unused_result));
Outcome round_run_script(Round *round, const Script *script, bool is_measured, RehearsedWay *way,
                         Err *err) __attribute__((warn_unused_result));
// Roles that only the real server has are made when a script misses them.
Outcome round_run_up(Round *round, const Migration *migration, bool is_measured, RehearsedWay *way,
                     Err *err) __attribute__((warn_unused_result));

// ---- round_state.c

const char *round_own_schema(const Round *round);
bool round_take_schema(Round *round, State *state, Err *err) __attribute__((warn_unused_result));
bool round_take_rows(Round *round, State *state, Err *err) __attribute__((warn_unused_result));
bool round_take_shapes(Round *round, State *state, Err *err) __attribute__((warn_unused_result));
// Only of what was touched since `base`, where that is known.
bool round_take_rows_since(Round *round, const State *base, State *state, Err *err)
    __attribute__((warn_unused_result));
bool round_take_unsound(Round *round, State *state, Err *err) __attribute__((warn_unused_result));
const char *round_keep(Round *round, const char *text); // NULL stays NULL
// What `now` has otherwise than `then`, lines that the report keeps.
void round_tell_differences(Round *round, const State *then, const State *now, Words *lines);
bool round_is_same_schema(const State *then, const State *now);
// `file` and `detail` are kept as they are.
void round_find(Round *round, RehearsedMigration *rehearsed, RehearsalProblem problem,
                const char *file, const char *message, const char *detail);
void round_find_error(Round *round, RehearsedMigration *rehearsed, RehearsalProblem problem,
                      const char *file, const Err *err);
void round_find_lines(Round *round, RehearsedMigration *rehearsed, RehearsalProblem problem,
                      const char *file, const char *message, const Words *lines);
// A finding about the up: `now` is not the schema of `then`.
void round_find_other_schema(Round *round, RehearsedMigration *rehearsed, RehearsalProblem problem,
                             const char *message, const State *then, const State *now);

// ---- round_check.c

bool round_check_behind(Round *round, const Migration *migration, RehearsedMigration *rehearsed,
                        const State *before, State *after, Err *err)
    __attribute__((warn_unused_result));
void round_check_limits(Round *round, RehearsedMigration *rehearsed, const RehearsedWay *way,
                        const char *file);
bool round_try_queries(Round *round, RehearsedMigration *rehearsed, bool is_down, Err *err)
    __attribute__((warn_unused_result));

// ---- round_back.c

// `ret_again`: the trace of the up behind the down, where it came to that.
bool round_rehearse_down(Round *round, const Migration *migration, RehearsedMigration *rehearsed,
                         const State *before, State *after, Trace *ret_again, Err *err)
    __attribute__((warn_unused_result));
// For the migrations that follow, or for another try; NULL where the database is too large.
bool round_save(Round *round, const char **ret_saved, Err *err) __attribute__((warn_unused_result));

// ---- round_recovery.c

// `before`: what was saved before the up, which is consumed; NULL: it was not. The copy stands
// behind the up then and afterwards.
bool round_try_recovery(Round *round, const Migration *migration, RehearsedMigration *rehearsed,
                        const char *before, const State *after, Err *err)
    __attribute__((warn_unused_result));
