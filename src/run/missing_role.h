// The role that a statement needs and that is not there, by the server's words.
// Refuses to make it. Invariant: what another error says is no role.
#pragma once

#include "base/arena.h"
#include "base/err.h"

// NULL: the failure is another one.
const char *missing_role(Arena *arena, const Err *failure);
