#include "pg/session.h"

#include "base/require.h"
#include "io/clock.h"
#include "io/interrupt.h"
#include "pg/session_private.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

enum {
    CONNECT_TIMEOUT_S = 15,
    CANCEL_AGAIN_MS = 1000
};

const char *rows_text(const Rows *rows, size_t row, int column)
{
    REQUIRE(row < rows->count && column >= 0 && column < rows->columns);
    return rows->cells[row * (size_t)rows->columns + (size_t)column];
}

bool rows_bool(const Rows *rows, size_t row, int column)
{
    const char *text = rows_text(rows, row, column);
    return text && text[0] == 't';
}

int64_t rows_int(const Rows *rows, size_t row, int column)
{
    const char *text = rows_text(rows, row, column);
    return text ? strtoll(text, NULL, 10) : 0;
}

void rows_copy(Arena *arena, Result result, Rows *ret_rows)
{
    int count = PQntuples(result);
    Rows rows = {.count = (size_t)count, .columns = PQnfields(result)};
    rows.cells =
        arena_alloc_array(arena, rows.count * (size_t)rows.columns + 1, sizeof *rows.cells);
    rows.names = arena_alloc_array(arena, (size_t)rows.columns + 1, sizeof *rows.names);
    for (int column = 0; column < rows.columns; column++)
        rows.names[column] = arena_strdup(arena, PQfname(result, column));
    for (int row = 0; row < count; row++)
        for (int column = 0; column < rows.columns; column++)
            if (!PQgetisnull(result, row, column))
                rows.cells[row * rows.columns + column] =
                    arena_dup(arena, (Str){PQgetvalue(result, row, column),
                                           (size_t)PQgetlength(result, row, column)});
    *ret_rows = rows;
}

void result_free_at(Result *result)
{
    PQclear(*result);
    *result = NULL;
}

static void on_notice(void *context, const PGresult *result)
{
    Session *session = context;
    const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *sqlstate = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    // libpq takes what ends an idle session for a notice; session_lost() will want to say why.
    if (severity && strcmp(severity, "FATAL") == 0) {
        snprintf(session->fatal_sqlstate, sizeof session->fatal_sqlstate, "%s",
                 sqlstate ? sqlstate : "");
        snprintf(session->fatal_message, sizeof session->fatal_message, "%s",
                 message ? message : "");
        return;
    }
    if (!session->on_notice)
        return;
    Notice notice = {
        .severity = severity ? severity : "NOTICE",
        .sqlstate = sqlstate ? sqlstate : "",
        .message = message ? message : "",
        .detail = PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL),
    };
    session->on_notice(session->notice_context, &notice);
}

void session_cancel(Session *session)
{
    char reason[256];
    PGcancel *cancel = PQgetCancel(session->connection);
    if (cancel) {
        PQcancel(cancel, reason, sizeof reason);
        PQfreeCancel(cancel);
    }
}

// Asked again every second: a cancel that cannot be delivered, or that reaches the server between
// two statements of a pipeline, is lost. Not once the transaction is being undone. A second Ctrl-C
// ends us.
static void send_cancel(Session *session)
{
    int64_t now_us = clock_monotonic_us();
    if (session->is_undoing || now_us < session->cancel_again_us)
        return;
    session->cancel_again_us = now_us + CANCEL_AGAIN_MS * 1000;
    session_cancel(session);
}

static int idle_timeout(const Session *session)
{
    int64_t passed_ms = session->is_ticking ? clock_elapsed_ms(session->ticked_us) : 0;
    return passed_ms < session->idle_every_ms ? session->idle_every_ms - (int)passed_ms : 0;
}

static void call_idle(Session *session, bool is_silent)
{
    if (session->is_ticking ? idle_timeout(session) > 0 : !is_silent)
        return;
    session->ticked_us = clock_monotonic_us();
    session->on_idle(session->idle_context);
}

