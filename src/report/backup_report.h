// The backups of a folder, for people and as JSON.
// Refuses to read the folder. Invariant: what is broken is shown with its reason, never left out.
#pragma once

#include "check/backup.h"
#include "io/json.h"
#include "io/terminal.h"

typedef struct BackupRow {
    const char *path;
    const BackupManifest *manifest; // NULL: broken
    const Err *problem;             // why
} BackupRow;

typedef struct BackupReport {
    const char *folder;
    int64_t now_ms;
    VEC(BackupRow) rows;
} BackupReport;

void backup_report_text(Arena *arena, const Terminal *out, const BackupReport *report);
json_t *backup_report_json(const BackupReport *report); // migrate-safe/backup-list/1
