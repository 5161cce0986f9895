#include "base/arena.h"

#include "base/require.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ALIGNMENT = 16,
    BLOCK_SIZE = 64 * 1024,
    FORMAT_NUMBER = 16,
    FORMAT_ROOM = 2048 // most texts are formatted once only
};

// Under AddressSanitizer each object gets a block of its own, so that a write past its end is seen.
#if defined(__SANITIZE_ADDRESS__)
#define ONE_OBJECT_PER_BLOCK 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ONE_OBJECT_PER_BLOCK 1
#endif
#endif
#ifndef ONE_OBJECT_PER_BLOCK
#define ONE_OBJECT_PER_BLOCK 0
#endif

typedef struct Block {
    struct Block *previous;
    size_t used;
    size_t capacity;
    bool is_borrowed;
    _Alignas(ALIGNMENT) char bytes[];
} Block;

typedef struct Adopted {
    struct Adopted *next;
    void *heap;
} Adopted;

struct Arena {
    Block *current;
    Adopted *adopted;
};

Arena *arena_new(void)
{
    Arena *arena = calloc(1, sizeof *arena);
    if (!arena)
        require_memory();
    return arena;
}

Arena *arena_new_in(void *memory, size_t size)
{
    Arena *arena = arena_new();
    Block *block = memory;
    REQUIRE((uintptr_t)memory % ALIGNMENT == 0 && size > sizeof *block);
    *block = (Block){.capacity = size - sizeof *block, .is_borrowed = true};
    arena->current = block;
    return arena;
}

bool arena_is_inside(const Arena *arena)
{
    return arena->current && arena->current->is_borrowed;
}

void arena_free(Arena *arena)
{
    if (!arena)
        return;
    while (arena->adopted) {
        Adopted *next = arena->adopted->next;
        free(arena->adopted->heap);
        free(arena->adopted);
        arena->adopted = next;
    }
    arena_release(arena, (ArenaMark){0});
    free(arena);
}

void arena_free_at(Arena **arena)
{
    arena_free(*arena);
    *arena = NULL;
}

static Block *block_append(Arena *arena, size_t least)
{
    size_t capacity = ONE_OBJECT_PER_BLOCK || least > BLOCK_SIZE ? least : BLOCK_SIZE;
    // What is large comes zeroed, and of that the system has pages only for what is written.
    size_t size = sizeof(Block) + capacity;
    Block *block = capacity > BLOCK_SIZE ? calloc(1, size) : malloc(size);
    if (!block)
        require_memory();
    block->previous = arena->current;
    block->used = 0;
    block->capacity = capacity;
    block->is_borrowed = false;
    arena->current = block;
    return block;
}

// `ret_is_zero`: what comes is zeroed already.
static void *take(Arena *arena, size_t size, bool *ret_is_zero)
{
    REQUIRE(size <= SIZE_MAX / 2);
    size_t rounded = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    Block *block = arena->current;
    bool is_alone = ONE_OBJECT_PER_BLOCK && !(block && block->is_borrowed);
    size_t needed = is_alone ? (size ? size : 1) : rounded;
    *ret_is_zero = false;
    if (is_alone || !block || block->capacity - block->used < needed) {
        block = block_append(arena, needed);
        *ret_is_zero = block->capacity > BLOCK_SIZE;
    }
    void *object = block->bytes + block->used;
    block->used += needed;
    return object;
}

void *arena_alloc(Arena *arena, size_t size)
{
    bool is_zero;
    void *object = take(arena, size, &is_zero);
    if (!is_zero)
        memset(object, 0, size);
    return object;
}

// Of a text only the NUL behind it: all else is written at once.
static char *text_alloc(Arena *arena, size_t length)
{
    bool ignored;
    REQUIRE(length < SIZE_MAX / 2);
    char *text = take(arena, length + 1, &ignored);
    text[length] = '\0';
    return text;
}

void *arena_alloc_array(Arena *arena, size_t count, size_t size)
{
    size_t total;
    REQUIRE(!__builtin_mul_overflow(count, size, &total));
    return arena_alloc(arena, total);
}

void arena_adopt(Arena *arena, void *heap)
{
    Adopted *adopted = malloc(sizeof *adopted);
    if (!adopted)
        require_memory();
    *adopted = (Adopted){arena->adopted, heap};
    arena->adopted = adopted;
}

char *arena_dup(Arena *arena, Str text)
{
    char *copy = text_alloc(arena, text.n);
    if (text.n)
        memcpy(copy, text.p, text.n);
    return copy;
}

char *arena_strdup(Arena *arena, const char *text)
{
    return arena_dup(arena, str_from(text));
}

char *arena_join(Arena *arena, Str a, Str b, Str c)
{
    char *text = text_alloc(arena, a.n + b.n + c.n);
    Str parts[] = {a, b, c};
    char *end = text;
    for (size_t i = 0; i < 3; i++) {
        if (parts[i].n)
            memcpy(end, parts[i].p, parts[i].n);
        end += parts[i].n;
    }
    return text;
}

// Most formats have only %s and %d in them, and most texts are short: what vsnprintf costs is then
// a large part of the whole. The length, or 0 when vsnprintf has to do it.
static size_t format_plainly(char room[FORMAT_ROOM], const char *format, va_list args)
{
    size_t length = 0;
    for (;; format++) {
        size_t plain = (size_t)(strchrnul(format, '%') - format);
        if (plain + FORMAT_NUMBER > FORMAT_ROOM - length)
            return 0;
        memcpy(room + length, format, plain);
        length += plain;
        format += plain;
        if (*format == '\0')
            return length;
        if (*++format == 's') {
            const char *text = va_arg(args, const char *);
            size_t n = text ? strlen(text) : FORMAT_ROOM;
            if (n + FORMAT_NUMBER > FORMAT_ROOM - length)
                return 0;
            memcpy(room + length, text, n);
            length += n;
        } else if (*format == 'd') {
            char digits[FORMAT_NUMBER];
            size_t at = sizeof digits;
            int number = va_arg(args, int);
            unsigned rest = number < 0 ? -(unsigned)number : (unsigned)number;
            do
                digits[--at] = (char)('0' + rest % 10);
            while ((rest /= 10) != 0);
            if (number < 0)
                digits[--at] = '-';
            memcpy(room + length, digits + at, sizeof digits - at);
            length += sizeof digits - at;
        } else {
            return 0;
        }
    }
}

char *arena_vprintf(Arena *arena, const char *format, va_list args)
{
    char room[FORMAT_ROOM];
    va_list plain;
    va_copy(plain, args);
    size_t plain_length = format_plainly(room, format, plain);
    va_end(plain);
    if (plain_length)
        return arena_dup(arena, (Str){room, plain_length});
    va_list again;
    va_copy(again, args);
    int length = vsnprintf(room, sizeof room, format, args);
    REQUIRE(length >= 0);
    char *text = text_alloc(arena, (size_t)length);
    if ((size_t)length < sizeof room)
        memcpy(text, room, (size_t)length);
    else
        vsnprintf(text, (size_t)length + 1, format, again);
    va_end(again);
    return text;
}

char *arena_printf(Arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = arena_vprintf(arena, format, args);
    va_end(args);
    return text;
}

ArenaMark arena_mark(Arena *arena)
{
    Block *block = arena->current;
    return (ArenaMark){.block = block, .used = block ? block->used : 0};
}

void arena_release(Arena *arena, ArenaMark mark)
{
    while (arena->current && arena->current != mark.block) {
        Block *block = arena->current;
        arena->current = block->previous;
        if (!block->is_borrowed)
            free(block);
    }
    if (arena->current)
        arena->current->used = mark.used;
}
