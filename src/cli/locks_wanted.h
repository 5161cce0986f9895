// Which locks the pending migrations will ask for, so that who holds them can be shown before and
// while a run waits. Refuses to fail a command: without a folder, a history or a plan nothing is
// known. Invariant: nothing is waited for longer than a moment, whoever has locked our tables.
#pragma once

#include "cli/workspace.h"
#include "run/blockers.h"

// False: not known, because of `ret_why`. Everything is read anew and lies on `arena`.
bool locks_wanted(Arena *arena, const Workspace *workspace, WantedLocks *ret_wanted, Err *ret_why)
    __attribute__((warn_unused_result));
