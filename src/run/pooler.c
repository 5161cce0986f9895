// PgBouncer hands out the server connection that was given back last, or (server_round_robin) the
// one that was given back first. Either way: of two clients that ask in turns, each keeps its
// backend and never meets the other's only when both own theirs. With an application at work
// between them that can also be chance, which asking ours again and again rules out.
#include "run/pooler.h"

#include "io/clock.h"
#include "pg/session_bounded.h"
#include "pg/session_link.h"

#include <string.h>

enum {
    OTHERS = 3,     // more than one: several poolers may share the port, each with its own pool
    TURNS = 16,     // of a pool of three in turns, the same one by chance: one in 40 million
    QUICK_MS = 500, // an answer that takes longer waits in the pooler's queue
    TURN_MS = 100,
    DEADLINE_MS = 5000,
    CONNECT_TIMEOUT_S = 5,
};

static const char ASK[] = "SELECT pg_catalog.pg_backend_pid()";

const char *pooler_word(PoolerMode mode)
{
    static const char *const WORDS[] = {
#define X(name, word) [name] = word,
        POOLER_MODES(X)
#undef X
    };
    return WORDS[mode];
}

bool pooler_is_between(const Session *session, int64_t server_pid)
{
    return server_pid != session_backend_pid(session);
}

typedef struct Probe {
    Arena *arena;
    Session *ours;
    int64_t our_pid; // of the first answer
    Session *others[OTHERS];
    size_t count;
} Probe;

static bool ask(Probe *probe, Session *session, int64_t wait_ms, bool *ret_is_there,
                int64_t *ret_pid, Err *err)
{
    Rows rows;
    if (!session_answer(session, probe->arena, wait_ms, ret_is_there, &rows, err))
        return false;
    if (*ret_is_there)
        *ret_pid = rows_int(&rows, 0, 0);
    return true;
}

static Pooler found(PoolerMode mode, const char *why)
{
    return (Pooler){.mode = mode, .why = why};
}

// What our own connection says now. Without an answer it owns no server connection: it has to wait
// for one, and that is an answer too.
static bool ask_ours(Probe *probe, Pooler *ret_pooler, int64_t *ret_pid, Err *err)
{
    bool is_there;
    if (!session_send(probe->ours, ASK, err) ||
        !ask(probe, probe->ours, DEADLINE_MS, &is_there, ret_pid, err))
        return false;
    if (!is_there)
        *ret_pooler = found(POOLER_TRANSACTION, "our connection waits for a server connection");
    return true;
}

// Sets the mode in `ret_pooler` when our connection has to wait or has another backend than at
// first.
static bool check_ours(Probe *probe, Pooler *ret_pooler, Err *err)
{
    int64_t our_pid = probe->our_pid;
    if (!ask_ours(probe, ret_pooler, &our_pid, err))
        return false;
    if (our_pid != probe->our_pid)
        *ret_pooler = found(POOLER_TRANSACTION, "our connection changed its backend");
    return true;
}

// The other one waits in the queue. Who owns a server connection is answered at once; who does not
// stands in the queue behind it.
static bool who_is_first(Probe *probe, Session *other, Pooler *ret_pooler, int64_t *ret_other_pid,
                         Err *err)
{
    int64_t start_us = clock_monotonic_us();
    int64_t our_pid = 0;
    bool is_ours = false;
    bool is_other = false;
    if (!session_send(probe->ours, ASK, err))
        return false;
    while (!is_ours && clock_elapsed_ms(start_us) < DEADLINE_MS) {
        if (!ask(probe, probe->ours, TURN_MS, &is_ours, &our_pid, err))
            return false;
        if (!is_other && !ask(probe, other, 0, &is_other, ret_other_pid, err))
            return false;
    }
    // The two answers travel by ways of their own: the first one's may come in second.
    if (is_ours && !is_other && !ask(probe, other, QUICK_MS, &is_other, ret_other_pid, err))
        return false;
    if (is_ours && !is_other)
        *ret_pooler = found(POOLER_SESSION, "a second connection waits while ours keeps its own");
    else if (!is_ours || our_pid != probe->our_pid)
        *ret_pooler = found(POOLER_TRANSACTION, "our connection did not keep its backend");
    return true;
}

// Sets the mode in `ret_pooler` when this round decides it.
static bool compare(Probe *probe, Session *other, Pooler *ret_pooler, Err *err)
{
    bool is_there;
    int64_t other_pid = 0;
    if (!check_ours(probe, ret_pooler, err))
        return false;
    if (ret_pooler->mode != POOLER_UNKNOWN)
        return true;
    if (!session_send(other, ASK, err) || !ask(probe, other, QUICK_MS, &is_there, &other_pid, err))
        return false;
    if (!is_there && !who_is_first(probe, other, ret_pooler, &other_pid, err))
        return false;
    if (ret_pooler->mode == POOLER_UNKNOWN && other_pid == probe->our_pid)
        *ret_pooler = found(POOLER_TRANSACTION, "a second connection got the backend of ours");
    return true;
}

