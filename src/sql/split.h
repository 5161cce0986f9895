// Cuts a script into statements by the rules of psql's lexer: quotes, E'' and U&'', dollar quotes,
// nested comments, parentheses, BEGIN ATOMIC bodies, COPY data, \restrict and \set lines.
// Refuses to read files (bytes come from a callback) and to hold more than one statement.
// Invariant: every byte belongs to one statement, its COPY data, or the space between statements;
// positions count lines and code points from the script's first byte.
//
// Where psql 15 and the server's lexer differ, the server is right: no :variables, E'..' goes on
// behind a line comment, and only ATOMIC makes BEGIN a body.
#pragma once

#include "base/err.h"
#include "sql/statement.h"

typedef struct Splitter Splitter;

// Fills at most `capacity` bytes; 0 at the end; -1 with `err` set on failure.
typedef ptrdiff_t (*SplitRead)(void *context, char *bytes, size_t capacity, Err *err);

typedef struct SplitOptions {
    const char *file; // for messages, as the user typed it
    Position start;   // where the script's first byte stands in its file; zero means 1:1
} SplitOptions;

Splitter *splitter_new(SplitRead read, void *context, const SplitOptions *options);
// The same over bytes in memory, which must outlive the splitter.
Splitter *splitter_new_text(Str text, const SplitOptions *options);
void splitter_free(Splitter *splitter);
void splitter_free_at(Splitter **splitter);
#define SPLITTER_SCOPED __attribute__((cleanup(splitter_free_at))) Splitter *

typedef enum SplitResult {
    SPLIT_STATEMENT,
    SPLIT_END,
    SPLIT_FAILED,
} SplitResult;

// The next statement. `ret_statement->text` is followed by a NUL byte, and both stay valid until
// the next call of this function. COPY data that was not read by splitter_copy_data is passed over.
// A BOM at the start is passed over. Errors are ERR_CONFIG, carry file, line, column and the source
// line:
//   unterminated quoted string | quoted identifier | dollar-quoted string | comment | BEGIN ATOMIC
//   body | parenthesis ... (position: where it began) a psql meta-command other than \restrict,
//   \unrestrict and \set of psql's own settings, invalid UTF-8, a NUL byte (binary file), COPY data
//   that does not end with "\.", SQL behind the semicolon of COPY ... FROM stdin on its line.
SplitResult splitter_next(Splitter *splitter, Statement *ret_statement, Err *err)
    __attribute__((warn_unused_result));

// After SPLIT_FAILED, for a reader that runs nothing: when it was a psql meta-command between two
// statements, its line is passed over, and splitter_next goes on behind it. False: it was not.
bool splitter_pass_refused(Splitter *splitter);

// After a STATEMENT_COPY_IN: the next piece of its data, whole lines with their line ends (CRLF
// kept), in pieces of at most 64 KB or one line; SPLIT_END at "\." (which is not part of the data).
SplitResult splitter_copy_data(Splitter *splitter, Str *ret_piece, Err *err)
    __attribute__((warn_unused_result));

// Sets file, position and quoted source line of an error that the server reported for `statement`
// (the last one returned) at `character` (from 1; 0: at the statement's start). Reads only the
// statement's own bytes.
bool splitter_error_at(const Splitter *splitter, const Statement *statement, size_t character,
                       Err *err);
