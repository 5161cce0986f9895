// Statistics for the planner: made behind up, looked for by the command.
#include "io/clock.h"
#include "queries.h"
#include "run/postflight/private.h"

#include <stdlib.h>

enum {
    ANALYZE_MS = 30 * 1000, // for all tables together
    LOCK_MS = 100,
    DETAILS_MAX = 20,
};

static bool analyze(Arena *arena, Session *session, const char *table, int64_t left_ms, Err *err)
{
    if (left_ms <= 0)
        return fail(err, ERR_SERVER, "no time was left for it");
    const char *sql = arena_printf(arena,
                                   "BEGIN; SET LOCAL lock_timeout = %d; SET LOCAL "
                                   "statement_timeout = %lld; ANALYZE %s; COMMIT",
                                   LOCK_MS, (long long)left_ms, table);
    if (session_exec(session, sql, err))
        return true;
    session_rollback(session);
    return false;
}

void postflight_analyze(Arena *arena, Target *target, const Words *tables, const EventSink *sink,
                        Words *ret_left)
{
    Words left = {0};
    int64_t start_us = clock_monotonic_us();
    VEC_EACH (const char *const, table, tables) {
        Err err = {0};
        int64_t left_ms = ANALYZE_MS - clock_elapsed_ms(start_us);
        if (session_is_alive(target->session) &&
            analyze(arena, target->session, *table, left_ms, &err))
            continue;
        *vec_append(arena, &left) = *table;
        event_emit(sink, &(Event){.kind = EVENT_WARNING,
                                  .message = arena_printf(arena, "ANALYZE %s was not run", *table),
                                  .detail = arena_strdup(arena, err.message)});
    }
    *ret_left = left;
}

static const char *analyze_sql(Arena *arena, const Words *tables)
{
    const char *list = "";
    for (size_t i = 0; i < tables->len && i < DETAILS_MAX; i++)
        list = arena_printf(arena, "%s%s%s", list, i ? ", " : "", tables->items[i]);
    return arena_printf(arena, "ANALYZE %s;", list);
}

// Behind a run: what ANALYZE should have been run on, and was not.
static void tell_left(Postflight *postflight)
{
    const Words *left = postflight->options->unanalyzed;
    const CheckKind *kind = &POSTFLIGHT_KINDS[POSTFLIGHT_STATISTICS];
    if (!left || !left->len)
        check_list_add(postflight->arena, postflight->checks, kind, VERDICT_PASS, NULL,
                       "every new and rewritten table has them");
    else
        check_list_add(postflight->arena, postflight->checks, kind, VERDICT_WARN,
                       analyze_sql(postflight->arena, left), "%zu new or rewritten %s without",
                       left->len, left->len == 1 ? "table is" : "tables are");
}

static void tell_found(Postflight *postflight, const Rows *rows)
{
    Arena *arena = postflight->arena;
    const CheckKind *kind = &POSTFLIGHT_KINDS[POSTFLIGHT_STATISTICS];
    Words tables = {0};
    for (size_t i = 0; i < rows->count; i++)
        *vec_append(arena, &tables) = rows_text(rows, i, 0);
    if (!tables.len) {
        check_list_add(arena, postflight->checks, kind, VERDICT_PASS, NULL,
                       "every table with rows has them, and they are fresh");
        return;
    }
    Check *check = check_list_add(arena, postflight->checks, kind, VERDICT_WARN,
                                  analyze_sql(arena, &tables), "%zu %s none, or old ones",
                                  tables.len, tables.len == 1 ? "table has" : "tables have");
    for (size_t i = 0; i < rows->count && i < DETAILS_MAX; i++)
        check_detail(arena, check, "%s: %lld rows, %s", rows_text(rows, i, 0),
                     (long long)rows_int(rows, i, 1),
                     rows_bool(rows, i, 3) ? "never analyzed"
                                           : arena_printf(arena, "%lld changed since",
                                                          (long long)rows_int(rows, i, 2)));
}

void postflight_statistics(Postflight *postflight)
{
    Rows rows;
    Err err = {0};
    Target *target = postflight->target;
    if (postflight->options->plan)
        tell_left(postflight);
    else if (postflight_begin(postflight, &err) &&
             session_query(target->session, postflight->arena, QUERY_POSTFLIGHT_STATISTICS.text, 1,
                           &target->schema, &rows, &err) &&
             postflight_end(postflight, &err))
        tell_found(postflight, &rows);
    else
        postflight_unknown(postflight, POSTFLIGHT_STATISTICS, &err);
}
