// One connection to PostgreSQL (libpq): statements, parameters, pipelines, COPY, notices, cancel.
// Refuses to know what is run, and to retry. Invariant: while it waits, Ctrl-C is seen: the
// server's statement is cancelled once and the call fails with ERR_INTERRUPTED; libpq's strings
// never leave except copied into an arena.
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "pg/query.h"

#include <stdint.h>

typedef struct Session Session;

typedef struct Notice {
    const char *severity; // "NOTICE", "WARNING", never translated
    const char *sqlstate;
    const char *message;
    const char *detail; // may be NULL
} Notice;

typedef struct SessionOptions {
    const char *url; // URI or conninfo string; NULL or "": libpq's own variables and service files
    const char *application_name; // seen in pg_stat_activity
    int answer_timeout_ms;        // longest silence that is waited for; 0: any
    int connect_timeout_s;        // 0: 15, unless the URL or PGCONNECT_TIMEOUT says otherwise
    void (*on_notice)(void *context, const Notice *notice); // may be NULL: dropped
    void *notice_context;
} SessionOptions;

// A result, copied: cells[row * columns + column], NULL for SQL null.
typedef struct Rows {
    size_t count;
    int columns;
    const char **names; // of the columns
    const char **cells;
} Rows;

const char *rows_text(const Rows *rows, size_t row, int column); // NULL for SQL null
bool rows_bool(const Rows *rows, size_t row, int column);        // false for null
int64_t rows_int(const Rows *rows, size_t row, int column);      // 0 for null

// Errors are ERR_CONNECTION with host, port, database and user tried, never a password, and a hint
// by cause.
bool session_open(const SessionOptions *options, Session **ret_session, Err *err)
    __attribute__((warn_unused_result));
void session_close(Session *session);
void session_close_at(Session **session);
#define SESSION_SCOPED __attribute__((cleanup(session_close_at))) Session *

int session_server_version(const Session *session); // 150020 as libpq gives it
int session_server_major(const Session *session);
const char *session_parameter(const Session *session,
                              const char *name); // ParameterStatus; NULL if unknown
int session_backend_pid(const Session *session);
bool session_is_alive(const Session *session);
// "database on host:port" for people; no password, no other secret.
const char *session_target(const Session *session);
const char *session_database(const Session *session);
const char *session_user(const Session *session);
void session_set_notice(Session *session, void (*on_notice)(void *, const Notice *), void *context);
// Called each time that the server has said nothing for `every_ms` while we wait for it. It must
// not use this session; NULL ends it.
void session_set_idle(Session *session, int every_ms, void (*on_idle)(void *context),
                      void *context);
// The same each `every_ms` that we wait, though the server speaks all the time.
void session_set_tick(Session *session, int every_ms, void (*on_tick)(void *context),
                      void *context);
// While we wait for the server of `session`, what that of `beside` says is taken into memory, so
// that it goes on with its pipeline and does not wait for us. NULL ends it; so must whoever closes
// `beside` first.
void session_read_beside(Session *session, Session *beside);

// One statement or several without parameters, by the simple protocol; rows are dropped.
bool session_exec(Session *session, const char *sql, Err *err) __attribute__((warn_unused_result));
// Rows that the last statement of session_exec, session_query or a COPY changed or gave; -1: a kind
// that counts none.
int64_t session_rows_affected(const Session *session);
// One statement with text parameters (NULL is SQL null).
bool session_query(Session *session, Arena *arena, const char *sql, int count,
                   const char *const *parameters, Rows *ret_rows, Err *err)
    __attribute__((warn_unused_result));

// The same, kept as by session_queue_kept.
bool session_query_kept(Session *session, Arena *arena, const char *sql, int count,
                        const char *const *parameters, Rows *ret_rows, Err *err)
    __attribute__((warn_unused_result));

// A pipeline: queued statements go out together; results come back in order. Between
// session_pipeline_begin and session_pipeline_end only the functions of this block may be called.
bool session_pipeline_begin(Session *session, Err *err) __attribute__((warn_unused_result));
bool session_queue(Session *session, const char *sql, int count, const char *const *parameters,
                   Err *err) __attribute__((warn_unused_result));
// The same for statements of ours that are sent often: the server keeps them parsed, and planned
// where they have no parameters.
bool session_queue_kept(Session *session, const char *sql, int count, const char *const *parameters,
                        Err *err) __attribute__((warn_unused_result));
// After a failure, or when the user's SQL has dropped them (DEALLOCATE ALL): they are parsed anew.
void session_forget_kept(Session *session);
// Asks whether they are there still, and forgets them if not: the user's SQL may have dropped them
// in a transaction that the failure of one would end.
bool session_check_kept(Session *session, Err *err) __attribute__((warn_unused_result));
// Asks the server to send what it has (no commit, no end of the transaction).
bool session_queue_flush(Session *session, Err *err) __attribute__((warn_unused_result));
// The result of the oldest queued statement. After a failure every later one fails with class
// ERR_NONE ("not run") until session_pipeline_end. `ret_rows` may be NULL; rows are then dropped
// one by one in flat memory.
bool session_next_result(Session *session, Arena *arena, Rows *ret_rows, Err *err)
    __attribute__((warn_unused_result));
// Sends the Sync, waits for it (results not fetched are dropped), leaves the pipeline. The
// transaction stays as it is.
bool session_pipeline_sync(Session *session, Err *err) __attribute__((warn_unused_result));
bool session_pipeline_end(Session *session, Err *err) __attribute__((warn_unused_result));

bool session_in_pipeline(const Session *session);

// COPY ... FROM stdin.
bool session_copy_begin(Session *session, const char *sql, Err *err)
    __attribute__((warn_unused_result));
bool session_copy_put(Session *session, Str data, Err *err) __attribute__((warn_unused_result));
bool session_copy_end(Session *session, Err *err) __attribute__((warn_unused_result));
void session_copy_abort(Session *session,
                        const char *reason); // the failure that caused it stays the caller's

// After a failure: leaves a pipeline that is still open, and undoes the transaction. The failure
// that caused it stays the caller's; a lost connection is left as it is.
void session_rollback(Session *session);

typedef enum TransactionState {
    TRANSACTION_NONE,
    TRANSACTION_OPEN,
    TRANSACTION_FAILED,
    TRANSACTION_UNKNOWN, // connection lost
} TransactionState;

TransactionState session_transaction(const Session *session);
// The character of the statement that the last server error pointed at, from 1; 0 when it did not.
size_t session_error_character(const Session *session);
// The same for errors inside a function body or other inner query: text of that query, else "".
const char *session_error_context(const Session *session);

// What the last server error was about, by its names; "" where it was about none.
typedef struct SessionErrorNames {
    char schema[256];
    char table[256];
    char column[256];
    char type[256];
    char constraint[256];
} SessionErrorNames;

const SessionErrorNames *session_error_names(const Session *session);
