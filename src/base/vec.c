#include "base/vec.h"

#include <stdlib.h>

void *vec_widen(Arena *arena, void *items, size_t len, size_t *cap, size_t wanted, size_t size)
{
    if (wanted <= *cap)
        return items;
    void *copy = arena_alloc_array(arena, wanted, size);
    if (len)
        memcpy(copy, items, len * size);
    *cap = wanted;
    return copy;
}

void *vec_grow(Arena *arena, void *items, size_t len, size_t *cap, size_t size)
{
    if (len == *cap) {
        size_t first = size <= 16 ? 8 : size <= 64 ? 4 : 2; // most stay short
        return vec_widen(arena, items, len, cap, *cap ? *cap * 2 : first, size);
    }
    memset((char *)items + len * size, 0, size); // an item that was taken out may have stood there
    return items;
}

void vec_sort_items(void *items, size_t len, size_t size,
                    int (*compare)(const void *left, const void *right))
{
    const char *at = items;
    for (size_t i = 1; i < len; i++, at += size)
        if (compare(at, at + size) > 0) {
            qsort(items, len, size, compare);
            return;
        }
}
