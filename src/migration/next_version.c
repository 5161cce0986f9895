// The version that `new` gives: how the newest one is written decides how the next one is.
#include "base/require.h"
#include "migration/layout.h"
#include "migration/version.h"

enum {
    TIMESTAMP_DIGITS = 14, // YYYYMMDDHHMMSS
    DATE_DIGITS = 8
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// The number at the end plus one, as wide as before at least; letters behind it are dropped
// ("002b" is followed by "003").
static char *version_increment(Arena *arena, Str version)
{
    while (version.n && !is_digit(version.p[version.n - 1]))
        version.n--;
    size_t digits = 0;
    while (digits < version.n && is_digit(version.p[version.n - 1 - digits]))
        digits++;
    if (digits == 0)
        return arena_strdup(arena, "001");
    char *next = arena_dup(arena, version);
    size_t first = version.n - digits;
    for (size_t at = version.n; at > first; at--) {
        if (next[at - 1] != '9') {
            next[at - 1]++;
            return next;
        }
        next[at - 1] = '0';
    }
    return arena_printf(arena, STR_FMT "1%s", (int)first, next, next + first);
}

// What a version is when its digits are '0': "0.00" for "1.10". Shapes name the dated styles.
static char *version_shape(Arena *arena, Str version)
{
    char *shape = arena_dup(arena, version);
    for (size_t i = 0; i < version.n; i++)
        if (is_digit(shape[i]))
            shape[i] = '0';
    return shape;
}

// The timestamp in a shape that begins like one: its digits in place of the zeros, and zeros
// (milliseconds) when there are more of those.
static char *timestamp_in_shape(Arena *arena, Str shape, const char *timestamp)
{
    char *version = arena_dup(arena, shape);
    for (size_t i = 0; i < shape.n && *timestamp; i++)
        if (shape.p[i] == '0')
            version[i] = *timestamp++;
    return version;
}

// Shapes whose every digit is time. A ten-digit or thirteen-digit number (seconds, milliseconds
// since 1970) is not among them: it is continued as a number.
static bool is_time_shape(Str shape)
{
    static const Str SHAPES[] = {
        STR("00000000"),          STR("000000000000"),      STR("00000000000000"),
        STR("00000000000000000"), STR("00000000_000000"),   STR("00000000-000000"),
        STR("0000-00-00"),        STR("0000_00_00"),        STR("0000-00-00-000000"),
        STR("0000-00-00_000000"), STR("0000_00_00_000000"), STR("0000_00_00-000000"),
    };
    for (size_t i = 0; i < sizeof SHAPES / sizeof SHAPES[0]; i++)
        if (str_eq(shape, SHAPES[i]))
            return true;
    return false;
}

// A number whose first eight digits are a date: 20240101120000.
static bool is_long_time(Str version, Str shape)
{
    return version.n > DATE_DIGITS && str_is_digits(version) && is_time_shape(shape) &&
           version_date_length((Str){version.p, DATE_DIGITS});
}

// '_' or '-' and a number: what may stand behind a date.
static bool is_counter(Str rest)
{
    return rest.n > 1 && (rest.p[0] == '_' || rest.p[0] == '-') && str_is_digits(str_skip(rest, 1));
}

// "20231223_001" on the day of `timestamp`: the counter starts again with each day.
static char *dated_counter(Arena *arena, Str shape, size_t date, const char *timestamp)
{
    const char *day = timestamp_in_shape(arena, (Str){shape.p, date}, timestamp);
    return arena_printf(arena, "%s%s", day, version_increment(arena, str_skip(shape, date)));
}

// The next version of a team that dates its versions, NULL for another style. When the newest one
// is of today or lies in the future, it is continued, so that the next one is higher.
static char *dated_version(Arena *arena, const Layout *layout, Str newest, const char *timestamp)
{
    Str shape = str_from(version_shape(arena, newest));
    size_t date = version_date_length(newest);
    bool is_dated = date && (date == newest.n || is_counter(str_skip(newest, date)));
    if (!is_dated && !is_long_time(newest, shape))
        return NULL;
    char *version = is_time_shape(shape) ? timestamp_in_shape(arena, shape, timestamp)
                                         : dated_counter(arena, shape, date, timestamp);
    if (version_compare(str_from(version), newest) > 0)
        return version;
    if (date == newest.n && !layout->has_numbers_only)
        return arena_printf(arena, STR_FMT "_%s", STR_ARG(newest), timestamp + DATE_DIGITS);
    return version_increment(arena, newest);
}

static const Str EPOCH_SHAPE = STR("0000000000000");

// A layout whose versions are milliseconds since 1970 goes on with the time as long as it rises;
// then, and where a team counts otherwise, the others' rules hold.
static char *epoch_version(Arena *arena, Str newest, const char *timestamp)
{
    int64_t now = 0;
    if ((newest.n && newest.n != EPOCH_SHAPE.n) || !version_milliseconds(str_from(timestamp), &now))
        return NULL;
    char *version = arena_printf(arena, "%013lld", (long long)now);
    return version_compare(str_from(version), newest) > 0 ? version : NULL;
}

static Str newest_version(const LayoutEntries *entries)
{
    Str newest = {0};
    VEC_EACH (const LayoutEntry, entry, entries) {
        Str version = str_from(entry->version);
        if (entry->kind != MIGRATION_REPEATABLE && version_compare(version, newest) > 0)
            newest = version;
    }
    return newest;
}

// "0_init" and "00000000000000_diesel_initial_setup": what was there before the first one.
static bool is_origin(Str version)
{
    for (size_t i = 0; i < version.n; i++)
        if (version.p[i] != '0')
            return false;
    return true;
}

char *layout_next_version(Arena *arena, const Layout *layout, const LayoutEntries *entries,
                          const char *timestamp)
{
    REQUIRE(str_is_digits(str_from(timestamp)) && strlen(timestamp) == TIMESTAMP_DIGITS);
    Str newest = newest_version(entries);
    Str first = str_from(layout->first_version ? layout->first_version : "001");
    char *epoch = str_eq(first, EPOCH_SHAPE) ? epoch_version(arena, newest, timestamp) : NULL;
    if (epoch)
        return epoch;
    if (is_time_shape(first) && is_origin(newest))
        return timestamp_in_shape(arena, first, timestamp);
    if (newest.n == 0)
        return arena_dup(arena, first);
    char *dated = dated_version(arena, layout, newest, timestamp);
    char *next = dated ? dated : version_increment(arena, newest);
    // One more than the last moment of a month is no moment, and would come before it.
    return version_compare(str_from(next), newest) > 0
               ? next
               : arena_printf(arena, STR_FMT "1", STR_ARG(newest));
}
