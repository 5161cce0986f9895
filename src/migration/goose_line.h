// What a line of a goose file says: nothing, or one of goose's annotations.
// Refuses to keep a state. Invariant: what goose itself (internal/sqlparser/parser.go of 3.27)
// takes for a broken annotation is one here.
#pragma once

#include "base/str.h"

typedef enum GooseLine {
    GOOSE_NONE, // SQL, or a comment without "+goose"
    GOOSE_UP,
    GOOSE_DOWN,
    GOOSE_STATEMENT_BEGIN,
    GOOSE_STATEMENT_END,
    GOOSE_NO_TRANSACTION,
    GOOSE_ENVSUB_ON,
    GOOSE_ENVSUB_OFF,
    GOOSE_INDENTED, // an annotation has to begin with the line
    GOOSE_UNKNOWN,
} GooseLine;

// `line` without its end.
GooseLine goose_line(Str line);
// Without a comment behind it, does the line end a statement? Goose looks at words, not at quotes.
bool goose_line_ends_statement(Str line);
