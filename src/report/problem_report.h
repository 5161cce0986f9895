// What `validate` found, as text and as JSON.
// Refuses to decide the exit code. Invariant: errors before warnings, each in the order found.
#pragma once

#include "io/json.h"
#include "io/terminal.h"
#include "migration/layout.h"

typedef struct ProblemReport {
    const Problems *problems;
    size_t migrations;
    size_t errors;
    size_t warnings;
} ProblemReport;

ProblemReport problem_report_new(const Problems *problems, size_t migrations);
void problem_report_text(Arena *arena, const Terminal *out, const Terminal *err,
                         const ProblemReport *report);
json_t *problem_report_json(const ProblemReport *report);
// The problems alone, in the same order.
void problems_print(const Terminal *terminal, const Problems *problems);
json_t *problem_json(const Problem *problem);
