#include "run/lock_look.h"

#include "io/clock.h"
#include "run/lock_planner.h"

#include <stdio.h>
#include <string.h>

enum {
    STATEMENTS_READ = 1000,
    PAUSE_FIRST_MS = 20,
    PAUSE_MOST_MS = 500,
    // With all whom we met gone after this long, the table is busy and not kept: waiting longer
    // for a moment without anybody would be waiting for ever.
    BUSY_MS = 250,
    YIELD_MS = 3000
};

typedef VEC(const char *) Names;

static bool has_name(const Names *names, const char *name)
{
    for (size_t i = 0; i < names->len; i++)
        if (str_eq_nocase(str_from(names->items[i]), str_from(name)))
            return true;
    return false;
}

static void add(LockLook *look, const char *relation, TargetLock lock, int unit, int ordinal)
{
    *vec_append(look->arena, &look->locks) = (LookedAt){{relation, lock}, unit, ordinal};
}

// A session's search_path finds what the statement names. Where the script changes it, only names
// with a schema are known.
const char *lock_look_name(const Effect *effect, bool has_search_path)
{
    if (!effect->written)
        return effect->relation;
    return has_search_path && !strchr(effect->written, '.') ? NULL : effect->written;
}

static void collect(LockLook *look, const LockedStatement *statement, bool has_search_path)
{
    // CONCURRENTLY waits by itself, and nobody behind it
    if (statement->effects.is_concurrent)
        return;
    VEC_EACH (const Effect, effect, &statement->effects.items) {
        bool is_made = effect->known && !effect->known->is_only_altered; // by the script itself
        const char *relation = lock_look_name(effect, has_search_path);
        if (effect_matters(effect) && !is_made && relation)
            add(look, relation, (TargetLock){effect->mode, effect->reach}, statement->unit,
                statement->ordinal);
    }
}

static const char *const NOTHING[] = {NULL};

void lock_look_init(LockLook *look, Arena *arena, const Script *script, int pg,
                    int64_t lock_timeout_ms)
{
    ARENA_SCOPED scratch = arena_new();
    LockPlanner planner;
    LockPlan plan;
    *look = (LockLook){
        .arena = arena,
        .script = script,
        .lock_timeout_ms = lock_timeout_ms,
        .before = NOTHING,
    };
    lock_planner_init(&planner, arena, scratch, pg);
    planner.limit = STATEMENTS_READ;
    planner.doubts = true;
    lock_planner_read(&planner, script, false, &plan);
    VEC_EACH (const LockedStatement, statement, &plan.statements)
        collect(look, statement, statement->has_search_path);
}

void lock_look_learn(LockLook *look, int unit, const Blockers *blockers)
{
    VEC_EACH (const Blocker, blocker, blockers)
        if (blocker->relation && blocker->wanted)
            add(look, arena_strdup(look->arena, blocker->relation),
                (TargetLock){(LockMode)blocker->wanted, REACH_SELF}, unit, 0);
}

typedef struct Waiting {
    LockLook *look;
    LockWait *wait;
    const WantedLocks *wanted;
    int ordinal; // of the first statement that wants one
    bool can_yield;
    int64_t start_us;
    Arena *first_arena;
    Names first; // transactions that we met at first
} Waiting;

static bool is_yielding(const Waiting *waiting, const Blocker *blocker)
{
    return waiting->can_yield && blocker->is_autovacuum && !blocker->is_wraparound &&
           blocker->lockable;
}

static bool give_up(const Waiting *waiting, const Blockers *blockers, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    fail(err, ERR_SERVER, "gave up after %lld ms of waiting for a lock on %s",
         (long long)clock_elapsed_ms(waiting->wait->start_us),
         blockers_relations(scratch, blockers));
    snprintf(err->sqlstate, sizeof err->sqlstate, "55P03");
    script_locate(waiting->look->script, waiting->ordinal, 0, err);
    return blockers_explain(err, blockers);
}

// Remembers those that are there first, and says later whether any of them still is.
static bool is_kept(Waiting *waiting, const Blockers *blockers)
{
    bool is_first = waiting->first.len == 0;
    bool is_kept = false;
    VEC_EACH (const Blocker, blocker, blockers) {
        const char *transaction = blocker->transaction ? blocker->transaction : "";
        if (is_first)
            *vec_append(waiting->first_arena, &waiting->first) =
                arena_strdup(waiting->first_arena, transaction);
        is_kept |= has_name(&waiting->first, transaction);
    }
    return is_kept || clock_elapsed_ms(waiting->start_us) < BUSY_MS;
}

