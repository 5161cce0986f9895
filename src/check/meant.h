// What the statements of a run name, so that what is lost on purpose is told from what is lost by
// the way: words of each statement, also of those inside DO.
// Refuses grammar: a statement means what it has the words for. Invariant: in doubt something was
// meant, so that nobody is accused; what runs SQL that is not written down is said.
#pragma once

#include "base/words.h"

typedef struct Meant {
    VEC(Words) statements; // each in lower case, names without their quotes
    bool is_opaque;        // EXECUTE or CALL: what these do is not written there
    bool is_unread;        // a script was too long
} Meant;

// The statements of a text.
void meant_read(Arena *arena, Meant *meant, Str sql);
// Has one statement all of these words, and the name? NULL ends the words; `name` may be NULL.
bool meant_says(const Meant *meant, const char *const *words, const char *name);
// Is it in any statement?
bool meant_names(const Meant *meant, const char *name);

// The last part of an object's identity in a snapshot, without quotes: "t" of app.t, "f" of
// app.f(integer), "p" of "p on app.t".
const char *meant_name(Arena *arena, const char *identity);
