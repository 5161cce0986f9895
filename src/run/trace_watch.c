#include "run/trace_watch.h"

#include "queries.h"

#include <stdlib.h>

enum {
    LOCK_TIMEOUT_MS = 200 // reading the sizes of relations asks for a lock
};

bool trace_watch_open(TraceWatch *watch, Arena *arena, const char *url, const Session *watched,
                      Err *err)
{
    SessionOptions options = {.url = url, .application_name = "migrate-safe trace"};
    Session *session;
    if (!session_open(&options, &session, err))
        return false;
    const char *set = arena_printf(
        arena, "SET lock_timeout = %d; SET search_path = ''; SET client_min_messages = error",
        LOCK_TIMEOUT_MS);
    if (!session_exec(session, set, err)) {
        session_close(session);
        return false;
    }
    *watch = (TraceWatch){
        .session = session,
        .pid = arena_printf(arena, "%d", session_backend_pid(watched)),
    };
    return true;
}

void trace_watch_close(TraceWatch *watch)
{
    session_close(watch->session);
    *watch = (TraceWatch){0};
}

// The server keeps it parsed: planning it takes longer than running it.
static bool ask(TraceWatch *watch, Arena *arena, const Query *query, Rows *ret_rows, Err *err)
{
    if (session_query_kept(watch->session, arena, query->text, 1, &watch->pid, ret_rows, err))
        return true;
    session_rollback(watch->session);
    session_forget_kept(watch->session);
    return false;
}

static uint32_t oid_of(const char *text)
{
    return text ? (uint32_t)strtoul(text, NULL, 10) : 0;
}

static bool look_by(TraceWatch *watch, Arena *arena, const Query *query, TraceLook *ret_look,
                    Err *err)
{
    Rows rows = {0};
    TraceLook look = {0};
    if (!ask(watch, arena, query, &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        Str kind = str_from(rows_text(&rows, i, 0));
        uint32_t oid = oid_of(rows_text(&rows, i, 1));
        if (str_eq(kind, STR("wal"))) {
            look.wal_bytes = rows_int(&rows, i, 5);
        } else if (str_eq(kind, STR("phase"))) {
            look.command = rows_text(&rows, i, 2);
            look.phase = rows_text(&rows, i, 3);
        } else {
            look.is_waiting |= !rows_bool(&rows, i, 4);
            if (oid)
                *vec_append(arena, &look.locks) =
                    (TraceLock){oid, lock_modes_of(lock_mode_from_views(rows_text(&rows, i, 2)))};
        }
    }
    trace_locks_settle(&look.locks);
    *ret_look = look;
    return true;
}

bool trace_watch_look(TraceWatch *watch, Arena *arena, TraceLook *ret_look, Err *err)
{
    return look_by(watch, arena, &QUERY_TRACE_SAMPLE, ret_look, err);
}

bool trace_watch_held(TraceWatch *watch, Arena *arena, TraceLook *ret_look, Err *err)
{
    return look_by(watch, arena, &QUERY_TRACE_HELD, ret_look, err);
}

void trace_watch_end(TraceWatch *watch)
{
    ARENA_SCOPED scratch = arena_new();
    Rows rows;
    Err ignored = {0};
    (void)!session_query(watch->session, scratch,
                         "SELECT pg_catalog.pg_terminate_backend($1::pg_catalog.int4)", 1,
                         &watch->pid, &rows, &ignored);
}

bool trace_watch_size(TraceWatch *watch, int64_t *ret_bytes, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    Rows rows;
    if (!session_query(watch->session, scratch,
                       "SELECT pg_catalog.pg_database_size("
                       "pg_catalog.current_database()::pg_catalog.name)",
                       0, NULL, &rows, err))
        return false;
    *ret_bytes = rows_int(&rows, 0, 0);
    return true;
}
