// The pipeline of a session. libpq gives, for each queued statement, its results and then NULL.
#include "base/require.h"
#include "base/words.h"
#include "pg/session_private.h"
#include "queries.h"

#include <stdio.h>
#include <string.h>

#define KEPT_PREFIX "migrate_safe_%d_"

bool session_pipeline_begin(Session *session, Err *err)
{
    REQUIRE(!session->in_pipeline);
    if (!PQenterPipelineMode(session->connection))
        return session_lost(session, err);
    session->in_pipeline = true;
    session->syncs = session->queued = session->taken = 0;
    session->preparations.len = session->prepared = 0;
    return true;
}

bool session_queue(Session *session, const char *sql, int count, const char *const *parameters,
                   Err *err)
{
    REQUIRE(session->in_pipeline);
    if (!PQsendQueryParams(session->connection, sql, count, NULL, parameters, NULL, NULL, 0))
        return session_lost(session, err);
    session->queued++;
    return true;
}

static void kept_name(const Session *session, size_t index, char *name, size_t size)
{
    snprintf(name, size, KEPT_PREFIX "%zu", session->kept_generation, index);
}

static bool prepare(Session *session, const char *name, const char *sql, Err *err)
{
    if (!PQsendPrepare(session->connection, name, sql, 0, NULL))
        return session_lost(session, err);
    *vec_append(session->arena, &session->preparations) = session->queued++;
    *vec_append(session->arena, &session->kept) = arena_strdup(session->arena, sql);
    return true;
}

bool session_queue_kept(Session *session, const char *sql, int count, const char *const *parameters,
                        Err *err)
{
    REQUIRE(session->in_pipeline);
    char name[64];
    size_t index = 0;
    while (index < session->kept.len && strcmp(session->kept.items[index], sql) != 0)
        index++;
    kept_name(session, index, name, sizeof name);
    if (index == session->kept.len && !prepare(session, name, sql, err))
        return false;
    if (!PQsendQueryPrepared(session->connection, name, count, parameters, NULL, NULL, 0))
        return session_lost(session, err);
    session->queued++;
    return true;
}

void session_forget_kept(Session *session)
{
    session->kept.len = 0;
    session->kept_generation++;
}

bool session_check_kept(Session *session, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    char prefix[64];
    const char *parameter = prefix;
    Rows rows;
    if (!session->kept.len)
        return true;
    snprintf(prefix, sizeof prefix, KEPT_PREFIX, session->kept_generation);
    if (!session_query(session, scratch, QUERY_SESSION_KEPT.text, 1, &parameter, &rows, err))
        return false;
    if (rows_int(&rows, 0, 0) != (int64_t)session->kept.len)
        session_forget_kept(session);
    return true;
}

bool session_queue_flush(Session *session, Err *err)
{
    if (!PQsendFlushRequest(session->connection))
        return session_lost(session, err);
    return session_flush(session, err);
}

static bool take_status(Session *session, Result result, bool *failed, Err *err)
{
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_PIPELINE_ABORTED && !*failed) {
        *failed = true;
        return fail(err, ERR_NONE, "not run");
    }
    if ((status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE) && !*failed) {
        *failed = true;
        return session_server_error(session, result, err);
    }
    return true;
}

// Row by row where session_exec was before: libpq (15.18) forgets that it was asked to do so only
// behind a pipeline's first statement. `cells`: of such rows.
static void add_rows(Arena *arena, Result result, Words *cells, Rows *rows)
{
    ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_SINGLE_TUPLE && status != PGRES_TUPLES_OK)
        return;
    rows_copy(arena, result, rows);
    if (status == PGRES_TUPLES_OK && !cells->len)
        return;
    for (size_t i = 0; i < rows->count * (size_t)rows->columns; i++)
        *vec_append(arena, cells) = rows->cells[i];
    rows->cells = cells->items;
    rows->count = cells->len / (size_t)(rows->columns ? rows->columns : 1);
}

// What libpq gives for the oldest of what was sent.
static bool take_oldest(Session *session, Arena *arena, Rows *ret_rows, Err *err)
{
    bool failed = false;
    Words cells = {0};
    session->taken++;
    for (;;) {
        RESULT_SCOPED result = NULL;
        Err lost = {0};
        // A server that ends the session says why before it hangs up: that is the failure.
        if (!session_result(session, &result, failed ? &lost : err))
            return false;
        if (!result)
            return !failed &&
                   (PQstatus(session->connection) == CONNECTION_OK || session_lost(session, err));
        take_status(session, result, &failed, err);
        if (ret_rows)
            add_rows(arena, result, &cells, ret_rows);
    }
}

// Of a statement that the server keeps from now on, what came of preparing it.
static bool take_preparation(Session *session, Err *err)
{
    Err not_run = {0};
    if (session->prepared == session->preparations.len ||
        session->preparations.items[session->prepared] != session->taken)
        return true;
    session->prepared++;
    if (take_oldest(session, NULL, NULL, err))
        return true;
    if (session_is_alive(session))
        (void)!take_oldest(session, NULL, NULL, &not_run);
    return false;
}

bool session_next_result(Session *session, Arena *arena, Rows *ret_rows, Err *err)
{
    REQUIRE(session->in_pipeline);
    if (take_preparation(session, err)) {
        if (!ret_rows)
            PQsetSingleRowMode(session->connection);
        if (take_oldest(session, arena, ret_rows, err))
            return true;
    }
    session_forget_kept(session); // what was to be kept behind it is not
    return false;
}

bool session_pipeline_sync(Session *session, Err *err)
{
    REQUIRE(session->in_pipeline);
    if (!PQpipelineSync(session->connection))
        return session_lost(session, err);
    session->syncs++;
    return session_flush(session, err);
}

bool session_pipeline_end(Session *session, Err *err)
{
    REQUIRE(session->in_pipeline);
    // A failure may have come with one Sync on its way already: libpq lets nobody out before the
    // answers to all of them are taken.
    while (session->syncs) {
        RESULT_SCOPED result = NULL;
        if (!session_result(session, &result, err)) {
            session->in_pipeline = false;
            return false;
        }
        session->syncs -= result && PQresultStatus(result) == PGRES_PIPELINE_SYNC;
        if (!result && PQstatus(session->connection) == CONNECTION_BAD) { // no Sync will come
            session->in_pipeline = false;
            return session_lost(session, err);
        }
    }
    session->in_pipeline = false;
    if (!PQexitPipelineMode(session->connection))
        return session_lost(session, err);
    return true;
}

bool session_in_pipeline(const Session *session)
{
    return session->in_pipeline;
}

bool session_query_kept(Session *session, Arena *arena, const char *sql, int count,
                        const char *const *parameters, Rows *ret_rows, Err *err)
{
    Err ignored = {0};
    if (!session_pipeline_begin(session, err) ||
        !session_queue_kept(session, sql, count, parameters, err) ||
        !session_pipeline_sync(session, err))
        return false;
    bool ok = session_next_result(session, arena, ret_rows, err);
    return session_pipeline_end(session, ok ? err : &ignored) && ok;
}
