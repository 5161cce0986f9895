// An error, warning or durations in words, for people and as JSON.
// Refuses to decide exit codes. Invariant: an error in a file begins FILE:LINE:COLUMN:, one about a
// file as a whole FILE:.
#pragma once

#include "base/err.h"
#include "io/json.h"
#include "io/terminal.h"

#include <stdint.h>

void message_error(const Terminal *terminal, const Err *err);   // "error:"
void message_warning(const Terminal *terminal, const Err *err); // "warning:"
json_t *message_json(const Err *err);
const char *message_duration(Arena *arena, int64_t milliseconds); // "12 ms", "3.4 s", "2 min 5 s"
const char *message_count(Arena *arena, int64_t count, const char *one, const char *many);
