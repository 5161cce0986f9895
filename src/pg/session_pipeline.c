// The pipeline of a session. libpq gives, for each queued statement, its results and then NULL.
#include "base/require.h"
#include "pg/session_private.h"

bool session_pipeline_begin(Session *session, Err *err)
{
    REQUIRE(!session->in_pipeline);
    if (!PQenterPipelineMode(session->connection))
        return session_lost(session, err);
    session->in_pipeline = true;
    session->syncs = 0;
    return true;
}

bool session_queue(Session *session, const char *sql, int count, const char *const *parameters,
                   Err *err)
{
    REQUIRE(session->in_pipeline);
    if (!PQsendQueryParams(session->connection, sql, count, NULL, parameters, NULL, NULL, 0))
        return session_lost(session, err);
    return true;
}

static void kept_name(const Session *session, int index, char *name, size_t size)
{
    snprintf(name, size, "migrate_safe_%d_%d", session->kept_generation, index);
}

bool session_queue_kept(Session *session, const Query *query, const char *sql, int count,
                        const char *const *parameters, int *ret_results, Err *err)
{
    REQUIRE(session->in_pipeline);
    char name[64];
    int index = 0;
    while (index < session->kept_count && session->kept[index] != query)
        index++;
    kept_name(session, index, name, sizeof name);
    *ret_results = 1;
    if (index == session->kept_count) {
        REQUIRE(index < KEPT_MAX);
        if (!PQsendPrepare(session->connection, name, sql, 0, NULL))
            return session_lost(session, err);
        session->kept[session->kept_count++] = query;
        *ret_results = 2;
    }
    if (!PQsendQueryPrepared(session->connection, name, count, parameters, NULL, NULL, 0))
        return session_lost(session, err);
    return true;
}

void session_forget_kept(Session *session)
{
    session->kept_count = 0;
    session->kept_generation++;
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

bool session_next_result(Session *session, Arena *arena, Rows *ret_rows, Err *err)
{
    REQUIRE(session->in_pipeline);
    bool failed = false;
    if (!ret_rows)
        PQsetSingleRowMode(session->connection);
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
        if (ret_rows && PQresultStatus(result) == PGRES_TUPLES_OK)
            rows_copy(arena, result, ret_rows);
    }
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
