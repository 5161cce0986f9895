#include "check/time_window.h"

#include <string.h>

enum {
    DAY_MINUTES = 24 * 60,
    DAYS = 7,
    ALL_DAYS = 0x7f
};

static const char *const DAY_NAMES[DAYS] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                            "Friday", "Saturday", "Sunday"};

static bool take_word(Str *rest, Str *ret_word)
{
    *rest = str_trim(*rest);
    *ret_word = str_until(*rest, ' ');
    *rest = str_skip(*rest, ret_word->n);
    return ret_word->n > 0;
}

// "mon" or "Monday".
static int day_of(Str word)
{
    for (int day = 0; day < DAYS; day++)
        if (str_eq_nocase(word, str_from(DAY_NAMES[day])) ||
            str_eq_nocase(word, (Str){DAY_NAMES[day], 3}))
            return day;
    return -1;
}

// "mon-fri", "sat,sun", "fri-mon".
static bool parse_days(Str text, uint8_t *ret_days)
{
    uint8_t days = 0;
    while (text.n) {
        Str part = str_until(text, ',');
        Str first = str_until(part, '-');
        int from = day_of(first);
        int to = first.n < part.n ? day_of(str_skip(part, first.n + 1)) : from;
        if (from < 0 || to < 0)
            return false;
        for (int day = from;; day = (day + 1) % DAYS) {
            days = (uint8_t)(days | 1U << day);
            if (day == to)
                break;
        }
        text = str_skip(text, part.n);
        if (text.n && (text = str_skip(text, 1)).n == 0)
            return false; // a comma at the end
    }
    *ret_days = days;
    return days != 0;
}

// "6:00", "22:30", "24:00".
static bool parse_minute(Str text, int *ret_minute)
{
    Str hour = str_until(text, ':');
    if (hour.n == text.n)
        return false;
    Str minute = str_skip(text, hour.n + 1);
    if (!str_is_digits(hour) || hour.n > 2 || !str_is_digits(minute) || minute.n != 2)
        return false;
    int hours = 0;
    for (size_t i = 0; i < hour.n; i++)
        hours = hours * 10 + (hour.p[i] - '0');
    int minutes = (minute.p[0] - '0') * 10 + (minute.p[1] - '0');
    *ret_minute = hours * 60 + minutes;
    return minutes < 60 && *ret_minute <= DAY_MINUTES;
}

static bool parse_range(Str text, TimeWindow *window)
{
    int to;
    Str first = str_until(text, '-');
    if (first.n == text.n || !parse_minute(first, &window->from) ||
        !parse_minute(str_skip(text, first.n + 1), &to) || window->from == to ||
        window->from == DAY_MINUTES)
        return false;
    window->length = to > window->from ? to - window->from : to + DAY_MINUTES - window->from;
    return true;
}

bool time_window_parse(Arena *arena, const char *text, TimeWindow *ret_window)
{
    TimeWindow window = {.text = text, .days = ALL_DAYS, .zone = "UTC"};
    Str rest = str_from(text);
    Str word;
    Str more;
    if (!take_word(&rest, &word))
        return false;
    bool has_days = day_of(str_until(str_until(word, ','), '-')) >= 0;
    if (has_days && (!parse_days(word, &window.days) || !take_word(&rest, &word)))
        return false;
    if (!parse_range(word, &window))
        return false;
    if (take_word(&rest, &word))
        window.zone = arena_dup(arena, word);
    if (take_word(&rest, &more))
        return false;
    *ret_window = window;
    return true;
}

bool time_window_has(const TimeWindow *window, int minute)
{
    for (int day = 0; day < DAYS; day++) {
        int begin = day * DAY_MINUTES + window->from;
        int since = (minute - begin + WEEK_MINUTES) % WEEK_MINUTES;
        if (window->days & 1U << day && since < window->length)
            return true;
    }
    return false;
}

const char *time_window_moment(Arena *arena, int minute)
{
    return arena_printf(arena, "%s %02d:%02d", DAY_NAMES[minute / DAY_MINUTES],
                        minute % DAY_MINUTES / 60, minute % 60);
}
