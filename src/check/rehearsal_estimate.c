#include "check/rehearsal_estimate.h"

static int64_t took_us(const Trace *trace)
{
    int64_t us = 0;
    VEC_EACH (const TraceStatement, statement, &trace->statements)
        us += statement->ran.to_us - statement->ran.from_us;
    return us;
}

// A millisecond that has begun counts.
static int64_t to_ms(double us)
{
    int64_t ms = (int64_t)(us / 1000);
    return (double)ms * 1000 < us ? ms + 1 : ms;
}

void rehearsal_estimate_measured(const Trace *first, const Trace *again,
                                 RehearsalEstimate *ret_estimate)
{
    int64_t one = took_us(first);
    int64_t two = again ? took_us(again) : one;
    *ret_estimate = (RehearsalEstimate){
        .low_ms = to_ms((double)(one < two ? one : two)),
        .high_ms = to_ms((double)(one > two ? one : two)),
        .basis = again ? "measured twice with the rows of production, on this machine, idle"
                       : "measured once with the rows of production, on this machine, idle",
    };
}

TableSize *table_size_find(const TableSizes *sizes, const char *name)
{
    size_t low = 0;
    size_t high = sizes->len;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(sizes->items[middle].name, name);
        if (order == 0)
            return &sizes->items[middle];
        *(order < 0 ? &low : &high) = order < 0 ? middle + 1 : middle;
    }
    return NULL;
}

typedef struct Growth { // of the table that grows most
    const char *table;
    int64_t here, there; // rows
} Growth;

// Did it do something that takes longer with more rows?
static bool is_by_rows(const TraceRelation *relation)
{
    return relation->is_rewritten || relation->scans > 0 || relation->inserted > 0 ||
           relation->updated > 0 || relation->deleted > 0;
}

static double factor(const Growth *growth)
{
    return growth->table && growth->here > 0 && growth->there > growth->here
               ? (double)growth->there / (double)growth->here
               : 1;
}

// False: how many rows there are is not known, or there are none here.
static bool find_growth(const TraceStatement *statement, const TableSizes *here,
                        const TableSizes *there, Growth *growth)
{
    VEC_EACH (const TraceRelation, relation, &statement->relations) {
        const char *name = relation->owner ? relation->owner : relation->name;
        if (!name || relation->is_created || !is_by_rows(relation))
            continue;
        const TableSize *small = table_size_find(here, name);
        const TableSize *large = table_size_find(there, name);
        if (!small || !large)
            continue; // made by an earlier migration: as many rows as it put there
        if (large->rows < 0 || (small->rows <= 0 && large->rows > 0)) {
            growth->table = name;
            return false;
        }
        Growth other = {name, small->rows, large->rows};
        if (!growth->table || factor(&other) > factor(growth))
            *growth = other;
    }
    return true;
}

// To the base of two, at most a tenth too small: libm is not worth its pages for it.
static double logarithm(int64_t number)
{
    int whole = 63 - __builtin_clzll((unsigned long long)number);
    return whole + (double)number / (double)((int64_t)1 << whole) - 1;
}

static double sorting(const Growth *growth)
{
    return factor(growth) > 1 && growth->here > 1
               ? logarithm(growth->there) / logarithm(growth->here)
               : 1;
}

static bool builds_index(const TraceStatement *statement)
{
    VEC_EACH (const TraceRelation, relation, &statement->relations)
        if ((relation->kind == 'i' || relation->kind == 'I') &&
            (relation->is_created || relation->is_rewritten))
            return true;
    return false;
}

void rehearsal_estimate_scaled(Arena *arena, const Trace *trace, const TableSizes *here,
                               const TableSizes *there, RehearsalEstimate *ret_estimate)
{
    double low = 0;
    double high = 0;
    Growth most = {0};
    VEC_EACH (const TraceStatement, statement, &trace->statements) {
        Growth growth = {0};
        double us = (double)(statement->ran.to_us - statement->ran.from_us);
        if (!find_growth(statement, here, there, &growth)) {
            *ret_estimate = (RehearsalEstimate){
                .low_ms = -1,
                .high_ms = -1,
                .basis = arena_printf(arena, "how many rows %s has is not known, here or there",
                                      growth.table)};
            return;
        }
        low += us;
        high += us * factor(&growth) * (builds_index(statement) ? sorting(&growth) : 1);
        if (!most.table || factor(&growth) > factor(&most))
            most = growth;
    }
    *ret_estimate = (RehearsalEstimate){
        .low_ms = to_ms(low),
        .high_ms = to_ms(high),
        .basis = factor(&most) > 1
                     ? arena_printf(arena, "by rows: %s has %lld there, %lld here", most.table,
                                    (long long)most.there, (long long)most.here)
                     : "nothing in it takes longer with more rows",
    };
}
