#include "base/vec.h"

void *vec_grow(Arena *arena, void *items, size_t len, size_t *cap, size_t size)
{
    if (len < *cap)
        return items;
    size_t larger = *cap ? *cap * 2 : 8;
    void *copy = arena_alloc_array(arena, larger, size);
    if (len)
        memcpy(copy, items, len * size);
    *cap = larger;
    return copy;
}
