#include "run/trace.h"

#include "io/clock.h"
#include "run/script_statement.h"
#include "run/trace_own.h"
#include "run/trace_probes.h"
#include "run/trace_watch.h"

#include <ctype.h>
#include <stdlib.h>

enum {
    SAMPLE_EVERY_MS = 10,
    PROBE_TIMEOUT_MS = 20,
    PROBED_TABLES = 8,
    PROBE_PAUSE_MS = 25,
    TICK_MS = 5,
    OTHERS_TICK_MS = 1,
    SIZE_SHARE = 20,       // of the time, at most one in so many goes into asking how large it is,
    LAST_SIZE_SHARE = 100, // and behind statements that wrote little
    SIZE_GROWN = 1024 * 1024 // bytes of its relations: then it is asked in any case
};

typedef struct Tracing {
    Arena *arena; // the trace's
    Session *session;
    const Script *script;
    const TraceOptions *options;
    ScriptReader *reader;
    Trace *trace;
    TraceWatch watch;
    TraceFacts facts;
    TraceProbes probes;
    TraceLocks held; // by the transaction that is open
    size_t first;    // of its statements
    int64_t zero_us;
    int ordinal;
    bool is_running; // a statement of the script, not a question of ours
    bool is_ended;   // at the limit
    // Of the statement that runs.
    Arena *seen_arena;
    TraceLocks seen; // in samples
    int64_t looked_us;
    int64_t sized_us;
    int64_t sizing_us; // how long that took
    int64_t size;
    int64_t wal_bytes; // before it
    int64_t temp_bytes;
} Tracing;

static int64_t now_us(const Tracing *tracing)
{
    return clock_monotonic_us() - tracing->zero_us;
}

static TraceStatement *current(const Tracing *tracing)
{
    return &tracing->trace->statements.items[tracing->trace->statements.len - 1];
}

// A temporary file is told when it is deleted: "temporary file: path "base/pgsql_tmp/...", size N",
// in the server's language.
static int64_t temp_file_size(const char *message)
{
    if (!strstr(message, "pgsql_tmp"))
        return 0;
    const char *digits = message + strlen(message);
    while (digits > message && isdigit((unsigned char)digits[-1]))
        digits--;
    return strtoll(digits, NULL, 10);
}

static void on_notice(void *context, const Notice *notice)
{
    Tracing *tracing = context;
    if (strcmp(notice->severity, "LOG") == 0) {
        tracing->temp_bytes += temp_file_size(notice->message);
        return;
    }
    if (!tracing->trace->statements.len)
        return;
    TraceStatement *statement = current(tracing);
    *vec_append(tracing->arena, &statement->notices) = (TraceNotice){
        arena_strdup(tracing->arena, notice->severity),
        arena_strdup(tracing->arena, notice->message),
    };
}

// Tables that others can see and that somebody could have to wait for, by themselves or by an
// index.
static void probe_locked(Tracing *tracing, const TraceLocks *locks)
{
    VEC_EACH (const TraceLock, lock, locks) {
        const RelationFacts *relation = trace_facts_find(&tracing->facts, lock->oid);
        if (lock_modes_strongest(lock->modes) < LOCK_SHARE_UPDATE_EXCLUSIVE || !relation ||
            !relation->is_committed)
            continue;
        if (relation->kind == 'i' || relation->kind == 'I')
            relation = trace_facts_find(&tracing->facts, relation->owner);
        if (relation && relation->is_committed)
            trace_probes_want(&tracing->probes, relation->oid, relation->name, relation->kind);
    }
}

static void take_look(Tracing *tracing, const TraceLook *look)
{
    TraceStatement *statement = current(tracing);
    int64_t now = now_us(tracing);
    trace_locks_add(tracing->seen_arena, &tracing->seen, &look->locks);
    if (look->is_waiting)
        statement->waited_us += now - tracing->looked_us;
    if (look->phase)
        trace_phase_seen(tracing->arena, &statement->phases, look->command, look->phase, now);
    tracing->looked_us = now;
    probe_locked(tracing, &look->locks);
}

