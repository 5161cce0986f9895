#include "run/trace_facts.h"

#include "queries.h"

#include <stdlib.h>

enum {
    COLUMN_COUNTS = 8 // of trace/relations and trace/touched
};

static size_t place_of(const TraceFacts *facts, uint32_t oid)
{
    size_t from = 0;
    size_t to = facts->relations.len;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (facts->relations.items[middle].oid < oid)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static RelationFacts *find(const TraceFacts *facts, uint32_t oid)
{
    size_t place = place_of(facts, oid);
    bool is_there = place < facts->relations.len && facts->relations.items[place].oid == oid;
    return is_there ? &facts->relations.items[place] : NULL;
}

const RelationFacts *trace_facts_find(const TraceFacts *facts, uint32_t oid)
{
    return find(facts, oid);
}

static void keep(TraceFacts *facts, const RelationFacts *now)
{
    size_t place = place_of(facts, now->oid);
    bool is_there = place < facts->relations.len && facts->relations.items[place].oid == now->oid;
    if (!is_there) {
        vec_append(facts->arena, &facts->relations);
        RelationFacts *relation = &facts->relations.items[place];
        memmove(relation + 1, relation, (facts->relations.len - 1 - place) * sizeof *relation);
    }
    facts->relations.items[place] = *now;
}

static void forget(TraceFacts *facts, uint32_t oid)
{
    RelationFacts *gone = find(facts, oid);
    if (!gone)
        return;
    size_t behind = (size_t)(facts->relations.items + facts->relations.len - (gone + 1));
    memmove(gone, gone + 1, behind * sizeof *gone);
    facts->relations.len--;
}

static uint32_t oid_of(const char *text)
{
    return text ? (uint32_t)strtoul(text, NULL, 10) : 0;
}

// The text that was known, when it says the same: rows are read again and again.
static const char *kept_text(TraceFacts *facts, const char *known, const char *now)
{
    if (!now || (known && strcmp(known, now) == 0))
        return now ? known : NULL;
    return arena_strdup(facts->arena, now);
}

static RelationFacts row_facts(TraceFacts *facts, const Rows *rows, size_t row)
{
    RelationFacts now = {.oid = oid_of(rows_text(rows, row, 0))};
    const RelationFacts *known = find(facts, now.oid);
    const char *kind = rows_text(rows, row, 2);
    now.name = kept_text(facts, known ? known->name : NULL, rows_text(rows, row, 1));
    now.kind = kind ? *kind : 0;
    now.owner = oid_of(rows_text(rows, row, 3));
    now.file = oid_of(rows_text(rows, row, 4));
    now.bytes = rows_text(rows, row, 5) ? rows_int(rows, row, 5) : -1;
    now.is_index_valid = !rows_text(rows, row, 6) || rows_bool(rows, row, 6);
    now.is_committed = known && known->is_committed;
    now.unvalidated = kept_text(facts, known ? known->unvalidated : NULL, rows_text(rows, row, 7));
    for (int i = 0; i < TRACE_COUNTS; i++)
        now.counts[i] = rows_int(rows, row, COLUMN_COUNTS + i);
    return now;
}

static const char *owner_name(const TraceFacts *facts, const RelationFacts *relation)
{
    // an index of a toast table belongs to the table, too
    for (uint32_t oid = relation->owner; oid;) {
        const RelationFacts *owner = find(facts, oid);
        if (!owner || !owner->owner)
            return owner ? owner->name : NULL;
        oid = owner->owner;
    }
    return NULL;
}

static bool says_otherwise(const char *one, const char *other)
{
    return one != other && (!one || !other || strcmp(one, other) != 0);
}

static bool is_changed(const RelationFacts *before, const RelationFacts *now)
{
    return !before || before->file != now->file || before->bytes != now->bytes ||
           before->is_index_valid != now->is_index_valid ||
           says_otherwise(before->unvalidated, now->unvalidated) ||
           memcmp(before->counts, now->counts, sizeof now->counts) != 0;
}

static void describe(const TraceFacts *facts, const RelationFacts *before, const RelationFacts *now,
                     TraceRelation *relation)
{
    static const int64_t NONE[TRACE_COUNTS] = {0};
    const int64_t *counted = before ? before->counts : NONE;
    relation->name = now->name;
    relation->owner = owner_name(facts, now);
    relation->kind = now->kind;
    relation->is_created = !before;
    relation->is_rewritten = before && before->file && now->file && before->file != now->file;
    relation->is_index_valid = now->is_index_valid;
    relation->unvalidated = now->unvalidated;
    relation->scans = now->counts[0] - counted[0];
    relation->tuples_read = now->counts[1] - counted[1];
    relation->inserted = now->counts[2] - counted[2];
    relation->updated = now->counts[3] - counted[3];
    relation->deleted = now->counts[4] - counted[4];
    relation->bytes_before = before ? before->bytes : 0;
    relation->bytes_after = now->bytes;
}

static void describe_dropped(const TraceFacts *facts, const RelationFacts *before,
                             TraceRelation *relation)
{
    relation->name = before->name;
    relation->owner = owner_name(facts, before);
    relation->kind = before->kind;
    relation->is_dropped = true;
    relation->bytes_before = before->bytes;
    relation->bytes_after = 0;
}

typedef struct Prior {
    bool is_known;
    RelationFacts facts;
} Prior;

// What the rows say becomes what is known; what was known of each is returned.
static Prior *take_rows(TraceFacts *facts, const Rows *rows, bool is_committed, Arena *scratch)
{
    Prior *priors = arena_alloc_array(scratch, rows->count + 1, sizeof *priors);
    for (size_t i = 0; i < rows->count; i++) {
        RelationFacts now = row_facts(facts, rows, i);
        const RelationFacts *known = find(facts, now.oid);
        if (known)
            priors[i] = (Prior){true, *known};
        if (!now.name) // it is gone, or says nothing of a relation
            continue;
        now.is_committed |= is_committed;
        now.reading = facts->readings;
        keep(facts, &now);
    }
    return priors;
}

// Nothing of one that was neither there before nor is there now: a statement's own helper.
static void tell(const TraceFacts *facts, uint32_t oid, const Prior *prior, bool is_gone,
                 LockModes modes, Arena *arena, TraceRelations *changes)
{
    const RelationFacts *now = is_gone ? NULL : find(facts, oid);
    const RelationFacts *before = prior->is_known ? &prior->facts : NULL;
    if ((!now && !before) || (now && !modes && !is_changed(before, now)))
        return;
    TraceRelation *relation = trace_relation_at(arena, changes, oid);
    if (now)
        describe(facts, before, now, relation);
    else
        describe_dropped(facts, before, relation);
    relation->locked = modes;
}

// Those that a reading of all did not have.
static void tell_gone(TraceFacts *facts, const TraceLocks *locks, Arena *arena,
                      TraceRelations *changes)
{
    size_t kept = 0;
    VEC_EACH (const RelationFacts, known, &facts->relations)
        if (known->reading != facts->readings)
            tell(facts, known->oid, &(Prior){true, *known}, true,
                 trace_locks_modes(locks, known->oid), arena, changes);
    for (size_t i = 0; i < facts->relations.len; i++)
        if (facts->relations.items[i].reading == facts->readings)
            facts->relations.items[kept++] = facts->relations.items[i];
    facts->relations.len = kept;
}

bool trace_facts_read(TraceFacts *facts, Session *session, const TraceLocks *locks, Arena *arena,
                      TraceRelations *ret_changes, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    Rows rows;
    if (!session_query(session, scratch, QUERY_TRACE_RELATIONS.text, 0, NULL, &rows, err))
        return err_note(err, "reading the relations before and after a statement");
    facts->readings++;
    const Prior *priors = take_rows(facts, &rows, true, scratch);
    for (size_t i = 0; i < rows.count; i++) {
        uint32_t oid = oid_of(rows_text(&rows, i, 0));
        tell(facts, oid, &priors[i], false, trace_locks_modes(locks, oid), arena, ret_changes);
    }
    tell_gone(facts, locks, arena, ret_changes);
    return true;
}

void trace_facts_take(TraceFacts *facts, const Rows *rows, const TraceLocks *added, Arena *arena,
                      TraceRelations *ret_changes)
{
    ARENA_SCOPED scratch = arena_new();
    const Prior *priors = take_rows(facts, rows, false, scratch);
    for (size_t i = 0; i < rows->count; i++) {
        uint32_t oid = oid_of(rows_text(rows, i, 0));
        if (oid)
            tell(facts, oid, &priors[i], !rows_text(rows, i, 1), trace_locks_modes(added, oid),
                 arena, ret_changes);
    }
    for (size_t i = 0; i < rows->count; i++)
        if (!rows_text(rows, i, 1))
            forget(facts, oid_of(rows_text(rows, i, 0)));
}

void trace_facts_begin(TraceFacts *facts)
{
    VEC_EACH (RelationFacts, relation, &facts->relations)
        memset(relation->counts, 0, sizeof relation->counts);
}
