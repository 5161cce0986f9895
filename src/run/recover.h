// What a person can do about a dirty migration, beside letting `up` or `down` finish it.
// Refuses to decide. Invariant: each action is one transaction with its journal row, or a plan run
// by apply_plan.
#pragma once

#include "check/status.h"
#include "run/in_flight.h"
#include "run/target.h"

typedef struct Dirty {
    const AppliedMigration *row;
    bool has_in_flight;       // a statement was announced and never counted
    int64_t in_flight_number; // from 1
    const char *in_flight_sql;
    const char *in_flight_at;
    InFlight found; // what the catalog says about it
} Dirty;

// False in `ret_is_dirty`: nothing is. Reads only.
bool recover_look(Arena *arena, Target *target, bool *ret_is_dirty, Dirty *ret_dirty, Err *err)
    __attribute__((warn_unused_result));
// The version that a redo took back and did not come to apply again; NULL when there is none.
bool recover_open_redo(Arena *arena, Target *target, const char **ret_version, Err *err)
    __attribute__((warn_unused_result));
// The row says applied, all of it.
bool recover_mark_applied(Arena *arena, Target *target, const Dirty *dirty, const char *run_id,
                          Err *err) __attribute__((warn_unused_result));
// The row goes. `event` is the journal's word: marked_not_applied, undone.
bool recover_mark_not_applied(Arena *arena, Target *target, const Dirty *dirty, const char *run_id,
                              const char *event, Err *err) __attribute__((warn_unused_result));
// Drops what the interrupted statement built or left behind, when the catalog shows it (an index).
bool recover_drop_leftovers(Target *target, const Dirty *dirty, Err *err)
    __attribute__((warn_unused_result));
// The text of an edited file takes the place of the one that ran.
bool recover_accept(Arena *arena, Target *target, const Migration *migration, const char *version,
                    const char *run_id, Err *err) __attribute__((warn_unused_result));
