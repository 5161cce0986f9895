// Checks as text for people and as a JSON document.
// Refuses to judge. Invariant: text and document hold the same checks in the same order.
#pragma once

#include "check/check_list.h"
#include "io/json.h"
#include "io/terminal.h"

typedef struct CheckReport {
    const CheckList *list;
    bool is_verbose; // why each check matters, also where it passed
} CheckReport;

void check_report_text(Arena *arena, const Terminal *terminal, const CheckReport *report);
// Into a command's own document: "pass", "warn", "fail", "unknown" (how many), "checks", "passed".
void check_report_put(json_t *document, const CheckList *list);
