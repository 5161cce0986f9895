// A layout: how a team's folder spells migrations. Each is one file that ends in a const struct
// (layout_paired.c, layout_plain.c); LAYOUTS lists them in the order of detection.
// Refuses to touch the disk: names and texts go in, entries and problems come out.
// Invariant: every .sql file of the folder is in an entry, or its version or itself is in a
// problem; nothing is skipped in silence.
#pragma once

#include "base/vec.h"
#include "migration/migration.h"
#include "migration/section.h"
#include "migration/shape.h"

// A file found below or beside the source folder. `name` is relative to the folder, '/' between
// parts; "../rollbacks/x.sql" for one beside it.
typedef struct SourceFile {
    const char *name;
    const char *path; // as messages show it
} SourceFile;

typedef VEC(SourceFile) SourceFiles;

// A small file that a layout wants to read as a whole: sqitch.plan, tern.conf.
typedef struct SourceText {
    const char *name; // as the layout's `texts` spells it
    const char *path;
    Str text; // without a BOM
} SourceText;

typedef VEC(SourceText) SourceTexts;

// What lies in a source folder, and in those below it that its layout looks into. For the detection
// `others` also has those of all layouts' `texts` that stand beside the folder, by their names.
typedef struct Listing {
    const char *path;   // of the folder, as messages show it
    SourceFiles files;  // their names end in ".sql"
    SourceFiles others; // all else that is not hidden; a folder's name ends in '/'
    SourceTexts texts;  // those of the layout's `texts` that exist
} Listing;

// What the detection sees: the folder itself and the first folder in it that may be a migration.
// Only when the names decide nothing, the beginnings of some files as well.
typedef struct Sample {
    Listing listing;
    VEC(Str) heads;
} Sample;

enum {
    DETECTED_SURELY = 100
}; // no other layout's tool writes such a name, or such a line

// Which folders a layout looks into.
typedef struct FolderRule {
    const char *name; // "rollback", "../rollback", "*": every one that is not hidden
    bool is_deep;     // and all below it
} FolderRule;

// One migration by name only; texts are read later.
typedef struct LayoutEntry {
    const char *version;
    const char *name;
    MigrationKind kind;
    const SourceFile *up;           // NULL: a down without its up, which is a problem
    const SourceFile *down;         // NULL: none by name (it may still be inside the up's text)
    const SourceFile *verify;       // NULL: none
    const SourceFile *options;      // metadata.toml, V1__x.sql.conf: given to `options` when read
    const SourceFile *down_options; // the same, of the down alone: U1__x.sql.conf
    bool is_no_transaction;         // the names say so: of the up, or of a down alone
    bool is_down_no_transaction;    // set by layout_sort
    bool is_late_allowed;           // may run behind later versions
    const void *link;               // of the layout's chain, set when the up is read
    const char *const *tags;        // names that the plan gives the state behind it, without "@";
                                    // ends with NULL; NULL: none
} LayoutEntry;

// What is wrong with a folder; the caller decides how grave it is.
typedef enum ProblemKind {
    PROBLEM_VERSION,   // a .sql file whose name holds no version
    PROBLEM_DUPLICATE, // two files for the same version and direction
    PROBLEM_ORPHAN,    // a down without its up
    PROBLEM_FOREIGN,   // a migration that we cannot run: Go, JavaScript, a template
    PROBLEM_ORDER,     // the layout's own tool would run two of them the other way round
    PROBLEM_MISSING_DOWN,
    PROBLEM_EMPTY,   // nothing to run in it
    PROBLEM_CONTENT, // splitter, encoding, directive
    PROBLEM_UNREADABLE,
    PROBLEM_LATE,       // found against a history
    PROBLEM_EDITED,     // likewise
    PROBLEM_UNRECORDED, // a table says of a migration what the history does not
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
    bool is_changed; // it may be there already: this is its new text
} NewFile;

typedef VEC(NewFile) NewFiles;

// What a new migration is to be, for a layout that keeps a plan.
typedef struct NewRequest {
    const Listing *listing;
    const char *title;     // as the user typed it
    const char *name;      // the same as a name for a file
    const char *timestamp; // 14 digits, UTC
    const char *planner;   // "Ada Lovelace <ada@engine.example>"
} NewRequest;

// Where the rest of a project lies, relative to the folder; each list ends with NULL, and may be
// NULL.
typedef struct Places {
    const FolderRule *folders;
    const char *const *texts;
} Places;

// Files that say which one they follow, and what they hold, by hash (graphile-migrate).
typedef struct ChainRules {
    // A link for a file; `previous` is the link of the version before, NULL for the first.
    void *(*begin)(Arena *arena, const char *file, const void *previous);
    // The file from its beginning, without a BOM, as it is written.
    void (*feed)(void *link, Str piece);
    // Is the chain whole so far? What else the file says about itself is put into `up`.
    bool (*end)(void *link, Script *up, Err *err);
} ChainRules;

struct ScriptForm;

