// Findings that were there before somebody began to lint: a file of their fingerprints.
// Refuses to judge. Invariant: what was written is read as the same set.
#pragma once

#include "base/err.h"
#include "check/finding.h"
#include "io/json.h"

typedef struct FindingBaseline {
    const char *path;
    VEC(const char *) fingerprints; // sorted
} FindingBaseline;

// ERR_IO, or ERR_CONFIG: it is none of ours.
bool finding_baseline_read(Arena *arena, const char *path, FindingBaseline *ret_baseline, Err *err)
    __attribute__((warn_unused_result));
// Marks those of `findings` that stand in it; they do not count.
void finding_baseline_apply(Arena *arena, const FindingBaseline *baseline, Findings *findings);
// All that are not ignored by a comment.
bool finding_baseline_write(const char *path, const Findings *findings, Err *err)
    __attribute__((warn_unused_result));
