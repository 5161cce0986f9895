#include "scripted_libpq.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/clock.h"
#include "io/interrupt.h"

struct pg_conn {
    bool is_lost;
};

struct pg_cancel {
    bool is_freed;
};

enum {
    CALLS_MAX = 10000
}; // more is a loop that does not end

static const ScriptedCall *script;
static size_t script_length;
static size_t at;
static int calls;
static PGconn connection;
static PGcancel cancellation;
static int connections_open;
static int results_open;
static bool is_interrupted;
static int always_ready = -1; // a descriptor to read and to write at any time
static int64_t clock_us;
static const char *error_message;
static PQnoticeReceiver receive_notice;
static void *notice_context;

void scripted_begin(const ScriptedCall *calls_to_come, size_t count)
{
    if (always_ready < 0)
        always_ready = eventfd(1, EFD_CLOEXEC);
    script = calls_to_come;
    script_length = count;
    at = 0;
    calls = 0;
    connection = (PGconn){0};
    connections_open = 0;
    results_open = 0;
    is_interrupted = false;
    clock_us = 1000000;
    error_message = "";
    receive_notice = NULL;
}

void scripted_end(void)
{
    if (at < script_length)
        fail_msg("call %zu of the script did not come: %s %s", at + 1, script[at].call,
                 script[at].text ? script[at].text : "");
    assert_int_equal(results_open, 0);
    assert_int_equal(connections_open, 0);
}

static void play(const ScriptedCall *call)
{
    if (call->notice && receive_notice)
        receive_notice(notice_context, call->notice);
    connection.is_lost = connection.is_lost || call->is_lost;
    is_interrupted = is_interrupted || call->is_interrupted;
    if (call->message)
        error_message = call->message;
    clock_us += (int64_t)call->clock_s * 1000000;
}

static bool is_next(const char *name)
{
    return at < script_length && strcmp(script[at].call, name) == 0;
}

static const ScriptedCall *next_call(const char *name, const char *text)
{
    if (++calls > CALLS_MAX)
        fail_msg("%s for ever", name);
    if (!is_next(name))
        fail_msg("%s %s came instead of call %zu, %s", name, text ? text : "", at + 1,
                 at < script_length ? script[at].call : "which is behind the end of the script");
    const ScriptedCall *call = &script[at++];
    if (text && call->text)
        assert_string_equal(text, call->text);
    play(call);
    return call;
}

static int calm_call(const char *name, int otherwise)
{
    if (++calls > CALLS_MAX)
        fail_msg("%s for ever", name);
    return is_next(name) ? next_call(name, NULL)->answer : otherwise;
}

// The clock and Ctrl-C.

int64_t clock_monotonic_us(void)
{
    return clock_us;
}

int64_t clock_elapsed_ms(int64_t since_us)
{
    return (clock_us - since_us) / 1000;
}

bool clock_sleep_ms(int64_t milliseconds)
{
    clock_us += milliseconds * 1000;
    return !is_interrupted;
}

bool interrupt_requested(void)
{
    return is_interrupted;
}

int interrupt_descriptor(void)
{
    return always_ready;
}

// Connecting.

PGconn *PQconnectStartParams(const char *const *keywords, const char *const *values, int expand)
{
    const char *url = NULL;
    for (size_t i = 0; keywords[i]; i++)
        if (strcmp(keywords[i], "dbname") == 0)
            url = values[i];
    connection = (PGconn){0};
    next_call("PQconnectStartParams", url);
    connections_open++;
    return &connection;
}

PostgresPollingStatusType PQconnectPoll(PGconn *conn)
{
    return (PostgresPollingStatusType)next_call("PQconnectPoll", NULL)->answer;
}

PQconninfoOption *PQconninfo(PGconn *conn)
{
    PQconninfoOption *options = calloc(2, sizeof *options);
    assert_non_null(options);
    options->keyword = (char *)"connect_timeout";
    if (is_next("PQconninfo"))
        options->val = (char *)next_call("PQconninfo", NULL)->text;
    return options;
}