// An autovacuum gives way to who has waited for deadlock_timeout (1 s), which no short attempt
// does. SHARE UPDATE EXCLUSIVE may be waited for: it stops no reader and no writer, and once it is
// held no other autovacuum begins.
static void make_yield(LockLook *look, const Blockers *blockers)
{
    Names statements = {0};
    *vec_append(look->arena, &statements) =
        arena_printf(look->arena, "SET LOCAL lock_timeout = %d", YIELD_MS);
    VEC_EACH (const Blocker, blocker, blockers) {
        const char *sql = arena_printf(
            look->arena, "LOCK TABLE ONLY %s IN SHARE UPDATE EXCLUSIVE MODE", blocker->lockable);
        if (!has_name(&statements, sql))
            *vec_append(look->arena, &statements) = sql;
    }
    *vec_append(look->arena, &statements) = arena_printf(
        look->arena, "SET LOCAL lock_timeout = %lld", (long long)look->lock_timeout_ms);
    *vec_append(look->arena, &statements) = NULL;
    look->before = statements.items;
}

typedef enum Look {
    LOOK_FREE,
    LOOK_HELD,
    LOOK_FAILED,
} Look;

// Also when the interrupt came while the server was asked: then it is its cancel that arrives.
static bool interrupted(Err *err)
{
    return fail(err, ERR_INTERRUPTED, "interrupted while waiting for a lock");
}

static Look look_once(Waiting *waiting, Session *session, Arena *scratch, int64_t pause, Err *err)
{
    Blockers blockers;
    size_t kept = 0;
    if (!blockers_find(scratch, session, waiting->wanted, 0, &blockers, err)) {
        if (err->class == ERR_INTERRUPTED)
            interrupted(err);
        // What cannot be looked at is asked for, in short attempts.
        return err->class == ERR_SERVER ? LOOK_FREE : LOOK_FAILED;
    }
    VEC_EACH (const Blocker, blocker, &blockers)
        kept += !is_yielding(waiting, blocker);
    if (!kept && blockers.len)
        make_yield(waiting->look, &blockers);
    if (!kept || !is_kept(waiting, &blockers))
        return LOOK_FREE;
    if (lock_wait_is_over(waiting->wait)) {
        give_up(waiting, &blockers, err);
        return LOOK_FAILED;
    }
    lock_wait_tell(waiting->wait, &blockers, pause);
    return LOOK_HELD;
}

static bool wait_until_free(Waiting *waiting, Session *session, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    waiting->start_us = clock_monotonic_us();
    for (int64_t ceiling = PAUSE_FIRST_MS;;) {
        ArenaMark mark = arena_mark(scratch);
        int64_t pause = ceiling / 2 + clock_random_below((uint32_t)(ceiling / 2 + 1));
        Look look = look_once(waiting, session, scratch, pause, err);
        arena_release(scratch, mark);
        if (look != LOOK_HELD)
            return look == LOOK_FREE;
        if (!clock_sleep_ms(lock_wait_cut(waiting->wait, pause)))
            return interrupted(err);
        ceiling = ceiling * 3 / 2 < PAUSE_MOST_MS ? ceiling * 3 / 2 : PAUSE_MOST_MS;
    }
}

// Each relation once, with the strongest lock.
static void want(Arena *arena, WantedLocks *wanted, const WantedLock *more)
{
    VEC_EACH (WantedLock, known, wanted) {
        if (strcmp(known->relation, more->relation) != 0)
            continue;
        if (more->lock.mode > known->lock.mode)
            known->lock.mode = more->lock.mode;
        if (more->lock.reach > known->lock.reach)
            known->lock.reach = more->lock.reach;
        return;
    }
    *vec_append(arena, wanted) = *more;
}

bool lock_look_wait(LockLook *look, Session *session, int unit, bool can_yield, LockWait *wait,
                    Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    look->before = NOTHING;
    WantedLocks wanted = {0};
    Waiting waiting = {.look = look, .wait = wait, .wanted = &wanted, .can_yield = can_yield};
    VEC_EACH (const LookedAt, at, &look->locks) {
        if (unit != LOOK_ALL && at->unit != unit)
            continue;
        if (!wanted.len)
            waiting.ordinal = at->ordinal;
        want(scratch, &wanted, &at->wanted);
    }
    if (!wanted.len)
        return true;
    waiting.first_arena = scratch;
    return wait_until_free(&waiting, session, err);
}