// Waits for the socket, or for Ctrl-C, which cancels the server's statement and waits on for its
// answer.
static bool wait_socket(Session *session, bool for_writing, Err *err)
{
    struct pollfd waits[3] = {
        // poll passes over what is negative
        {.fd = PQsocket(session->connection), .events = POLLIN},
        {.fd = session->beside ? PQsocket(session->beside->connection) : -1, .events = POLLIN},
        {.fd = interrupt_descriptor(), .events = POLLIN},
    };
    if (waits[0].fd < 0)
        return session_lost(session, err);
    if (for_writing)
        waits[0].events |= POLLOUT;
    // Once it was asked for a cancel the interrupt's descriptor, readable for ever, must not spin
    // this loop.
    bool is_asked = session->is_undoing || session->cancel_again_us;
    int timeout = is_asked                     ? CANCEL_AGAIN_MS
                  : session->on_idle           ? idle_timeout(session)
                  : session->answer_timeout_ms ? session->answer_timeout_ms
                                               : -1;
    int ready = poll(waits, is_asked ? 2 : 3, timeout);
    if (ready < 0 && errno != EINTR)
        return fail_errno(err, ERR_CONNECTION, errno, "waiting for the server failed");
    if (ready == 0 && session->answer_timeout_ms)
        return fail(err, ERR_CONNECTION, "%s gave no answer within %d ms", session->target,
                    session->answer_timeout_ms);
    if (session->on_idle && !is_asked)
        call_idle(session, ready == 0);
    if (ready > 0 && waits[1].revents && !PQconsumeInput(session->beside->connection))
        session->beside = NULL; // whoever asks it next is told
    if (interrupt_requested())
        send_cancel(session);
    return true;
}

void session_read_beside(Session *session, Session *beside)
{
    session->beside = beside;
}

bool session_flush(Session *session, Err *err)
{
    for (;;) {
        int left = PQflush(session->connection);
        if (left == 0)
            return true;
        if (left < 0)
            return session_lost(session, err);
        if (!wait_socket(session, true, err))
            return false;
        if (!PQconsumeInput(session->connection))
            return session_lost(session, err);
    }
}

bool session_result(Session *session, Result *ret_result, Err *err)
{
    if (!session_flush(session, err))
        return false;
    while (PQisBusy(session->connection)) {
        if (!wait_socket(session, false, err))
            return false;
        if (!PQconsumeInput(session->connection))
            return session_lost(session, err);
    }
    *ret_result = PQgetResult(session->connection);
    return true;
}

static bool connect_wait(const SessionOptions *options, PGconn *connection,
                         PostgresPollingStatusType state, int64_t deadline_us, Err *err)
{
    struct pollfd waits[2] = {
        {.fd = PQsocket(connection), .events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT},
        {.fd = interrupt_descriptor(), .events = POLLIN},
    };
    int64_t left = (deadline_us - clock_monotonic_us()) / 1000;
    if (interrupt_requested())
        return fail(err, ERR_INTERRUPTED, "interrupted while connecting");
    if (left <= 0)
        return session_connect_timeout(options, connection, err);
    if (poll(waits, waits[1].fd < 0 ? 1 : 2, (int)left) < 0 && errno != EINTR)
        return fail_errno(err, ERR_CONNECTION, errno, "waiting for the server failed");
    return true;
}

static int64_t connect_deadline(PGconn *connection, const SessionOptions *options)
{
    int64_t seconds = options->connect_timeout_s ? options->connect_timeout_s : CONNECT_TIMEOUT_S;
    PQconninfoOption *info = PQconninfo(connection);
    for (PQconninfoOption *o = info; o && o->keyword; o++)
        if (strcmp(o->keyword, "connect_timeout") == 0 && o->val && *o->val)
            seconds = strtoll(o->val, NULL, 10);
    PQconninfoFree(info);
    if (seconds <= 0) // libpq: 0 and less wait for ever
        seconds = 7 * 24 * 3600;
    return clock_monotonic_us() + seconds * 1000000;
}

