// The inverse of constant rows that a migration writes into tables that were there: DELETE by key.
// Refuses rows that could come otherwise elsewhere. Invariant: what is deleted are rows that came
// with the up on two copies with different rows and sequences.
#pragma once

#include "check/rollback_data.h"
#include "run/round_trip.h"

// `ret_refusals`: why there is none of a table. `ret_losses`: what goes with the rows.
bool rollback_seeds(Trial *trial, const RollbackData *data, Words *ret_statements,
                    Words *ret_losses, Words *ret_refusals, Err *err)
    __attribute__((warn_unused_result));