PQconninfoOption *PQconninfoParse(const char *conninfo, char **errmsg)
{
    static char *const SAID[][2] = {{(char *)"host", (char *)"db.example"},
                                    {(char *)"port", (char *)"5433"},
                                    {(char *)"dbname", (char *)"shop"},
                                    {(char *)"user", (char *)"ann"}};
    enum {
        COUNT = sizeof SAID / sizeof SAID[0]
    };
    if (is_next("PQconninfoParse")) {
        *errmsg = strdup(next_call("PQconninfoParse", NULL)->text);
        return NULL;
    }
    PQconninfoOption *options = calloc(COUNT + 1, sizeof *options);
    assert_non_null(options);
    for (size_t i = 0; i < COUNT; i++) {
        options[i].keyword = SAID[i][0];
        options[i].val = SAID[i][1];
    }
    return options;
}

void PQconninfoFree(PQconninfoOption *connOptions)
{
    free(connOptions);
}

void PQfinish(PGconn *conn)
{
    connections_open--;
}

// What libpq knows without asking.

ConnStatusType PQstatus(const PGconn *conn)
{
    return conn->is_lost ? CONNECTION_BAD : CONNECTION_OK;
}

int PQsocket(const PGconn *conn)
{
    return conn->is_lost ? -1 : always_ready;
}

char *PQerrorMessage(const PGconn *conn)
{
    return (char *)error_message;
}

char *PQdb(const PGconn *conn)
{
    return (char *)"shop";
}

char *PQuser(const PGconn *conn)
{
    return (char *)"ann";
}

char *PQhost(const PGconn *conn)
{
    return (char *)"db.example";
}

char *PQport(const PGconn *conn)
{
    return (char *)"5433";
}

int PQserverVersion(const PGconn *conn)
{
    return 160004;
}

int PQbackendPID(const PGconn *conn)
{
    return 4711;
}

const char *PQparameterStatus(const PGconn *conn, const char *paramName)
{
    return strcmp(paramName, "TimeZone") == 0 ? "UTC" : NULL;
}

PGTransactionStatusType PQtransactionStatus(const PGconn *conn)
{
    return (PGTransactionStatusType)calm_call("PQtransactionStatus",
                                              conn->is_lost ? PQTRANS_UNKNOWN : PQTRANS_IDLE);
}

PGVerbosity PQsetErrorVerbosity(PGconn *conn, PGVerbosity verbosity)
{
    return PQERRORS_DEFAULT;
}

PQnoticeReceiver PQsetNoticeReceiver(PGconn *conn, PQnoticeReceiver proc, void *arg)
{
    receive_notice = proc;
    notice_context = arg;
    return NULL;
}

int PQsetnonblocking(PGconn *conn, int arg)
{
    assert_int_equal(arg, 1);
    return 0;
}

// Sending, waiting, cancelling.

int PQsendQuery(PGconn *conn, const char *query)
{
    return next_call("PQsendQuery", query)->answer;
}

int PQsendQueryParams(PGconn *conn, const char *command, int nParams, const Oid *paramTypes,
                      const char *const *paramValues, const int *paramLengths,
                      const int *paramFormats, int resultFormat)
{
    return next_call("PQsendQueryParams", command)->answer;
}

int PQsendPrepare(PGconn *conn, const char *stmtName, const char *query, int nParams,
                  const Oid *paramTypes)
{
    return next_call("PQsendPrepare", query)->answer;
}

int PQsendQueryPrepared(PGconn *conn, const char *stmtName, int nParams,
                        const char *const *paramValues, const int *paramLengths,
                        const int *paramFormats, int resultFormat)
{
    return next_call("PQsendQueryPrepared", stmtName)->answer;
}

int PQsetSingleRowMode(PGconn *conn)
{
    return calm_call("PQsetSingleRowMode", 1);
}

int PQflush(PGconn *conn)
{
    return calm_call("PQflush", 0);
}

int PQisBusy(PGconn *conn)
{
    return calm_call("PQisBusy", 0);
}

int PQconsumeInput(PGconn *conn)
{
    return calm_call("PQconsumeInput", 1);
}

PGcancel *PQgetCancel(PGconn *conn)
{
    next_call("PQgetCancel", NULL);
    return &cancellation;
}

int PQcancel(PGcancel *cancel, char *errbuf, int errbufsize)
{
    snprintf(errbuf, (size_t)errbufsize, "connection refused");
    return next_call("PQcancel", NULL)->answer;
}

