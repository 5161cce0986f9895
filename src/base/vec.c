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

typedef struct Order {
    const char *items;
    size_t size;
    int (*compare)(const void *left, const void *right);
} Order;

static int by_item(const void *left, const void *right, void *context)
{
    const Order *order = context;
    size_t a = *(const size_t *)left;
    size_t b = *(const size_t *)right;
    int said = order->compare(order->items + a * order->size, order->items + b * order->size);
    return said ? said : (a > b) - (a < b);
}

void *vec_copy_sorted(Arena *arena, const void *items, size_t len, size_t size,
                      int (*compare)(const void *left, const void *right))
{
    if (!len)
        return NULL;
    Order order = {items, size, compare};
    size_t *places = arena_alloc_array(arena, len, sizeof *places);
    char *copy = arena_alloc_array(arena, len, size);
    for (size_t i = 0; i < len; i++)
        places[i] = i;
    qsort_r(places, len, sizeof *places, by_item, &order);
    for (size_t i = 0; i < len; i++)
        memcpy(copy + i * size, order.items + places[i] * size, size);
    return copy;
}
