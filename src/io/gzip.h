// A file that is read to its end, decompressed where it is gzip.
// Refuses to write, and to know what is in it. Invariant: what was given out came from a file whose
// check sums fit only once the end was reached without an error.
#pragma once

#include "base/err.h"

#include <stdint.h>

typedef struct GzipReader GzipReader;

// Compressed or not: its first bytes say it. ERR_IO: it cannot be read.
bool gzip_open(const char *path, GzipReader **ret_reader, Err *err)
    __attribute__((warn_unused_result));
// At most `size` bytes; `ret_got` is 0 at the end. ERR_CHECK: damaged, cut off, or something that
// is no gzip stands behind the end.
bool gzip_read(GzipReader *reader, char *bytes, size_t size, size_t *ret_got, Err *err)
    __attribute__((warn_unused_result));
bool gzip_is_compressed(const GzipReader *reader);
void gzip_close(GzipReader *reader); // NULL is fine
void gzip_close_at(GzipReader **reader);
#define GZIP_SCOPED __attribute__((cleanup(gzip_close_at))) GzipReader *
