// A rollback in comments: the commented SQL below a rollback heading (Kairon).
// Refuses to run and to check it against a grammar. Invariant: what it finds is whole statements
// only; a line that may be SQL and is not understood spoils its comment, since half a rollback is
// worse than none.
//
// A heading is a comment line with the word rollback (rollback_heading.h). What follows it, up to
// the next SQL of the script, is read line by line:
//   - a line that begins as SQL does begins a statement, which goes on until its semicolon;
//   - other lines are prose and are left out, but one that ends with a semicolon spoils all;
//   - a heading such as "Verify:" ends it, and so does an empty line below the first statement
//     where more SQL of the script follows (in the head of a file).
// SQL may stand on the heading's own line ("Rollback: DROP TABLE x;"), and in /* */ comments.
// Under headings in two places of a script their order is unknown: then nothing is found.
#pragma once

#include "base/arena.h"

// True when `text` holds a rollback: `ret_sql` is as long as `text` and has the SQL where it stands
// there, spaces for all the rest, and the same line ends.
bool rollback_comment_find(Arena *arena, Str text, Str *ret_sql);
