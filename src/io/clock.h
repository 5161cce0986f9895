// What time it is, and waiting.
// Refuses local time zones: text is RFC 3339 in UTC. Invariant: durations come from the monotonic
// clock.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum {
    CLOCK_TEXT = 32
};

int64_t clock_monotonic_us(void);
int64_t clock_elapsed_ms(int64_t since_us);        // whole milliseconds since a monotonic moment
void clock_now_rfc3339(char ret_text[CLOCK_TEXT]); // 2026-01-02T03:04:05.678Z
void clock_rfc3339(int64_t since_1970_ms, char ret_text[CLOCK_TEXT]); // the same of another moment
void clock_now_compact(char ret_text[CLOCK_TEXT]);                    // 20260102030405
bool clock_sleep_ms(int64_t milliseconds);   // false when an interrupt cut it short
uint32_t clock_random_below(uint32_t limit); // from the kernel; 0 when limit is 0
void clock_new_uuid(char ret_text[37]);      // a random UUID, version 4