// In statement mode a transaction block is refused, and the client is thrown out.
static bool refuses_transactions(Session *session)
{
    Err refused = {0};
    if (!session_is_alive(session))
        return false;
    bool begins = session_exec(session, "BEGIN", &refused);
    if (begins)
        session_rollback(session);
    return !begins && strstr(refused.message, "statement pooling") != NULL;
}

static bool probe_all(Probe *probe, const SessionOptions *options, Pooler *ret_pooler, Err *err)
{
    *ret_pooler = found(POOLER_UNKNOWN, NULL);
    if (!ask_ours(probe, ret_pooler, &probe->our_pid, err))
        return false;
    for (int i = 0; i < OTHERS && ret_pooler->mode == POOLER_UNKNOWN; i++) {
        Session *other;
        Err failure = {0};
        if (!session_open(options, &other, &failure)) {
            if (failure.class == ERR_INTERRUPTED)
                return *err = failure, false;
            // One other that was told apart is an answer, if a weaker one.
            ret_pooler->why = arena_strdup(probe->arena, failure.message);
            break;
        }
        probe->others[probe->count++] = other;
        if (!compare(probe, other, ret_pooler, err))
            return false;
    }
    if (ret_pooler->mode == POOLER_UNKNOWN && probe->count)
        *ret_pooler = found(POOLER_SESSION, "each connection keeps a backend of its own");
    for (int i = 0; i < TURNS && ret_pooler->mode == POOLER_SESSION; i++)
        if (!check_ours(probe, ret_pooler, err))
            return false;
    if (ret_pooler->mode == POOLER_TRANSACTION && probe->count &&
        refuses_transactions(probe->others[probe->count - 1]))
        ret_pooler->mode = POOLER_STATEMENT;
    return true;
}

bool pooler_probe(Arena *arena, Session *session, const char *url, Pooler *ret_pooler, Err *err)
{
    Probe probe = {.arena = arena, .ours = session};
    SessionOptions options = {
        .url = url,
        .application_name = "migrate-safe (is a pooler there?)",
        .connect_timeout_s = CONNECT_TIMEOUT_S,
    };
    Pooler pooler;
    bool ok = probe_all(&probe, &options, &pooler, err);
    for (size_t i = 0; i < probe.count; i++)
        session_close(probe.others[i]);
    if (ok)
        *ret_pooler = pooler;
    return ok ? true : err_note(err, "looking at the pooler before %s", session_target(session));
}

// What a piece of the address says about whose pooler it is.
static const struct {
    const char *piece;
    const char *way_out;
} WAYS_OUT[] = {
    {".pooler.supabase.com", "take port 5432 (session mode) instead of 6543, or the direct URL "
                             "db.PROJECT.supabase.co:5432"},
    {"-pooler.", "take the direct address: the same host name without \"-pooler\""},
};

const char *pooler_way_out(const Session *session)
{
    for (size_t i = 0; i < sizeof WAYS_OUT / sizeof *WAYS_OUT; i++)
        if (strstr(session_host(session), WAYS_OUT[i].piece))
            return WAYS_OUT[i].way_out;
    return "connect to the server itself (--database URL with its own port, mostly 5432), or to a "
           "pool in session mode; with PgBouncer: pool_mode=session for this user or database";
}

bool pooler_allows(Arena *arena, Target *target, Err *err)
{
    Pooler pooler = {0};
    if (!target->is_pooled || target->is_kept_ours)
        return true;
    if (!pooler_probe(arena, target->session, target->options.url, &pooler, err))
        return false;
    target->is_kept_ours = pooler.mode == POOLER_SESSION;
    if (target->is_kept_ours)
        return true;
    if (pooler.mode == POOLER_UNKNOWN) {
        fail(err, ERR_CHECK, "cannot tell how the pooler at %s works",
             session_target(target->session));
        err_detail(err, "a second connection, needed to find out, failed: %s", pooler.why);
    } else {
        fail(err, ERR_CHECK, "%s is a pooler in %s mode: nothing is written through it",
             session_target(target->session), pooler_word(pooler.mode));
        err_detail(err,
                   "%s; the runner's lock, the timeouts and SET belong to a session, and here each "
                   "%s may run in another one: two runners could work at once, settings would end "
                   "up in the application's connections",
                   pooler.why, pooler_word(pooler.mode));
    }
    return err_hint(err, "%s", pooler_way_out(target->session));
}
