#include "io/clock.h"
#include "run/backup/create_private.h"

#include <stdarg.h>

enum {
    TELL_EVERY_MS = 500
};

void create_tell_progress(Creation *creation, const char *what, int64_t done, int64_t total)
{
    if (creation->told_us && clock_elapsed_ms(creation->told_us) < TELL_EVERY_MS)
        return;
    creation->told_us = clock_monotonic_us();
    event_emit(creation->options->sink,
               &(Event){.kind = EVENT_WORK_RUNS,
                        .run_id = creation->options->run_id,
                        .message = what,
                        .done = done,
                        .total = total,
                        .duration_ms = clock_elapsed_ms(creation->start_us)});
}

void create_tell_done(Creation *creation, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *message = arena_vprintf(creation->arena, format, args);
    va_end(args);
    event_emit(creation->options->sink,
               &(Event){.kind = EVENT_WORK_DONE,
                        .run_id = creation->options->run_id,
                        .message = message,
                        .duration_ms = clock_elapsed_ms(creation->start_us)});
    creation->start_us = clock_monotonic_us();
    creation->told_us = 0;
}
