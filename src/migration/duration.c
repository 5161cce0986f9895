#include "migration/duration.h"

static const struct {
    Str word;
    int64_t ms;
} UNITS[] = {
    {STR(""), 1},
    {STR("ms"), 1},
    {STR("msec"), 1},
    {STR("millisecond"), 1},
    {STR("milliseconds"), 1},
    {STR("s"), 1000},
    {STR("sec"), 1000},
    {STR("secs"), 1000},
    {STR("second"), 1000},
    {STR("seconds"), 1000},
    // Not "m": for some it is minutes, for others months.
    {STR("min"), 60 * 1000},
    {STR("mins"), 60 * 1000},
    {STR("minute"), 60 * 1000},
    {STR("minutes"), 60 * 1000},
    {STR("h"), 3600 * 1000},
    {STR("hr"), 3600 * 1000},
    {STR("hrs"), 3600 * 1000},
    {STR("hour"), 3600 * 1000},
    {STR("hours"), 3600 * 1000},
    {STR("d"), 24 * 3600 * 1000},
    {STR("day"), 24 * 3600 * 1000},
    {STR("days"), 24 * 3600 * 1000},
};

static bool unit_find(Str word, int64_t *ret_ms)
{
    for (size_t i = 0; i < sizeof UNITS / sizeof UNITS[0]; i++) {
        if (str_eq_nocase(word, UNITS[i].word)) {
            *ret_ms = UNITS[i].ms;
            return true;
        }
    }
    return false;
}

// Takes the digits at the start of `rest`.
static Str digits_take(Str *rest)
{
    Str digits = {rest->p, 0};
    while (digits.n < rest->n && rest->p[digits.n] >= '0' && rest->p[digits.n] <= '9')
        digits.n++;
    *rest = str_skip(*rest, digits.n);
    return digits;
}

// The part behind the decimal point, in milliseconds, rounded half up. Nine digits are exact to
// less than a millisecond of a day.
static int64_t fraction_ms(Str digits, int64_t unit_ms)
{
    int64_t value = 0;
    int64_t scale = 1;
    for (size_t i = 0; i < digits.n && i < 9; i++) {
        value = value * 10 + (digits.p[i] - '0');
        scale *= 10;
    }
    return (value * unit_ms + scale / 2) / scale;
}

bool duration_parse(Str text, int64_t *ret_ms)
{
    text = str_trim(text);
    Str whole = digits_take(&text);
    Str fraction = {0};
    if (whole.n == 0)
        return false;
    if (text.n && text.p[0] == '.') {
        text = str_skip(text, 1);
        fraction = digits_take(&text);
        if (fraction.n == 0)
            return false;
    }
    int64_t unit_ms = 0;
    if (!unit_find(str_trim(text), &unit_ms))
        return false;
    int64_t value = 0;
    for (size_t i = 0; i < whole.n; i++)
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, whole.p[i] - '0', &value))
            return false;
    if (__builtin_mul_overflow(value, unit_ms, &value) ||
        __builtin_add_overflow(value, fraction_ms(fraction, unit_ms), &value))
        return false;
    *ret_ms = value;
    return true;
}

const char *duration_text(Arena *arena, int64_t milliseconds)
{
    int64_t seconds = milliseconds / 1000;
    if (milliseconds < 1000)
        return arena_printf(arena, "%lld ms", (long long)milliseconds);
    if (seconds < 60)
        return arena_printf(arena, "%lld s", (long long)seconds);
    if (seconds < 3600)
        return arena_printf(arena, "%lld min %lld s", (long long)(seconds / 60),
                            (long long)(seconds % 60));
    return arena_printf(arena, "%lld h %lld min", (long long)(seconds / 3600),
                        (long long)(seconds / 60 % 60));
}
