#include "base/str.h"

#include <strings.h>

bool str_eq_nocase(Str a, Str b)
{
    return a.n == b.n && (a.n == 0 || strncasecmp(a.p, b.p, a.n) == 0);
}

bool str_starts(Str text, Str prefix)
{
    return text.n >= prefix.n && str_eq((Str){text.p, prefix.n}, prefix);
}

bool str_starts_nocase(Str text, Str prefix)
{
    return text.n >= prefix.n && str_eq_nocase((Str){text.p, prefix.n}, prefix);
}

bool str_ends(Str text, Str suffix)
{
    return text.n >= suffix.n && str_eq(str_skip(text, text.n - suffix.n), suffix);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

Str str_trim(Str text)
{
    while (text.n && is_blank(text.p[0]))
        text = str_skip(text, 1);
    while (text.n && is_blank(text.p[text.n - 1]))
        text.n--;
    return text;
}

Str str_until(Str text, char delimiter)
{
    const char *end = text.n ? memchr(text.p, delimiter, text.n) : NULL;
    return end ? (Str){text.p, (size_t)(end - text.p)} : text;
}

bool str_line(Str *rest, Str *ret_line)
{
    if (rest->n == 0)
        return false;
    Str line = str_until(*rest, '\n');
    *rest = str_skip(*rest, line.n < rest->n ? line.n + 1 : line.n);
    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    *ret_line = line;
    return true;
}

size_t str_count_lines(Str text)
{
    size_t lines = 0;
    const char *end = text.p + text.n;
    for (const char *at = text.p; text.n && (at = memchr(at, '\n', (size_t)(end - at))); at++)
        lines++;
    return lines;
}

// glibc's memmem looks at every byte when there are two to find, as in "--"; memchr at 32 at once.
static ptrdiff_t find_pair(Str text, const char pair[2])
{
    const char *end = text.p + text.n;
    for (const char *at = text.p; end - at >= 2; at++) {
        at = memchr(at, pair[0], (size_t)(end - at) - 1);
        if (!at)
            break;
        if (at[1] == pair[1])
            return at - text.p;
    }
    return -1;
}

ptrdiff_t str_find(Str text, Str needle)
{
    if (needle.n == 0)
        return 0;
    if (needle.n == 2)
        return find_pair(text, needle.p);
    const char *at = text.n ? memmem(text.p, text.n, needle.p, needle.n) : NULL;
    return at ? at - text.p : -1;
}

bool str_is_digits(Str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
    return text.n > 0;
}
