// The bytes that a splitter looks at: a window on a script that arrives in pieces.
// Refuses to know SQL. Invariant: what is visible is valid UTF-8 in whole characters and without
// NUL; a byte that is not ends the view, and asking for more there is the error.
#pragma once

#include "base/utf8.h"
#include "sql/split.h"

typedef enum InputFault {
    INPUT_SOUND,
    INPUT_BAD_UTF8,
    INPUT_NUL,
    INPUT_UTF16,
} InputFault;

typedef struct SplitInput {
    SplitRead read;
    void *context;
    const char *file;
    char *bytes;
    size_t visible; // bytes that may be looked at
    size_t filled;  // bytes there are: behind the visible ones the begin of a character, or a fault
    size_t capacity;
    int64_t base; // offset in the script of bytes[0]
    int64_t mark; // an offset whose position is known
    Position at_mark;
    int64_t bom; // bytes that the BOM takes
    Utf8Check utf8;
    bool is_started;
    bool is_ended; // the reader has no more
    InputFault fault;
} SplitInput;

void input_init(SplitInput *input, SplitRead read, void *context, const SplitOptions *options);
void input_done(SplitInput *input);

// Reads at least `wanted` bytes more, or to the end. Bytes before offset `keep` may go.
bool input_more(SplitInput *input, int64_t keep, size_t wanted, Err *err)
    __attribute__((warn_unused_result));
// Nothing follows what is visible.
bool input_is_whole(const SplitInput *input);
Str input_view(const SplitInput *input);
// Where an offset stands; it is not before the last one given to input_set_mark.
Position input_position(const SplitInput *input, int64_t offset);
// Positions are counted from here on; offsets before it have none any more.
void input_set_mark(SplitInput *input, int64_t offset);
// Makes an error of `err` with file, position and source line of this place. Returns false.
bool input_error_at(const SplitInput *input, int64_t offset, Err *err);
