// One versioned change as the user wrote it: up, maybe down, found in a source.
// Refuses to know databases and to read files (run/source.h does).
// Invariant: within one list the migrations stand in the order of order.h and no two are equal
// there.
#pragma once

#include "migration/directive.h"
#include "migration/expansion.h"

#include "base/sha256.h"

enum {
    SCRIPT_LOADED_MAX = 1024 * 1024
}; // bytes; a longer script is streamed from its file

// The SQL of one direction: a file, or a part of one.
typedef struct Script {
    bool is_present;
    const char *path; // as messages show it
    int64_t offset;   // where the part begins in the file, bytes (behind a BOM)
    int64_t size;     // bytes of the part
    Position start;   // of the part's first byte in the file
    bool is_loaded;   // `text` holds it all; false: longer than SCRIPT_LOADED_MAX
    Str text;         // when loaded; for a rollback in comments the SQL with "--" blanked out
    char checksum[SHA256_HEX]; // SHA-256 of the part without BOM and carriage returns
    Directives directives;
    bool is_no_transaction;     // said by the layout, not by the text
    const char *opening;        // a line that the text needs in front, when it stands alone
    const Expansion *expansion; // to be done when the text is read; NULL: none
    Str raw;                    // the text as the file has it, where `text` is expanded
    const TextShifts *shifts;   // where columns of `text` are others than those of the file
} Script;

typedef enum MigrationKind {
    MIGRATION_VERSIONED,
    MIGRATION_REPEATABLE,
    MIGRATION_BASELINE,
} MigrationKind;

typedef struct Migration {
    const char *version; // as the file spells it; of a repeatable one "R__views"
    const char *name;    // "add_todos"; never empty
    const char *layout;  // "paired"
    MigrationKind kind;
    const char *said_applied; // when and by whom, as the source itself says; NULL: it does not
    bool is_placed; // its version is its place in a plan, so that its name tells which one it is
    const char *const *tags; // of a plan, without "@"; ends with NULL; NULL: none
    bool is_late_allowed;    // may run behind later versions, as its layout's tool does it
    Script up;
    Script down;
    Script *verify;       // SQL that fails when the change is not there; NULL: none
    const char *left_out; // what its options say when they say that it is not run; else NULL
} Migration;

typedef VEC(Migration) Migrations;
