// The items of a statement that has a list: the subcommands of ALTER TABLE, the names of DROP. They
// have no place of their own in the tree, but commas divide them.
// Refuses statements of another kind. Invariant: as many ranges as the tree has items.
#pragma once

#include "sql/lex.h"
#include "sql/parse.h"

typedef struct ItemRange {
    size_t from, until; // bytes of the statement's text, without comments around
} ItemRange;

typedef VEC(ItemRange) ItemRanges;

// Of ALTER TABLE: behind the table's name; of DROP: behind the kind of object. The token there.
Token statement_first_item(Lexer *lexer, const ParsedStatement *parsed);
void statement_items(Arena *arena, const ParsedStatement *parsed, ItemRanges *ret_ranges);