static bool connect_now(const SessionOptions *options, PGconn *connection, Err *err)
{
    if (PQstatus(connection) == CONNECTION_BAD)
        return session_connect_error(options, connection, err);
    int64_t deadline_us = connect_deadline(connection, options);
    PostgresPollingStatusType state = PGRES_POLLING_WRITING;
    for (;;) {
        if (!connect_wait(options, connection, state, deadline_us, err))
            return false;
        state = PQconnectPoll(connection);
        if (state == PGRES_POLLING_OK)
            return true;
        if (state == PGRES_POLLING_FAILED)
            return session_connect_error(options, connection, err);
    }
}

static const char *describe_target(Arena *arena, PGconn *connection)
{
    const char *host = PQhost(connection);
    if (host && host[0] == '/')
        return arena_printf(arena, "%s on %s (port %s)", PQdb(connection), host,
                            PQport(connection));
    return arena_printf(arena, "%s on %s:%s", PQdb(connection), host ? host : "localhost",
                        PQport(connection));
}

bool session_try(const SessionOptions *options, Session **ret_session, bool *ret_is_starting,
                 Err *err)
{
    const char *keywords[] = {"dbname", "fallback_application_name", "client_encoding", NULL};
    const char *values[] = {options->url ? options->url : "",
                            options->application_name ? options->application_name : "migrate-safe",
                            "UTF8", NULL};
    PGconn *connection = PQconnectStartParams(keywords, values, 1);
    if (!connection)
        require_memory();
    // With its SQLSTATE: a failure to connect has no result that would hold it.
    PQsetErrorVerbosity(connection, PQERRORS_VERBOSE);
    if (!connect_now(options, connection, err)) {
        *ret_is_starting = err->class == ERR_CONNECTION && session_is_starting(connection);
        PQfinish(connection);
        return false;
    }
    Arena *arena = arena_new();
    Session *session = arena_new_object(arena, Session);
    *session = (Session){
        .connection = connection,
        .arena = arena,
        .target = describe_target(arena, connection),
        .on_notice = options->on_notice,
        .notice_context = options->notice_context,
        .answer_timeout_ms = options->answer_timeout_ms,
    };
    PQsetErrorVerbosity(connection, PQERRORS_DEFAULT);
    PQsetNoticeReceiver(connection, on_notice, session);
    PQsetnonblocking(connection, 1);
    *ret_session = session;
    return true;
}

bool session_open(const SessionOptions *options, Session **ret_session, Err *err)
{
    bool is_starting;
    return session_try(options, ret_session, &is_starting, err);
}

void session_close(Session *session)
{
    if (!session)
        return;
    PQfinish(session->connection);
    arena_free(session->arena);
}

void session_close_at(Session **session)
{
    session_close(*session);
    *session = NULL;
}

void session_drop_copy_out(Session *session)
{
    Err ignored;
    for (;;) {
        char *line = NULL;
        int length = PQgetCopyData(session->connection, &line, 1);
        PQfreemem(line);
        if (length < 0)
            return;
        if (length == 0 &&
            (!wait_socket(session, false, &ignored) || !PQconsumeInput(session->connection)))
            return;
    }
}

static int64_t affected_by(Result result)
{
    const char *count = PQcmdTuples(result);
    return *count ? strtoll(count, NULL, 10) : -1;
}

bool session_finish(Session *session, Arena *arena, Rows *ret_rows, Err *err)
{
    Rows rows = {0};
    bool ok = true;
    for (;;) {
        RESULT_SCOPED result = NULL;
        Err this_error = {0};
        if (!session_result(session, &result, &this_error)) {
            if (ok)
                *err = this_error;
            return false;
        }
        if (!result) {
            if (ok && ret_rows)
                *ret_rows = rows;
            return ok;
        }
        ExecStatusType status = PQresultStatus(result);
        session->rows_affected = affected_by(result);
        if (status == PGRES_COPY_OUT)
            session_drop_copy_out(session);
        else if (status == PGRES_COPY_IN)
            PQputCopyEnd(session->connection, "COPY data is not expected here");
        else if (status == PGRES_TUPLES_OK && ret_rows && ok)
            rows_copy(arena, result, &rows);
        else if (status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE)
            ok = ok ? session_server_error(session, result, err) : false;
    }
}

