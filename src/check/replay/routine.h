// Routines by their signature, as statements name them.
// Refuses users outside of check/replay/. Invariant: argument types are spelled as in
// Routine.arguments.
#pragma once

#include "check/replay/replaying.h"

// FunctionParameter nodes: "int4,text" of those that are put in; on the scratch.
const char *parameter_types(const Replay *replay, const Node *parameters);
// An ObjectWithArgs; NULL: never seen made.
Routine *found_routine(const Replay *replay, const Node *object);
