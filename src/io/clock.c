#include "io/clock.h"

#include "base/require.h"
#include "io/interrupt.h"

#include <poll.h>
#include <stdio.h>
#include <sys/random.h>
#include <time.h>

int64_t clock_monotonic_us(void)
{
    struct timespec now;
    REQUIRE(clock_gettime(CLOCK_MONOTONIC, &now) == 0);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

int64_t clock_elapsed_ms(int64_t since_us)
{
    return (clock_monotonic_us() - since_us + 500) / 1000;
}

static struct timespec utc_now(struct tm *ret_tm)
{
    struct timespec now;
    REQUIRE(clock_gettime(CLOCK_REALTIME, &now) == 0);
    gmtime_r(&now.tv_sec, ret_tm);
    return now;
}

static void write_rfc3339(const struct tm *tm, long milliseconds, char ret_text[CLOCK_TEXT])
{
    size_t used = strftime(ret_text, CLOCK_TEXT, "%Y-%m-%dT%H:%M:%S", tm);
    snprintf(ret_text + used, CLOCK_TEXT - used, ".%03ldZ", milliseconds);
}

void clock_now_rfc3339(char ret_text[CLOCK_TEXT])
{
    struct tm tm;
    struct timespec now = utc_now(&tm);
    write_rfc3339(&tm, now.tv_nsec / 1000000, ret_text);
}

void clock_rfc3339(int64_t since_1970_ms, char ret_text[CLOCK_TEXT])
{
    struct tm tm;
    time_t seconds = (time_t)(since_1970_ms / 1000);
    gmtime_r(&seconds, &tm);
    write_rfc3339(&tm, (long)(since_1970_ms % 1000), ret_text);
}

void clock_now_compact(char ret_text[CLOCK_TEXT])
{
    struct tm tm;
    utc_now(&tm);
    strftime(ret_text, CLOCK_TEXT, "%Y%m%d%H%M%S", &tm);
}

bool clock_sleep_ms(int64_t milliseconds)
{
    struct pollfd wait = {.fd = interrupt_descriptor(), .events = POLLIN};
    int64_t end = clock_monotonic_us() + milliseconds * 1000;
    for (;;) {
        int64_t left = (end - clock_monotonic_us() + 999) / 1000;
        if (interrupt_requested())
            return false;
        if (left <= 0)
            return true;
        poll(&wait, wait.fd >= 0 ? 1 : 0, left > 60000 ? 60000 : (int)left);
    }
}

static void random_bytes(void *bytes, size_t size)
{
    REQUIRE(getrandom(bytes, size, 0) == (ssize_t)size);
}

uint32_t clock_random_below(uint32_t limit)
{
    uint32_t value;
    random_bytes(&value, sizeof value);
    return limit ? (uint32_t)(((uint64_t)value * limit) >> 32) : 0;
}

void clock_new_uuid(char ret_text[37])
{
    unsigned char b[16];
    random_bytes(b, sizeof b);
    b[6] = (unsigned char)((b[6] & 0x0f) | 0x40);
    b[8] = (unsigned char)((b[8] & 0x3f) | 0x80);
    char *out = ret_text;
    for (int i = 0; i < 16; i++)
        out += snprintf(out, 4, "%s%02x", i == 4 || i == 6 || i == 8 || i == 10 ? "-" : "", b[i]);
}