void PQfreeCancel(PGcancel *cancel)
{
    next_call("PQfreeCancel", NULL);
}

// Results.

PGresult *PQgetResult(PGconn *conn)
{
    const PGresult *result = next_call("PQgetResult", NULL)->result;
    results_open += result != NULL;
    return (PGresult *)result;
}

void PQclear(PGresult *res)
{
    results_open -= res != NULL;
}

ExecStatusType PQresultStatus(const PGresult *res)
{
    return res ? res->status : PGRES_FATAL_ERROR;
}

char *PQcmdTuples(PGresult *res)
{
    return (char *)(res->affected ? res->affected : "");
}

char *PQresultErrorMessage(const PGresult *res)
{
    return (char *)(res->message ? res->message : "");
}

char *PQresultErrorField(const PGresult *res, int fieldcode)
{
    const char *text = NULL;
    switch (fieldcode) {
    case PG_DIAG_SEVERITY_NONLOCALIZED:
        text = res->severity ? res->severity : res->sqlstate ? "ERROR" : NULL;
        break;
    case PG_DIAG_SQLSTATE:
        text = res->sqlstate;
        break;
    case PG_DIAG_MESSAGE_PRIMARY: // libpq's own errors have no fields
        text = res->sqlstate ? res->message : NULL;
        break;
    case PG_DIAG_MESSAGE_DETAIL:
        text = res->detail;
        break;
    case PG_DIAG_MESSAGE_HINT:
        text = res->hint;
        break;
    case PG_DIAG_CONTEXT:
        text = res->context;
        break;
    case PG_DIAG_STATEMENT_POSITION:
        text = res->position;
        break;
    case PG_DIAG_INTERNAL_QUERY:
        text = res->inner_query;
        break;
    case PG_DIAG_SCHEMA_NAME: // which object it is about: no script says so
    case PG_DIAG_TABLE_NAME:
    case PG_DIAG_COLUMN_NAME:
    case PG_DIAG_DATATYPE_NAME:
    case PG_DIAG_CONSTRAINT_NAME:
        break;
    default:
        fail_msg("no field %c in the script", fieldcode);
    }
    return (char *)text;
}

int PQntuples(const PGresult *res)
{
    return res->rows;
}

int PQnfields(const PGresult *res)
{
    return res->columns;
}

static const char *cell(const PGresult *res, int row, int column)
{
    return res->cells[row * res->columns + column];
}

char *PQfname(const PGresult *res, int field_num)
{
    static char name[] = "column";
    return field_num < res->columns ? name : NULL;
}

int PQgetisnull(const PGresult *res, int tup_num, int field_num)
{
    return cell(res, tup_num, field_num) == NULL;
}

char *PQgetvalue(const PGresult *res, int tup_num, int field_num)
{
    return (char *)cell(res, tup_num, field_num);
}

int PQgetlength(const PGresult *res, int tup_num, int field_num)
{
    return (int)strlen(cell(res, tup_num, field_num));
}

// COPY and pipelines.

int PQputCopyData(PGconn *conn, const char *buffer, int nbytes)
{
    char text[256];
    snprintf(text, sizeof text, "%.*s", nbytes, buffer);
    return next_call("PQputCopyData", text)->answer;
}

int PQputCopyEnd(PGconn *conn, const char *errormsg)
{
    return next_call("PQputCopyEnd", errormsg ? errormsg : "")->answer;
}

int PQgetCopyData(PGconn *conn, char **buffer, int async)
{
    const ScriptedCall *call = next_call("PQgetCopyData", NULL);
    *buffer = call->text ? strdup(call->text) : NULL;
    return call->text ? (int)strlen(call->text) : call->answer;
}

void PQfreemem(void *ptr)
{
    free(ptr);
}

int PQenterPipelineMode(PGconn *conn)
{
    return next_call("PQenterPipelineMode", NULL)->answer;
}

int PQexitPipelineMode(PGconn *conn)
{
    return next_call("PQexitPipelineMode", NULL)->answer;
}

int PQpipelineSync(PGconn *conn)
{
    return next_call("PQpipelineSync", NULL)->answer;
}

int PQsendFlushRequest(PGconn *conn)
{
    return next_call("PQsendFlushRequest", NULL)->answer;
}
