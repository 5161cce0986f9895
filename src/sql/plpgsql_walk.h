// The tree of PL/pgSQL that libpg_query makes, down to the SQL statements in it.
// Refuses to follow control flow. Invariant: statements are added in the order of the tree, which
// for loops is the body before the query.
#pragma once

#include "sql/body_text.h"
#include "sql/plpgsql.h"

typedef struct BodyFound {
    Str sql;
    size_t at; // in the body's text
    BodySource source;
    bool is_conditional;
} BodyFound;

void plpgsql_walk(Arena *arena, const Node *tree, const BodyText *text,
                  const ParsedStatement *around, Body *body);

// What plpgsql.c has for it.
void body_add(Arena *arena, Body *body, const BodyText *text, const ParsedStatement *around,
              const BodyFound *found);
void body_add_opaque(Body *body, Position position);
// As many statements as the text has; false with `err` when it is not SQL that can be split.
bool body_add_script(Arena *arena, Body *body, const BodyText *text, const ParsedStatement *around,
                     const BodyFound *found, Err *err) __attribute__((warn_unused_result));
