// How libpq's failures become ours: classes, the parts of the message, hints by cause, no secrets.
#include "base/text.h"
#include "io/interrupt.h"
#include "pg/database_url.h"
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

static void note_names(Result result, SessionErrorNames *names)
{
    *names = (SessionErrorNames){0};
    snprintf(names->schema, sizeof names->schema, "%s", field(result, PG_DIAG_SCHEMA_NAME));
    snprintf(names->table, sizeof names->table, "%s", field(result, PG_DIAG_TABLE_NAME));
    snprintf(names->column, sizeof names->column, "%s", field(result, PG_DIAG_COLUMN_NAME));
    snprintf(names->type, sizeof names->type, "%s", field(result, PG_DIAG_DATATYPE_NAME));
    snprintf(names->constraint, sizeof names->constraint, "%s",
             field(result, PG_DIAG_CONSTRAINT_NAME));
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
    note_names(result, &session->error_names);
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
     "create it: createdb NAME, correct the database in the URL, or bring it back: migrate-safe "
     "backup restore latest"},
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
    {"the database system is starting up", "", "try again in a moment, or wait for it: --wait"},
    {"the database system is not", "accepting connections",
     "try again in a moment, or wait for it: --wait"},
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

// Who says a part of the address when the URL does not: a variable, or nobody. What a service file
// says cannot be told from libpq's defaults.
static const char *said_by(const char *url, const char *keyword, const char *variable)
{
    const char *value = getenv(variable);
    const char *service = getenv("PGSERVICE");
    if (database_url_says(url, keyword))
        return "";
    if (value && *value)
        return variable;
    return database_url_says(url, "service") || (service && *service) ? "" : "default";
}

static void add_part(Text *out, const char *word, const char *value, const char *said_by)
{
    bool has_value = value && *value;
    text_printf(out, "%s%s", out->len ? ", " : "tried ", word);
    if (has_value)
        text_printf(out, " %s", value);
    if (*said_by || !has_value)
        text_printf(out, " (%s)", *said_by ? said_by : "default");
}

static bool add_tried(const char *url, PGconn *connection, Err *err)
{
    const char *port = PQport(connection);
    const char *host_by = said_by(url, "hostaddr", "PGHOSTADDR");
    TEXT_SCOPED tried;
    text_init(&tried, sizeof err->detail);
    if (!port || !*port) // libpq did not get as far as that
        return false;
    if (strcmp(host_by, "default") == 0)
        host_by = said_by(url, "host", "PGHOST");
    add_part(&tried, "host", PQhost(connection), host_by);
    add_part(&tried, "port", port, said_by(url, "port", "PGPORT"));
    add_part(&tried, "database", PQdb(connection), said_by(url, "dbname", "PGDATABASE"));
    add_part(&tried, "user", PQuser(connection), said_by(url, "user", "PGUSER"));
    return err_detail(err, "%s", text_cstr(&tried));
}

bool session_connect_timeout(const SessionOptions *options, PGconn *connection, Err *err)
{
    const char *url = options->url ? options->url : "";
    if (!database_url_check_password(url, err))
        return false;
    fail(err, ERR_CONNECTION, "the server did not answer in time");
    add_tried(url, connection, err);
    return err_hint(err, "is it the right address, and open in the firewall? connect_timeout in "
                         "the URL sets how long to wait");
}

// "FATAL:  28P01: password ..." without the code, which is there for session_is_starting.
static void drop_sqlstate(char *line)
{
    static const char LEAD[] = "FATAL:  ";
    char *code = strstr(line, LEAD);
    if (!code)
        return;
    code += strlen(LEAD);
    size_t length = strspn(code, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    if (length == 5 && code[5] == ':' && code[6] == ' ')
        memmove(code, code + 7, strlen(code + 7) + 1);
}

bool session_connect_error(const SessionOptions *options, PGconn *connection, Err *err)
{
    const char *url = options->url ? options->url : "";
    if (!database_url_check(url, err) || !database_url_check_password(url, err))
        return false;
    char line[768];
    const char *message = PQerrorMessage(connection);
    first_line(message, line, sizeof line);
    drop_sqlstate(line);
    fail(err, ERR_CONNECTION, "%s", line);
    add_tried(url, connection, err);
    hint_for(message, err);
    if (strstr(message, "password authentication failed") && database_url_has_hash(url))
        err_hint(err, "check user and password; a # of the password is best written %%23, other "
                      "programs and some .env readers cut it off there");
    return false;
}

// Each host of several says why not, a line each. Other lines only explain.
bool session_is_starting(PGconn *connection)
{
    static const char *const CAUSES[] = {
        ": FATAL:  57P03: ", // cannot_connect_now: starting up, shutting down
        "could not translate host name",
        " failed: Connection refused",
        " failed: No such file or directory", // the socket is not there yet
        // A proxy in front of a container that is not ready takes the connection and drops it.
        " failed: server closed the connection unexpectedly",
        " failed: could not receive data from server: Connection reset by peer",
    };
    Str rest = str_from(PQerrorMessage(connection));
    Str line;
    bool is_starting = false;
    while (str_line(&rest, &line)) {
        bool is_cause = false;
        for (size_t i = 0; i < sizeof CAUSES / sizeof CAUSES[0]; i++)
            is_cause = is_cause || str_find(line, str_from(CAUSES[i])) >= 0;
        if (!is_cause && str_find(line, STR(" failed: ")) >= 0)
            return false;
        is_starting = is_starting || is_cause;
    }
    return is_starting;
}
