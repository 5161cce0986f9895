// What other tools' files say in comments about their transaction: `-- no-transaction` at the very
// start of a file (sqlx), `-- atlas:txmode none` before the first statement (Atlas).
// Refuses lines that stand elsewhere: there they are prose. Invariant: what a tool would pass over
// changes nothing here.
#pragma once

#include "migration/directive.h"

typedef enum ForeignDirective {
    FOREIGN_NONE,   // an ordinary comment
    FOREIGN_READ,   // in `directives`
    FOREIGN_REFUSED // `err` says why: ERR_CONFIG without a position
} ForeignDirective;

// `line`: with its "--". `is_first`: of the text.
ForeignDirective foreign_directive_read(Str line, bool is_first, Directives *directives, Err *err);
