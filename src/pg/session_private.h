// What the session's own files share; nobody else includes it.
// Knows libpq; refuses policy. Invariant: `connection` is non-blocking from session_open on.
#pragma once

#include "base/vec.h"
#include "pg/session.h"

#include <libpq-fe.h>

struct Session {
    PGconn *connection;
    Arena *arena; // lives as long as the session
    const char *target;
    void (*on_notice)(void *context, const Notice *notice);
    void *notice_context;
    void (*on_idle)(void *context);
    void *idle_context;
    int idle_every_ms;
    bool is_ticking;   // on_idle is called whether it is idle or not,
    int64_t ticked_us; // and was so the last time
    int64_t rows_affected;
    Session *beside;         // whose answers are taken in meanwhile; NULL: nobody's
    int answer_timeout_ms;   // 0: none
    int64_t cancel_again_us; // 0: no cancel was sent yet
    bool is_undoing;         // after an interrupt: no cancel any more
    bool in_pipeline;
    int syncs;  // sent, and their answers not taken yet
    int queued; // in this pipeline, with those that only prepare
    int taken;
    VEC(int) preparations; // their places among the queued
    size_t prepared;       // of them were taken
    VEC(const char *) kept;
    int kept_generation;    // part of their names, so that a name is never used twice
    char fatal_sqlstate[6]; // of a FATAL that came while nothing was asked
    char fatal_message[256];
    size_t error_character;
    char error_context[1024];
    SessionErrorNames error_names;
};

typedef PGresult *Result;
void result_free_at(Result *result);
#define RESULT_SCOPED __attribute__((cleanup(result_free_at))) Result

// Sends what libpq still holds, taking in what the server says meanwhile.
bool session_flush(Session *session, Err *err);
// The next result, or NULL at the end of a statement. False when the connection is lost.
bool session_result(Session *session, Result *ret_result, Err *err);
// Takes all results of a simple statement; the first error is the one that counts. A COPY that
// nobody asked for is ended. `ret_rows` may be NULL, and then `arena` too.
bool session_finish(Session *session, Arena *arena, Rows *ret_rows, Err *err);
// Asks the server, once, to end what it does for this session.
void session_cancel(Session *session);
// Rows of a COPY ... TO STDOUT are nobody's: read and dropped.
void session_drop_copy_out(Session *session);

bool session_lost(Session *session, Err *err); // ERR_CONNECTION
bool session_server_error(Session *session, Result result,
                          Err *err); // ERR_SERVER or ERR_INTERRUPTED
bool session_connect_timeout(const SessionOptions *options, PGconn *connection, Err *err);
bool session_connect_error(const SessionOptions *options, PGconn *connection, Err *err);
// After a failure: nobody listens there yet, or the server starts up. Not when it said no.
bool session_is_starting(PGconn *connection);
// session_open that tells whether another attempt may succeed.
bool session_try(const SessionOptions *options, Session **ret_session, bool *ret_is_starting,
                 Err *err);
void rows_copy(Arena *arena, Result result, Rows *ret_rows);
