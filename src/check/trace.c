#include "check/trace.h"

LockModes lock_modes_of(LockMode mode)
{
    return mode == LOCK_NONE ? 0 : 1U << mode;
}

LockMode lock_modes_strongest(LockModes modes)
{
    LockMode mode = LOCK_ACCESS_EXCLUSIVE;
    while (mode != LOCK_NONE && !(modes & 1U << mode))
        mode--;
    return mode;
}

int64_t trace_spans_within(const TraceSpans *spans, TraceSpan span)
{
    int64_t covered = 0;
    VEC_EACH (const TraceSpan, part, spans) {
        int64_t from = part->from_us > span.from_us ? part->from_us : span.from_us;
        int64_t to = part->to_us < span.to_us ? part->to_us : span.to_us;
        covered += to > from ? to - from : 0;
    }
    return covered;
}

void trace_phase_seen(Arena *arena, TracePhases *phases, const char *command, const char *phase,
                      int64_t at_us)
{
    TracePhase *last = phases->len ? &phases->items[phases->len - 1] : NULL;
    if (last && strcmp(last->phase, phase) == 0 && strcmp(last->command, command) == 0) {
        last->seen.to_us = at_us;
        return;
    }
    *vec_append(arena, phases) = (TracePhase){
        .command = arena_strdup(arena, command),
        .phase = arena_strdup(arena, phase),
        .seen = {at_us, at_us},
    };
}

// Of the first that is not before `oid`.
static size_t place_of(const TraceRelations *relations, uint32_t oid)
{
    size_t from = 0;
    size_t to = relations->len;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (relations->items[middle].oid < oid)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

TraceRelation *trace_relation_find(const TraceRelations *relations, uint32_t oid)
{
    size_t place = place_of(relations, oid);
    bool is_there = place < relations->len && relations->items[place].oid == oid;
    return is_there ? &relations->items[place] : NULL;
}

TraceRelation *trace_relation_at(Arena *arena, TraceRelations *relations, uint32_t oid)
{
    size_t place = place_of(relations, oid);
    if (place < relations->len && relations->items[place].oid == oid)
        return &relations->items[place];
    vec_append(arena, relations);
    TraceRelation *relation = &relations->items[place];
    memmove(relation + 1, relation, (relations->len - 1 - place) * sizeof *relation);
    *relation = (TraceRelation){
        .oid = oid,
        .is_index_valid = true,
        .bytes_before = -1,
        .bytes_after = -1,
        .reads_blocked_us = -1,
        .writes_blocked_us = -1,
    };
    return relation;
}

// -1 is not known; what is known counts.
static void add_known(int64_t *sum, int64_t more)
{
    if (more >= 0)
        *sum = (*sum < 0 ? 0 : *sum) + more;
}

static void add_relation(TraceRelation *sum, const TraceRelation *more)
{
    sum->name = more->name;
    sum->owner = more->owner;
    sum->kind = more->kind;
    sum->locked |= more->locked;
    sum->is_created |= more->is_created;
    sum->is_dropped |= more->is_dropped;
    sum->is_rewritten |= more->is_rewritten;
    sum->is_index_valid = more->is_index_valid;
    sum->unvalidated = more->unvalidated;
    sum->scans += more->scans;
    sum->tuples_read += more->tuples_read;
    sum->inserted += more->inserted;
    sum->updated += more->updated;
    sum->deleted += more->deleted;
    if (sum->bytes_before < 0)
        sum->bytes_before = more->bytes_before;
    sum->bytes_after = more->bytes_after;
    add_known(&sum->reads_blocked_us, more->reads_blocked_us);
    add_known(&sum->writes_blocked_us, more->writes_blocked_us);
}

void trace_total(Arena *arena, const Trace *trace, TraceRelations *ret_relations)
{
    TraceRelations relations = {0};
    VEC_EACH (const TraceStatement, statement, &trace->statements)
        VEC_EACH (const TraceRelation, relation, &statement->relations)
            add_relation(trace_relation_at(arena, &relations, relation->oid), relation);
    *ret_relations = relations;
}
