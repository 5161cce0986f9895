// The text of a routine's body, and where each byte of it stands in the statement around it.
// Refuses to know its language. Invariant: a place in the body never maps outside of its literal.
#pragma once

#include "sql/statement.h"

typedef struct BodyText {
    Str text;       // as the language reads it
    Str raw;        // as it stands in the statement, without its quotes
    size_t raw_at;  // where in the statement's text
    bool is_direct; // both are the same bytes
} BodyText;

// `text` is the value of the literal that is the first at `from` or behind it.
void body_text_init(BodyText *body, Str statement, size_t from, Str text);
// Where in the statement's text.
size_t body_text_origin(const BodyText *body, size_t at);
typedef struct BodySearch {
    size_t from;      // the place is not before this one
    Str query;        // what PL/pgSQL changed in it (PERFORM, INTO) does not matter
    bool has_execute; // EXECUTE is before it
    ptrdiff_t after;  // and behind this one; -1 for any
} BodySearch;

// Byte of the first place where it stands, or `from`.
size_t body_text_find(const BodyText *body, const BodySearch *search);
// Byte where a line begins, from 1; `mark` is the last one that was asked for, {1, 0} at first.
typedef struct LineMark {
    int line;
    size_t at;
} LineMark;
size_t body_text_line(const BodyText *body, LineMark *mark, int line);
// Byte of the first place, from `from` on, where the words stand as a whole; -1 when they do not.
ptrdiff_t body_text_find_words(const BodyText *body, size_t from, Str words);
