// Reports of runs as files: `logs/run-report-<timestamp>.json`, written once at a run's end, found
// again and read; of a run without one what the log knows.
// Refuses to collect. Invariant: what was written is read back equal; no two runs share a file.
#pragma once

#include "check/run_report.h"
#include "io/json.h"

// The document of `migrate-safe/run/1`. A new reference.
json_t *run_report_to_json(const RunReport *report);
// The same document as text, without passwords; a long run costs no memory.
bool run_report_print(FILE *stream, const RunReport *report) __attribute__((warn_unused_result));
// ERR_CHECK, with the file and what is wrong with it.
bool run_report_from_json(Arena *arena, const json_t *document, const char *file,
                          RunReport *ret_report, Err *err) __attribute__((warn_unused_result));

// Into `folder`, made where it is missing, without passwords. Not synced to disk.
bool run_document_write(Arena *arena, const char *folder, const RunReport *report,
                        const char **ret_path, Err *err) __attribute__((warn_unused_result));
bool run_document_read(Arena *arena, const char *path, RunReport *ret_report, Err *err)
    __attribute__((warn_unused_result));

typedef struct RunDocument {
    const char *path; // NULL: only the log knows of it
    RunReport report;
} RunDocument;

typedef struct RunDocuments {
    VEC(RunDocument) runs; // newest first
    VEC(Err) problems;     // of files that have the name of a report and are none
} RunDocuments;

// All of a folder, with those that only its log knows of; one that is not there has none.
bool run_documents_load(Arena *arena, const char *folder, RunDocuments *ret_documents, Err *err)
    __attribute__((warn_unused_result));
// Runs of up, down and redo that the log of `folder` has and `documents` has not, each grown from
// its lines (run_log.c).
bool run_log_load(Arena *arena, const char *folder, RunDocuments *documents, Err *err)
    __attribute__((warn_unused_result));
