#include "run/lock_screen.h"

#include "io/json.h"
#include "queries.h"
#include "sql/lock_mode.h"

// A moment is enough for catalogs; only sizes may have to wait at all. Names come out whole.
static const char BEGIN[] = "BEGIN READ ONLY";
static const char LIMITS[] = "SELECT pg_catalog.set_config('lock_timeout', '200', true), "
                             "pg_catalog.set_config('statement_timeout', '30000', true), "
                             "pg_catalog.set_config('search_path', '', true)";

// Before the application name of each session of ours.
static const char OURS[] = "migrate-safe";

typedef enum Part {
    PART_SERVER,
    PART_SESSIONS,
    PART_WAITS,
    PART_PREPARED,
    PART_TABLES,
    PART_COUNT,
} Part;

typedef struct Answers {
    Rows rows[PART_COUNT];
} Answers;

static bool queue_all(Session *session, const char *key, const char *tables, bool is_estimated,
                      Err *err)
{
    const char *of_tables[] = {tables, is_estimated ? "true" : "false"};
    return session_queue(session, BEGIN, 0, NULL, err) &&
           session_queue(session, LIMITS, 0, NULL, err) &&
           session_queue(session, QUERY_ACTIVITY_SERVER.text, 0, NULL, err) &&
           session_queue(session, QUERY_ACTIVITY_SESSIONS.text, 1, &key, err) &&
           session_queue(session, QUERY_ACTIVITY_WAITS.text, 0, NULL, err) &&
           session_queue(session, QUERY_ACTIVITY_PREPARED.text, 0, NULL, err) &&
           session_queue(session, QUERY_ACTIVITY_TABLES.text, 2, of_tables, err) &&
           session_queue(session, "COMMIT", 0, NULL, err) && session_queue_flush(session, err);
}

static bool fetch_all(Session *session, Arena *arena, Answers *answers, Err *err)
{
    bool ok = session_next_result(session, arena, NULL, err) &&
              session_next_result(session, arena, NULL, err);
    for (int part = 0; ok && part < PART_COUNT; part++)
        ok = session_next_result(session, arena, &answers->rows[part], err);
    return ok && session_next_result(session, arena, NULL, err);
}

static bool ask_once(Arena *arena, Target *target, const LockScreenOptions *options,
                     bool is_estimated, Answers *answers, Err *err)
{
    Session *session = target->session;
    const char *key = arena_printf(arena, "%lld", (long long)target->lock_key);
    const char *tables = arena_printf(arena, "%lld", (long long)options->tables);
    if (session_pipeline_begin(session, err) &&
        queue_all(session, key, tables, is_estimated, err) &&
        fetch_all(session, arena, answers, err) && session_pipeline_end(session, err))
        return true;
    session_rollback(session);
    return false;
}

// Somebody may have locked a table between the look at the locks and the question for its size.
static bool ask(Arena *arena, Target *target, const LockScreenOptions *options, Answers *answers,
                Err *err)
{
    Err failed = {0};
    if (ask_once(arena, target, options, false, answers, &failed))
        return true;
    if (failed.class == ERR_SERVER &&
        (strcmp(failed.sqlstate, "55P03") == 0 || strcmp(failed.sqlstate, "57014") == 0))
        return ask_once(arena, target, options, true, answers, err);
    *err = failed;
    return false;
}

static int64_t time_of(const Rows *rows, size_t row, int column)
{
    int64_t milliseconds = rows_int(rows, row, column);
    if (!rows_text(rows, row, column))
        return TIME_UNKNOWN;
    return milliseconds < 0 ? 0 : milliseconds; // the server's clock was set back
}

static const char *held(Arena *arena, const Rows *rows, size_t row)
{
    enum {
        MODE = 11,
        RELATION,
        COUNT
    };
    const char *relation = rows_text(rows, row, RELATION);
    int64_t others = rows_int(rows, row, COUNT) - 1;
    if (!relation)
        return NULL;
    const char *mode = lock_mode_name(lock_mode_from_views(rows_text(rows, row, MODE)));
    return others > 0
               ? arena_printf(arena, "%s on %s and %lld more", mode, relation, (long long)others)
               : arena_printf(arena, "%s on %s", mode, relation);
}

static bool is_ours(const LockSession *session)
{
    return session->is_self || session->is_runner ||
           (session->is_here && session->application &&
            strncmp(session->application, OURS, sizeof OURS - 1) == 0);
}

static void read_sessions(Arena *arena, const Rows *rows, LockSessions *sessions)
{
    vec_reserve(arena, sessions, rows->count);
    for (size_t i = 0; i < rows->count; i++) {
        LockSession *session = vec_append(arena, sessions);
        *session = (LockSession){
            .pid = (int)rows_int(rows, i, 0),
            .user = rows_text(rows, i, 1),
            .database = rows_text(rows, i, 2),
            .application = rows_text(rows, i, 3),
            .client = rows_text(rows, i, 4),
            .state = rows_text(rows, i, 5),
            .query = rows_text(rows, i, 6),
            .waits_at = rows_text(rows, i, 7),
            .transaction_ms = time_of(rows, i, 8),
            .statement_ms = time_of(rows, i, 9),
            .state_ms = time_of(rows, i, 10),
            .holds = held(arena, rows, i),
            .is_hidden = rows_bool(rows, i, 14),
            .is_client = rows_bool(rows, i, 15),
            .kind = rows_text(rows, i, 16),
            .is_superuser = rows_bool(rows, i, 17),
            .is_wraparound = rows_bool(rows, i, 18),
            .is_here = rows_bool(rows, i, 19),
            .is_self = rows_bool(rows, i, 20),
            .is_runner = rows_bool(rows, i, 21),
            .may_end = rows_bool(rows, i, 22),
            .begun = rows_text(rows, i, 23),
            .transaction_begun = rows_text(rows, i, 24),
            .session_ms = time_of(rows, i, 25),
        };
        session->is_ours = is_ours(session);
    }
}

