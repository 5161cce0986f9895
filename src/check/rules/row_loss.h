// What the rule about lost rows remembers, for the fix that keeps them.
// Refuses to make any SQL. Invariant: a name is given once in a chain.
#pragma once

#include "check/judged.h"

// A table of the quarantine for rows: false where the files have one of that name, or it was taken.
bool row_loss_take_name(const Judged *judged, const char *name);
