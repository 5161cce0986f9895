// Which files are new or changed since a place in git's history.
// Refuses to read the repository itself: git is asked, by argv. Invariant: what is changed and not
// committed counts, what is ignored does not.
#pragma once

#include "base/err.h"
#include "base/words.h"

// Files that differ from where `ref` and HEAD parted, and those that git does not know yet, of the
// repository around `directory`. ERR_CONFIG: no repository, no such ref. ERR_IO: no git.
bool git_changes(Arena *arena, const char *directory, const char *ref, Words *ret_paths, Err *err)
    __attribute__((warn_unused_result));
