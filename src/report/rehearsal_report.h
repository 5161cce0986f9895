// What a rehearsal showed: on a terminal, as Markdown for a pull request, for CI servers, as a
// page. Refuses to judge and to decide the exit code. Invariant: all formats say the same verdict,
// and nothing of a file, name or server can become markup or an escape sequence.
#pragma once

#include "check/rehearsal.h"
#include "io/terminal.h"

// How it is shown on a terminal.
typedef struct RehearsalShown {
    const Terminal *terminal;
    bool has_unicode;
    bool is_verbose;      // all statements, of migrations that went well too
    size_t migrations;    // to come: a few are shown with their statements
    size_t version_width; // cells, so that the lines stand in columns
    size_t name_width;
} RehearsalShown;

// One migration, as soon as it is done.
void rehearsal_report_migration_text(Arena *arena, const RehearsalShown *shown,
                                     const RehearsedMigration *migration);
// `evidence`: where it was written; NULL: nowhere.
void rehearsal_report_summary_text(Arena *arena, const RehearsalShown *shown,
                                   const Rehearsal *rehearsal, const char *evidence);

// Ready to be posted on a pull request: short enough for a comment, whatever was rehearsed.
void rehearsal_report_markdown(Arena *arena, FILE *stream, const Rehearsal *rehearsal);
// A suite for each migration, a test for each stage; each finding fails a test of its own, whose
// failure has the problem's word as its type.
void rehearsal_report_junit(Arena *arena, FILE *stream, const Rehearsal *rehearsal);
// A rule for each problem, a result for each finding.
void rehearsal_report_sarif(Arena *arena, FILE *stream, const Rehearsal *rehearsal);
// One HTML file that needs nothing else. `digest`: of the evidence; NULL: it was not kept.
void rehearsal_report_page(Arena *arena, FILE *stream, const Rehearsal *rehearsal,
                           const char *digest);
