// A restore as text and as a document.
// Refuses to decide what is done. Invariant: every outcome says what is there now and what to type
// next.
#pragma once

#include "cli/workspace.h"
#include "run/backup/restore.h"
#include "run/backup/restore_table.h"

typedef struct RestoreOutcome {
    const Restore *restore;       // NULL: single tables
    const RestoredTables *tables; // NULL: a whole database
    const Backup *backup;
    bool is_dry_run;
    int64_t duration_ms;
    const char *state;
    const char *next;
    const Err *err; // NULL: it went well
} RestoreOutcome;

// What rows go, come back and change, a line a table.
void restore_print_loss(const Workspace *workspace, const Restore *restore);
// The same in half a sentence, for a question.
const char *restore_loss_words(Arena *arena, const Restore *restore);
void restore_print_head(const Workspace *workspace, const Backup *backup, const char *database);
void restore_print_plan(const Workspace *workspace, const Restore *restore);
// Text or document; the exit code.
int restore_print_outcome(const Workspace *workspace, const RestoreOutcome *outcome);
