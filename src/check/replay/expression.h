// Expressions of checks, defaults and indexes: their text, the columns in them, what they prove.
// Refuses to evaluate. Invariant: what a check "proves" is what the server takes as proof for SET
// NOT NULL (NotNullImpliedByRelConstraints): a false answer costs a scan that is not needed, a true
// one never hides a scan.
#pragma once

#include "check/replay/replaying.h"

// What stands in the parentheses behind `keyword`, from byte `at` of the statement on; NULL when
// there is none, or too much to keep. On the model's arena, as are the others.
const char *text_in_parens(const Replay *replay, size_t at, Str keyword);
// The expression behind DEFAULT, in a column's definition; `at` is the keyword's place.
const char *default_text(const Replay *replay, size_t at);
// An expression of ALTER ... SET DEFAULT, up to the comma or the end.
const char *alter_default_text(const Replay *replay, const Node *expression);
// Names of columns in it, each once; on the scratch.
Words expression_columns(Arena *arena, const Node *expression);
void add_expression_columns(Arena *arena, const Node *expression, Words *columns);
// SET EXPRESSION AS (...): the grammar does not say where.
const char *set_expression_text(const Replay *replay, const Node *expression);
// Columns that cannot be null where the expression is true or null; on the scratch.
Words expression_proves_not_null(Arena *arena, const Node *expression);
