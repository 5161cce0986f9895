#include "check/restore_name.h"

#include <string.h>

enum {
    NAME_MAX_BYTES = 63 // NAMEDATALEN - 1: the server would cut the end, where the time is
};

// UTF-8's bytes within a character are 10xxxxxx.
static size_t cut_at_character(const char *text, size_t most)
{
    size_t length = strlen(text);
    if (length <= most)
        return length;
    while (most && ((unsigned char)text[most] & 0xC0) == 0x80)
        most--;
    return most;
}

const char *restore_name(Arena *arena, const char *database, const char *word, const char *stamp,
                         int attempt)
{
    const char *end = attempt > 1 ? arena_printf(arena, "_%s_%s_%d", word, stamp, attempt)
                                  : arena_printf(arena, "_%s_%s", word, stamp);
    size_t length = strlen(end);
    REQUIRE(length < NAME_MAX_BYTES);
    size_t kept = cut_at_character(database, NAME_MAX_BYTES - length);
    return arena_printf(arena, "%.*s%s", (int)kept, database, end);
}
