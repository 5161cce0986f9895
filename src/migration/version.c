#include "migration/version.h"

#include <string.h>

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_separator(char c)
{
    return c == '.' || c == '_' || c == '-';
}

static size_t digits_at_start(Str text)
{
    size_t count = 0;
    while (count < text.n && is_digit(text.p[count]))
        count++;
    return count;
}

bool version_is_valid(Str version)
{
    for (;;) {
        size_t digits = digits_at_start(version);
        if (digits == 0)
            return false;
        version = str_skip(version, digits);
        size_t letters = 0;
        while (letters < version.n && version.p[letters] >= 'a' && version.p[letters] <= 'z')
            letters++;
        if (letters > VERSION_LETTERS_MAX)
            return false;
        version = str_skip(version, letters);
        if (version.n == 0)
            return true;
        if (!is_separator(version.p[0]))
            return false;
        version = str_skip(version, 1);
    }
}

// Takes the next group and the separator behind it off `rest`.
static Str group_take(Str *rest)
{
    size_t length = 0;
    while (length < rest->n && !is_separator(rest->p[length]))
        length++;
    Str group = {rest->p, length};
    *rest = str_skip(*rest, length < rest->n ? length + 1 : length);
    return group;
}

static int bytes_compare(Str a, Str b)
{
    size_t shorter = a.n < b.n ? a.n : b.n;
    int order = shorter ? memcmp(a.p, b.p, shorter) : 0;
    return order ? order : (a.n > b.n) - (a.n < b.n);
}

static int number_compare(Str a, Str b)
{
    while (a.n && a.p[0] == '0')
        a = str_skip(a, 1);
    while (b.n && b.p[0] == '0')
        b = str_skip(b, 1);
    return a.n != b.n ? (a.n < b.n ? -1 : 1) : bytes_compare(a, b);
}

static int group_compare(Str a, Str b)
{
    size_t a_digits = digits_at_start(a);
    size_t b_digits = digits_at_start(b);
    int order = number_compare((Str){a.p, a_digits}, (Str){b.p, b_digits});
    return order ? order : bytes_compare(str_skip(a, a_digits), str_skip(b, b_digits));
}

int version_compare(Str a, Str b)
{
    while (a.n && b.n) {
        int order = group_compare(group_take(&a), group_take(&b));
        if (order)
            return order;
    }
    return (a.n > 0) - (b.n > 0);
}
