// What is in quarantine as text for people and as JSON.
// Refuses to judge what is due (check/quarantined.h). Invariant: what is not known is said to be.
#pragma once

#include "check/quarantined.h"
#include "io/json.h"
#include "io/terminal.h"

void quarantine_report_text(Arena *arena, const Terminal *out, const QuarantinedList *list);
json_t *quarantine_report_json(const Quarantined *item);
json_t *quarantine_report_list(const QuarantinedList *list, int64_t days);
