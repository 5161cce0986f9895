// A backup that was made, for people and as JSON.
// Refuses to know how it was made. Invariant: sizes, counts and times are those of its manifest.
#pragma once

#include "check/backup.h"
#include "io/json.h"
#include "io/terminal.h"

void backup_create_report_text(Arena *arena, const Terminal *out, const char *path,
                               const BackupManifest *manifest);
// migrate-safe/backup-create/1
json_t *backup_create_report_json(const char *path, const char *manifest_path,
                                  const BackupManifest *manifest);
