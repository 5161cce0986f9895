// A layout: how a team's folder spells migrations. Each is one file that ends in a const struct
// (layout_paired.c, layout_plain.c); LAYOUTS lists them in the order of detection.
// Refuses to touch the disk: names go in, entries and problems come out.
// Invariant: every .sql file of the folder is in an entry, or its version or itself is in a
// problem; nothing is skipped in silence.
#pragma once

#include "base/vec.h"
#include "migration/migration.h"

// A file found below or beside the source folder. `name` is relative to the folder, '/' between
// parts; "../rollbacks/x.sql" for one beside it. It ends in ".sql".
typedef struct SourceFile {
    const char *name;
    const char *path; // as messages show it
} SourceFile;

typedef VEC(SourceFile) SourceFiles;

// One migration by name only; texts are read later.
typedef struct LayoutEntry {
    const char *version;
    const char *name;
    MigrationKind kind;
    const SourceFile *up;   // NULL: a down without its up, which is a problem
    const SourceFile *down; // NULL: none by name (it may still be inside the up's text)
} LayoutEntry;

// What is wrong with a folder; the caller decides how grave it is.
typedef enum ProblemKind {
    PROBLEM_VERSION,   // a .sql file whose name holds no version
    PROBLEM_DUPLICATE, // two files for the same version and direction
    PROBLEM_ORPHAN,    // a down without its up
    PROBLEM_MISSING_DOWN,
    PROBLEM_EMPTY,   // nothing to run in it
    PROBLEM_CONTENT, // splitter, encoding, directive
    PROBLEM_UNREADABLE,
    PROBLEM_LATE,   // found against a history
    PROBLEM_EDITED, // likewise
} ProblemKind;

typedef struct Problem {
    ProblemKind kind;
    bool is_error; // false: a warning
    Err err;       // file, position, message, hint
} Problem;

typedef VEC(Problem) Problems;
typedef VEC(LayoutEntry) LayoutEntries;

typedef struct NewFile {
    const char *name; // relative to the folder
    const char *text;
} NewFile;

typedef VEC(NewFile) NewFiles;

typedef struct Layout {
    const char *name;    // "paired", what `layout:` takes
    const char *summary; // one line for the manual
    // Does this folder look like it? 0 no; else how sure, the highest wins, the earlier on a draw.
    int (*detect)(const SourceFiles *files);
    // Names to entries (any order; up and down of a version may still be two entries, layout_sort
    // joins them) and problems.
    void (*read)(Arena *arena, const SourceFiles *files, LayoutEntries *entries,
                 Problems *problems);
    // Finds a down inside the up's text and cuts `up` and `down` accordingly; NULL: the up is the
    // whole file. Both scripts arrive with is_present, path, text, offset, size and start set for
    // `up`, and zero for `down`. No down found: true, and `down` stays as it is. What it sets in
    // `down`: all but checksum and directives.
    bool (*split)(Arena *arena, Script *up, Script *down, Err *err);
    // The files of a new migration; `version` follows the newest one's own style. `name` may be
    // any title ("add users' nickname"): the files get it as filename_slug() spells it.
    void (*new_files)(Arena *arena, const LayoutEntries *entries, const char *version,
                      const char *name, NewFiles *ret_files);
} Layout;

extern const Layout LAYOUT_PAIRED;
extern const Layout LAYOUT_PLAIN;
extern const Layout *const LAYOUTS[]; // ends with NULL

const Layout *layout_find(const char *name); // NULL when there is none
// The layout of a folder with these files; paired when it has none yet.
const Layout *layout_detect(const SourceFiles *files);

// Puts entries in version order, one for each version, and reports duplicates and downs without an
// up; what remains can be run. Two ups of the same version (as numbers) are ERR_CONFIG problems of
// both, naming the other, and no entry; of two downs both are problems, and the first stays with
// its up. The name is the up's: a down is found by its version alone. A down without its up in a
// folder beside the source (which may serve other sources too) is a warning.
void layout_sort(Arena *arena, LayoutEntries *entries, Problems *problems);

// The version that `new` gives: the newest one's style continued ("027" -> "028", "1.10" -> "1.11",
// 14 digits -> `timestamp` as YYYYMMDDHHMMSS, "20231223_001" -> date of `timestamp` and the next
// counter); "001" for an empty folder. `timestamp` is 14 digits in UTC.
char *layout_next_version(Arena *arena, const LayoutEntries *entries, const char *timestamp);
