#include "io/clock.h"
#include "io/file.h"
#include "run/smoke/smoke_private.h"

#include <string.h>

enum {
    FILE_MAX = 1 << 20,
    TIMEOUT_MS = 10000
};

static const char *read_sql(Arena *arena, const SmokeCheck *check, Err *err)
{
    Str text;
    if (check->sql)
        return check->sql;
    if (!file_read(arena, check->sql_file, FILE_MAX, &text, err))
        return NULL;
    return arena_dup(arena, text);
}

// A cursor takes nothing but a query, and two of its rows tell all that is asked.
static bool ask(Arena *arena, Session *session, const char *sql, int64_t timeout_ms, Rows *ret_rows,
                Err *err)
{
    Str query = str_trim(str_from(sql));
    while (query.n && query.p[query.n - 1] == ';')
        query = str_trim((Str){query.p, query.n - 1});
    const char *declare = arena_printf(
        arena, "DECLARE migrate_safe_smoke NO SCROLL CURSOR FOR " STR_FMT, STR_ARG(query));
    return session_exec(session, "BEGIN TRANSACTION READ ONLY", err) &&
           session_exec(
               session,
               arena_printf(arena, "SET LOCAL statement_timeout = %lld", (long long)timeout_ms),
               err) &&
           session_query(session, arena, declare, 0, NULL, ret_rows, err) &&
           session_query(session, arena, "FETCH 2 FROM migrate_safe_smoke", 0, NULL, ret_rows, err);
}

static SmokeFound judge(Arena *arena, const Rows *rows, int64_t took_ms)
{
    static const char LIMIT[] = "one row with one column that is true";
    const char *cell = rows->count && rows->columns ? rows_text(rows, 0, 0) : NULL;
    if (rows->count != 1)
        return (SmokeFound){false, rows->count ? "more than one row" : "no row", LIMIT};
    if (rows->columns != 1)
        return (SmokeFound){false, arena_printf(arena, "%d columns", rows->columns), LIMIT};
    if (!cell || strcmp(cell, "t") != 0)
        return (SmokeFound){false,
                            !cell ? "null"
                            : strcmp(cell, "f") == 0
                                ? "false"
                                : arena_printf(arena, "\"%.100s\", which is no boolean", cell),
                            LIMIT};
    return (SmokeFound){true, arena_printf(arena, "true in %lld ms", (long long)took_ms), NULL};
}

bool smoke_sql_try(Arena *arena, Session *session, const SmokeCheck *check, SmokeFound *ret_found,
                   Err *err)
{
    int64_t start_us = clock_monotonic_us();
    Rows rows = {0};
    const char *sql = read_sql(arena, check, err);
    bool is_answered = sql && ask(arena, session, sql,
                                  check->timeout_ms ? check->timeout_ms : TIMEOUT_MS, &rows, err);
    session_rollback(session);
    if (is_answered) {
        *ret_found = judge(arena, &rows, clock_elapsed_ms(start_us));
        return true;
    }
    if (err->class == ERR_INTERRUPTED || err->class == ERR_CONNECTION)
        return false;
    *ret_found = (SmokeFound){false, arena_strdup(arena, err->message), "an answer"};
    *err = (Err){0};
    return true;
}
