#include "run/trace_facts.h"

#include "base/text.h"
#include "io/clock.h"
#include "queries.h"

#include <inttypes.h>
#include <stdlib.h>

enum {
    FIRST_WITH_FLUSH = 15, // pg_stat_force_next_flush
    REPORT_EVERY_MS = 520, // before, a session reports what it counted at most every 500 ms
    COLUMN_COUNTS = 8      // of relations.sql and touched.sql
};

#define WAL_BYTES                                                                                  \
    "pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0')::pg_catalog.int8"

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

static const char *oid_array(Arena *arena, const TraceLocks *locks)
{
    TEXT_SCOPED text;
    text_init(&text, (size_t)1 << 30);
    text_append_char(&text, '{');
    VEC_EACH (const TraceLock, lock, locks)
        text_printf(&text, "%s%u", lock == locks->items ? "" : ",", lock->oid);
    text_append_char(&text, '}');
    return arena_strdup(arena, text_cstr(&text));
}

// What is known of those to which something has happened, so that it is not told again.
static const char *known_array(const TraceFacts *facts, Arena *arena, const TraceLocks *held)
{
    static const int64_t NONE[TRACE_COUNTS] = {0};
    TEXT_SCOPED text;
    text_init(&text, (size_t)1 << 30);
    text_append_char(&text, '{');
    VEC_EACH (const TraceLock, lock, held) {
        const RelationFacts *known = find(facts, lock->oid);
        if (!known || (known->file == known->oid && memcmp(known->counts, NONE, sizeof NONE) == 0))
            continue;
        text_printf(&text, "%s\"%u %u", text.len > 1 ? "," : "", known->oid, known->file);
        for (int i = 0; i < TRACE_COUNTS; i++)
            text_printf(&text, " %" PRId64, known->counts[i]);
        text_append_char(&text, '"');
    }
    text_append_char(&text, '}');
    return arena_strdup(arena, text_cstr(&text));
}

static bool ask_touched(const TraceFacts *facts, Session *session, const TraceLocks *held,
                        const TraceLocks *added, Arena *scratch, Rows *ret_rows, Err *err)
{
    const char *parameters[] = {oid_array(scratch, held), oid_array(scratch, added),
                                known_array(facts, scratch, held)};
    // not kept by the server: for values that it does not know it plans badly, and the script may
    // DEALLOCATE ALL
    return session_query(session, scratch, QUERY_TRACE_TOUCHED.text, 3, parameters, ret_rows,
                         err) ||
           err_note(err, "looking at what a statement did");
}

bool trace_facts_touched(TraceFacts *facts, Session *session, const TraceLocks *held,
                         const TraceLocks *added, Arena *arena, TraceRelations *ret_changes,
                         TraceSaid *ret_said, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    Rows rows;
    if (!ask_touched(facts, session, held, added, scratch, &rows, err))
        return false;
    const Prior *priors = take_rows(facts, &rows, false, scratch);
    for (size_t i = 0; i < rows.count; i++) {
        uint32_t oid = oid_of(rows_text(&rows, i, 0));
        bool is_gone = !rows_text(&rows, i, 1);
        if (!oid)
            *ret_said = (TraceSaid){rows_bool(&rows, i, 6), rows_int(&rows, i, 5)};
        else
            tell(facts, oid, &priors[i], is_gone, trace_locks_modes(added, oid), arena,
                 ret_changes);
    }
    for (size_t i = 0; i < rows.count; i++)
        if (!rows_text(&rows, i, 1))
            forget(facts, oid_of(rows_text(&rows, i, 0)));
    return true;
}

static bool has_flush(const Session *session)
{
    return session_server_major(session) >= FIRST_WITH_FLUSH;
}

// Until 14 what was counted before and is not reported yet is still among what a transaction
// counts.
static bool read_unreported(TraceFacts *facts, Session *session, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    TraceLocks all = {0};
    TraceLocks none = {0};
    Rows rows;
    VEC_EACH (const RelationFacts, relation, &facts->relations)
        *vec_append(scratch, &all) = (TraceLock){relation->oid, 0};
    if (!ask_touched(facts, session, &all, &none, scratch, &rows, err))
        return false;
    for (size_t row = 0; row < rows.count; row++) {
        RelationFacts *known = find(facts, oid_of(rows_text(&rows, row, 0)));
        for (int i = 0; known && i < TRACE_COUNTS; i++)
            known->counts[i] = rows_int(&rows, row, COLUMN_COUNTS + i);
    }
    return true;
}

bool trace_facts_begin(TraceFacts *facts, Session *session, Err *err)
{
    VEC_EACH (RelationFacts, relation, &facts->relations)
        memset(relation->counts, 0, sizeof relation->counts);
    return has_flush(session) || read_unreported(facts, session, err);
}

bool trace_facts_flush(Session *session, int64_t *ret_wal_bytes, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    Rows rows;
    const char *sql = has_flush(session) ? "SELECT " WAL_BYTES
                                           ", pg_catalog.pg_stat_force_next_flush()"
                                         : "SELECT " WAL_BYTES;
    if (!has_flush(session) && !clock_sleep_ms(REPORT_EVERY_MS))
        return fail(err, ERR_INTERRUPTED, "interrupted while statistics were awaited");
    if (!session_query(session, scratch, sql, 0, NULL, &rows, err))
        return false;
    *ret_wal_bytes = rows_int(&rows, 0, 0);
    return true;
}
