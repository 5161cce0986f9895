// COPY ... FROM stdin of a session: data goes out as it is read, the server's error comes at the
// end.
#include "base/require.h"
#include "pg/session_private.h"

bool session_copy_begin(Session *session, const char *sql, Err *err)
{
    REQUIRE(!session->in_pipeline);
    if (!PQsendQuery(session->connection, sql))
        return session_lost(session, err);
    RESULT_SCOPED result = NULL;
    if (!session_result(session, &result, err))
        return false;
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COPY_IN)
        return true;
    if (result && status == PGRES_FATAL_ERROR)
        session_server_error(session, result, err);
    else
        fail(err, ERR_SERVER, "the server did not ask for COPY data");
    if (status == PGRES_COPY_OUT)
        session_drop_copy_out(session);
    Err ignored = {0};
    if (result)
        session_finish(session, NULL, NULL, &ignored);
    return false;
}

bool session_copy_put(Session *session, Str data, Err *err)
{
    for (;;) {
        int sent = PQputCopyData(session->connection, data.p, (int)data.n);
        if (sent < 0)
            return session_lost(session, err);
        if (!session_flush(session, err))
            return false;
        if (sent > 0)
            return true;
    }
}

static bool copy_finish(Session *session, const char *reason, Err *err)
{
    int ended;
    while ((ended = PQputCopyEnd(session->connection, reason)) == 0)
        if (!session_flush(session, err))
            return false;
    if (ended < 0)
        return session_lost(session, err);
    return session_finish(session, NULL, NULL, err);
}

bool session_copy_end(Session *session, Err *err)
{
    return copy_finish(session, NULL, err);
}

void session_copy_abort(Session *session, const char *reason)
{
    Err ignored = {0};
    copy_finish(session, reason, &ignored);
}
