#include "run/missing_role.h"

#include <string.h>

const char *missing_role(Arena *arena, const Err *failure)
{
    Str message = str_from(failure->message);
    ptrdiff_t at = str_find(message, STR("role \""));
    if (strcmp(failure->sqlstate, "42704") != 0 || at < 0 ||
        !str_ends(message, STR("\" does not exist")))
        return NULL;
    Str name = str_skip(message, (size_t)at + STR("role \"").n);
    name.n -= STR("\" does not exist").n;
    return arena_dup(arena, name);
}
