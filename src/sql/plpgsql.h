// The SQL inside of a DO block or a routine's body, statement by statement, each with its place in
// the file: PL/pgSQL, LANGUAGE sql as text, BEGIN ATOMIC and RETURN.
// Refuses to know what will run: a branch may or may not. Invariant: what cannot be read is
// counted, with the first place, never passed over in silence.
#pragma once

#include "sql/parse.h"

typedef enum BodyKind {
    BODY_NONE,    // the statement has no body
    BODY_DO,      // runs when the statement runs
    BODY_ROUTINE, // runs when it is called
} BodyKind;

typedef enum BodySource {
    BODY_SQL,     // stands there as SQL
    BODY_EXECUTE, // the constant text of an EXECUTE
} BodySource;

typedef struct BodyStatement {
    ParsedStatement parsed; // may have an error, as every statement
    Position position;      // where it begins in the file; of EXECUTE, its text
    BodySource source;
    bool is_conditional; // in a branch, a loop or an exception handler
} BodyStatement;

typedef VEC(BodyStatement) BodyStatements;

typedef struct Body {
    BodyKind kind;
    const char *language; // in lower case; "sql" where none is said but a SQL body is there
    BodyStatements statements;
    // Of PL/pgSQL: conditions, values that are assigned, bounds of loops; each without a SELECT.
    VEC(const char *) expressions;
    // What nobody can read before it runs: EXECUTE of what is not constant, another language.
    size_t opaque_count;
    Position opaque; // the first
    // The body's own error, which hides all of it; NULL when there is none.
    const ParseError *error;
} Body;

// Opens the body of a parsed statement; BODY_NONE when it has none (or did not parse).
void body_open(Arena *arena, const ParsedStatement *parsed, Body *ret_body);
// The one that is open already, or opened now.
const Body *body_of(Arena *arena, const ParsedStatement *parsed);
