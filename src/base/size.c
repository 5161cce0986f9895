#include "base/size.h"

static const char *const UNITS[] = {"bytes", "kB", "MB", "GB", "TB"};

const char *size_text(Arena *arena, int64_t bytes)
{
    double value = (double)bytes;
    size_t unit = 0;
    while (value >= 1000 && unit + 1 < sizeof UNITS / sizeof *UNITS) {
        value /= 1000;
        unit++;
    }
    return arena_printf(arena, unit && value < 10 ? "%.1f %s" : "%.0f %s", value, UNITS[unit]);
}

bool size_parse(Str text, int64_t *ret_bytes)
{
    enum {
        DIGITS_MAX = 9
    };
    Str rest = str_trim(text);
    int64_t value = 0;
    size_t digits = 0;
    for (; digits < rest.n && rest.p[digits] >= '0' && rest.p[digits] <= '9'; digits++)
        if (digits < DIGITS_MAX)
            value = value * 10 + (rest.p[digits] - '0');
    if (!digits || digits > DIGITS_MAX)
        return false;
    rest = str_trim(str_skip(rest, digits));
    if (!rest.n) {
        *ret_bytes = value;
        return true;
    }
    for (size_t unit = 0; unit < sizeof UNITS / sizeof *UNITS; unit++, value *= 1000) {
        if (!str_eq_nocase(rest, str_from(UNITS[unit])))
            continue;
        *ret_bytes = value;
        return true;
    }
    return false;
}
