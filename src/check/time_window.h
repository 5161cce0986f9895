// Times of the week as a configuration writes them: "22:00-06:00 Europe/Berlin",
// "sat,sun 00:00-24:00", "mon-fri 09:00-17:30 UTC".
// Refuses clocks and time zones: whoever asks brings the day and minute of that zone. Invariant: a
// window that goes over midnight belongs to the day on which it begins.
#pragma once

#include "base/arena.h"
#include "base/str.h"

#include <stdint.h>

enum {
    WEEK_MINUTES = 7 * 24 * 60
};

typedef struct TimeWindow {
    const char *text; // as it was written
    uint8_t days;     // bit 0: Monday
    int from;         // minutes of the day
    int length;       // minutes; at most a day
    const char *zone; // "Europe/Berlin"; UTC when none was named
} TimeWindow;

bool time_window_parse(Arena *arena, const char *text, TimeWindow *ret_window);
// `minute` of the week, from Monday 00:00.
bool time_window_has(const TimeWindow *window, int minute);
// "Monday 06:00" of a minute of the week.
const char *time_window_moment(Arena *arena, int minute);
