#include "run/preflight/preflight.h"

#include "io/interrupt.h"
#include "io/json.h"
#include "queries.h"
#include "run/lock_look.h"
#include "run/lock_planner.h"
#include "run/preflight/preflight_private.h"

#include <stdarg.h>
#include <string.h>

static const Query *const ASKED_QUERIES[ASKED_COUNT] = {
    [ASKED_FACTS] = &QUERY_DOCTOR_SERVER,
    [ASKED_SERVER] = &QUERY_PREFLIGHT_SERVER,
    [ASKED_SESSIONS] = &QUERY_PREFLIGHT_SESSIONS,
    [ASKED_WAITING] = &QUERY_PREFLIGHT_WAITING,
    [ASKED_PREPARED] = &QUERY_PREFLIGHT_PREPARED,
    [ASKED_MAINTENANCE] = &QUERY_PREFLIGHT_MAINTENANCE,
    [ASKED_STANDBYS] = &QUERY_PREFLIGHT_STANDBYS,
    [ASKED_SLOTS] = &QUERY_PREFLIGHT_SLOTS,
    [ASKED_UNSOUND] = &QUERY_PREFLIGHT_UNSOUND,
    [ASKED_RIGHTS] = &QUERY_PREFLIGHT_RIGHTS,
    [ASKED_SEARCH_PATH] = &QUERY_DOCTOR_SEARCH_PATH,
    [ASKED_EXTENSIONS] = &QUERY_DOCTOR_EXTENSIONS,
    [ASKED_BLOCKERS] = &QUERY_LOCKS_BLOCKERS,
    [ASKED_PLACES] = &QUERY_PREFLIGHT_PLACES,
};

Check *preflight_add(Looking *looking, PreflightId id, Verdict verdict, const char *fix,
                     const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *value = arena_vprintf(looking->arena, format, args);
    va_end(args);
    return check_list_add(looking->arena, &looking->preflight->list, &PREFLIGHT_KINDS[id], verdict,
                          fix, "%s", value);
}

void preflight_unknown(Looking *looking, PreflightId id, const Err *why)
{
    if (why->class == ERR_INTERRUPTED)
        looking->stopped = *why;
    preflight_add(looking, id, VERDICT_UNKNOWN,
                  why->hint[0] ? arena_strdup(looking->arena, why->hint)
                               : "migrate-safe preflight, once that is settled",
                  "%s", why->message[0] ? why->message : "it was not asked");
}

const Rows *preflight_rows(Looking *looking, Asked asked, PreflightId id)
{
    Answer *answer = &looking->answers[asked];
    if (answer->err.class == ERR_NONE)
        return &answer->rows;
    preflight_unknown(looking, id, &answer->err);
    return NULL;
}

bool preflight_query(Looking *looking, const Query *query, int count, const char *const *parameters,
                     PreflightId id, Rows *ret_rows)
{
    Err err = {0};
    if (session_query(looking->session, looking->arena, query->text, count, parameters, ret_rows,
                      &err))
        return true;
    preflight_unknown(looking, id, &err);
    return false;
}

bool preflight_is_locked(const Looking *looking, const char *relation)
{
    const char *dot = strrchr(relation, '.');
    VEC_EACH (const WantedLock, wanted, &looking->locks)
        if (strcmp(wanted->relation, relation) == 0 ||
            (dot && strcmp(wanted->relation, dot + 1) == 0))
            return true;
    return false;
}

bool preflight_is_blocker(const Looking *looking, int pid)
{
    VEC_EACH (const Blocker, blocker, &looking->blockers)
        if (blocker->pid == pid)
            return true;
    return false;
}

static void want_room(Looking *looking, const char *relation, bool is_rewritten)
{
    VEC_EACH (WantedRoom, room, &looking->rooms)
        if (strcmp(room->relation, relation) == 0) {
            room->is_rewritten |= is_rewritten;
            return;
        }
    *vec_append(looking->arena, &looking->rooms) = (WantedRoom){relation, is_rewritten};
}

