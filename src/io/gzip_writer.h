// A gzip file that is written piece by piece.
// Refuses to open, name and sync the file. Invariant: without gzip_writer_end the file ends in the
// middle of its compressed data, which every reader sees.
#pragma once

#include "base/err.h"

#include <stdint.h>

typedef struct GzipWriter GzipWriter;

// `fd` stays the caller's. `level`: 1 to 9. `path` is for messages and must outlive the writer.
GzipWriter *gzip_writer_new(int fd, int level, const char *path);
bool gzip_writer_put(GzipWriter *writer, Str piece, Err *err) __attribute__((warn_unused_result));
// Writes what is left, and the check sums.
bool gzip_writer_end(GzipWriter *writer, Err *err) __attribute__((warn_unused_result));
void gzip_writer_free(GzipWriter *writer); // NULL is fine
void gzip_writer_free_at(GzipWriter **writer);
#define GZIP_WRITER_SCOPED __attribute__((cleanup(gzip_writer_free_at))) GzipWriter *
