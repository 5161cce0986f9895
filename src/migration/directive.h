// What a script says about itself in comments: our directives (`-- migrate-safe: no-transaction`)
// and the headers that teams write (`-- Complexity: LOW`, `-- Estimated Duration: 30 seconds`).
// Refuses to act on them, and to lex SQL. Invariant: directives count anywhere on a line of their
// own that starts with `--`, inside quotes and dollar bodies too (a large script is never lexed as
// a whole for them); headers and the description only before the first statement.
#pragma once

#include "base/err.h"
#include "base/vec.h"
#include "migration/duration.h"
#include "migration/ignore_directive.h"

#include <stdint.h>

typedef struct VerifyDirective { // verify: SQL that must return true
    const char *sql;             // without a semicolon at its end
    Position position;           // of its first byte in the file
} VerifyDirective;

typedef enum Complexity {
    COMPLEXITY_UNSTATED,
    COMPLEXITY_LOW,
    COMPLEXITY_MEDIUM,
    COMPLEXITY_HIGH,
} Complexity;

typedef struct Directives {
    bool no_transaction;
    bool is_idempotent;
    const char *irreversible;     // the reason, NULL when it is reversible
    int lock_timeout_ms;          // 0: not said
    int64_t statement_timeout_ms; // 0: not said; -1: none (written as 0)
    VEC(IgnoreDirective) ignores;
    VEC(VerifyDirective) verifies;
    Complexity complexity;
    int64_t estimated_duration_ms; // 0: not said
    const char *description; // first comment line that is neither directive, header nor file name;
                             // may be NULL
} Directives;

// Reads the directives of a script's text, or of its first part when the script is large (cut it
// at a line's end: half a directive is an error). `file` and `first_line` are for messages. An
// unknown directive or a value that cannot be read is an ERR_CONFIG error with its position, the
// line quoted, and the known spellings as hint; a header that cannot be read is as if it were not
// there ("[LOW|MEDIUM|HIGH]", "XX minutes": templates are full of them).
bool directives_parse(Arena *arena, Str text, const char *file, int first_line,
                      Directives *ret_directives, Err *err) __attribute__((warn_unused_result));
