// Does a text begin as an SQL statement begins, by its first words? For telling commented SQL from
// prose, which also likes to say "drop the table" and "update the code first".
// Refuses grammar, and space or comments in front. Invariant: true needs more than one word that
// only SQL puts together.
#pragma once

#include "base/str.h"

bool sql_opening_is_found(Str text);
// Begins with CREATE or DO: the statement may have a body of other statements.
bool sql_opening_has_body(Str text);
// Begins with CREATE, ALTER or DROP of an object: never the line of another statement, but of a
// body.
bool sql_opening_is_definition(Str text);
