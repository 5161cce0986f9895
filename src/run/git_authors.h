// Who wrote the files of a plan, as git's history says.
// Refuses to believe more than git does: a name in a commit is what its committer wrote there.
// Invariant: where there is no git, or no repository, nobody is known, and that is no error.
#pragma once

#include "check/plan.h"

// Mail addresses of authors, each once. ERR_INTERRUPTED.
bool git_authors(Arena *arena, const Plan *plan, Words *ret_authors, Err *err)
    __attribute__((warn_unused_result));
