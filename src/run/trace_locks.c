#include "run/trace_locks.h"

static int by_oid(const void *left, const void *right)
{
    const TraceLock *a = left;
    const TraceLock *b = right;
    return (a->oid > b->oid) - (a->oid < b->oid);
}

void trace_locks_settle(TraceLocks *locks)
{
    size_t kept = 0;
    vec_sort(locks, by_oid);
    for (size_t i = 0; i < locks->len; i++) {
        if (kept && locks->items[kept - 1].oid == locks->items[i].oid)
            locks->items[kept - 1].modes |= locks->items[i].modes;
        else
            locks->items[kept++] = locks->items[i];
    }
    locks->len = kept;
}

LockModes trace_locks_modes(const TraceLocks *locks, uint32_t oid)
{
    size_t from = 0;
    size_t to = locks->len;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (locks->items[middle].oid == oid)
            return locks->items[middle].modes;
        if (locks->items[middle].oid < oid)
            from = middle + 1;
        else
            to = middle;
    }
    return 0;
}

TraceLocks trace_locks_new(Arena *arena, const TraceLocks *before, const TraceLocks *now)
{
    TraceLocks added = {0};
    VEC_EACH (const TraceLock, lock, now) {
        LockModes modes = lock->modes & ~trace_locks_modes(before, lock->oid);
        if (modes)
            *vec_append(arena, &added) = (TraceLock){lock->oid, modes};
    }
    return added;
}

TraceLocks trace_locks_copy(Arena *arena, const TraceLocks *locks)
{
    TraceLocks copy = {0};
    trace_locks_add(arena, &copy, locks);
    return copy;
}

void trace_locks_add(Arena *arena, TraceLocks *locks, const TraceLocks *more)
{
    VEC_EACH (const TraceLock, lock, more)
        *vec_append(arena, locks) = *lock;
    trace_locks_settle(locks);
}
