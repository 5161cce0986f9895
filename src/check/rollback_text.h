// The text of a down migration from its statements: in transactions, for whoever reads and runs it.
// Refuses to know layouts' file names. Invariant: no IF EXISTS and no CASCADE of ours: a down that
// does not find what it takes back stops, and its transaction leaves everything as it was.
#pragma once

#include "catalog/schema_change.h"

typedef struct RollbackForm {
    bool is_wrapped;         // the layout's tool has a transaction around it already
    const char *block_begin; // lines around a statement that has a semicolon inside; NULL: none
    const char *block_end;
} RollbackForm;

// What of rows is taken back in the new schema, and in the old one; each is one statement.
typedef struct RollbackRows {
    Words first;
    Words last;
} RollbackRows;

const char *rollback_text(Arena *arena, const RollbackRows *rows, const DdlStatements *statements,
                          const RollbackForm *form);
bool rollback_text_has_outside(const DdlStatements *statements);
