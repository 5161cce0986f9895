// Two columns of one table that a trigger keeps equal, whichever of them is written: SQL that makes
// the second, fills it, and takes it away.
// Refuses to know files and steps (fix_rename.c, fix_type.c). Invariant: the trigger reads both
// columns in its WHEN, so neither can be dropped under it; what it fires for is any difference.
#pragma once

#include "base/words.h"

typedef struct Twin {
    const char *schema;    // of the table as the user wrote it; "": none
    const char *table;     // these are names, not SQL
    const char *old_name;  // has the constraints, and stays what it is
    const char *new_name;  // its twin
    const char *type;      // SQL, with COLLATE
    const char *cast_type; // SQL; NULL: both have the same type
    // SQL of what the twin gets where nothing is written, the same for both in one statement; NULL:
    // nothing, or what is not the same twice.
    const char *fallback;
} Twin;

const char *twin_table(Arena *arena, const Twin *twin);   // SQL
const char *twin_trigger(Arena *arena, const Twin *twin); // a name
bool twin_is_trigger(const char *name);                   // of any twin
// The column, its default, the function and the trigger: in one transaction.
const char *twin_make(Arena *arena, const Twin *twin);
// The trigger and its function alone.
const char *twin_part(Arena *arena, const Twin *twin);
const char *twin_part_drop(Arena *arena, const Twin *twin);
const char *twin_drop(Arena *arena, const Twin *twin); // all of it
// Rows that were there before.
const char *twin_fill(Arena *arena, const Twin *twin);
// Behind the drop of its trigger, before `column` (one of both) goes. Fails where it has something
// that is neither among `known` (names of indexes and constraints) nor on the other one.
const char *twin_guard(Arena *arena, const Twin *twin, const char *column, const Words *known);
// A name of ours, of at most 63 bytes: cut ones have a hash of the whole.
const char *twin_own_name(Arena *arena, const char *whole);