static void want_lock(Looking *looking, const char *relation, const Effect *effect)
{
    VEC_EACH (WantedLock, known, &looking->locks) {
        if (strcmp(known->relation, relation) != 0)
            continue;
        if (effect->mode > known->lock.mode)
            known->lock.mode = effect->mode;
        if (effect->reach > known->lock.reach)
            known->lock.reach = effect->reach;
        return;
    }
    *vec_append(looking->arena, &looking->locks) =
        (WantedLock){relation, {effect->mode, effect->reach}};
}

static void collect(Looking *looking, const LockPlan *plan)
{
    VEC_EACH (const LockedStatement, statement, &plan->statements) {
        looking->has_concurrent |= statement->effects.is_concurrent;
        VEC_EACH (const Effect, effect, &statement->effects.items) {
            const char *relation = lock_look_name(effect, statement->has_search_path);
            if (!relation || effect->is_new)
                continue;
            if (effect->is_rewritten || effect->builds_index)
                want_room(looking, relation, effect->is_rewritten);
            if (!statement->effects.is_concurrent && effect_matters(effect))
                want_lock(looking, relation, effect);
        }
    }
}

// The plans of the steps alone: what is applied is not read again for a run, whose locks are looked
// at once more before each step.
static void collect_steps(Looking *looking, Plan *plan, int major)
{
    ARENA_SCOPED scratch = arena_new();
    LockPlanner planner;
    lock_planner_init(&planner, looking->arena, scratch, major);
    VEC_EACH (const Step, step, &plan->steps) {
        ARENA_SCOPED text = arena_new();
        Script script = step->script;
        LockPlan locks = {0};
        Err ignored = {0};
        if (script_hold(text, &script, &ignored))
            lock_planner_read(&planner, &script, step->is_one_transaction, &locks);
        collect(looking, &locks);
    }
}

static void read_plan(Looking *looking)
{
    const PreflightOptions *options = looking->options;
    Plan *plan = options->plan;
    int major = session_server_major(looking->session);
    looking->rights =
        (RightsWanted){.arena = looking->arena, .server_major = major, .is_detailed = true};
    // Without tables there is nothing that anybody could hold or own.
    if (!plan || (options->is_run && !options->target->has_user_tables))
        return;
    if (options->is_run && !plan->has_locks) {
        collect_steps(looking, plan, major);
    } else {
        lock_planner_plan(looking->arena, options->status, major, plan);
        VEC_EACH (const Step, step, &plan->steps)
            collect(looking, &step->locks);
    }
    VEC_EACH (const Step, step, &plan->steps)
        rights_wanted_add(&looking->rights, &step->script);
}

static const char *rights_json(Looking *looking)
{
    JSON_SCOPED list = json_array();
    const WantedRights *rights = &looking->rights.rights;
    for (size_t i = 0; i < rights->len; i++) {
        Str name = str_from(rights->items[i].name);
        json_t *item = json_object();
        if (name.n && name.p[name.n - 1] == '.')
            name.n--; // of a schema
        json_put(item, "number", json_integer((json_int_t)i));
        json_put(item, "right", json_cstr(rights->items[i].right));
        json_put(item, "name", json_str(name));
        json_array_append_new(list, item);
    }
    return json_line(looking->arena, list);
}

static void choose(Looking *looking)
{
    Arena *arena = looking->arena;
    const RightsWanted *rights = &looking->rights;
    for (Asked asked = 0; asked < ASKED_COUNT; asked++)
        looking->answers[asked].is_wanted = true;
    looking->parameters[ASKED_SESSIONS] =
        arena_printf(arena, "%lld", (long long)looking->options->long_ms);
    looking->answers[ASKED_RIGHTS].is_wanted = rights->rights.len > 0;
    looking->parameters[ASKED_RIGHTS] = rights_json(looking);
    looking->answers[ASKED_SEARCH_PATH].is_wanted = rights->unqualified != NULL;
    looking->answers[ASKED_EXTENSIONS].is_wanted = rights->extensions.len > 0;
    looking->parameters[ASKED_EXTENSIONS] =
        json_words_line(arena, rights->extensions.items, rights->extensions.len);
    looking->answers[ASKED_BLOCKERS].is_wanted = looking->locks.len > 0;
    looking->answers[ASKED_PLACES].is_wanted = looking->locks.len > 0;
    looking->parameters[ASKED_BLOCKERS] = looking->parameters[ASKED_PLACES] =
        blockers_wanted(arena, &looking->locks);
}

