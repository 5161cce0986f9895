// How libpq's failures become ours: classes, the parts of the message, hints by cause, no secrets.
#include "base/text.h"
#include "io/interrupt.h"
#include "pg/session_private.h"

#include <stdlib.h>
#include <string.h>

static const char *first_line(const char *text, char *buffer, size_t size)
{
    Str rest = str_from(text ? text : "");
    Str line = {0};
    while (str_line(&rest, &line) && str_trim(line).n == 0)
        continue;
    line = str_trim(line);
    snprintf(buffer, size, STR_FMT, STR_ARG(line));
    return buffer;
}

bool session_lost(Session *session, Err *err)
{
    char reason[512];
    first_line(PQerrorMessage(session->connection), reason, sizeof reason);
    if (*session->fatal_message) {
        fail(err, ERR_CONNECTION, "the connection to %s was lost: %s", session->target,
             session->fatal_message);
        snprintf(err->sqlstate, sizeof err->sqlstate, "%s", session->fatal_sqlstate);
        return false;
    }
    fail(err, ERR_CONNECTION, "the connection to %s was lost", session->target);
    if (*reason)
        err_detail(err, "%s", reason);
    return false;
}

// FATAL and PANIC end the session: whatever was run, what is left is a lost connection. Reported as
// such, in the server's words.
static bool is_fatal(const char *severity)
{
    return strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0;
}

static const char *field(Result result, int code)
{
    const char *text = PQresultErrorField(result, code);
    return text ? text : "";
}

bool session_server_error(Session *session, Result result, Err *err)
{
    const char *sqlstate = field(result, PG_DIAG_SQLSTATE);
    if (!*sqlstate && PQstatus(session->connection) == CONNECTION_BAD)
        return session_lost(session, err);
    bool is_interrupted = interrupt_requested() && strcmp(sqlstate, "57014") == 0;
    fail(err, is_interrupted ? ERR_INTERRUPTED : ERR_SERVER, "%s",
         *field(result, PG_DIAG_MESSAGE_PRIMARY) ? field(result, PG_DIAG_MESSAGE_PRIMARY)
                                                 : PQresultErrorMessage(result));
    snprintf(err->sqlstate, sizeof err->sqlstate, "%.5s", sqlstate);
    if (is_fatal(field(result, PG_DIAG_SEVERITY_NONLOCALIZED))) {
        err->class = ERR_CONNECTION;
        err_note(err, "the connection to %s was lost", session->target);
    }
    const char *detail = field(result, PG_DIAG_MESSAGE_DETAIL);
    const char *context = field(result, PG_DIAG_CONTEXT);
    if (*detail || *context)
        err_detail(err, "%s%s%s", detail, *detail && *context ? "\n" : "", context);
    if (*field(result, PG_DIAG_MESSAGE_HINT))
        err_hint(err, "%s", field(result, PG_DIAG_MESSAGE_HINT));
    session->error_character = strtoul(field(result, PG_DIAG_STATEMENT_POSITION), NULL, 10);
    snprintf(session->error_context, sizeof session->error_context, "%s",
             field(result, PG_DIAG_INTERNAL_QUERY));
    return false;
}

// Cause (a piece of libpq's or the server's message, and a second one where the first is in others
// too) and what to do about it. The first that fits counts.
static const struct {
    const char *cause;
    const char *also;
    const char *hint;
} HINTS[] = {
    {"database \"", "does not exist",
     "create it: createdb NAME, or correct the database in the URL"},
    {"role \"", "does not exist", "create it: createuser NAME, or correct the user in the URL"},
    {"no password supplied", "", "put the password into the URL, PGPASSWORD or ~/.pgpass"},
    {"password authentication failed", "", "check user and password (URL, PGPASSWORD, ~/.pgpass)"},
    {"Connection refused", "", "is the server running there? try: pg_isready -h HOST -p PORT"},
    {"No such file or directory", "",
     "is the server running? give its address with --database URL"},
    {"could not translate host name", "", "check the host name in the URL"},
    {"invalid port number", "", "a port is a number from 1 to 65535, most often 5432"},
    {"connection option \"port\"", "", "a port is a number from 1 to 65535, most often 5432"},
    {"invalid sslmode value", "",
     "sslmode is disable, allow, prefer, require, verify-ca or verify-full"},
    {"definition of service", "",
     "add it to ~/.pg_service.conf (or the file PGSERVICEFILE names), or correct PGSERVICE"},
    {"invalid URI query parameter", "",
     "remove the parameter: libpq knows host, sslmode, options and the like, not those of other "
     "drivers"},
    {"invalid response to SSL negotiation", "",
     "what answers there is no PostgreSQL server: check host and port"},
    {"SSL", "", "see sslmode, sslrootcert in the URL (docs: libpq SSL support)"},
    {"unsupported startup parameter", "",
     "a pooler: leave PGOPTIONS and the URL's options= out, or add the parameter to its "
     "ignore_startup_parameters"},
    {"pg_hba.conf", "", "the server's pg_hba.conf refuses this user, address or encryption"},
    {"permission denied for database", "",
     "let its owner run: GRANT CONNECT ON DATABASE NAME TO ROLE"},
    {"not currently accepting connections", "",
     "let a superuser run: ALTER DATABASE NAME ALLOW_CONNECTIONS true"},
    {"too many connections for", "", "close some, or raise its CONNECTION LIMIT"},
    {"too many", "", "the server has no connection left: close some, or raise max_connections"},
    {"the database system is starting up", "", "try again in a moment"},
    {"the database system is shutting down", "", "try again once it is up"},
};

