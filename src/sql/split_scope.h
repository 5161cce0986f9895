// Follows the tokens of one statement to know whether a semicolon ends it: parentheses, and the
// BEGIN ATOMIC ... END of SQL-standard function bodies.
// Refuses to look at bytes other than words. Invariant: is_open is false before the first token.
#pragma once

#include "sql/lex.h"

#include <stdint.h>

// How far a statement is on its way to a routine's body.
typedef enum ScopeHead {
    HEAD_START,
    HEAD_CREATE,
    HEAD_CREATE_OR,
    HEAD_CREATE_OR_REPLACE,
    HEAD_SCHEMA,  // in CREATE SCHEMA, whose elements may be routines
    HEAD_ROUTINE, // in CREATE FUNCTION or PROCEDURE
    HEAD_BEGIN,   // there, behind BEGIN
    HEAD_OTHER,   // no body can come
} ScopeHead;

// Zero value: before the first token.
typedef struct SplitScope {
    ScopeHead head;
    bool is_schema;
    bool may_end_body;   // the token before was ATOMIC or a semicolon of the body
    size_t parentheses;  // open ones
    int64_t parenthesis; // offset of the outermost
    size_t bodies;       // open ones
    int64_t begin;       // offset of the last BEGIN
    int64_t body;        // offset of the outermost body's BEGIN
} SplitScope;

// `offset` is the token's place in the script. Not for spaces and comments.
void scope_follow(SplitScope *scope, const Lexer *lexer, Token token, int64_t offset);
// Words, dots and operators change nothing any more.
bool scope_is_settled(const SplitScope *scope);
// A semicolon here does not end the statement.
bool scope_is_open(const SplitScope *scope);
