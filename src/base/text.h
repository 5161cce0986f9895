// A growing text on the heap with a maximum fixed at its birth.
// Refuses to grow past it: what does not fit is dropped and `is_cut` says so.
// Invariant: data is NULL (nothing yet) or ends with a NUL at data[len].
#pragma once

#include "base/str.h"

#include <stdarg.h>
#include <stdint.h>

typedef struct Text {
    char *data;
    size_t len;
    size_t cap;
    size_t max;
    bool is_cut;
} Text;

void text_init(Text *text, size_t max);
void text_done(Text *text);
#define TEXT_SCOPED __attribute__((cleanup(text_done))) Text

void text_append(Text *text, Str piece);
void text_append_char(Text *text, char c);
void text_append_repeat(Text *text, char c, size_t count);
void text_append_int(Text *text, int64_t number); // where there are thousands: printf is slow
void text_printf(Text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void text_vprintf(Text *text, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
void text_clear(Text *text);                // keeps the storage
void text_truncate(Text *text, size_t len); // to at most that many bytes
const char *text_cstr(const Text *text);    // never NULL
Str text_str(const Text *text);
