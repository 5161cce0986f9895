// Round trips for a command: the cluster as the configured database is, where there is one.
// Refuses to try anything. Invariant: what is configured and cannot be reached is an error.
#pragma once

#include "cli/workspace.h"
#include "run/round_trip_chain.h"

bool round_trips_open_for(Workspace *workspace, RoundTrips **ret_trips, Err *err)
    __attribute__((warn_unused_result));
// The migrations that the arguments name, in the order of the source; without arguments: all.
// ERR_CONFIG: there is none of that version.
bool round_trips_choose(Workspace *workspace, bool *ret_is_named, const Migration ***ret_chosen,
                        Err *err) __attribute__((warn_unused_result));