static void take_size(Tracing *tracing)
{
    TraceStatement *statement = current(tracing);
    int64_t start = now_us(tracing);
    int64_t bytes = -1;
    Err ignored = {0};
    if (!trace_watch_size(&tracing->watch, &bytes, &ignored))
        return;
    tracing->sized_us = now_us(tracing);
    tracing->sizing_us = tracing->sized_us - start;
    tracing->size = bytes;
    if (statement->size_peak < bytes)
        statement->size_peak = bytes;
}

static bool is_worth_sizing(const Tracing *tracing, int64_t since_us, int share)
{
    return now_us(tracing) - since_us > share * tracing->sizing_us;
}

static bool has_grown(const TraceStatement *statement)
{
    int64_t bytes = 0;
    VEC_EACH (const TraceRelation, relation, &statement->relations)
        bytes += relation->bytes_after - relation->bytes_before;
    return bytes > SIZE_GROWN;
}

// Behind a statement.
static void take_last_size(Tracing *tracing)
{
    TraceStatement *statement = current(tracing);
    int64_t since_us =
        statement->ran.from_us < tracing->sized_us ? statement->ran.from_us : tracing->sized_us;
    if (!has_grown(statement) && !is_worth_sizing(tracing, since_us, LAST_SIZE_SHARE))
        return;
    take_size(tracing);
    statement->size_after = tracing->size;
}

static bool is_over(const Tracing *tracing)
{
    int64_t limit_ms = tracing->options->limit_ms;
    return limit_ms && !tracing->is_ended && now_us(tracing) > limit_ms * 1000;
}

// Nothing that goes wrong beside is the statement's failure: it is not sampled any more.
static void on_tick(void *context)
{
    Tracing *tracing = context;
    Err ignored = {0};
    int every_ms = tracing->options->sample_every_ms;
    if (tracing->options->on_tick)
        tracing->options->on_tick(tracing->options->tick_context);
    trace_probes_turn(&tracing->probes);
    if (is_over(tracing) && session_is_alive(tracing->watch.session)) {
        tracing->is_ended = true;
        trace_watch_end(&tracing->watch);
        return;
    }
    if (!tracing->is_running ||
        now_us(tracing) - tracing->looked_us < (every_ms ? every_ms : SAMPLE_EVERY_MS) * 1000L)
        return;
    ARENA_SCOPED scratch = arena_new();
    TraceLook look;
    if (!session_is_alive(tracing->watch.session) ||
        !trace_watch_look(&tracing->watch, scratch, &look, &ignored))
        return;
    take_look(tracing, &look);
    if (is_worth_sizing(tracing, tracing->sized_us, SIZE_SHARE))
        take_size(tracing);
}

// Cut between two code points.
static const char *beginning(Arena *arena, Str text)
{
    size_t length = text.n;
    if (length > TRACE_TEXT_MAX) {
        length = TRACE_TEXT_MAX;
        while (length && ((unsigned char)text.p[length] & 0xC0) == 0x80)
            length--;
    }
    return arena_dup(arena, (Str){text.p, length});
}

static void begin_statement(Tracing *tracing, const Statement *statement, TracePlace place)
{
    char label[128] = "COMMIT";
    if (statement)
        statement_label(statement, label, sizeof label);
    *vec_append(tracing->arena, &tracing->trace->statements) = (TraceStatement){
        .place = place,
        .transaction = place == TRACE_OUTSIDE ? 0 : tracing->trace->transactions,
        .ordinal = statement ? tracing->ordinal : 0,
        .position = statement
                        ? expansion_position_in_file(tracing->script->shifts, statement->position)
                        : (Position){0},
        .label = arena_strdup(tracing->arena, label),
        .text = statement ? beginning(tracing->arena, statement->text) : NULL,
        .size_before = tracing->size,
        .size_peak = -1,
        .size_after = -1,
        .rows = -1,
        .wal_bytes = -1,
        .temp_bytes = -1,
    };
    arena_release(tracing->seen_arena, (ArenaMark){0});
    tracing->seen = (TraceLocks){0};
    tracing->temp_bytes = 0;
}

