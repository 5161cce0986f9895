// A diagnosis as text for people and as a JSON document.
// Refuses to judge. Invariant: text and document hold the same checks in the same order.
#pragma once

#include "check/diagnosis.h"
#include "io/json.h"
#include "io/terminal.h"

typedef struct DoctorReport {
    const Diagnosis *diagnosis;
    const char *target; // NULL: no connection
    bool is_verbose;    // why each check matters, also where it is fine
} DoctorReport;

void doctor_report_text(Arena *arena, const Terminal *terminal, const DoctorReport *report);
json_t *doctor_report_json(const DoctorReport *report);
