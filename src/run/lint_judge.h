// Gives the scripts of a chain to the linter, statement by statement.
// Refuses to hold a long script: it is streamed. Invariant: a script that cannot be read is told
// and the next one goes on.
#pragma once

#include "check/lint.h"
#include "run/lint_chain.h"

void lint_judge(Arena *arena, Lint *lint, LintChain *chain, Problems *unreadable);
