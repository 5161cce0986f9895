// A migration whose SQL is known, in its layout's own words: the files of a new one, and a script
// that is to run without a transaction from now on.
// Refuses to know what the SQL does. Invariant: what it writes is read back by the layout as these
// two directions, with this need of a transaction.
#pragma once

#include "migration/layout.h"

// How a layout says things inside of its files; what is NULL is not said.
typedef struct ScriptForm {
    const char *up, *down;               // lines in front of the two directions in one file
    const char *up_alone, *down_alone;   // the same where it runs without a transaction
    const char *top_alone;               // the file's first line, likewise
    const char *file_alone, *text_alone; // a file beside the up, likewise
    const char *body_begin, *body_end;   // around a statement with semicolons inside of it
    bool takes_any_file;                 // for a migration, but those whose names begin with a dot
} ScriptForm;

extern const ScriptForm SCRIPT_FORM_OURS; // a directive

typedef struct NewScript {
    const char *up;
    const char *down; // NULL: none
    bool is_up_alone; // without a transaction
    bool is_down_alone;
} NewScript;

// In place of the texts of Layout.new_files. False: the layout's own tool has to make them.
bool new_script_files(Arena *arena, const Layout *layout, const LayoutEntries *entries,
                      const char *version, const char *name, const NewScript *script,
                      NewFiles *ret_files) __attribute__((warn_unused_result));

// Statements with a semicolon inside of a body, marked as the layout's own tool needs it.
const char *script_with_bodies(Arena *arena, const Layout *layout, const char *sql);

// A whole file whose up begins at this byte (behind a BOM), with the up to be run without a
// transaction. `ret_beside`: a file beside it that says so, or name NULL.
Str script_without_transaction(Arena *arena, const Layout *layout, Str file, size_t up_offset,
                               NewFile *ret_beside);
