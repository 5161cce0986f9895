// Drift for people and as JSON: a line of status, and all of it.
// Refuses to look for it. Invariant: text and document say the same; "equal" is said only where
// nothing differs and nothing was unread.
#pragma once

#include "check/drift.h"
#include "io/json.h"
#include "report/diff_report.h"

typedef struct DriftReport {
    DiffReport diff;              // what the history implies, and what is there
    const StoredSnapshot *stored; // NULL: a folder was replayed
    const char *folder_until;     // its last version that was; NULL: none
    size_t pending;               // migrations that are no part of it
    const char *note;             // what the reader must know of the comparison; NULL: nothing
    bool is_accepted;             // the live schema is what is expected from now on
} DriftReport;

// One line.
void drift_report_line(Arena *arena, const Terminal *terminal, const Drift *drift);
json_t *drift_report_json(const Drift *drift); // null: it was not looked for
void drift_report_text(Arena *arena, const Terminal *terminal, const DriftReport *report);
// Schema migrate-safe/drift/1. False: it could not be written.
bool drift_report_document(FILE *stream, const DriftReport *report);
