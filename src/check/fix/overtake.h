// May a statement run before the later steps of a fix, though it stands behind them?
// Refuses to look into bodies: what cannot be read may be anything. Invariant: a statement that
// passes neither names what the fix makes nor where, and is no call of unknown code.
#pragma once

#include "check/fix/fix.h"

bool overtake_is_harmless(const Fix *fix, Str statement);
// May it run before the contract?
bool overtake_is_free(const Fix *fix, Str statement);