// The statement itself, or what ends its transaction, timed.
static bool run_timed(Tracing *tracing, const Statement *statement, Err *err)
{
    int64_t start = tracing->looked_us = now_us(tracing);
    tracing->is_running = true;
    bool ok = statement ? script_statement_run(tracing->session, script_splitter(tracing->reader),
                                               statement, err)
                        : session_exec(tracing->session, "COMMIT", err);
    tracing->is_running = false;
    TraceStatement *traced = current(tracing);
    traced->ran = (TraceSpan){start, now_us(tracing)};
    if (ok) {
        traced->rows = statement ? session_rows_affected(tracing->session) : -1;
        return true;
    }
    if (err->position.line)
        err->position = expansion_position_in_file(tracing->script->shifts, err->position);
    traced->has_failed = true;
    memcpy(traced->sqlstate, err->sqlstate, sizeof traced->sqlstate);
    return false;
}

// A query of ours would take the snapshot that must not be there before SET TRANSACTION.
static bool is_setting(const Statement *statement)
{
    return str_starts_nocase(statement->text, STR("set"));
}

// ROLLBACK TO SAVEPOINT: nothing else lets go of a lock that a statement before it took.
static bool is_letting_go(const Statement *statement)
{
    return str_starts_nocase(statement->text, STR("rollback"));
}

static bool measure_by_session(Tracing *tracing, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    TraceStatement *traced = current(tracing);
    TraceDeed deed;
    if (!trace_own_ask(&tracing->facts, tracing->session, &tracing->held, scratch, &deed, err))
        return false;
    probe_locked(tracing, &deed.added);
    trace_facts_take(&tracing->facts, &deed.rows, &deed.added, tracing->arena, &traced->relations);
    trace_locks_add(tracing->arena, &tracing->held, &deed.added);
    traced->wal_bytes = deed.wal_before - tracing->wal_bytes;
    tracing->wal_bytes = deed.wal_after;
    traced->temp_bytes = deed.tells_temp ? tracing->temp_bytes : -1;
    return true;
}

// Behind a statement of a transaction, before its end: every lock of it is still held. SET
// CONSTRAINTS is a setting that may lock, and then the snapshot is there.
static bool measure_inside(Tracing *tracing, const Statement *statement, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    TraceLook look;
    bool asks_session = true;
    if (is_setting(statement) || is_letting_go(statement)) {
        if (!trace_watch_held(&tracing->watch, scratch, &look, err))
            return false;
        asks_session = is_letting_go(statement) ||
                       trace_locks_new(scratch, &tracing->held, &look.locks).len > 0;
    }
    if (is_letting_go(statement)) {
        tracing->held.len = 0;
        trace_locks_add(tracing->arena, &tracing->held, &look.locks);
    }
    if (!asks_session) {
        current(tracing)->wal_bytes = look.wal_bytes - tracing->wal_bytes;
        tracing->wal_bytes = look.wal_bytes;
    } else if (!measure_by_session(tracing, err)) {
        return false;
    }
    take_last_size(tracing);
    return true;
}

static void tell_blocked(Tracing *tracing, TraceStatement *statement, const TraceProbe *probe)
{
    TraceRelation *relation = trace_relation_at(tracing->arena, &statement->relations, probe->oid);
    int64_t blocked = trace_spans_within(&probe->spans, statement->ran);
    if (!relation->name) {
        relation->name = probe->name;
        relation->kind = probe->kind;
    }
    *(probe->writes ? &relation->writes_blocked_us : &relation->reads_blocked_us) = blocked;
}

// The transaction, or the statement outside of one, has ended: who waited for it is known now.
static void end_unit(Tracing *tracing)
{
    Trace *trace = tracing->trace;
    trace_probes_settle(&tracing->probes);
    for (size_t i = tracing->first; i < trace->statements.len; i++) {
        TraceStatement *statement = &trace->statements.items[i];
        VEC_EACH (const TraceProbe, probe, &tracing->probes.probes)
            if (probe->first_us && statement->ran.to_us > probe->first_us)
                tell_blocked(tracing, statement, probe);
        if (tracing->options->on_statement)
            tracing->options->on_statement(tracing->options->context, statement);
    }
    trace->unprobed = (int)tracing->probes.unprobed.len;
    trace_probes_clear(&tracing->probes);
    tracing->first = trace->statements.len;
}

static bool fail_unit(Tracing *tracing)
{
    session_rollback(tracing->session);
    end_unit(tracing);
    return false;
}

