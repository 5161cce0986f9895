#include "base/size.h"

const char *size_text(Arena *arena, int64_t bytes)
{
    static const char *const UNITS[] = {"bytes", "kB", "MB", "GB", "TB"};
    double value = (double)bytes;
    size_t unit = 0;
    while (value >= 1000 && unit + 1 < sizeof UNITS / sizeof *UNITS) {
        value /= 1000;
        unit++;
    }
    return arena_printf(arena, unit && value < 10 ? "%.1f %s" : "%.0f %s", value, UNITS[unit]);
}
