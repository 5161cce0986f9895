// SQL as PostgreSQL 18's own grammar reads it: one statement of a script, or all of them, as trees
// whose nodes know where they stand in the file.
// Refuses to judge a statement, and to know a server's version: what 13 to 17 read, 18 reads.
// Invariant: a statement that does not parse is a result like others, and the rest goes on.
#pragma once

#include "base/vec.h"
#include "sql/rows_cut.h"
#include "sql/split.h"
#include "sql/tree.h"

// Why a statement has no tree.
typedef struct ParseError {
    const char *message; // the server's words: syntax error at or near "x"
    const char *detail;  // "" when there is none
    size_t at;           // byte in the statement's text
    Position position;   // in the file
} ParseError;

typedef struct ParsedStatement {
    Statement statement;     // its text is on the arena
    const Node *node;        // AlterTableStmt ...; NULL when `error` says why
    const ParseError *error; // NULL when there is a tree
    RowsCuts cuts; // rows of VALUES that are not in the tree, in statements of 64 KB and more
    const struct Body *body; // when somebody opened it already (plpgsql.h)
} ParsedStatement;

typedef VEC(ParsedStatement) ParsedStatements;

// Parses one statement, as the splitter gave it. Uses up to 30 times the text's size on the arena.
void parse_statement(Arena *arena, const Statement *statement, ParsedStatement *ret_parsed);

// The next statement of a script, parsed. With a mark of the arena released after each, memory
// stays flat. SPLIT_FAILED as splitter_next: quotes, comments or COPY data that do not end.
SplitResult parse_next(Arena *arena, Splitter *splitter, ParsedStatement *ret_parsed, Err *err)
    __attribute__((warn_unused_result));

// All of them. On failure `ret_statements` has those before the place in `err`.
bool parse_script(Arena *arena, Str text, const SplitOptions *options,
                  ParsedStatements *ret_statements, Err *err) __attribute__((warn_unused_result));

// Where a node begins: byte in the statement's text, and place in the file. A kind of node without
// a location stands where the first inside of it does, else at the statement's start.
size_t parsed_offset(const ParsedStatement *parsed, const Node *node);
Position parsed_position(const ParsedStatement *parsed, const Node *node);
// The error with file, position and source line: returns false, for a caller that ends there.
bool parsed_fail(const ParsedStatement *parsed, const char *file, Err *err);
