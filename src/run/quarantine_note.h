// What a comment of ours says of a thing that was set aside, as the values its way back is made of.
// Refuses to believe a comment where the thing is now: that is the catalog's word. Invariant: what
// check/quarantine.h wrote is read back as it was given.
#pragma once

#include "base/err.h"
#include "check/quarantine.h"
#include "io/json.h"

// Where it is, by the catalog.
typedef struct QuarantinePlace {
    const char *schema;
    const char *relation;
    const char *column; // NULL: the whole relation
} QuarantinePlace;

typedef struct QuarantineNote {
    QuarantineKind kind;
    const char *version;
    const char *schema; // that it was in; NULL: not said
    const char *was;    // its name; of rows, the table's
    // It is back already, and these steps are left; its name is as it was.
    bool is_back;
    VEC(QuarantineStep) left;
    const char *comment; // the user's
    union {
        QuarantineTable table;
        QuarantineColumn column;
        QuarantineChange change;
        QuarantineRows rows;
    };
} QuarantineNote;

// ERR_CHECK: a comment that begins as ours and cannot be read.
bool quarantine_note_read(Arena *arena, const char *comment, const QuarantinePlace *place,
                          QuarantineNote *ret_note, Err *err) __attribute__((warn_unused_result));
// The comment of what is back, while these steps are left.
const char *quarantine_note_left(Arena *arena, const char *comment, const QuarantineStep *steps,
                                 size_t count);
