#include "check/retention.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
    SECOND_MS = 1000,
    MINUTE_MS = 60 * SECOND_MS,
    HOUR_MS = 60 * MINUTE_MS,
    DAY_MS = 24 * HOUR_MS,
};

// Days since 1970 of a date of the Gregorian calendar; March begins the year, so that the day that
// is too many comes last.
static int64_t days_of(int64_t year, int64_t month, int64_t day)
{
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

// As many digits as `format` has zeros, and its other characters.
static bool has_form(const char *text, const char *form)
{
    for (; *form; form++, text++)
        if (*form == '0' ? *text < '0' || *text > '9' : *text != *form)
            return false;
    return true;
}

static int64_t number_at(const char *text, int digits)
{
    int64_t value = 0;
    while (digits--)
        value = value * 10 + (*text++ - '0');
    return value;
}

bool retention_time_parse(const char *text, int64_t *ret_ms)
{
    int64_t fraction_ms = 0;
    if (!has_form(text, "0000-00-00T00:00:00"))
        return false;
    const char *rest = text + 19;
    if (*rest == '.') {
        int64_t scale = 100;
        for (rest++; *rest >= '0' && *rest <= '9'; rest++, scale /= 10)
            fraction_ms += (*rest - '0') * scale;
    }
    int64_t month = number_at(text + 5, 2);
    int64_t day = number_at(text + 8, 2);
    int64_t hour = number_at(text + 11, 2);
    int64_t minute = number_at(text + 14, 2);
    int64_t second = number_at(text + 17, 2);
    if (strcmp(rest, "Z") != 0 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 ||
        minute > 59 || second > 60)
        return false;
    *ret_ms = days_of(number_at(text, 4), month, day) * DAY_MS + hour * HOUR_MS +
              minute * MINUTE_MS + second * SECOND_MS + fraction_ms;
    return true;
}

const char *retention_age(Arena *arena, int64_t ms)
{
    static const struct {
        int64_t ms;
        const char *one;
        const char *many;
    } UNITS[] = {
        {DAY_MS, "day", "days"},
        {HOUR_MS, "hour", "hours"},
        {MINUTE_MS, "min", "min"},
        {SECOND_MS, "s", "s"},
    };
    // 47 hours are no "1 day": below two of a unit the next one is finer
    for (size_t i = 0; i < sizeof UNITS / sizeof *UNITS; i++) {
        int64_t count = ms / UNITS[i].ms;
        if (count >= 2 || (count == 1 && ms % UNITS[i].ms == 0))
            return arena_printf(arena, "%" PRId64 " %s", count,
                                count == 1 ? UNITS[i].one : UNITS[i].many);
    }
    return "a moment";
}

static void keep(RetentionEntry *entry, const char *why)
{
    if (!entry->is_kept)
        entry->why = why;
    entry->is_kept = true;
}

static bool is_same_database(const RetentionEntry *a, const RetentionEntry *b)
{
    return a->of && b->of ? strcmp(a->of, b->of) == 0 : a->of == b->of;
}

static bool is_proven(const RetentionEntry *entry)
{
    return !entry->is_part && entry->level >= BACKUP_RESTORED;
}

// What else is there of the same database, of those that are newer.
typedef struct Newer {
    int64_t count;
    int64_t months; // of which there are any
    bool has_proven;
    bool has_month; // of the same month as the entry
} Newer;

static Newer look_at_newer(const RetentionEntry *entries, size_t count, size_t i)
{
    Newer newer = {0};
    const char *last = "";
    for (size_t k = count; --k > i;) {
        const RetentionEntry *entry = &entries[k];
        if (!is_same_database(entry, &entries[i]))
            continue;
        newer.count++;
        newer.has_proven |= is_proven(entry);
        if (!has_form(entry->created_at, "0000-00-"))
            continue;
        newer.has_month |= strncmp(entry->created_at, entries[i].created_at, 7) == 0;
        newer.months += strncmp(entry->created_at, last, 7) != 0;
        last = entry->created_at;
    }
    return newer;
}

static void decide(Arena *arena, const RetentionPolicy *policy, int64_t now_ms, const Newer *newer,
                   RetentionEntry *entry)
{
    int64_t created_ms;
    bool has_time = retention_time_parse(entry->created_at, &created_ms);
    entry->is_kept = false;
    entry->why = NULL;
    if (entry->needed_by)
        keep(entry, entry->needed_by);
    if (entry->named_by &&
        (!policy->named_ms || !has_time || now_ms - created_ms < policy->named_ms))
        keep(entry, entry->named_by);
    if (!newer->has_proven && is_proven(entry))
        keep(entry, "the newest that was restored for proof");
    if (!has_time)
        keep(entry, "its time cannot be read");
    else if (now_ms - created_ms < policy->keep_ms)
        keep(entry, arena_printf(arena, "younger than %s", retention_age(arena, policy->keep_ms)));
    if (newer->count < policy->least)
        keep(entry, policy->least == 1
                        ? "the newest"
                        : arena_printf(arena, "one of the newest %" PRId64, policy->least));
    if (!newer->has_month && newer->months < policy->monthly &&
        has_form(entry->created_at, "0000-00-"))
        keep(entry, arena_printf(arena, "the last one of %.7s", entry->created_at));
    if (!entry->is_kept)
        entry->why = arena_printf(arena, "older than %s", retention_age(arena, policy->keep_ms));
}

void retention_decide(Arena *arena, const RetentionPolicy *policy, int64_t now_ms,
                      RetentionEntry *entries, size_t count)
{
    for (size_t i = count; i-- > 0;) {
        Newer newer = look_at_newer(entries, count, i);
        decide(arena, policy, now_ms, &newer, &entries[i]);
    }
}