static void hint_for(const char *message, Err *err)
{
    for (size_t i = 0; i < sizeof HINTS / sizeof HINTS[0]; i++)
        if (strstr(message, HINTS[i].cause) && strstr(message, HINTS[i].also)) {
            err_hint(err, "%s", HINTS[i].hint);
            return;
        }
}

// A conninfo that cannot be read is quoted by libpq, password and all: what stands in quotes is
// dropped unless it is a short word, such as the name of a parameter.
static void mask_quoted(const char *message, bool keeps_words, Text *out)
{
    for (const char *p = message; *p;) {
        const char *close = *p == '"' ? strchr(p + 1, '"') : NULL;
        size_t length = close ? (size_t)(close - p) - 1 : 0;
        bool is_word = keeps_words && close && length <= 16 &&
                       strspn(p + 1, "abcdefghijklmnopqrstuvwxyz_") == length;
        if (*p == '"' && !is_word) {
            text_append(out, STR("\"...\""));
            // Quotes inside a value would end it early: the last one on the line is its end.
            const char *last = strrchr(p + 1, '"');
            p = last ? last + 1 : p + strlen(p);
        } else {
            size_t step = is_word ? length + 2 : 1;
            text_append(out, (Str){p, step});
            p += step;
        }
    }
}

// "mysql" of "mysql://..."; empty when there is none.
static Str scheme_of(const char *url)
{
    size_t length =
        strspn(url, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");
    return length && strncmp(url + length, "://", 3) == 0 ? (Str){url, length} : (Str){0};
}

static bool is_postgresql(Str scheme)
{
    return str_eq(scheme, STR("postgresql")) || str_eq(scheme, STR("postgres"));
}

// A password with a bare @, / or ? in it ends early, and its rest is taken for a host, a port or a
// database: then libpq's messages and our own "tried host ..." would show it.
static bool may_split_password(const char *url, bool with_query)
{
    if (!is_postgresql(scheme_of(url)))
        return false;
    Str text = str_from(strstr(url, "://") + 3);
    if (!with_query)
        text = str_until(text, '?');
    Str before = str_until(text, '@');
    if (before.n == text.n)
        return false;
    Str behind = str_skip(text, before.n + 1);
    return str_until(behind, '@').n < behind.n || str_until(before, '/').n < before.n ||
           str_until(before, '?').n < before.n;
}

static bool split_password(Err *err)
{
    fail(err, ERR_CONFIG,
         "no connection, and the database URL can be read in two ways: it has an @, / or ? more");
    return err_hint(err, "percent-encode what is special in the password: @ as %%40, / as %%2F, "
                         "? as %%3F, : as %%3A, %% as %%25");
}

static bool unreadable_url(const char *url, const char *reason, Err *err)
{
    Str scheme = scheme_of(url);
    if (scheme.n && !is_postgresql(scheme)) {
        fail(err, ERR_CONFIG, "the database URL begins with " STR_FMT "://, not postgresql://",
             STR_ARG(scheme));
        return err_hint(err, "write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE");
    }
    TEXT_SCOPED masked;
    text_init(&masked, 512);
    mask_quoted(reason, !may_split_password(url, true), &masked);
    fail(err, ERR_CONFIG, "the database URL cannot be read: %s",
         str_trim(text_str(&masked)).n ? text_cstr(&masked) : "unknown form");
    while (err->message[0] && err->message[strlen(err->message) - 1] == '\n')
        err->message[strlen(err->message) - 1] = '\0';
    hint_for(reason, err);
    if (!err->hint[0])
        err_hint(err, "write it as postgresql://USER:PASSWORD@HOST:PORT/DATABASE "
                      "(special characters percent-encoded) or \"host=... dbname=...\"");
    if (strstr(url, "jdbc:") == url)
        err_hint(
            err,
            "leave out \"jdbc:\" and pass user and password as USER:PASSWORD@ before the host");
    if (*url == '"' || *url == '\'')
        err_hint(err, "leave out the quotes around the URL");
    return false;
}

static bool add_tried(PGconn *connection, Err *err)
{
    const char *host = PQhost(connection);
    const char *port = PQport(connection);
    if (!port || !*port) // libpq did not get as far as that
        return false;
    return err_detail(err, "tried host %s, port %s, database %s, user %s",
                      host && *host ? host : "(default)", port,
                      PQdb(connection) ? PQdb(connection) : "",
                      PQuser(connection) ? PQuser(connection) : "");
}

bool session_connect_timeout(PGconn *connection, Err *err)
{
    fail(err, ERR_CONNECTION, "the server did not answer in time");
    add_tried(connection, err);
    return err_hint(err, "is it the right address, and open in the firewall? connect_timeout in "
                         "the URL sets how long to wait");
}

bool session_url_check(const char *url, Err *err)
{
    char *reason = NULL;
    if (strstr(url, "://") || strchr(url, '=')) {
        PQconninfoOption *parsed = PQconninfoParse(url, &reason);
        if (!parsed) {
            unreadable_url(url, reason ? reason : "", err);
            PQfreemem(reason);
            return false;
        }
        PQconninfoFree(parsed);
        return !may_split_password(url, false) || split_password(err);
    }
    // libpq takes it for the name of a database, and shows it whole.
    return !strchr(url, '@') || unreadable_url(url, "it begins with no postgresql://", err);
}

bool session_connect_error(const SessionOptions *options, PGconn *connection, Err *err)
{
    if (options->url && !session_url_check(options->url, err))
        return false;
    char line[768];
    const char *message = PQerrorMessage(connection);
    fail(err, ERR_CONNECTION, "%s", first_line(message, line, sizeof line));
    add_tried(connection, err);
    hint_for(message, err);
    return false;
}
