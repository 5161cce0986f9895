// What `lint` found, in the formats that people and machines read: text, JSON, SARIF, GitHub's
// annotations, GitLab's code quality, JUnit. Each is one file that ends in one of these structs.
// Refuses to judge and to decide the exit code. Invariant: a finding is written when it comes and
// nothing of it is kept, so time and memory grow with the output and no faster.
#pragma once

#include "check/finding.h"
#include "check/rules/rule.h"
#include "io/json_stream.h"
#include "io/terminal.h"
#include "migration/layout.h"

typedef struct FindingFile {
    const char *path; // as findings have it
    size_t count;     // findings that are not ignored
    size_t failures;  // of these, at or above the threshold
    size_t ignored;
} FindingFile;

// What `lint --fix` did with a file, or with --diff would do.
typedef struct FindingFix {
    const char *file;
    Words rules;      // whose findings it was about
    Words made;       // further files
    Words later;      // what waits until no code of the release before runs
    const char *diff; // NULL: it is written
} FindingFix;

typedef struct FindingFixes {
    bool is_diff;
    VEC(FindingFix) items;
} FindingFixes;

// A run of `lint`, when all is judged.
typedef struct FindingRun {
    const Findings *findings;
    VEC(FindingFile) files;  // that were asked for, with findings or without
    VEC(const Rule *) rules; // all there are
    Severity threshold;
    int pg_from, pg_to;
    const char *version; // the program's
    int exit_code;
    size_t counts[SEVERITY_ERROR + 1]; // by severity, of those that are not ignored
    size_t failures;                   // at or above the threshold
    size_t ignored;                    // by a comment, or because they are in the baseline
    const FindingFixes *fixes;         // NULL: nobody asked for any
    const Problems *unreadable;        // files that were not judged
    VEC(const Finding *) ordered;      // file after file, each from its first line
} FindingRun;

// Orders and counts what is in `findings`. A finding in a file that is not among `files` adds it.
void finding_run_count(Arena *arena, FindingRun *run);

// What a report remembers of a rule.
typedef struct RulePlace {
    const Rule *rule;
    size_t place; // in the run's list
    size_t shown; // findings of it, by the formats that bound them
    size_t left_out;
} RulePlace;

typedef struct FindingWriter {
    const FindingRun *run;
    Terminal out;
    Arena *arena;   // as long as the report is written
    Arena *scratch; // as long as one finding is
    JsonStream json;
    size_t file;            // of `run`: those before it are written
    const Effects *effects; // of the last finding that was written
    VEC(RulePlace) places;  // of the run's rules, by address
} FindingWriter;

typedef struct FindingReport {
    const char *name; // "sarif", what --format takes
    void (*begin)(FindingWriter *writer);
    void (*finding)(FindingWriter *writer, const Finding *finding);
    void (*end)(FindingWriter *writer);
} FindingReport;

extern const FindingReport FINDING_TEXT;
extern const FindingReport FINDING_JSON;
extern const FindingReport FINDING_SARIF;
extern const FindingReport FINDING_GITHUB;
extern const FindingReport FINDING_GITLAB;
extern const FindingReport FINDING_JUNIT;
extern const FindingReport *const FINDING_REPORTS[]; // ends with NULL

const FindingReport *finding_report_find(const char *name); // NULL: unknown
void finding_report_write(const FindingReport *report, const FindingRun *run, const Terminal *out);

// For the formats.
RulePlace *finding_rule_place(FindingWriter *writer, const Rule *rule);
bool finding_is_failure(const FindingRun *run, const Finding *finding);
// Where it ends; never before it begins.
Position finding_end(const Finding *finding);
// "safe from PostgreSQL 18"; NULL: no version is.
const char *finding_version_note(Arena *arena, const Finding *finding);
