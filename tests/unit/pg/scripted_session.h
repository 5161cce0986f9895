// What the tests of the session begin with: a script that opens it, and how failures are compared.
#pragma once

#include "pg/session.h"
#include "scripted_libpq.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define URL "postgresql://ann:s3cret@db.example:5433/shop"
#define OPENED                                                                                     \
    {.call = "PQconnectStartParams", .text = URL},                                                 \
    {                                                                                              \
        .call = "PQconnectPoll", .answer = PGRES_POLLING_OK                                        \
    }
#define SENT(sql)                                                                                  \
    {                                                                                              \
        .call = "PQsendQuery", .text = sql, .answer = 1                                            \
    }
#define QUEUED(sql)                                                                                \
    {                                                                                              \
        .call = "PQsendQueryParams", .text = sql, .answer = 1                                      \
    }
#define CALLED(name)                                                                               \
    {                                                                                              \
        .call = name, .answer = 1                                                                  \
    }
#define FAILED_WITH(state, text)                                                                   \
    GOT(.status = PGRES_FATAL_ERROR, .sqlstate = state, .message = text)
#define TERMINATED                                                                                 \
    GOT(.status = PGRES_FATAL_ERROR, .severity = "FATAL", .sqlstate = "57P01",                     \
        .message = "terminating connection due to administrator command")
#define LOST_MESSAGE "the connection to shop on db.example:5433 was lost"

static inline Session *open_scripted(void)
{
    Session *session = NULL;
    Err err = {0};
    if (!session_open(&(SessionOptions){.url = URL}, &session, &err))
        fail_msg("%s", err.message);
    return session;
}

static inline void assert_err(const Err *err, ErrClass class, const char *message)
{
    assert_string_equal(err->message, message);
    assert_string_equal(err_class_word(err->class), err_class_word(class));
}

static inline void assert_lost(const Err *err)
{
    assert_err(err, ERR_CONNECTION, LOST_MESSAGE);
    assert_string_equal(err->detail, "server closed the connection unexpectedly");
    assert_string_equal(err->sqlstate, "");
}

static inline void assert_terminated(const Err *err)
{
    assert_err(err, ERR_CONNECTION,
               LOST_MESSAGE ": terminating connection due to administrator command");
    assert_string_equal(err->sqlstate, "57P01");
}

// The session is closed, and the script was played to its end.
static inline void finish_scripted(Session *session)
{
    session_close(session);
    scripted_end();
}
