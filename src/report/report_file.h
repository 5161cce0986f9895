// Reports that are kept in the folder of logs, named by their kind and the time.
// Refuses to know what is in them. Invariant: no report takes the place of another, also of one
// that another process writes in the same second; what failed leaves no file.
#pragma once

#include "io/json.h"

// FOLDER/KIND-YYYYMMDD-HHMMSS.json, with a number behind the time from the second of a second on.
// The folder is made where it is missing. ERR_IO.
bool report_file_print(Arena *arena, const char *folder, const char *kind,
                       bool (*write)(void *context, FILE *stream), void *context,
                       const char **ret_path, Err *err) __attribute__((warn_unused_result));
bool report_file_write(Arena *arena, const char *folder, const char *kind, const json_t *document,
                       const char **ret_path, Err *err) __attribute__((warn_unused_result));
