// How the statements of one script group into transactions.
// Refuses to look at their meaning beyond the class. Invariant: fed in order, a statement each
// call.
#pragma once

#include "migration/migration.h"
#include "sql/statement.h"

typedef struct Shape {
    int statements;        // without BEGIN and COMMIT
    int blocks;            // BEGIN ... COMMIT pairs of the script's own
    int not_transactional; // statements that PostgreSQL refuses in a transaction
    Position open_begin;   // of a BEGIN not yet ended; line 0 when none
    Position first_not_transactional;
    char label[64];  // of the first statement that is not transactional
    char begin[128]; // text of the first BEGIN, with the isolation level it asks for
} Shape;

// Errors (ERR_CONFIG, with position, quoted by the caller): COMMIT without BEGIN, ROLLBACK,
// two-phase commit, a statement inside BEGIN ... COMMIT that cannot run in a transaction.
bool shape_add(Shape *shape, const Statement *statement, const char *file, Err *err)
    __attribute__((warn_unused_result));
// The same for a verify script, of which nothing stays: ROLLBACK ends a block as COMMIT does, and
// all of it runs in one transaction.
bool shape_add_verify(Shape *shape, const Statement *statement, const char *file, Err *err)
    __attribute__((warn_unused_result));
// At the end of the script: a BEGIN without COMMIT is an error. Not for a verify script.
bool shape_finish(const Shape *shape, const char *file, Err *err)
    __attribute__((warn_unused_result));

// Can all of it be one transaction, with history and journal in it? An outer BEGIN ... COMMIT is
// merged.
bool shape_is_one_transaction(const Shape *shape, const Directives *directives);
