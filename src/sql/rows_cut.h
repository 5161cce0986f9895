// Takes most rows out of long VALUES lists, so that a statement of megabytes is parsed as one of
// kilobytes: its kind, its target, its columns and what follows the rows stay.
// Refuses to judge what it takes out. Invariant: without what was cut, the text is what it was.
#pragma once

#include "base/vec.h"

#include <stdint.h>

typedef struct RowsCut {
    size_t at; // where in the text that is left
    size_t length;
    size_t rows;
} RowsCut;

typedef VEC(RowsCut) RowsCuts;

enum {
    ROWS_CUT_FROM = 64 * 1024, // shorter texts are left as they are
    ROWS_KEPT_BYTES = 8 * 1024,
};

// The text itself when nothing was cut.
Str rows_cut(Arena *arena, Str text, RowsCuts *ret_cuts);
// Where a place in what is left was before.
size_t rows_cut_origin(const RowsCuts *cuts, size_t at);
