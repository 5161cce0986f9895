// What `ignore RULE[, RULE] [until 2026-12-31]: reason` says.
// Refuses to know rules, and what the comment stands beside. Invariant: there is a name and a
// reason, and a date is one of the calendar.
#pragma once

#include "base/arena.h"
#include "base/err.h"

#include <stdint.h>

typedef struct IgnoreDirective {
    const char *rule; // as written; several with commas between them
    const char *reason;
    const char *until;  // the last day that it counts, "2026-12-31"; NULL: it counts for ever
    int64_t until_day;  // days since 1970-01-01
    bool is_whole_file; // ignore-file
    int line;
} IgnoreDirective;

// Reads what stands behind the word. On failure `err` has message and hint, and no place yet.
bool ignore_directive_read(Arena *arena, Str value, IgnoreDirective *ret_ignore, Err *err)
    __attribute__((warn_unused_result));
// The next name of a list with commas or blanks between them; false behind the last.
bool ignore_next_name(Str *rest, Str *ret_name);
// Days since 1970-01-01 of "2026-12-31"; false when it is no date.
bool ignore_day(Str date, int64_t *ret_day);
