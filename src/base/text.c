#include "base/text.h"

#include "base/require.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void text_init(Text *text, size_t max)
{
    *text = (Text){.max = max};
}

void text_done(Text *text)
{
    free(text->data);
    *text = (Text){.max = text->max};
}

static void text_reserve(Text *text, size_t extra)
{
    size_t needed = text->len + extra + 1;
    if (needed <= text->cap)
        return;
    size_t larger = text->cap ? text->cap : 256;
    while (larger < needed)
        larger *= 2;
    char *data = realloc(text->data, larger);
    if (!data)
        require_memory();
    text->data = data;
    text->cap = larger;
}

void text_append(Text *text, Str piece)
{
    size_t room = text->max - text->len;
    if (piece.n > room) {
        piece.n = room;
        text->is_cut = true;
    }
    text_reserve(text, piece.n);
    if (piece.n)
        memcpy(text->data + text->len, piece.p, piece.n);
    text->len += piece.n;
    text->data[text->len] = '\0';
}

void text_append_char(Text *text, char c)
{
    text_append(text, (Str){&c, 1});
}

void text_append_repeat(Text *text, char c, size_t count)
{
    for (size_t i = 0; i < count; i++)
        text_append_char(text, c);
}

void text_append_int(Text *text, int64_t number)
{
    char digits[24];
    size_t from = sizeof digits;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do
        digits[--from] = (char)('0' + rest % 10);
    while (rest /= 10);
    if (number < 0)
        digits[--from] = '-';
    text_append(text, (Str){digits + from, sizeof digits - from});
}

void text_vprintf(Text *text, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    REQUIRE(length >= 0);
    if ((size_t)length > text->max - text->len) { // rare: format aside, then cut
        char *whole = malloc((size_t)length + 1);
        if (!whole)
            require_memory();
        vsnprintf(whole, (size_t)length + 1, format, again);
        text_append(text, (Str){whole, (size_t)length});
        free(whole);
    } else {
        text_reserve(text, (size_t)length);
        vsnprintf(text->data + text->len, (size_t)length + 1, format, again);
        text->len += (size_t)length;
    }
    va_end(again);
}

void text_printf(Text *text, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    text_vprintf(text, format, args);
    va_end(args);
}

void text_clear(Text *text)
{
    text->len = 0;
    text->is_cut = false;
    if (text->data)
        text->data[0] = '\0';
}

void text_truncate(Text *text, size_t len)
{
    if (len >= text->len)
        return;
    text->len = len;
    text->data[len] = '\0';
}

const char *text_cstr(const Text *text)
{
    return text->data ? text->data : "";
}

Str text_str(const Text *text)
{
    return (Str){text->data, text->len};
}