static void read_prepared(Arena *arena, const Rows *rows, LockSessions *sessions)
{
    for (size_t i = 0; i < rows->count; i++)
        *vec_append(arena, sessions) = (LockSession){
            .gid = rows_text(rows, i, 0),
            .user = rows_text(rows, i, 1),
            .database = rows_text(rows, i, 2),
            .state = "prepared",
            .transaction_ms = time_of(rows, i, 3),
            .state_ms = time_of(rows, i, 3),
            .statement_ms = TIME_UNKNOWN,
            .session_ms = TIME_UNKNOWN,
            .is_here = rows_bool(rows, i, 4),
        };
}

// "ACCESS SHARE on public.orders", "a row of public.orders", "advisory lock 42".
static const char *wanted(Arena *arena, const Rows *rows, size_t row)
{
    const char *type = rows_text(rows, row, 1);
    const char *mode = rows_text(rows, row, 2);
    const char *object = rows_text(rows, row, 3);
    if (strcmp(type, "relation") == 0)
        return arena_printf(arena, "%s on %s", lock_mode_name(lock_mode_from_views(mode)), object);
    if (strcmp(type, "transactionid") == 0 || strcmp(type, "tuple") == 0)
        return object ? arena_printf(arena, "a row of %s", object)
                      : "the end of a transaction that has written a row";
    if (strcmp(type, "virtualxid") == 0)
        return "the end of a transaction that may still use what it changes";
    if (strcmp(type, "advisory") == 0)
        return arena_printf(arena, "advisory lock %s", object);
    return object ? arena_printf(arena, "%s of %s", type, object) : type;
}

static LockSession *find_session(LockSessions *sessions, int pid)
{
    VEC_EACH (LockSession, session, sessions)
        if (session->pid == pid)
            return session;
    return NULL;
}

static void read_pids(Arena *arena, const char *list, LockSession *session)
{
    Err ignored = {0};
    JSON_SCOPED pids = json_read(str_from(list), "", &ignored);
    size_t index;
    json_t *pid;
    vec_reserve(arena, &session->blockers, json_array_size(pids));
    json_array_foreach(pids, index, pid) * vec_append(arena, &session->blockers) =
        (int)json_integer_value(pid);
}

static void read_waits(Arena *arena, const Rows *rows, LockSessions *sessions)
{
    for (size_t i = 0; i < rows->count; i++) {
        LockSession *session = find_session(sessions, (int)rows_int(rows, i, 0));
        if (!session) // it has come since the sessions were read
            continue;
        bool has_begun = rows_text(rows, i, 4) != NULL;
        session->wants = wanted(arena, rows, i);
        session->wait_ms = has_begun                               ? time_of(rows, i, 4)
                           : session->statement_ms == TIME_UNKNOWN ? 0
                                                                   : session->statement_ms;
        session->is_wait_bound = !has_begun;
        read_pids(arena, rows_text(rows, i, 5), session);
        json_words_read(arena, rows_text(rows, i, 6), &session->prepared);
    }
}

static void read_tables(Arena *arena, const Rows *rows, LockScreen *screen)
{
    for (size_t i = 0; i < rows->count; i++)
        *vec_append(arena, &screen->tables) = (LockTable){
            .name = rows_text(rows, i, 0),
            .bytes = rows_int(rows, i, 1),
            .rows = rows_text(rows, i, 2) ? rows_int(rows, i, 2) : -1,
            .is_estimated = rows_bool(rows, i, 3),
        };
    screen->table_count = rows->count ? rows_int(rows, 0, 4) : 0;
    screen->table_bytes = rows->count ? rows_int(rows, 0, 5) : 0;
}

bool lock_screen_read(Arena *arena, Target *target, const LockScreenOptions *options,
                      LockScreen *ret_screen, Err *err)
{
    Answers answers;
    if (!ask(arena, target, options, &answers, err))
        return err_note(err, "looking at the sessions of %s", session_target(target->session));
    const Rows *server = &answers.rows[PART_SERVER];
    LockScreen screen = {
        .target = session_target(target->session),
        .database = rows_text(server, 0, 0),
        .user = rows_text(server, 0, 1),
        .is_standby = rows_bool(server, 0, 2),
        .sees_all = rows_bool(server, 0, 3),
        .connections_most = rows_int(server, 0, 4),
        .reserved = rows_int(server, 0, 5),
        .database_most = rows_int(server, 0, 6),
        .at = rows_text(server, 0, 7),
        .has_pending = options->wanted != NULL,
    };
    read_sessions(arena, &answers.rows[PART_SESSIONS], &screen.sessions);
    read_waits(arena, &answers.rows[PART_WAITS], &screen.sessions);
    read_prepared(arena, &answers.rows[PART_PREPARED], &screen.sessions);
    read_tables(arena, &answers.rows[PART_TABLES], &screen);
    screen.tree = lock_tree_build(arena, &screen.sessions);
    if (options->wanted && options->wanted->len &&
        !blockers_find(arena, target->session, options->wanted, 0, &screen.pending, err))
        return err_note(err, "looking for who is in the way of pending migrations");
    *ret_screen = screen;
    return true;
}
