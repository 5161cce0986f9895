// What must hold before a migration is recorded: its verify script, which fails when the change is
// not there, and its directives (`-- migrate-safe: verify: SQL that must return true`).
// Refuses to run them (transaction.c does). Invariant: an error about a directive has the position
// of its SQL in the file that it stands in.
#pragma once

#include "pg/session.h"
#include "run/script.h"

typedef struct Verify {
    const Script *script; // NULL or not present: none
    const Script *up;     // holds the directives
} Verify;

// In front of a directive's SQL: a cursor takes nothing but a query, and two of its rows tell all
// that is asked. `VERIFY_FETCH` gets them, `VERIFY_CLOSE` ends it.
#define VERIFY_OPEN  "DECLARE migrate_safe_verify NO SCROLL CURSOR FOR "
#define VERIFY_FETCH "FETCH 2 FROM migrate_safe_verify"
#define VERIFY_CLOSE "CLOSE migrate_safe_verify"

// Reads both to their end, for what is wrong without a database; counts the script's statements.
// ERR_CONFIG with position.
bool verify_survey(const Verify *verify, int *ret_statements, Err *err)
    __attribute__((warn_unused_result));
// Is the answer one row with one column that is true? Else ERR_VERIFY says what came.
bool verify_check_answer(const Verify *verify, size_t directive, const Rows *rows, Err *err)
    __attribute__((warn_unused_result));
// Gives `err` the position and source line of a server's error at this character of the directive's
// SQL (from 1; 0: its start).
void verify_locate(const Verify *verify, size_t directive, size_t character, Err *err);
