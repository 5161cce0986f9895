#include "migration/ignore_directive.h"

static const char HINT[] = "write \"-- migrate-safe: ignore RULE: reason\", or "
                           "\"ignore RULE until 2026-12-31: reason\"";

bool ignore_next_name(Str *rest, Str *ret_name)
{
    while (rest->n && __builtin_strchr(" \t,", rest->p[0]))
        *rest = str_skip(*rest, 1);
    Str name = *rest;
    name.n = 0;
    while (name.n < rest->n && !__builtin_strchr(" \t,", rest->p[name.n]))
        name.n++;
    *rest = str_skip(*rest, name.n);
    *ret_name = name;
    return name.n > 0;
}

static bool number(Str digits, int64_t least, int64_t most, int64_t *ret_number)
{
    if (!str_is_digits(digits))
        return false;
    *ret_number = 0;
    for (size_t i = 0; i < digits.n; i++) // at most four of them
        *ret_number = *ret_number * 10 + digits.p[i] - '0';
    return *ret_number >= least && *ret_number <= most;
}

bool ignore_day(Str date, int64_t *ret_day)
{
    static const int DAYS[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t year;
    int64_t month;
    int64_t day;
    if (date.n != 10 || date.p[4] != '-' || date.p[7] != '-' ||
        !number((Str){date.p, 4}, 1970, 9999, &year) ||
        !number((Str){date.p + 5, 2}, 1, 12, &month) || !number((Str){date.p + 8, 2}, 1, 31, &day))
        return false;
    bool is_leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    if (day > DAYS[month - 1] + (month == 2 && is_leap))
        return false;
    int64_t before = year - 1;
    int64_t days = before * 365 + before / 4 - before / 100 + before / 400 - 719162;
    for (int64_t i = 0; i < month - 1; i++)
        days += DAYS[i];
    *ret_day = days + (month > 2 && is_leap) + day - 1;
    return true;
}

// Takes "until DATE" off the end of the names.
static bool take_date(Arena *arena, Str *names, IgnoreDirective *ignore, Err *err)
{
    ptrdiff_t at = str_find(*names, STR(" until "));
    if (at < 0)
        return true;
    Str date = str_trim(str_skip(*names, (size_t)at + 7));
    *names = str_trim((Str){names->p, (size_t)at});
    ignore->until = arena_dup(arena, date);
    if (ignore_day(date, &ignore->until_day))
        return true;
    fail(err, ERR_CONFIG, "\"" STR_FMT "\" is no date", STR_ARG(date));
    return err_hint(err, "write it as 2026-12-31");
}

// Names with commas between them, no blanks inside.
static bool are_names(Str names)
{
    if (!names.n)
        return false;
    for (;;) {
        Str name = str_until(names, ',');
        Str bare = str_trim(name);
        if (!bare.n || str_until(bare, ' ').n != bare.n)
            return false;
        if (name.n == names.n)
            return true;
        names = str_skip(names, name.n + 1);
    }
}

bool ignore_directive_read(Arena *arena, Str value, IgnoreDirective *ret_ignore, Err *err)
{
    IgnoreDirective ignore = {0};
    Str names = str_until(value, ':');
    Str reason = str_trim(str_skip(value, names.n < value.n ? names.n + 1 : names.n));
    names = str_trim(names);
    if (!take_date(arena, &names, &ignore, err))
        return false;
    if (!are_names(names) || !reason.n) {
        fail(err, ERR_CONFIG, "ignore needs a rule and a reason");
        return err_hint(err, "%s", HINT);
    }
    ignore.rule = arena_dup(arena, names);
    ignore.reason = arena_dup(arena, reason);
    *ret_ignore = ignore;
    return true;
}
