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

// A body that is being filled.
typedef struct BodyFill {
    Arena *arena;
    Body *body;
    const ParsedStatement *around;
    BodyText text;
    size_t at; // a place in the statement around it, and where that is in the file
    Position position;
} BodyFill;

void plpgsql_walk(BodyFill *fill, const Node *tree);

// What plpgsql.c has for it.
void body_add(BodyFill *fill, const BodyFound *found);
void body_add_opaque(BodyFill *fill, size_t at); // byte of the body's text
// As many statements as the text has; false with `err` when it is not SQL that can be split.
bool body_add_script(BodyFill *fill, const BodyFound *found, Err *err)
    __attribute__((warn_unused_result));