bool session_exec(Session *session, const char *sql, Err *err)
{
    REQUIRE(!session->in_pipeline);
    if (!PQsendQuery(session->connection, sql))
        return session_lost(session, err);
    // Rows arrive one by one, so that a SELECT of any size costs no memory.
    PQsetSingleRowMode(session->connection);
    return session_finish(session, NULL, NULL, err);
}

bool session_query(Session *session, Arena *arena, const char *sql, int count,
                   const char *const *parameters, Rows *ret_rows, Err *err)
{
    REQUIRE(!session->in_pipeline);
    if (!PQsendQueryParams(session->connection, sql, count, NULL, parameters, NULL, NULL, 0))
        return session_lost(session, err);
    return session_finish(session, arena, ret_rows, err);
}

void session_rollback(Session *session)
{
    session->is_undoing = interrupt_requested();
    Err ignored = {0};
    bool is_left = !session->in_pipeline ||
                   (session_is_alive(session) && session_pipeline_sync(session, &ignored) &&
                    session_pipeline_end(session, &ignored));
    if (!session_is_alive(session))
        session->in_pipeline = false; // lost with the connection: what comes next says that
    if (!is_left || !session_is_alive(session))
        return;
    if (session_transaction(session) != TRANSACTION_NONE &&
        !session_exec(session, "ROLLBACK", &ignored))
        return; // the connection is lost, and the transaction with it
}

int session_server_version(const Session *session)
{
    return PQserverVersion(session->connection);
}

int session_server_major(const Session *session)
{
    return PQserverVersion(session->connection) / 10000;
}

const char *session_parameter(const Session *session, const char *name)
{
    return PQparameterStatus(session->connection, name);
}

int session_backend_pid(const Session *session)
{
    return PQbackendPID(session->connection);
}

bool session_is_alive(const Session *session)
{
    return PQstatus(session->connection) == CONNECTION_OK;
}

const char *session_target(const Session *session)
{
    return session->target;
}

const char *session_database(const Session *session)
{
    return PQdb(session->connection);
}

const char *session_user(const Session *session)
{
    return PQuser(session->connection);
}

void session_set_notice(Session *session, void (*receive)(void *, const Notice *), void *context)
{
    session->on_notice = receive;
    session->notice_context = context;
}

void session_set_idle(Session *session, int every_ms, void (*on_idle)(void *), void *context)
{
    session->on_idle = on_idle;
    session->idle_context = context;
    session->idle_every_ms = every_ms;
    session->is_ticking = false;
}

void session_set_tick(Session *session, int every_ms, void (*on_tick)(void *), void *context)
{
    session_set_idle(session, every_ms, on_tick, context);
    session->is_ticking = true;
    session->ticked_us = clock_monotonic_us();
}

int64_t session_rows_affected(const Session *session)
{
    return session->rows_affected;
}

TransactionState session_transaction(const Session *session)
{
    switch (PQtransactionStatus(session->connection)) {
    case PQTRANS_IDLE:
        return TRANSACTION_NONE;
    case PQTRANS_ACTIVE:
    case PQTRANS_INTRANS:
        return TRANSACTION_OPEN;
    case PQTRANS_INERROR:
        return TRANSACTION_FAILED;
    case PQTRANS_UNKNOWN:
        break;
    }
    return TRANSACTION_UNKNOWN;
}

size_t session_error_character(const Session *session)
{
    return session->error_character;
}

const char *session_error_context(const Session *session)
{
    return session->error_context;
}

const SessionErrorNames *session_error_names(const Session *session)
{
    return &session->error_names;
}
