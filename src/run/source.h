// A source: folders of migrations, read from disk into values.
// Refuses databases. Invariant: versions are unique over all folders of one source and in order.
#pragma once

#include "migration/layout.h"

typedef struct SourceOptions {
    const char *const *directories; // ends with NULL; NULL: the usual places are tried
    const char *layout;             // NULL: detected for each folder
    const ExpansionValues *values;  // for placeholders; NULL: none
} SourceOptions;

typedef struct SourceFolder {
    const char *path;
    const Layout *layout;
    LayoutEntries entries;
    const Expansion *expansion; // of its scripts, NULL: none
} SourceFolder;

typedef struct Source {
    VEC(SourceFolder) folders;
    Migrations migrations; // `down` has its path only; script_complete reads it
    Problems problems;     // in the order found
} Source;

// Lists folders, detects layouts, reads every up file. What is wrong with a file is a problem, not
// an error. Errors: ERR_CONFIG (no such folder, unknown layout), ERR_IO.
bool source_load(Arena *arena, const SourceOptions *options, Source *ret_source, Err *err)
    __attribute__((warn_unused_result));
// The expansion of a stored script whose file is gone; NULL when that layout is not in use any
// more.
const Expansion *source_expansion(const Source *source, const char *layout);
// Where migrations lie when nobody says, one after the other; NULL behind the last.
const char *source_usual_folder(size_t index);
// The first problem that is an error, or NULL.
const Problem *source_first_error(const Source *source);
// Reads every script to its end and adds what is found: content, empty files, missing downs
// (warnings).
void source_examine(Arena *arena, Source *source);
