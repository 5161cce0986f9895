// libpq, loaded when the first of its functions is called: with all that it brings (Kerberos, LDAP,
// two TLS libraries) it takes longer to load than a small file to judge, and half of the commands
// connect to nothing.
#include "base/require.h"

#include <dlfcn.h>
#include <libpq-fe.h>

static void *found(const char *name)
{
    static void *library;
    if (!library)
        library = dlopen("libpq.so.5", RTLD_LAZY | RTLD_LOCAL); // it stays as long as we do
    void *function = library ? dlsym(library, name) : NULL;
    if (!function)
        require_failed(dlerror(), "libpq", 0);
    return function;
}

#define LATE(result, name, parameters, arguments)                                                  \
    result name parameters                                                                         \
    {                                                                                              \
        static __typeof__(&name) function;                                                         \
        if (!function)                                                                             \
            function = (__typeof__(&name))found(#name);                                            \
        return function arguments;                                                                 \
    }

#define LATE_VOID(name, parameters, arguments) LATE(void, name, parameters, arguments)

LATE(int, PQbackendPID, (const PGconn *conn), (conn))
LATE(int, PQcancel, (PGcancel * cancel, char *errbuf, int errbufsize), (cancel, errbuf, errbufsize))
LATE_VOID(PQclear, (PGresult * res), (res))
LATE(char *, PQcmdTuples, (PGresult * res), (res))
LATE(PQconninfoOption *, PQconndefaults, (void), ())
LATE(PostgresPollingStatusType, PQconnectPoll, (PGconn * conn), (conn))
LATE(PGconn *, PQconnectStartParams,
     (const char *const *keywords, const char *const *values, int expand_dbname),
     (keywords, values, expand_dbname))
LATE(PQconninfoOption *, PQconninfo, (PGconn * conn), (conn))
LATE_VOID(PQconninfoFree, (PQconninfoOption * connOptions), (connOptions))
LATE(PQconninfoOption *, PQconninfoParse, (const char *conninfo, char **errmsg), (conninfo, errmsg))
LATE(int, PQconsumeInput, (PGconn * conn), (conn))
LATE(char *, PQdb, (const PGconn *conn), (conn))
LATE(int, PQenterPipelineMode, (PGconn * conn), (conn))
LATE(char *, PQerrorMessage, (const PGconn *conn), (conn))
LATE(int, PQexitPipelineMode, (PGconn * conn), (conn))
LATE_VOID(PQfinish, (PGconn * conn), (conn))
LATE(int, PQflush, (PGconn * conn), (conn))
LATE(char *, PQfname, (const PGresult *res, int field_num), (res, field_num))
LATE_VOID(PQfreeCancel, (PGcancel * cancel), (cancel))
LATE_VOID(PQfreemem, (void *ptr), (ptr))
LATE(PGcancel *, PQgetCancel, (PGconn * conn), (conn))
LATE(int, PQgetCopyData, (PGconn * conn, char **buffer, int async), (conn, buffer, async))
LATE(PGresult *, PQgetResult, (PGconn * conn), (conn))
LATE(int, PQgetisnull, (const PGresult *res, int tup_num, int field_num), (res, tup_num, field_num))
LATE(int, PQgetlength, (const PGresult *res, int tup_num, int field_num), (res, tup_num, field_num))
LATE(char *, PQgetvalue, (const PGresult *res, int tup_num, int field_num),
     (res, tup_num, field_num))
LATE(char *, PQhost, (const PGconn *conn), (conn))
LATE(char *, PQhostaddr, (const PGconn *conn), (conn))
LATE(int, PQisBusy, (PGconn * conn), (conn))
LATE(int, PQnfields, (const PGresult *res), (res))
LATE(int, PQntuples, (const PGresult *res), (res))
LATE(const char *, PQparameterStatus, (const PGconn *conn, const char *paramName),
     (conn, paramName))
LATE(char *, PQpass, (const PGconn *conn), (conn))
LATE(int, PQpipelineSync, (PGconn * conn), (conn))
LATE(char *, PQport, (const PGconn *conn), (conn))
LATE(int, PQputCopyData, (PGconn * conn, const char *buffer, int nbytes), (conn, buffer, nbytes))
LATE(int, PQputCopyEnd, (PGconn * conn, const char *errormsg), (conn, errormsg))
LATE(char *, PQresultErrorField, (const PGresult *res, int fieldcode), (res, fieldcode))
LATE(char *, PQresultErrorMessage, (const PGresult *res), (res))
LATE(ExecStatusType, PQresultStatus, (const PGresult *res), (res))
LATE(int, PQsendFlushRequest, (PGconn * conn), (conn))
LATE(int, PQsendPrepare,
     (PGconn * conn, const char *stmtName, const char *query, int nParams, const Oid *paramTypes),
     (conn, stmtName, query, nParams, paramTypes))
LATE(int, PQsendQuery, (PGconn * conn, const char *query), (conn, query))
LATE(int, PQsendQueryParams,
     (PGconn * conn, const char *command, int nParams, const Oid *paramTypes,
      const char *const *paramValues, const int *paramLengths, const int *paramFormats,
      int resultFormat),
     (conn, command, nParams, paramTypes, paramValues, paramLengths, paramFormats, resultFormat))
LATE(int, PQsendQueryPrepared,
     (PGconn * conn, const char *stmtName, int nParams, const char *const *paramValues,
      const int *paramLengths, const int *paramFormats, int resultFormat),
     (conn, stmtName, nParams, paramValues, paramLengths, paramFormats, resultFormat))
LATE(int, PQserverVersion, (const PGconn *conn), (conn))
LATE(PGVerbosity, PQsetErrorVerbosity, (PGconn * conn, PGVerbosity verbosity), (conn, verbosity))
LATE(PQnoticeReceiver, PQsetNoticeReceiver, (PGconn * conn, PQnoticeReceiver proc, void *arg),
     (conn, proc, arg))
LATE(int, PQsetSingleRowMode, (PGconn * conn), (conn))
LATE(int, PQsetnonblocking, (PGconn * conn, int arg), (conn, arg))
LATE(int, PQsocket, (const PGconn *conn), (conn))
LATE(const char *, PQsslAttribute, (PGconn * conn, const char *attribute_name),
     (conn, attribute_name))
LATE(int, PQsslInUse, (PGconn * conn), (conn))
LATE(ConnStatusType, PQstatus, (const PGconn *conn), (conn))
LATE(PGTransactionStatusType, PQtransactionStatus, (const PGconn *conn), (conn))
LATE(char *, PQuser, (const PGconn *conn), (conn))
