// Drift for people and as JSON: a line of status.
// Refuses to look for it. Invariant: text and document say the same.
#pragma once

#include "check/drift.h"
#include "io/json.h"
#include "io/terminal.h"

// One line.
void drift_report_line(Arena *arena, const Terminal *terminal, const Drift *drift);
json_t *drift_report_json(const Drift *drift); // null: it was not looked for
