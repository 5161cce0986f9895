// What went wrong, in the three parts of PostgreSQL's own messages: primary message (lower case,
// one line), detail (facts), hint (what to type), and where in the user's files it was.
// Refuses to print and to own memory. Invariant: class ERR_NONE means no error was recorded.
#pragma once

#include "base/str.h"

// name, exit code, word in JSON, meaning for the manual
#define ERR_CLASSES(X)                                                                             \
    X(ERR_NONE, 0, "none", "success")                                                              \
    X(ERR_CHECK, 1, "check", "a check said no")                                                    \
    X(ERR_MIGRATION, 2, "migration", "a migration failed")                                         \
    X(ERR_VERIFY, 3, "verify", "verification failed")                                              \
    X(ERR_ROLLBACK, 4, "rollback", "a rollback failed")                                            \
    X(ERR_CONFIG, 5, "config", "wrong configuration or usage")                                     \
    X(ERR_CONNECTION, 5, "connection", "no connection, or it was lost")                            \
    X(ERR_SERVER, 5, "server", "the server refused a statement of migrate-safe's own")             \
    X(ERR_IO, 5, "io", "a file, folder or child process could not be used")                        \
    X(ERR_INTERRUPTED, 130, "interrupted", "interrupted by Ctrl-C or SIGTERM")

typedef enum ErrClass {
#define X(name, exit_code, word, meaning) name,
    ERR_CLASSES(X)
#undef X
} ErrClass;

// Where in a file of the user's: line and column from 1, column in code points; line 0 is
// "nowhere".
typedef struct Position {
    int line;
    int column;
} Position;

typedef struct Err {
    ErrClass class;
    char sqlstate[6]; // empty when the server did not say it
    char message[1024];
    char detail[2048];
    char hint[1024];
    char file[1024]; // as it is shown to the user
    Position position;
    char source[256];  // the line of the file that is at fault, cut around the column
    int source_column; // where the caret goes below `source`, from 1; 0 when there is none
} Err;

int err_exit_code(ErrClass class);
const char *err_class_word(ErrClass class);

// Records a new error (what was there is replaced) and returns false.
bool fail(Err *err, ErrClass class, const char *format, ...) __attribute__((format(printf, 3, 4)));
// As fail(), with strerror(saved_errno) at the end.
bool fail_errno(Err *err, ErrClass class, int saved_errno, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
// These add to the error that is there and return false, so that a failure can end in one line.
bool err_detail(Err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool err_hint(Err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool err_note(Err *err, const char *format, ...) // context, put before the message
    __attribute__((format(printf, 2, 3)));
bool err_at(Err *err, const char *file, Position position);
// Quotes the line of `text` that holds byte `offset`, for the caret below it.
bool err_quote(Err *err, Str text, size_t offset);
