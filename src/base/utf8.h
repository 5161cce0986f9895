// UTF-8: is it valid, how many code points, where do they begin.
// Refuses to know how wide a code point is on a terminal (io/terminal.h does).
// Invariant: the functions that count accept any bytes; what is invalid counts as one each.
#pragma once

#include "base/str.h"

#include <stdint.h>

// Checks bytes that arrive in pieces. Zero value: at the start.
typedef struct Utf8Check {
    uint8_t pending; // continuation bytes still to come
    uint8_t lowest;  // allowed range of the next continuation byte
    uint8_t highest;
} Utf8Check;

// Offset of the first invalid byte in `piece`, or -1. Surrogates and overlong forms are invalid.
ptrdiff_t utf8_check(Utf8Check *state, Str piece);
bool utf8_is_complete(const Utf8Check *state); // not in the middle of a code point

size_t utf8_count(Str text);                // code points
size_t utf8_offset(Str text, size_t count); // bytes that the first `count` code points take
size_t utf8_whole_prefix(Str text);         // bytes without a code point cut off at the end
