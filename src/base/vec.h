// A growing array on an arena, typed by macro.
// Refuses to free: old storage stays with the arena. Invariant: len <= cap.
#pragma once

#include "base/arena.h"

#include <string.h>

#define VEC(T)                                                                                     \
    struct {                                                                                       \
        T *items;                                                                                  \
        size_t len;                                                                                \
        size_t cap;                                                                                \
    }

// A pointer to a new zeroed item at the end; valid until the next append.
#define vec_append(arena, vec)                                                                     \
    ((vec)->items =                                                                                \
         vec_grow((arena), (vec)->items, (vec)->len, &(vec)->cap, sizeof *(vec)->items),           \
     &(vec)->items[(vec)->len++])

// Room for `count` items in all, where that is known: growing copies.
#define vec_reserve(arena, vec, count)                                                             \
    ((vec)->items =                                                                                \
         vec_widen((arena), (vec)->items, (vec)->len, &(vec)->cap, (count), sizeof *(vec)->items))

// T may be a pointer: both declarators are of its type.
#define VEC_EACH(T, item, vec)                                                                     \
    for (__typeof__(T) *item = (vec)->items, *item##_end = item ? item + (vec)->len : item;        \
         item != item##_end; item++)

// As qsort, but what is in order already costs one pass: names come sorted from a directory.
#define vec_sort(vec, compare)                                                                     \
    vec_sort_items((vec)->items, (vec)->len, sizeof *(vec)->items, (compare))

// Into a vector of another place, which is empty; equal items keep their order.
#define vec_sorted_copy(arena, ret_vec, vec, compare)                                              \
    ((ret_vec)->items =                                                                            \
         vec_copy_sorted((arena), (vec)->items, (vec)->len, sizeof *(vec)->items, (compare)),      \
     (ret_vec)->len = (ret_vec)->cap = (vec)->len)

void *vec_copy_sorted(Arena *arena, const void *items, size_t len, size_t size,
                      int (*compare)(const void *left, const void *right));
void vec_sort_items(void *items, size_t len, size_t size,
                    int (*compare)(const void *left, const void *right));
void *vec_grow(Arena *arena, void *items, size_t len, size_t *cap, size_t size);
void *vec_widen(Arena *arena, void *items, size_t len, size_t *cap, size_t wanted, size_t size);
