#include "run/trace_own.h"

#include "base/text.h"
#include "io/clock.h"
#include "queries.h"

#include <stdlib.h>

enum {
    FIRST_WITH_FLUSH = 15, // pg_stat_force_next_flush
    REPORT_EVERY_MS = 520, // before, a session reports what it counted at most every 500 ms
    COLUMN_MODES = 13      // of trace/touched
};

// Parameters of trace/touched.
enum {
    LOCKS,
    UNTOUCHED,
    UNTOUCHED_INDEXES,
    TOUCHED,
    FILES,
    COUNTS,
    ARRAYS = COUNTS + TRACE_COUNTS
};

#define WAL_BYTES                                                                                  \
    "pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), '0/0')::pg_catalog.int8"

static void add_number(Text *array, int64_t number)
{
    text_append_char(array, array->len ? ',' : '{');
    text_append_int(array, number);
}

// No two names of modes are equally long: to the server, that is a mode's number.
static size_t number_of(LockMode mode)
{
    return strlen(lock_mode_in_views(mode));
}

static LockModes modes_of(int64_t numbers)
{
    LockModes modes = 0;
    for (LockMode mode = LOCK_ACCESS_SHARE; mode <= LOCK_ACCESS_EXCLUSIVE; mode++)
        if (numbers >> number_of(mode) & 1)
            modes |= lock_modes_of(mode);
    return modes;
}

static void add_lock(Text *locks, const TraceLock *lock)
{
    for (LockMode mode = LOCK_ACCESS_SHARE; mode <= LOCK_ACCESS_EXCLUSIVE; mode++)
        if (lock->modes & lock_modes_of(mode))
            add_number(locks, (int64_t)lock->oid * 32 + (int64_t)number_of(mode));
}

static void add_known(Text *arrays, const RelationFacts *known)
{
    static const int64_t NONE[TRACE_COUNTS] = {0};
    bool is_index = known->kind == 'i';
    if (known->file == known->oid && memcmp(known->counts, NONE, sizeof NONE) == 0) {
        add_number(&arrays[is_index ? UNTOUCHED_INDEXES : UNTOUCHED], known->oid);
        return;
    }
    add_number(&arrays[TOUCHED], known->oid);
    add_number(&arrays[FILES], known->file);
    for (int i = 0; i < TRACE_COUNTS; i++)
        add_number(&arrays[COUNTS + i], known->counts[i]);
}

static void fill_arrays(const TraceFacts *facts, const TraceLocks *held, Text *arrays)
{
    VEC_EACH (const TraceLock, lock, held) {
        const RelationFacts *known = trace_facts_find(facts, lock->oid);
        add_lock(&arrays[LOCKS], lock);
        if (known)
            add_known(arrays, known);
    }
}

// The script may DEALLOCATE ALL, and planning takes longer than running.
static bool ask_kept(Session *session, Arena *arena, Text *arrays, Rows *ret_rows, Err *err)
{
    const char *parameters[ARRAYS];
    for (int i = 0; i < ARRAYS; i++) {
        text_append(&arrays[i], arrays[i].len ? STR("}") : STR("{}"));
        parameters[i] = text_cstr(&arrays[i]);
    }
    return (session_check_kept(session, err) &&
            session_query_kept(session, arena, QUERY_TRACE_TOUCHED.text, ARRAYS, parameters,
                               ret_rows, err)) ||
           err_note(err, "looking at what a statement did");
}

static TraceDeed deed_of(Arena *arena, const Rows *rows)
{
    TraceDeed deed = {
        .rows = *rows,
        .tells_temp = rows_bool(rows, 0, 6),
        .wal_before = rows_int(rows, 0, 5),
        .wal_after = rows_int(rows, rows->count - 1, 5),
    };
    for (size_t i = 0; i < rows->count; i++)
        if (rows_text(rows, i, COLUMN_MODES))
            *vec_append(arena, &deed.added) = (TraceLock){
                (uint32_t)strtoul(rows_text(rows, i, 0), NULL, 10),
                modes_of(rows_int(rows, i, COLUMN_MODES)),
            };
    trace_locks_settle(&deed.added);
    return deed;
}

bool trace_own_ask(const TraceFacts *facts, Session *session, const TraceLocks *held, Arena *arena,
                   TraceDeed *ret_deed, Err *err)
{
    Text arrays[ARRAYS];
    Rows rows;
    for (int i = 0; i < ARRAYS; i++)
        text_init(&arrays[i], (size_t)1 << 30);
    fill_arrays(facts, held, arrays);
    bool ok = ask_kept(session, arena, arrays, &rows, err);
    if (ok)
        *ret_deed = deed_of(arena, &rows);
    for (int i = 0; i < ARRAYS; i++)
        text_done(&arrays[i]);
    return ok;
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
    TraceRelations unused = {0};
    TraceDeed deed;
    VEC_EACH (const RelationFacts, relation, &facts->relations)
        *vec_append(scratch, &all) = (TraceLock){relation->oid, 0};
    if (!trace_own_ask(facts, session, &all, scratch, &deed, err))
        return false;
    trace_facts_take(facts, &deed.rows, &deed.added, scratch, &unused);
    return true;
}

bool trace_own_begin(TraceFacts *facts, Session *session, Err *err)
{
    trace_facts_begin(facts);
    return has_flush(session) || read_unreported(facts, session, err);
}

bool trace_own_flush(Session *session, int64_t *ret_wal_bytes, Err *err)
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
