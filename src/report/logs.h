// Events into files: logs/migrations.jsonl (one JSON object a line) and
// logs/migrate-safe-<timestamp>.log (for people). Refuses to stop the work: a log that cannot be
// written gives one warning. Invariant: nothing is created before the first event of a run.
#pragma once

#include "base/event.h"
#include "io/terminal.h"

typedef struct Logs {
    const char *directory;
    const Terminal *err; // for the one warning
    Arena *arena;
    const char *text_path; // NULL until the first event
    const char *jsonl_path;
    int text_file; // descriptors, -1 while closed
    int jsonl_file;
    bool is_broken;
} Logs;

void logs_init(Logs *logs, Arena *arena, const char *directory, const Terminal *err);
void logs_done(Logs *logs);
void logs_event(void *logs, const Event *event); // an EventSink's emit
