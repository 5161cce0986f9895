// Where a made down belongs in its source, and what the file is then.
// Refuses to make the down. Invariant: a file is replaced only as a whole, and what of it is not
// the down stays byte by byte.
#pragma once

#include "migration/new_script.h"
#include "run/rollback_make.h"
#include "run/source.h"

typedef enum DownState {
    DOWN_MISSING,   // or nothing in it but blanks, or what `new` writes
    DOWN_GENERATED, // by generate-rollback
    DOWN_WRITTEN,   // by people
} DownState;

typedef struct RollbackPlace {
    const SourceFolder *folder; // NULL: rows of a table
    const LayoutEntry *entry;
    const ScriptForm *markers; // the down is in the up's file; NULL: it has a file of its own
    const char *path;          // NULL: the layout has no place for a down
} RollbackPlace;

void rollback_place_find(Arena *arena, const Source *source, const Migration *migration,
                         RollbackPlace *ret_place);
bool rollback_down_state(Arena *arena, const Migration *migration, DownState *ret_state, Err *err)
    __attribute__((warn_unused_result));
// How its text has to be for that place.
RollbackForm rollback_form(const RollbackPlace *place);
// The new text of the whole file. ERR_CHECK: it cannot be put there, with the reason.
bool rollback_file_text(Arena *arena, const RollbackPlace *place, const Rollback *rollback,
                        const char **ret_text, Err *err) __attribute__((warn_unused_result));
bool rollback_file_write(Arena *arena, const RollbackPlace *place, const char *text, Err *err)
    __attribute__((warn_unused_result));
