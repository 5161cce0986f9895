// An embedded query: one file under src/pg/sql/SUBJECT/, complete and runnable in psql.
// Refuses values inside the text: they are $n. Invariant: our schema is written `migrate_safe.` in
// the files, a team's table of migrations `public.schema_versions`; both are replaced when they are
// called otherwise.
#pragma once

#include "base/arena.h"

typedef struct Query {
    const char *name; // "history/list"
    const char *text;
} Query;

// The text for a store in schema `schema` ("migrate_safe" gives it unchanged).
const char *query_text(Arena *arena, const Query *query, const char *schema);
// The same where the team's table is `relation`, quoted as SQL needs it.
const char *query_text_for_table(Arena *arena, const Query *query, const char *schema,
                                 const char *relation);
