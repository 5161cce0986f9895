#include "base/utf8.h"

#include <string.h>

// Bytes from `at` that are plain ASCII, eight at a time.
static size_t ascii_run(Str text, size_t at)
{
    size_t start = at;
    uint64_t word;
    while (text.n - at >= sizeof word) {
        memcpy(&word, text.p + at, sizeof word);
        if (word & UINT64_C(0x8080808080808080))
            break;
        at += sizeof word;
    }
    return at - start;
}

// The ranges of Unicode's table 3-7 (well-formed UTF-8 byte sequences).
static bool lead_byte(Utf8Check *state, uint8_t byte)
{
    *state = (Utf8Check){.lowest = 0x80, .highest = 0xbf};
    if (byte < 0x80)
        return true;
    if (byte >= 0xc2 && byte <= 0xdf) {
        state->pending = 1;
    } else if (byte >= 0xe0 && byte <= 0xef) {
        state->pending = 2;
        if (byte == 0xe0)
            state->lowest = 0xa0;
        if (byte == 0xed)
            state->highest = 0x9f;
    } else if (byte >= 0xf0 && byte <= 0xf4) {
        state->pending = 3;
        if (byte == 0xf0)
            state->lowest = 0x90;
        if (byte == 0xf4)
            state->highest = 0x8f;
    } else {
        return false;
    }
    return true;
}

ptrdiff_t utf8_check(Utf8Check *state, Str piece)
{
    for (size_t i = 0; i < piece.n; i++) {
        if (!state->pending) {
            i += ascii_run(piece, i);
            if (i >= piece.n)
                break;
        }
        uint8_t byte = (uint8_t)piece.p[i];
        if (!state->pending) {
            if (!lead_byte(state, byte))
                return (ptrdiff_t)i;
        } else if (byte < state->lowest || byte > state->highest) {
            return (ptrdiff_t)i;
        } else {
            state->pending--;
            state->lowest = 0x80;
            state->highest = 0xbf;
        }
    }
    return -1;
}

bool utf8_is_complete(const Utf8Check *state)
{
    return state->pending == 0;
}

static bool is_continuation(char byte)
{
    return ((uint8_t)byte & 0xc0) == 0x80;
}

size_t utf8_count(Str text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.n; i++)
        count += !is_continuation(text.p[i]);
    return count;
}

size_t utf8_offset(Str text, size_t count)
{
    size_t at = 0;
    while (at < text.n && count > 0) {
        at++;
        while (at < text.n && is_continuation(text.p[at]))
            at++;
        count--;
    }
    return at;
}

size_t utf8_whole_prefix(Str text)
{
    size_t at = text.n;
    while (at > 0 && text.n - at < 3 && is_continuation(text.p[at - 1]))
        at--;
    if (at == 0)
        return text.n;
    uint8_t lead = (uint8_t)text.p[at - 1];
    size_t wanted = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
    return text.n - (at - 1) < wanted && lead >= 0xc0 ? at - 1 : text.n;
}