static bool open_transaction(Tracing *tracing, const char *begin, Err *err)
{
    tracing->held.len = 0;
    tracing->trace->transactions++;
    return trace_own_begin(&tracing->facts, tracing->session, err) &&
           session_exec(tracing->session, begin, err);
}

static bool run_inside(Tracing *tracing, const Statement *statement, Err *err)
{
    tracing->ordinal++;
    begin_statement(tracing, statement, TRACE_IN_TRANSACTION);
    return run_timed(tracing, statement, err) && measure_inside(tracing, statement, err);
}

// The last measure of what ran outside of a transaction, or ended one.
static bool take_wal(Tracing *tracing, Err *err)
{
    int64_t before = tracing->wal_bytes;
    if (!trace_own_flush(tracing->session, &tracing->wal_bytes, err))
        return false;
    current(tracing)->wal_bytes = tracing->wal_bytes - before;
    return true;
}

static bool close_transaction(Tracing *tracing, Err *err)
{
    begin_statement(tracing, NULL, TRACE_COMMIT);
    if (!run_timed(tracing, NULL, err) || !take_wal(tracing, err))
        return false;
    VEC_EACH (RelationFacts, relation, &tracing->facts.relations)
        relation->is_committed = true;
    end_unit(tracing);
    return true;
}

static bool measure_outside(Tracing *tracing, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    static const TraceLocks NONE;
    TraceStatement *traced = current(tracing);
    TraceDeed deed;
    if (!take_wal(tracing, err) ||
        !trace_own_ask(&tracing->facts, tracing->session, &NONE, scratch, &deed, err) ||
        !trace_facts_read(&tracing->facts, tracing->watch.session, &tracing->seen, tracing->arena,
                          &traced->relations, err))
        return false;
    traced->temp_bytes = deed.tells_temp ? tracing->temp_bytes : -1;
    take_last_size(tracing);
    return true;
}

static bool run_outside(Tracing *tracing, const Statement *statement, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    static const TraceLocks NONE;
    TraceRelations unused = {0};
    Err ignored = {0};
    tracing->ordinal++;
    if (!trace_own_flush(tracing->session, &tracing->wal_bytes, err) ||
        !trace_facts_read(&tracing->facts, tracing->watch.session, &NONE, scratch, &unused, err))
        return false;
    begin_statement(tracing, statement, TRACE_OUTSIDE);
    bool ok = run_timed(tracing, statement, err);
    if (session_is_alive(tracing->session) && !measure_outside(tracing, ok ? err : &ignored))
        ok = false;
    end_unit(tracing);
    return ok;
}

// From the script's BEGIN to its COMMIT, or to the script's end (`begin` is ours then).
static bool run_block(Tracing *tracing, const char *begin, bool is_whole, Err *err)
{
    if (!open_transaction(tracing, begin, err))
        return false;
    for (;;) {
        Statement statement;
        SplitResult got = splitter_next(script_splitter(tracing->reader), &statement, err);
        if (got == SPLIT_FAILED)
            return false;
        if (got == SPLIT_END || (!is_whole && statement.class == STATEMENT_COMMIT))
            return close_transaction(tracing, err);
        if (statement.class == STATEMENT_BEGIN || statement.class == STATEMENT_COMMIT)
            continue; // merged with ours
        if (!run_inside(tracing, &statement, err))
            return false;
    }
}

// In a transaction of its own if it bears one; tried there, since only running it tells.
static bool run_alone(Tracing *tracing, const Statement *statement, Err *err)
{
    if (open_transaction(tracing, "BEGIN", err) && run_inside(tracing, statement, err))
        return close_transaction(tracing, err);
    if (statement->class != STATEMENT_TRANSACTIONAL || !script_statement_wants_none(err))
        return false;
    session_rollback(tracing->session);
    trace_probes_settle(&tracing->probes);
    trace_probes_clear(&tracing->probes);
    tracing->trace->statements.len = tracing->first;
    tracing->trace->transactions--;
    tracing->ordinal--;
    *err = (Err){0};
    return run_outside(tracing, statement, err);
}

