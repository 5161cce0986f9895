// A file whose marker lines divide it into up and down, brought into two scripts.
// Refuses to know any marker (migration/section.h). Invariant: a part that is a part of the file is
// read again from there; one put together of several sections is held.
#pragma once

#include "migration/section.h"
#include "run/script.h"

// `up` has path, is_no_transaction and expansion of the whole file. Texts go to `text_arena`.
// `ret_is_derived`: texts that no file holds as they are.
bool script_load_sections(Arena *arena, Arena *text_arena, const MarkerRules *rules, Script *up,
                          Script *down, bool *ret_is_derived, Err *err)
    __attribute__((warn_unused_result));
