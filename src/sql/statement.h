// One statement of the user's SQL: its bytes, where they stand, and how it must be run.
// Refuses to know grammar beyond leading words (sql/parse.h does). Invariant: `text` holds no
// leading white space or comment and no terminating semicolon.
#pragma once

#include "base/err.h"
#include "base/str.h"

#include <stdint.h>

typedef enum StatementClass {
    STATEMENT_TRANSACTIONAL,     // may run inside a transaction block
    STATEMENT_NOT_TRANSACTIONAL, // PostgreSQL refuses it there: CONCURRENTLY, VACUUM, ALTER SYSTEM
                                 // ...
    STATEMENT_COPY_IN,           // COPY ... FROM stdin: data lines follow it in the file
    STATEMENT_BEGIN,             // BEGIN, START TRANSACTION
    STATEMENT_COMMIT,            // COMMIT, END
    STATEMENT_ROLLBACK,          // ROLLBACK, ABORT (not ROLLBACK TO SAVEPOINT)
    STATEMENT_PREPARE_TRANSACTION, // PREPARE TRANSACTION, COMMIT/ROLLBACK PREPARED
} StatementClass;

typedef struct Statement {
    Str text;
    int64_t offset; // of text's first byte in the script
    Position position;
    StatementClass class;
} Statement;

// Where a text ends that begins at `from`.
Position position_after(Position from, Str passed);
// Where byte `at` of the statement's text stands in the file.
Position statement_position_at(const Statement *statement, size_t at);
// As above for a character position, from 1, as PostgreSQL reports it (PG_DIAG_STATEMENT_POSITION).
// `ret_at` (may be NULL) gets the byte offset in the text.
Position statement_position_of_character(const Statement *statement, size_t character,
                                         size_t *ret_at);
// The words a person calls it by: "CREATE INDEX CONCURRENTLY", "INSERT". Writes into `buffer` and
// returns it; names are left out.
const char *statement_label(const Statement *statement, char *buffer, size_t size);

// The class that the statement's own words say. Uses no catalog: CALL and DO are transactional
// here, though their bodies may commit. Source: "cannot run inside a transaction block" in
// PostgreSQL 13 to 18 (PreventInTransactionBlock callers).
StatementClass statement_classify(Str text);