static bool run_units(Tracing *tracing, Err *err)
{
    for (;;) {
        Statement statement;
        SplitResult got = splitter_next(script_splitter(tracing->reader), &statement, err);
        if (got != SPLIT_STATEMENT)
            return got == SPLIT_END;
        bool ok =
            statement.class == STATEMENT_BEGIN
                ? run_block(tracing, arena_strdup(tracing->arena, statement.text.p), false, err)
            : statement.class == STATEMENT_NOT_TRANSACTIONAL ? run_outside(tracing, &statement, err)
                                                             : run_alone(tracing, &statement, err);
        if (!ok)
            return false;
    }
}

static bool run_script(Tracing *tracing, Err *err)
{
    Shape shape;
    if (!script_survey(tracing->script, &shape, err) ||
        !script_open(tracing->script, &tracing->reader, err))
        return false;
    bool is_whole = shape_is_one_transaction(&shape, &tracing->script->directives);
    return (is_whole ? run_block(tracing, shape.begin[0] ? shape.begin : "BEGIN", true, err)
                     : run_units(tracing, err)) &&
           script_check_unchanged(tracing->reader, err);
}

// Who may not say so is not told of temporary files.
static void ask_for_temp_files(Session *session)
{
    Err ignored = {0};
    (void)!session_exec(session, "SET log_temp_files = 0", &ignored);
    (void)!session_exec(session, "SET client_min_messages = log", &ignored);
}

static bool prepare(Tracing *tracing, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    static const TraceLocks NONE;
    TraceRelations unused = {0};
    ask_for_temp_files(tracing->session);
    if (!trace_watch_open(&tracing->watch, tracing->arena, tracing->options->url, tracing->session,
                          err) ||
        (tracing->probes.url && !trace_probes_open(&tracing->probes, err)) ||
        !trace_own_flush(tracing->session, &tracing->wal_bytes, err) ||
        !trace_facts_read(&tracing->facts, tracing->watch.session, &NONE, scratch, &unused, err) ||
        !trace_watch_size(&tracing->watch, &tracing->size, err))
        return false;
    session_set_notice(tracing->session, on_notice, tracing);
    session_set_tick(tracing->session, tracing->options->on_tick ? OTHERS_TICK_MS : TICK_MS,
                     on_tick, tracing);
    return true;
}

static void explain_end(const Tracing *tracing, Err *err)
{
    if (err->class != ERR_CONNECTION || !tracing->trace->statements.len)
        return;
    fail(err, ERR_CONNECTION, "it was ended after %.1f s, and had not come to its end",
         (double)now_us(tracing) / 1000000);
    err_at(err, tracing->script->path, current(tracing)->position);
}

static bool finish(Tracing *tracing, bool ok, Err *err)
{
    Err ignored = {0};
    session_set_idle(tracing->session, 0, NULL, NULL);
    session_set_notice(tracing->session, NULL, NULL);
    trace_probes_close(&tracing->probes);
    trace_watch_close(&tracing->watch);
    script_close(tracing->reader);
    arena_free(tracing->seen_arena);
    return !session_is_alive(tracing->session) ||
           session_exec(tracing->session, "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL",
                        ok ? err : &ignored);
}

bool trace_script(Arena *arena, Session *session, const Script *script, const TraceOptions *options,
                  Trace *ret_trace, Err *err)
{
    *ret_trace = (Trace){0};
    Tracing tracing = {
        .arena = arena,
        .session = session,
        .script = script,
        .options = options,
        .trace = ret_trace,
        .facts = {.arena = arena},
        .zero_us = clock_monotonic_us(),
        .seen_arena = arena_new(),
    };
    tracing.probes = (TraceProbes){
        .arena = arena,
        .url = options->has_no_probes ? NULL : options->url,
        .timeout_ms = options->probe_timeout_ms ? options->probe_timeout_ms : PROBE_TIMEOUT_MS,
        .pause_ms = PROBE_PAUSE_MS,
        .most = options->probed_tables ? (size_t)options->probed_tables : PROBED_TABLES,
        .zero_us = tracing.zero_us,
    };
    bool ok = prepare(&tracing, err) && (run_script(&tracing, err) || fail_unit(&tracing));
    if (!ok && tracing.is_ended)
        explain_end(&tracing, err);
    return finish(&tracing, ok, err) && ok;
}
