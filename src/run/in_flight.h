// What really happened to a statement that cannot run in a transaction and was interrupted: the
// catalog is asked, not the journal. Refuses to change anything: it says what to run. Invariant:
// needs the runner's lock, so the backend that ran the statement has ended.
#pragma once

#include "base/vec.h"
#include "pg/session.h"
#include "sql/statement.h"

typedef enum InFlightVerdict {
    IN_FLIGHT_RUN,     // it left nothing behind, or may simply run again
    IN_FLIGHT_REPAIR,  // `repairs` first (leftovers dropped), then it runs again
    IN_FLIGHT_DONE,    // it happened: count it
    IN_FLIGHT_FINISH,  // `repairs` complete it: count it then
    IN_FLIGHT_BUSY,    // somebody else is at it now
    IN_FLIGHT_UNKNOWN, // a person has to look
} InFlightVerdict;

typedef struct InFlight {
    InFlightVerdict verdict;
    const char *explanation; // what was found, in words
    VEC(const char *) repairs;
    const char *undo; // takes back what happened; NULL where that is not known
} InFlight;

bool in_flight_inspect(Arena *arena, Session *session, Str statement, InFlight *ret_in_flight,
                       Err *err) __attribute__((warn_unused_result));
// After a CREATE INDEX CONCURRENTLY that succeeded: with IF NOT EXISTS an INVALID index of that
// name may have been passed over. ERR_SERVER when the index is not valid.
bool in_flight_check_built(Arena *arena, Session *session, Str statement, Err *err)
    __attribute__((warn_unused_result));
