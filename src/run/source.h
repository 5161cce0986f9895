// A source: folders of migrations, read from disk into values, or the rows of a table.
// Refuses databases (table_source.h fills one from there). Invariant: migrations are unique over
// all folders of one source and in order.
#pragma once

#include "migration/layout.h"

typedef struct SourceOptions {
    const char *const *directories; // ends with NULL; NULL: the usual places are tried
    const char *layout;             // NULL: detected for each folder
    const ExpansionValues *values;  // for placeholders; NULL: none
    size_t text_bytes_most;         // of scripts that are kept; the rest is read again. 0: 256 KiB
} SourceOptions;

typedef struct SourceFolder {
    const char *path;
    const Layout *layout;
    const Listing *listing;
    LayoutEntries entries;
    const Expansion *expansion; // of its scripts, NULL: none
} SourceFolder;

// A table of the target database whose rows are the migrations (table_source.h).
typedef struct SourceTable {
    const char *relation; // "public.schema_versions", quoted as SQL needs it
    const char *name;     // "schema_versions", as messages begin
    bool has_down;        // there is a column for downs
} SourceTable;

typedef struct Source {
    VEC(SourceFolder) folders;
    const SourceTable *table; // in place of folders; NULL: none
    const char *current;      // the version that the table says is current; NULL: none
    Migrations migrations;    // `down` has its path only; script_complete reads it
    Problems problems;        // in the order found
} Source;

// Lists folders, detects layouts, reads every up file. What is wrong with a file is a problem, not
// an error. Errors: ERR_CONFIG (no such folder, unknown layout), ERR_IO.
bool source_load(Arena *arena, const SourceOptions *options, Source *ret_source, Err *err)
    __attribute__((warn_unused_result));
// Is there anything to load: a folder that is named, or one of the usual places?
bool source_has_folder(const SourceOptions *options);
// The expansion of a stored down whose file is gone; NULL when that layout is not in use any
// more.
const Expansion *source_expansion(const Source *source, const char *layout);
// Where migrations lie when nobody says, one after the other; NULL behind the last.
const char *source_usual_folder(size_t index);
// The first problem that is an error, or NULL.
const Problem *source_first_error(const Source *source);
// Reads every script to its end and adds what is found: content, empty files, missing downs
// (warnings).
void source_examine(Arena *arena, Source *source);
