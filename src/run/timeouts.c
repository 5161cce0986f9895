#include "run/timeouts.h"

#include "queries.h"

#include <stdio.h>
#include <string.h>

enum {
    FIRST_WITH_IDLE_SESSION_TIMEOUT = 14,
    FIRST_WITH_TRANSACTION_TIMEOUT = 17
};

static const char *milliseconds(TimeoutParameters *parameters, size_t at, int64_t value)
{
    char *text = parameters->text[at];
    snprintf(text, sizeof parameters->text[at], "%lld", (long long)value);
    return text;
}

void timeouts_parameters(const TransactionOptions *options, TimeoutParameters *ret_parameters)
{
    TimeoutParameters *to = ret_parameters;
    bool is_bounded = options->idle_timeout_ms || options->transaction_timeout_ms;
    to->query = is_bounded ? &QUERY_RUNNER_BEGIN_BOUNDED : &QUERY_RUNNER_BEGIN;
    to->count = is_bounded ? TIMEOUT_PARAMETERS : TIMEOUT_PARAMETERS_USUAL;
    to->values[0] = milliseconds(to, 0, options->lock_timeout_ms);
    to->values[1] = milliseconds(to, 1, options->statement_timeout_ms);
    to->values[2] = milliseconds(to, 2, options->lock_key);
    to->values[3] = options->idle_timeout_ms ? milliseconds(to, 3, options->idle_timeout_ms) : NULL;
    to->values[4] = options->transaction_timeout_ms
                        ? milliseconds(to, 4, options->transaction_timeout_ms)
                        : NULL;
}

bool timeouts_check(int64_t transaction_timeout_ms, const Session *session, Err *err)
{
    if (!transaction_timeout_ms || session_server_major(session) >= FIRST_WITH_TRANSACTION_TIMEOUT)
        return true;
    fail(err, ERR_CONFIG, "--transaction-timeout needs PostgreSQL %d, the server is %d",
         FIRST_WITH_TRANSACTION_TIMEOUT, session_server_major(session));
    return err_hint(err, "leave it out, or bound each statement: --statement-timeout");
}

bool timeouts_lift(Session *session, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    int major = session_server_major(session);
    return session_exec(
        session,
        arena_printf(
            scratch, "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0;%s%s",
            major >= FIRST_WITH_IDLE_SESSION_TIMEOUT ? "SET idle_session_timeout = 0;" : "",
            major >= FIRST_WITH_TRANSACTION_TIMEOUT ? "SET transaction_timeout = 0" : ""),
        err);
}

void timeouts_explain(const TransactionOptions *options, Err *err)
{
    // 57014 is also what an administrator's pg_cancel_backend gives, and its text is translated.
    if (strcmp(err->sqlstate, "57014") == 0 && err->class != ERR_INTERRUPTED &&
        options->statement_timeout_ms)
        err_hint(err,
                 "a statement may run %lld ms: --statement-timeout TIME, or in the file "
                 "-- migrate-safe: statement-timeout TIME, allows more",
                 (long long)options->statement_timeout_ms);
    else if (strcmp(err->sqlstate, "25P03") == 0)
        err_hint(err, "the server ended a session that was silent in a transaction: "
                      "--idle-timeout TIME allows more (idle_in_transaction_session_timeout)");
    else if (strcmp(err->sqlstate, "25P04") == 0)
        err_hint(err, "--transaction-timeout TIME allows more, where the server's own "
                      "transaction_timeout is not shorter");
}
