// Replay: folds statements, in order, into the model of what the database holds.
// Refuses to judge. Invariant: a statement that the model cannot follow changes nothing it is not
// sure of, and never fails.
#pragma once

#include "catalog/model.h"
#include "sql/parse.h"

// The statement's effect on the catalog. Of DO blocks what can be read is replayed; under a
// condition all but DROP of tables, types and schemas, since conditions there mostly ask whether
// the statement is still needed. search_path is the session's: whoever starts a new one empties it.
// `made` says when and where.
void replay_statement(Arena *scratch, Model *model, const ParsedStatement *parsed, Made made);
// A type as the grammar has it (a TypeName node), strings on `arena`. serial is told apart:
// ret_is_serial may be NULL.
ColumnType replay_type(Arena *arena, const Node *type_name, bool *ret_is_serial);
// "varchar(20)", for people and SQL.
const char *column_type_text(Arena *arena, const ColumnType *type);
