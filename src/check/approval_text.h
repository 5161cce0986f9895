// The text of a sign-off: what is signed, stored and put into files, a line each.
// Refuses to sign. Invariant: what was read and made again is the same text; it says plan, steps,
// database, environment, role, risk and time, so that a signature holds for nothing else.
#pragma once

#include "check/approval.h"

#define APPROVAL_NAMESPACE "migrate-safe" // of ssh-keygen -Y sign -n

// Of event, digest, target, environment, role, risk, at, comment and steps. ERR_CHECK: one of them
// has a line end in it.
bool approval_text_make(Arena *arena, const Approval *approval, const char **ret_text, Err *err)
    __attribute__((warn_unused_result));
// False: it is no such text, and `ret_why` says what is wrong with it.
bool approval_text_read(Arena *arena, Str text, Approval *ret_approval, const char **ret_why)
    __attribute__((warn_unused_result));
