// The comments of a script that stand outside of its statements, line by line.
// Refuses to read what they say. Invariant: lines are in order and point into the script; a comment
// that follows SQL on the same line is nobody's heading and is not among them.
#pragma once

#include "base/vec.h"

typedef struct CommentLine {
    size_t start;  // of what stands behind the "--", or in the /* */ without its "*" margin
    size_t end;    // before the line's end
    size_t run;    // statements before it: comments of the same run have no SQL between them
    bool is_break; // no comment, but an empty line between comments
} CommentLine;

typedef struct CommentLines {
    VEC(CommentLine);
    size_t last_run; // the run behind the last statement
} CommentLines;

// False when the script cannot be split into statements (whoever runs it says why).
bool comment_lines_read(Arena *arena, Str text, CommentLines *ret_lines);
