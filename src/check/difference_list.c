#include "check/difference_list.h"

#include <stdarg.h>

void differences_say(DifferenceList *list, const char *format, ...)
{
    va_list args;
    if (list->found++ >= list->most)
        return;
    va_start(args, format);
    *vec_append(list->arena, list->differences) = arena_vprintf(list->arena, format, args);
    va_end(args);
}

void differences_end(DifferenceList *list)
{
    if (list->found > list->most)
        *vec_append(list->arena, list->differences) =
            arena_printf(list->arena, "and %zu more", list->found - list->most);
}
