// Deparsed SQL that says the same in two ways, in one way.
// Refuses to parse: it knows what PostgreSQL's deparser writes, and leaves alone what is otherwise.
// Invariant: the text that a server gives for an expression, and the one it gives after a dump of
// it was restored, come out equal.
#pragma once

#include "base/arena.h"

// Three things change when deparsed text is read again (seen on 15):
//   (ARRAY['a'::character varying, 'b'::character varying])::text[]    of: varchar IN ('a', 'b')
//   becomes ARRAY[('a'::character varying)::text, ('b'::character varying)::text]
//   (((a >= 1) AND (a <= 2)) AND (b > 0))    of: a BETWEEN 1 AND 2 AND b > 0
//   becomes ((a >= 1) AND (a <= 2) AND (b > 0)), and so does OR
//   'x'::text    a column without a name, in a function's SQL body
//   becomes 'x'::text AS text
const char *sql_text_canonical(Arena *arena, const char *sql);
