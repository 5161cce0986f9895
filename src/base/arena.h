// Memory that is freed all at once: one arena per command, a mark per migration or query.
// Refuses to know what is stored; single objects are never freed.
// Invariant: an allocation is zeroed, aligned to 16 bytes and never NULL.
#pragma once

#include "base/str.h"

#include <stdarg.h>
#include <stddef.h>

typedef struct Arena Arena;

// A point in an arena's life; releasing it frees what came after.
typedef struct ArenaMark {
    void *block;
    size_t used;
} ArenaMark;

Arena *arena_new(void);
// Begins in memory of somebody else's, as of two processes; what does not fit there is elsewhere.
Arena *arena_new_in(void *memory, size_t size);
bool arena_is_inside(const Arena *arena); // all that is on it fitted
void arena_free(Arena *arena);            // NULL is fine
void arena_free_at(Arena **arena);
#define ARENA_SCOPED __attribute__((cleanup(arena_free_at))) Arena *

void *arena_alloc(Arena *arena, size_t size);
// `count` objects of `size` bytes; an overflowing product aborts.
void *arena_alloc_array(Arena *arena, size_t count, size_t size);
#define arena_new_object(arena, T) ((T *)arena_alloc((arena), sizeof(T)))

// What malloc gave is freed with the arena; marks do not count for it. NULL is fine.
void arena_adopt(Arena *arena, void *heap);

char *arena_strdup(Arena *arena, const char *text);
char *arena_dup(Arena *arena, Str text); // the bytes and a NUL
char *arena_join(Arena *arena, Str a, Str b,
                 Str c); // one after the other; much cheaper than arena_printf
char *arena_printf(Arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *arena_vprintf(Arena *arena, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));

ArenaMark arena_mark(Arena *arena);
void arena_release(Arena *arena, ArenaMark mark);
