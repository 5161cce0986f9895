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

static int number_at(Str text, size_t from, size_t digits)
{
    int value = 0;
    for (size_t i = 0; i < digits; i++)
        value = value * 10 + (text.p[from + i] - '0');
    return value;
}

// A day of 1970 to 2199, which is wider than any project and narrower than any counter.
static bool is_date(Str text, size_t month_at, size_t day_at)
{
    int year = number_at(text, 0, 4);
    int month = number_at(text, month_at, 2);
    int day = number_at(text, day_at, 2);
    return year >= 1970 && year < 2200 && month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

static int number_compare(Str a, Str b)
{
    while (a.n && a.p[0] == '0')
        a = str_skip(a, 1);
    while (b.n && b.p[0] == '0')
        b = str_skip(b, 1);
    return a.n != b.n ? (a.n < b.n ? -1 : 1) : bytes_compare(a, b);
}

enum {
    DAY_DIGITS = 8,   // YYYYMMDD
    TIME_DIGITS = 17, // YYYYMMDDHHMMSSmmm
};

// Digits of a moment that a number begins with: a day, or a day and a time, at most.
static bool is_moment(Str digits)
{
    return digits.n >= DAY_DIGITS && digits.n <= TIME_DIGITS && is_date(digits, 4, 6);
}

// A day and a moment of it are written with different digits: 20250625 is before 20250625120000,
// and behind 20250624120000. What a moment leaves out is zero; it counts as 17 digits beside other
// numbers, so that all stand in one order.
static int digits_compare(Str a, Str b)
{
    bool is_a = is_moment(a);
    bool is_b = is_moment(b);
    if (!is_a && !is_b)
        return number_compare(a, b);
    if (is_a != is_b) {
        Str other = is_a ? b : a;
        while (other.n && other.p[0] == '0')
            other = str_skip(other, 1);
        return (other.n > TIME_DIGITS) == is_a ? -1 : 1;
    }
    for (size_t i = 0; i < a.n || i < b.n; i++) {
        int order = (i < a.n ? a.p[i] : '0') - (i < b.n ? b.p[i] : '0');
        if (order)
            return order;
    }
    return (a.n > b.n) - (a.n < b.n);
}

static int group_compare(Str a, Str b)
{
    size_t a_digits = digits_at_start(a);
    size_t b_digits = digits_at_start(b);
    int order = digits_compare((Str){a.p, a_digits}, (Str){b.p, b_digits});
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

static size_t digits_at(Str text, size_t from)
{
    return digits_at_start(str_skip(text, from));
}

size_t version_date_length(Str version)
{
    if (digits_at(version, 0) == 8)
        return is_date(version, 4, 6) ? 8 : 0;
    bool is_parted = version.n >= 10 && digits_at(version, 0) == 4 &&
                     (version.p[4] == '-' || version.p[4] == '_') && digits_at(version, 5) == 2 &&
                     version.p[7] == version.p[4] && digits_at(version, 8) == 2;
    return is_parted && is_date(version, 5, 8) ? 10 : 0;
}

// Days since 1970-01-01, by counting leap years; March begins the year, so February is its end.
static int64_t days_of(int year, int month, int day)
{
    int64_t years = month > 2 ? year : year - 1;
    int64_t months = month > 2 ? month - 3 : month + 9;
    return years * 365 + years / 4 - years / 100 + years / 400 + (months * 153 + 2) / 5 + day -
           719469;
}

bool version_milliseconds(Str digits, int64_t *ret_milliseconds)
{
    bool is_time = str_is_digits(digits) && (digits.n == 14 || digits.n == 17);
    if (!is_time || !is_date(digits, 4, 6))
        return false;
    int64_t days =
        days_of(number_at(digits, 0, 4), number_at(digits, 4, 2), number_at(digits, 6, 2));
    int64_t seconds =
        number_at(digits, 8, 2) * 3600 + number_at(digits, 10, 2) * 60 + number_at(digits, 12, 2);
    *ret_milliseconds = (days * 86400 + seconds) * 1000;
    if (digits.n == 17)
        *ret_milliseconds += number_at(digits, 14, 3);
    return true;
}
