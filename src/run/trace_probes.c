#include "run/trace_probes.h"

#include "io/clock.h"
#include "pg/session_bounded.h"

enum {
    SETTLE_MS = 2000 // an answer that is not there by then does not come
};

static int64_t now_us(const TraceProbes *probes)
{
    return clock_monotonic_us() - probes->zero_us;
}

static bool open_session(TraceProbes *probes, Session **ret_session, Err *err)
{
    SessionOptions options = {.url = probes->url, .application_name = "migrate-safe trace probe"};
    Session *session;
    if (!session_open(&options, &session, err))
        return false;
    // As a replica does it, no trigger and no rule is fired.
    const char *set = arena_printf(probes->arena,
                                   "SET lock_timeout = %d; SET search_path = ''; "
                                   "SET session_replication_role = replica",
                                   probes->timeout_ms);
    if (!session_exec(session, set, err)) {
        session_close(session);
        err_note(err, "the probes of a trace");
        return err_hint(err, "they connect as a superuser");
    }
    *ret_session = session;
    return true;
}

bool trace_probes_open(TraceProbes *probes, Err *err)
{
    for (int i = 0; i < 2; i++) {
        Session *session;
        if (!open_session(probes, &session, err)) {
            trace_probes_close(probes);
            return false;
        }
        *vec_append(probes->arena, &probes->idle) = session;
    }
    return true;
}

void trace_probes_close(TraceProbes *probes)
{
    trace_probes_clear(probes);
    VEC_EACH (Session *const, session, &probes->idle)
        session_close(*session);
    probes->idle.len = 0;
}

static Session *take_session(TraceProbes *probes)
{
    Session *session;
    Err ignored = {0};
    if (probes->idle.len)
        return probes->idle.items[--probes->idle.len];
    return open_session(probes, &session, &ignored) ? session : NULL;
}

static void add(TraceProbes *probes, const TraceProbe *what, const char *sql)
{
    Session *session = take_session(probes);
    if (!session)
        return;
    TraceProbe *probe = vec_append(probes->arena, &probes->probes);
    *probe = *what;
    probe->sql = sql;
    probe->session = session;
}

bool trace_probes_has(const TraceProbes *probes, uint32_t oid)
{
    VEC_EACH (const TraceProbe, probe, &probes->probes)
        if (probe->oid == oid)
            return true;
    return false;
}

static void add_unprobed(TraceProbes *probes, uint32_t oid)
{
    VEC_EACH (const uint32_t, known, &probes->unprobed)
        if (*known == oid)
            return;
    *vec_append(probes->arena, &probes->unprobed) = oid;
}

// A constant WHERE reads nothing, but every lock of a real statement is asked for, those on indexes
// too (planning opens them). DELETE needs no column, but a replica identity where the table is
// published; INSERT needs neither.
void trace_probes_want(TraceProbes *probes, uint32_t oid, const char *name, char kind)
{
    bool is_table = kind == 'r' || kind == 'p';
    if (!probes->url || (!is_table && kind != 'm') || trace_probes_has(probes, oid))
        return;
    if (probes->tables == probes->most) {
        add_unprobed(probes, oid);
        return;
    }
    probes->tables++;
    TraceProbe probe = {.oid = oid, .name = name, .kind = kind};
    add(probes, &probe, arena_printf(probes->arena, "SELECT FROM ONLY %s WHERE false", name));
    probe.writes = true;
    probe.otherwise = arena_printf(probes->arena, "INSERT INTO %s SELECT WHERE false", name);
    if (is_table)
        add(probes, &probe, arena_printf(probes->arena, "DELETE FROM ONLY %s WHERE false", name));
    trace_probes_turn(probes);
}

// Attempts that follow each other are one wait.
static void add_span(TraceProbes *probes, TraceProbe *probe, int64_t to_us)
{
    if (probe->was_blocked)
        probe->spans.items[probe->spans.len - 1].to_us = to_us;
    else
        *vec_append(probes->arena, &probe->spans) = (TraceSpan){probe->sent_us, to_us};
}

// 55P03 lock_not_available, 40P01 deadlock_detected.
static bool is_blocked(const Err *err)
{
    return err->class == ERR_SERVER &&
           (strcmp(err->sqlstate, "55P03") == 0 || strcmp(err->sqlstate, "40P01") == 0);
}

static void take_answer(TraceProbes *probes, TraceProbe *probe)
{
    ARENA_SCOPED scratch = arena_new();
    Err err = {0};
    Rows rows;
    bool is_there = true;
    bool ok = session_answer(probe->session, scratch, 0, &is_there, &rows, &err);
    if (ok && !is_there)
        return;
    probe->is_pending = false;
    if (!ok && is_blocked(&err)) {
        add_span(probes, probe, now_us(probes));
        probe->was_blocked = true;
        return;
    }
    if (ok && probe->was_blocked)
        add_span(probes, probe, now_us(probes));
    probe->was_blocked = false;
    if (ok)
        return;
    probe->is_over = !probe->otherwise;
    probe->sql = probe->otherwise;
    probe->otherwise = NULL;
}

static void send_due(TraceProbes *probes, TraceProbe *probe)
{
    Err ignored = {0};
    int64_t now = now_us(probes);
    bool is_due = !probe->sent_us || probe->was_blocked ||
                  now - probe->sent_us >= (int64_t)probes->pause_ms * 1000;
    if (!is_due)
        return;
    probe->sent_us = now;
    probe->first_us = probe->first_us ? probe->first_us : now;
    probe->is_pending = session_send(probe->session, probe->sql, &ignored);
    probe->is_over = !probe->is_pending;
}

void trace_probes_turn(TraceProbes *probes)
{
    VEC_EACH (TraceProbe, probe, &probes->probes) {
        if (probe->is_pending)
            take_answer(probes, probe);
        if (!probe->is_pending && !probe->is_over)
            send_due(probes, probe);
    }
}

// How many answers are still to come, and from whom the next may.
static size_t pending(const TraceProbes *probes, Session **sessions)
{
    size_t count = 0;
    VEC_EACH (const TraceProbe, probe, &probes->probes)
        if (probe->is_pending)
            sessions[count++] = probe->session;
    return count;
}

void trace_probes_settle(TraceProbes *probes)
{
    ARENA_SCOPED scratch = arena_new();
    Session **sessions = arena_alloc_array(scratch, probes->probes.len + 1, sizeof(Session *));
    int64_t start_us = clock_monotonic_us();
    Err ignored = {0};
    size_t count;
    while ((count = pending(probes, sessions)) && clock_elapsed_ms(start_us) < SETTLE_MS &&
           session_wait_any(sessions, count, probes->timeout_ms, &ignored))
        VEC_EACH (TraceProbe, probe, &probes->probes)
            if (probe->is_pending)
                take_answer(probes, probe);
}

void trace_probes_clear(TraceProbes *probes)
{
    VEC_EACH (TraceProbe, probe, &probes->probes) {
        if (probe->is_pending || !session_is_alive(probe->session))
            session_close(probe->session);
        else
            *vec_append(probes->arena, &probes->idle) = probe->session;
    }
    probes->probes.len = 0;
    probes->tables = 0;
}