typedef struct Layout {
    const char *name;           // "paired", what `layout:` takes
    const char *const *aliases; // other names for it, ends with NULL; may be NULL
    const char *summary;        // one line for the manual
    bool versions_are_places;   // in a plan
    const FolderRule *folders;  // looked into, ends with a NULL name; NULL: none
    const char *const *texts;   // small files wanted as text, "../" is allowed; NULL: none
    // More folders and texts, which a small file names (`listing` has its texts by then); NULL:
    // none.
    void (*places)(Arena *arena, const Listing *listing, Places *ret_places);
    const char *first_version; // of an empty folder: "001" when NULL; zeros of a time's digits
                               // ("00000000000000") become the time, 13 of them milliseconds
    bool has_numbers_only;     // its tool's versions are digits and nothing else
    // Does this folder look like it? 0 no; else how sure, the highest wins, the earlier on a draw.
    int (*detect)(const Sample *sample);
    // Listing to entries (any order; up and down of a version may still be two entries, layout_sort
    // joins them) and problems.
    void (*read)(Arena *arena, const Listing *listing, LayoutEntries *entries, Problems *problems);
    // Marker lines divide a file into up and down; NULL: they do not.
    const MarkerRules *markers;
    const ChainRules *chain; // of the ups; NULL: none
    bool is_up_only;         // there is no place for a down
    // How its own tool sends a script: in a transaction, unless the script or its name says
    // otherwise; as one string, which the server runs as one transaction when it has several
    // statements.
    bool wraps;
    bool sends_one_string;
    // Finds a down inside the up's text; NULL: the up is the whole file. Only for a script that is
    // loaded and whose down is no file. No down found: true, and `down` stays as it is. What it
    // sets in `down`: all but checksum and directives.
    bool (*split)(Arena *arena, Script *up, Script *down, Err *err);
    // What the file named by LayoutEntry.options or down_options says about the migration.
    // `migration` has its names and paths; the scripts are read afterwards.
    bool (*options)(Arena *arena, const SourceText *text, Migration *migration, Err *err);
    // Puts values in the place of placeholders; NULL: there are none in this layout. The result is
    // shared by all scripts of the folder. NULL is returned when nothing is to be replaced.
    const Expansion *(*expansion)(Arena *arena, const Listing *listing,
                                  const ExpansionValues *values);
    // The files of a new migration; `version` follows the newest one's own style. `name` may be
    // any title ("add users' nickname"): the files get it as filename_slug() spells it.
    void (*new_files)(Arena *arena, const LayoutEntries *entries, const char *version,
                      const char *name, NewFiles *ret_files);
    // What those files are written with when their SQL is known (new_script.h); NULL: a file's text
    // depends on others.
    const struct ScriptForm *form;
    // Where the down of a migration is, or would be: a name relative to the folder. NULL: in the
    // same file, behind the line that `form` has for it, or nowhere.
    const char *(*down_name)(Arena *arena, const Listing *listing, const LayoutEntries *entries,
                             const LayoutEntry *entry);
    // In place of new_files where the plan grows too, and its own rules may say no (ERR_CONFIG).
    bool (*plan_new)(Arena *arena, const NewRequest *request, NewFiles *ret_files, Err *err);
} Layout;

// Not a folder's: the rows of a table are the migrations (run/table_source.h).
#define LAYOUT_TABLE "table"

extern const Layout LAYOUT_DBMATE;
extern const Layout LAYOUT_DIESEL;
extern const Layout LAYOUT_FLYWAY;
extern const Layout LAYOUT_GOOSE;
extern const Layout LAYOUT_GRAPHILE;
extern const Layout LAYOUT_NODE_PG_MIGRATE;
extern const Layout LAYOUT_PAIRED;
extern const Layout LAYOUT_PLAIN;
extern const Layout LAYOUT_PRISMA;
extern const Layout LAYOUT_REFINERY;
extern const Layout LAYOUT_SQITCH;
extern const Layout LAYOUT_SQLX;
extern const Layout LAYOUT_SQL_MIGRATE;
extern const Layout LAYOUT_TERN;
extern const Layout *const LAYOUTS[]; // ends with NULL

// By name or alias; NULL when there is none, and for "table".
const Layout *layout_find(const char *name);
const char *layout_names(Arena *arena); // "paired, plain, ..., table"
// Would the layout's own tool run all of this script as one transaction?
bool layout_wraps(const Layout *layout, const Script *script, const Shape *shape);
// The layout that a folder looks like most; paired when it is empty. `ret_sure` may be NULL.
const Layout *layout_detect(const Sample *sample, int *ret_sure);

// Puts entries in the order of order.h, one for each version, and reports duplicates and downs
// without an up; what remains can be run. Two ups of the same version (as numbers) are ERR_CONFIG
// problems of both, naming the other, and no entry; of two downs both are problems, and the first
// stays with its up. The name is the up's: a down is found by its version alone. A down without its
// up in a folder beside the source (which may serve other sources too) is a warning.
void layout_sort(Arena *arena, LayoutEntries *entries, Problems *problems);

// For tools that tell migrations by their whole name, of which several may have the same digits:
// "20240304123642", then "20240304123642b", when they are appended in the order of their names.
const char *layout_lettered_version(Arena *arena, Str digits, const LayoutEntries *entries);

// The version that `new` gives: the newest one's style continued ("027" -> "028", "1.10" -> "1.11",
// 14 digits -> `timestamp` as YYYYMMDDHHMMSS, "20231223_001" -> date of `timestamp` and the next
// counter); `first_version` for an empty folder. `timestamp` is 14 digits in UTC.
char *layout_next_version(Arena *arena, const Layout *layout, const LayoutEntries *entries,
                          const char *timestamp);
