// Status and history as text for people and as JSON documents.
// Refuses to compare anything itself. Invariant: text and document say the same.
#pragma once

#include "check/drift.h"
#include "check/status.h"
#include "io/json.h"
#include "io/terminal.h"
#include "migration/layout.h"

typedef struct StatusReport {
    const Status *status;
    const Problems *problems;
    const char *target;
    const char *database;
    bool has_history;
    bool has_user_tables;
    bool is_table;             // the migrations are the rows of a table,
    const char *table_current; // which says that it is at this version; NULL: at none
    Drift drift;
    const char
        *maintenance;      // "on since ..., run ...", left by a run; NULL: it is off, or not known
    const char *open_undo; // of a run that failed, broken off; NULL: there is none
} StatusReport;

void status_report_text(Arena *arena, const Terminal *terminal, const StatusReport *report);
json_t *status_report_json(const StatusReport *report);

// The newest `limit` rows (0: all), newest first, with the fingerprints of the schema that runs
// have left, and who accepted it otherwise.
void history_report_text(Arena *arena, const Terminal *terminal, const History *history,
                         const StoredSnapshots *snapshots, size_t limit);
json_t *history_report_json(const History *history, const StoredSnapshots *snapshots, size_t limit);
