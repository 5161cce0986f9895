// The rehearsal that stands for a plan, or why none does: a line for people and a JSON object.
// Refuses to judge. Invariant: what stands and what only is nearest are never mixed up.
#pragma once

#include "check/evidence.h"
#include "io/json.h"

// NULL: nothing is to be said.
const char *evidence_report_line(Arena *arena, const EvidenceVerdict *verdict);
json_t *evidence_report_json(const EvidenceVerdict *verdict); // null likewise
