// What pg_dump wrote as SQL (also pg_restore --file=-), cut into statements and rows while it
// streams by.
// Refuses to know what a statement means, and psql's commands: a dump may not run programs.
// Invariant: bytes arrive in pieces of any size; encodings do not matter, since nothing but ASCII
// is looked for; rows never wait in memory, but for one short line.
#pragma once

#include "base/err.h"

#include <stdint.h>

typedef struct DumpScan DumpScan;

// Each may be NULL. False ends the scan with what was put into `err`.
typedef struct DumpHandler {
    // With its semicolon, without comments before it. `line` from 1, in the dump.
    bool (*on_statement)(void *context, Str text, int64_t line, Err *err);
    // Of a statement COPY ... FROM stdin, which came before: lines as they are, at last "\.".
    // `rows`: ends of lines in this piece, without the last one.
    bool (*on_data)(void *context, Str piece, int64_t rows, Err *err);
    // Between statements: "-- Dumped from database version 15.8".
    bool (*on_comment)(void *context, Str text, Err *err);
    void *context;
} DumpHandler;

// `file` is for messages and must outlive the scan.
DumpScan *dump_scan_new(const char *file, const DumpHandler *handler);
// ERR_CHECK for what is no part of one whole dump: psql's commands, a second dump, anything behind
// the end.
bool dump_scan_feed(DumpScan *scan, Str piece, Err *err) __attribute__((warn_unused_result));
// All has been fed. ERR_CHECK: the dump's last line has not come, and what was cut through.
bool dump_scan_end(DumpScan *scan, Err *err) __attribute__((warn_unused_result));
void dump_scan_free(DumpScan *scan); // NULL is fine
void dump_scan_free_at(DumpScan **scan);
#define DUMP_SCAN_SCOPED __attribute__((cleanup(dump_scan_free_at))) DumpScan *
