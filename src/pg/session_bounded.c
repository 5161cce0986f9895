#include "pg/session_bounded.h"

#include "base/require.h"
#include "io/clock.h"
#include "io/interrupt.h"
#include "pg/session_private.h"

#include <errno.h>
#include <poll.h>

bool session_send(Session *session, const char *sql, Err *err)
{
    REQUIRE(!session->in_pipeline);
    if (!PQsendQueryParams(session->connection, sql, 0, NULL, NULL, NULL, NULL, 0))
        return session_lost(session, err);
    return session_flush(session, err);
}

bool session_answer(Session *session, Arena *arena, int64_t wait_ms, bool *ret_is_there,
                    Rows *ret_rows, Err *err)
{
    int64_t start_us = clock_monotonic_us();
    for (;;) {
        if (!PQconsumeInput(session->connection))
            return session_lost(session, err);
        if (!PQisBusy(session->connection))
            break;
        int64_t left = wait_ms - clock_elapsed_ms(start_us);
        if (left <= 0) {
            *ret_is_there = false;
            return true;
        }
        if (!session_wait_any(&session, 1, left, err))
            return false;
    }
    Rows rows = {0};
    if (!session_finish(session, arena, &rows, err))
        return false;
    *ret_is_there = true;
    *ret_rows = rows;
    return true;
}

bool session_send_script(Session *session, const char *sql, Err *err)
{
    REQUIRE(!session->in_pipeline);
    if (!PQsendQuery(session->connection, sql))
        return session_lost(session, err);
    return session_flush(session, err);
}

bool session_answer_script(Session *session, bool *ret_is_there, Err *err)
{
    Err ignored = {0};
    *ret_is_there = true;
    for (;;) {
        if (!PQconsumeInput(session->connection))
            return session_lost(session, err);
        if (PQisBusy(session->connection)) {
            *ret_is_there = false;
            return true;
        }
        RESULT_SCOPED result = PQgetResult(session->connection);
        ExecStatusType status = PQresultStatus(result);
        if (!result)
            return true;
        if (status == PGRES_COPY_OUT)
            session_drop_copy_out(session);
        if (status != PGRES_FATAL_ERROR && status != PGRES_BAD_RESPONSE)
            continue;
        session_server_error(session, result, err);
        (void)!session_finish(session, NULL, NULL, &ignored); // the server runs no more of it
        return false;
    }
}

bool session_wait_any(Session *const *sessions, size_t count, int64_t wait_ms, Err *err)
{
    enum {
        MOST = 64
    };
    struct pollfd waits[MOST + 1];
    REQUIRE(count <= MOST);
    if (interrupt_requested())
        return fail(err, ERR_INTERRUPTED, "interrupted while waiting for the server");
    for (size_t i = 0; i < count; i++) {
        waits[i] = (struct pollfd){.fd = PQsocket(sessions[i]->connection), .events = POLLIN};
        if (waits[i].fd < 0)
            return session_lost(sessions[i], err);
        if (!PQisBusy(sessions[i]->connection))
            return true;
    }
    waits[count] = (struct pollfd){.fd = interrupt_descriptor(), .events = POLLIN};
    if (poll(waits, (nfds_t)(waits[count].fd < 0 ? count : count + 1), (int)wait_ms) < 0 &&
        errno != EINTR)
        return fail_errno(err, ERR_CONNECTION, errno, "waiting for the server failed");
    return true;
}

void session_give_up(Session *session)
{
    Err ignored = {0};
    session_cancel(session);
    (void)!session_finish(session, NULL, NULL, &ignored);
}
