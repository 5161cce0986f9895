#include "report/rehearsal_timeline.h"

static void place_statements(Arena *arena, const Trace *trace, Timeline *timeline)
{
    vec_reserve(arena, &timeline->statements, trace->statements.len);
    VEC_EACH (const TraceStatement, statement, &trace->statements) {
        int64_t from = timeline->total_us;
        int64_t ran = statement->ran.to_us - statement->ran.from_us;
        timeline->total_us += ran > 0 ? ran : 0;
        *vec_append(arena, &timeline->statements) = (TraceSpan){from, timeline->total_us};
    }
}

// Where locks that the statement takes are given up again.
static int64_t release_us(const Trace *trace, const Timeline *timeline, size_t at)
{
    const TraceStatement *statement = &trace->statements.items[at];
    if (statement->place != TRACE_OUTSIDE)
        while (at + 1 < trace->statements.len &&
               trace->statements.items[at + 1].transaction == statement->transaction)
            at++;
    return timeline->statements.items[at].to_us;
}

static TimelineRow *row_of(Arena *arena, Timeline *timeline, const TraceRelation *relation)
{
    VEC_EACH (TimelineRow, row, &timeline->rows)
        if (row->oid == relation->oid)
            return row;
    TimelineRow *row = vec_append(arena, &timeline->rows);
    *row = (TimelineRow){.oid = relation->oid,
                         .relation = relation->name,
                         .owner = relation->owner,
                         .reads_us = -1,
                         .writes_us = -1};
    return row;
}

// A stronger lock goes on where a weaker one was.
static void add_bar(Arena *arena, TimelineRow *row, TraceSpan held, LockMode mode)
{
    TimelineBar *last = row->bars.len ? &row->bars.items[row->bars.len - 1] : NULL;
    if (last && last->span.to_us > held.from_us) {
        if (last->mode >= mode)
            return;
        last->span.to_us = held.from_us;
    }
    *vec_append(arena, &row->bars) = (TimelineBar){held, mode};
    if (mode > row->mode)
        row->mode = mode;
}

static void add_blocked(Arena *arena, TraceSpans *spans, int64_t *total, TraceSpan ran,
                        int64_t blocked_us)
{
    if (blocked_us < 0)
        return;
    *total = (*total < 0 ? 0 : *total) + blocked_us;
    int64_t from = ran.to_us - blocked_us;
    if (blocked_us)
        *vec_append(arena, spans) = (TraceSpan){from > ran.from_us ? from : ran.from_us, ran.to_us};
}

static bool is_shown_by_owner(const TraceRelations *relations, const TraceRelation *part)
{
    if (!part->owner)
        return false;
    VEC_EACH (const TraceRelation, relation, relations)
        if (strcmp(relation->name, part->owner) == 0)
            return lock_modes_strongest(relation->locked) >= lock_modes_strongest(part->locked);
    return false;
}

static void add_relation(Arena *arena, Timeline *timeline, const TraceStatement *statement,
                         const TraceRelation *relation, TraceSpan ran, int64_t until_us)
{
    LockMode mode = lock_modes_strongest(relation->locked);
    bool is_held = mode >= LOCK_SHARE_UPDATE_EXCLUSIVE;
    bool is_blocked = relation->reads_blocked_us > 0 || relation->writes_blocked_us > 0;
    if ((!is_held && !is_blocked) || is_shown_by_owner(&statement->relations, relation))
        return;
    TimelineRow *row = row_of(arena, timeline, relation);
    if (is_held)
        add_bar(arena, row, (TraceSpan){ran.from_us, until_us}, mode);
    add_blocked(arena, &row->reads_blocked, &row->reads_us, ran, relation->reads_blocked_us);
    add_blocked(arena, &row->writes_blocked, &row->writes_us, ran, relation->writes_blocked_us);
}

static bool was_made(const TraceRelations *made, const TraceRelation *relation)
{
    return relation->is_created || trace_relation_find(made, relation->oid);
}

static int64_t held_us(const TimelineRow *row)
{
    int64_t held = 0;
    VEC_EACH (const TimelineBar, bar, &row->bars)
        if (lock_mode_blocks_writes(bar->mode))
            held += bar->span.to_us - bar->span.from_us;
    return held;
}

static int by_harm(const void *left, const void *right)
{
    const TimelineRow *one = left;
    const TimelineRow *other = right;
    int64_t harms[][2] = {
        {one->reads_us, other->reads_us}, {one->writes_us, other->writes_us},
        {held_us(one), held_us(other)},   {one->mode, other->mode},
        {other->oid, one->oid},
    };
    for (size_t i = 0; i < sizeof harms / sizeof *harms; i++)
        if (harms[i][0] != harms[i][1])
            return harms[i][0] > harms[i][1] ? -1 : 1;
    return 0;
}

void timeline_make(Arena *arena, const Trace *trace, Timeline *ret_timeline)
{
    Timeline timeline = {0};
    TraceRelations made = {0};
    place_statements(arena, trace, &timeline);
    for (size_t i = 0; i < trace->statements.len; i++) {
        const TraceStatement *statement = &trace->statements.items[i];
        int64_t until_us = release_us(trace, &timeline, i);
        VEC_EACH (const TraceRelation, relation, &statement->relations) {
            if (was_made(&made, relation))
                trace_relation_at(arena, &made, relation->oid);
            else
                add_relation(arena, &timeline, statement, relation, timeline.statements.items[i],
                             until_us);
        }
    }
    vec_sort(&timeline.rows, by_harm);
    *ret_timeline = timeline;
}

const char *timeline_effect(LockMode mode)
{
    return lock_mode_blocks_reads(mode)    ? "reads and writes wait"
           : lock_mode_blocks_writes(mode) ? "writes wait"
                                           : "other changes wait";
}
