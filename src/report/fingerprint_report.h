// The fingerprint of a schema as text for people; the document is run/snapshot_file.h's.
// Refuses to compute it. Invariant: the first 64 characters of the text are the fingerprint, and
// text and document say the same.
#pragma once

#include "catalog/snapshot.h"
#include "io/terminal.h"

typedef struct FingerprintReport {
    const Snapshot *snapshot;
    const char *target;
    bool has_objects; // lists them with their hashes
} FingerprintReport;

void fingerprint_report_text(Arena *arena, const Terminal *terminal,
                             const FingerprintReport *report);
// What was not read: a warning each.
void fingerprint_report_gaps(Arena *arena, const Terminal *terminal, const Snapshot *snapshot);