// blockers.sql asks for a backend too: none.
static int parameters_of(const Looking *looking, Asked asked, const char *parameters[2])
{
    parameters[0] = looking->parameters[asked];
    parameters[1] = NULL;
    return asked == ASKED_BLOCKERS ? 2 : parameters[0] ? 1 : 0;
}

static bool queue_all(Looking *looking, Err *err)
{
    if (!session_pipeline_begin(looking->session, err))
        return false;
    for (Asked asked = 0; asked < ASKED_COUNT; asked++) {
        const char *parameters[2];
        int count = parameters_of(looking, asked, parameters);
        if (looking->answers[asked].is_wanted &&
            !session_queue(looking->session, ASKED_QUERIES[asked]->text, count, parameters, err))
            return false;
    }
    return session_pipeline_sync(looking->session, err);
}

// False: one of them failed, and those behind it were not run.
static bool ask_together(Looking *looking)
{
    Err err = {0};
    Err end = {0};
    bool ok = queue_all(looking, &err);
    for (Asked asked = 0; ok && asked < ASKED_COUNT; asked++)
        if (looking->answers[asked].is_wanted)
            ok = session_next_result(looking->session, looking->arena,
                                     &looking->answers[asked].rows, &err);
    if (session_in_pipeline(looking->session) && !session_pipeline_end(looking->session, &end))
        ok = false;
    if (err.class == ERR_INTERRUPTED)
        looking->stopped = err;
    return ok;
}

// Then each for itself: what may not be asked hides nothing else.
static void ask_one_by_one(Looking *looking)
{
    for (Asked asked = 0; asked < ASKED_COUNT; asked++) {
        Answer *answer = &looking->answers[asked];
        const char *parameters[2];
        int count = parameters_of(looking, asked, parameters);
        *answer = (Answer){.is_wanted = answer->is_wanted};
        if (answer->is_wanted && looking->stopped.class == ERR_NONE &&
            !session_query(looking->session, looking->arena, ASKED_QUERIES[asked]->text, count,
                           parameters, &answer->rows, &answer->err) &&
            answer->err.class == ERR_INTERRUPTED)
            looking->stopped = answer->err;
    }
}

static void look(Looking *looking)
{
    static void (*const SECTIONS[])(Looking *) = {
        preflight_migrations, preflight_lint,        preflight_activity,   preflight_blocking,
        preflight_server,     preflight_replication, preflight_extensions, preflight_disk,
        preflight_relations,  preflight_policy,
    };
    if (looking->answers[ASKED_BLOCKERS].is_wanted &&
        looking->answers[ASKED_BLOCKERS].err.class == ERR_NONE)
        blockers_read(looking->arena, &looking->answers[ASKED_BLOCKERS].rows, &looking->blockers);
    for (size_t i = 0; i < sizeof SECTIONS / sizeof *SECTIONS; i++)
        if (looking->stopped.class == ERR_NONE)
            SECTIONS[i](looking);
}

bool preflight_look(Arena *arena, const PreflightOptions *options, Preflight *ret_preflight,
                    Err *err)
{
    Session *session = options->target->session;
    Preflight preflight = {
        .database = options->target->database,
        .server_version = session_parameter(session, "server_version"),
        .schema_bytes = -1,
        .drifted = -1,
        .long_transactions = -1,
        .blocking = -1,
    };
    const char *superuser = session_parameter(session, "is_superuser");
    Looking looking = {.arena = arena,
                       .options = options,
                       .preflight = &preflight,
                       .session = session,
                       .is_superuser = superuser && strcmp(superuser, "on") == 0};
    if (preflight.server_version)
        preflight.server_version = arena_strdup(arena, preflight.server_version);
    read_plan(&looking);
    choose(&looking);
    if (!ask_together(&looking) && looking.stopped.class == ERR_NONE)
        ask_one_by_one(&looking);
    look(&looking);
    if (looking.stopped.class == ERR_NONE && interrupt_requested())
        fail(&looking.stopped, ERR_INTERRUPTED, "interrupted");
    if (looking.stopped.class != ERR_NONE) {
        *err = looking.stopped;
        return false;
    }
    *ret_preflight = preflight;
    return true;
}
