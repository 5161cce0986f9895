#include "check/sample/order.h"

#include "catalog/model.h"

#include <stdlib.h>

// A table, by its own oid and by those of what it is a partition of.
typedef struct Holder {
    int64_t oid;
    size_t table;
} Holder;

typedef struct Ordering {
    Arena *arena;
    const SampleFacts *facts;
    VEC(Holder) holders;
    bool *is_placed; // or is not to be
    SampleSteps steps;
} Ordering;

static int compare_holders(const void *left, const void *right)
{
    const Holder *a = left;
    const Holder *b = right;
    return a->oid != b->oid ? (a->oid > b->oid) - (a->oid < b->oid)
                            : (a->table > b->table) - (a->table < b->table);
}

static void list_holders(Ordering *ordering)
{
    VEC_EACH (const SampleTable, table, &ordering->facts->tables) {
        size_t place = (size_t)(table - ordering->facts->tables.items);
        ordering->is_placed[place] = !table->is_wanted || table->is_partitioned;
        *vec_append(ordering->arena, &ordering->holders) = (Holder){table->oid, place};
        VEC_EACH (const int64_t, ancestor, &table->ancestors)
            *vec_append(ordering->arena, &ordering->holders) = (Holder){*ancestor, place};
    }
    vec_sort(&ordering->holders, compare_holders);
}

// Are the rows there that a key of table `from` points to? Its own do not count.
static bool is_met(const Ordering *ordering, size_t from, const SampleKey *key)
{
    size_t low = 0;
    size_t high = ordering->holders.len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (ordering->holders.items[middle].oid < key->referenced)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < ordering->holders.len && ordering->holders.items[low].oid == key->referenced;
         low++) {
        size_t table = ordering->holders.items[low].table;
        if (table != from && !ordering->is_placed[table])
            return false;
    }
    return true;
}

static bool can_be_null(const SampleTable *table, const SampleKey *key)
{
    bool is_any_null = false;
    bool is_all_null = true;
    VEC_EACH (const char *const, name, &key->columns) {
        const SampleColumn *column = sample_column(table, *name);
        bool is_null = column && !column->is_not_null;
        is_any_null |= is_null;
        is_all_null &= is_null;
    }
    return key->is_match_full ? is_all_null : is_any_null;
}

typedef enum Readiness {
    BLOCKED, // a key that cannot be null points to what is not there yet
    CIRCULAR,
    READY,
} Readiness;

static Readiness readiness(const Ordering *ordering, size_t place)
{
    const SampleTable *table = &ordering->facts->tables.items[place];
    Readiness ready = READY;
    VEC_EACH (const SampleKey, key, &table->keys) {
        if (is_met(ordering, place, key))
            continue;
        if (!can_be_null(table, key))
            return BLOCKED;
        ready = CIRCULAR;
    }
    return ready;
}

static void place(Ordering *ordering, size_t table)
{
    SampleStep *step = vec_append(ordering->arena, &ordering->steps);
    step->table = &ordering->facts->tables.items[table];
    VEC_EACH (const SampleKey, key, &step->table->keys)
        if (!is_met(ordering, table, key))
            *vec_append(ordering->arena, &step->late) = key;
    ordering->is_placed[table] = true;
}

// All that are ready; else the one that stands in a circle and waits for the least.
static bool place_next(Ordering *ordering)
{
    size_t count = ordering->facts->tables.len;
    size_t best = count;
    Readiness best_readiness = BLOCKED;
    bool has_placed = false;
    for (size_t i = 0; i < count; i++) {
        if (ordering->is_placed[i])
            continue;
        Readiness ready = readiness(ordering, i);
        if (ready == READY) {
            place(ordering, i);
            has_placed = true;
        } else if (best == count || ready > best_readiness) {
            best = i;
            best_readiness = ready;
        }
    }
    if (!has_placed && best < count) {
        place(ordering, best);
        has_placed = true;
    }
    return has_placed;
}

void sample_order(Arena *arena, const SampleFacts *facts, SampleSteps *ret_steps)
{
    Ordering ordering = {
        .arena = arena,
        .facts = facts,
        .is_placed = arena_alloc_array(arena, facts->tables.len + 1, sizeof(bool)),
    };
    list_holders(&ordering);
    while (place_next(&ordering))
        ;
    *ret_steps = ordering.steps;
}
