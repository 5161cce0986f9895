// A run of bytes that somebody else owns.
// Refuses to allocate and to know encodings. Invariant: p may be NULL only when n is 0.
#pragma once

#include "base/require.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

typedef struct Str {
    const char *p;
    size_t n;
} Str;

#define STR(literal) ((Str){"" literal, sizeof(literal) - 1})
#define STR_FMT      "%.*s"
#define STR_ARG(s)   (int)(s).n, ((s).p ? (s).p : "")

// NULL gives the empty run. Inline, as str_eq and str_skip are: millions of calls in one run.
static inline Str str_from(const char *text)
{
    return (Str){text, text ? strlen(text) : 0};
}

static inline bool str_eq(Str a, Str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

// Without the first bytes; REQUIREs that many.
static inline Str str_skip(Str text, size_t count)
{
    REQUIRE(count <= text.n);
    return count ? (Str){text.p + count, text.n - count} : text;
}

bool str_eq_nocase(Str a, Str b); // ASCII letters only
bool str_starts(Str text, Str prefix);
bool str_starts_nocase(Str text, Str prefix);
bool str_ends(Str text, Str suffix);
Str str_trim(Str text);                  // blanks, tabs, line ends, on both sides
Str str_until(Str text, char delimiter); // up to the delimiter, or all
// The next line without its end (LF or CRLF); `rest` moves behind it. False at the end.
bool str_line(Str *rest, Str *ret_line);
size_t str_count_lines(Str text); // ends of lines in it
// Offset of `needle` in `text`, or -1.
ptrdiff_t str_find(Str text, Str needle);
bool str_is_digits(Str text); // at least one, and nothing else
