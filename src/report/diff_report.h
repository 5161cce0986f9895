// What two schemas do not have in common, for people and as JSON.
// Refuses to compare. Invariant: "equal" is said only where nothing differs and nothing was unread.
#pragma once

#include "catalog/schema_change.h"
#include "io/json_stream.h"
#include "io/terminal.h"

typedef struct DiffSide {
    const char *name; // as the user has it
    const Snapshot *snapshot;
} DiffSide;

typedef struct DiffSql {
    const SchemaChange *change;
    const char *server;   // "15.20", where it was proven; NULL: it is not
    const char *no_proof; // why
} DiffSql;

typedef struct DiffReport {
    DiffSide then;
    DiffSide now;
    SnapshotScope scope;
    SnapshotDifferences differences;
    const DiffSql *sql; // NULL: not asked for
} DiffReport;

bool diff_report_is_equal(const DiffReport *report);
void diff_report_text(Arena *arena, const Terminal *terminal, const DiffReport *report);
// What is in the document below its schema: sides and differences.
void diff_report_json_body(JsonStream *json, const DiffReport *report);
// The script that makes the first like the second.
void diff_report_sql(Arena *arena, FILE *stream, const DiffReport *report);
// Schema migrate-safe/diff/1. False: it could not be written.
bool diff_report_json(FILE *stream, const DiffReport *report);
