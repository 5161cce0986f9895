#include "pg/session_export.h"

#include "base/require.h"
#include "base/text.h"
#include "base/words.h"
#include "pg/database_url.h"
#include "pg/session_private.h"

#include <string.h>

extern char **environ;

enum {
    URL_MAX_BYTES = 1 << 16
};

// What of a session's parameters goes into a URL: where and how to connect, and nothing that a
// tool of an older major could not read. No secret is among them.
static const char *const CARRIED[] = {
    "hostaddr",   "sslmode",         "sslcert",    "sslkey",      "sslrootcert",     "sslcrl",
    "gssencmode", "channel_binding", "krbsrvname", "requirepeer", "connect_timeout", "options"};

static bool is_carried(const char *keyword)
{
    for (size_t i = 0; i < sizeof CARRIED / sizeof *CARRIED; i++)
        if (strcmp(keyword, CARRIED[i]) == 0)
            return true;
    return false;
}

// Those that make up the part of the URL before the question mark, and the password.
static bool is_part(const char *keyword)
{
    static const char *const PARTS[] = {"host", "port", "user", "dbname", "password"};
    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++)
        if (strcmp(keyword, PARTS[i]) == 0)
            return true;
    return false;
}

static bool is_secret(const PQconninfoOption *option)
{
    return option->dispchar[0] == '*' || strstr(option->keyword, "secret") ||
           strncmp(option->keyword, "scram_", 6) == 0;
}

static void append_encoded(Text *url, const char *value)
{
    for (const char *c = value; *c; c++) {
        bool is_plain = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') ||
                        (*c >= '0' && *c <= '9') || strchr("-._~", *c);
        if (is_plain)
            text_append_char(url, *c);
        else
            text_printf(url, "%%%02X", (unsigned)(unsigned char)*c);
    }
}

static void append_parameter(Text *url, bool *has_parameters, const char *name, const char *value)
{
    text_printf(url, "%c%s=", *has_parameters ? '&' : '?', name);
    append_encoded(url, value);
    *has_parameters = true;
}

// NULL when it has none.
static const char *value_of(const PQconninfoOption *options, const char *keyword)
{
    for (const PQconninfoOption *o = options; o->keyword; o++)
        if (strcmp(o->keyword, keyword) == 0)
            return o->val && *o->val ? o->val : NULL;
    return NULL;
}

// Several hosts have no place before the question mark once they are encoded.
static bool is_one_host(const char *host, const char *port)
{
    return !(host && strchr(host, ',')) && !(port && strchr(port, ','));
}

static void begin_url(Text *url, bool *has_parameters, const PQconninfoOption *options)
{
    const char *host = value_of(options, "host");
    const char *port = value_of(options, "port");
    const char *user = value_of(options, "user");
    const char *database = value_of(options, "dbname");
    bool is_one = is_one_host(host, port);
    text_append(url, STR("postgresql://"));
    if (user) {
        append_encoded(url, user);
        text_append_char(url, '@');
    }
    if (host && is_one)
        append_encoded(url, host);
    if (port && is_one)
        text_printf(url, ":%s", port);
    text_append_char(url, '/');
    if (database)
        append_encoded(url, database);
    if (host && !is_one)
        append_parameter(url, has_parameters, "host", host);
    if (port && !is_one)
        append_parameter(url, has_parameters, "port", port);
}

static bool is_libpq_variable(const char *item, const PQconninfoOption *known)
{
    size_t length = strcspn(item, "=");
    for (const PQconninfoOption *o = known; o->keyword; o++)
        if (o->envvar && strlen(o->envvar) == length && strncmp(item, o->envvar, length) == 0)
            return true;
    return false;
}

static bool is_named(const char *item, const char *name)
{
    size_t length = strlen(name);
    return strncmp(item, name, length) == 0 && item[length] == '=';
}

// Ours, without libpq's variables where `known` has their names: a service file would win over
// them. Messages are wanted in English: "error:" is looked for in them.
static Words base_environment(Arena *arena, const PQconninfoOption *known)
{
    Words environment = {0};
    for (char **item = environ; *item; item++)
        if (!(known && is_libpq_variable(*item, known)) && !is_named(*item, "PGPASSWORD") &&
            !is_named(*item, "LC_ALL"))
            *vec_append(arena, &environment) = *item;
    *vec_append(arena, &environment) = "LC_ALL=C";
    return environment;
}

static void end_environment(Arena *arena, Words *environment, SessionExport *export)
{
    if (*export->password)
        *vec_append(arena, environment) = arena_printf(arena, "PGPASSWORD=%s", export->password);
    *vec_append(arena, environment) = NULL;
    export->environment = environment->items;
}

static void put(PQconninfoOption *options, const char *keyword, const char *value)
{
    for (PQconninfoOption *o = options; o->keyword; o++)
        if (strcmp(o->keyword, keyword) == 0) {
            PQfreemem(o->val);
            o->val = value && *value ? strdup(value) : NULL;
        }
}

// What the connection has come to, in place of what was asked for: one host of several, the
// password of ~/.pgpass, the parameters of a service.
static PQconninfoOption *settled_options(PGconn *connection)
{
    PQconninfoOption *options = PQconninfo(connection);
    if (!options)
        require_memory();
    bool has_address = value_of(options, "hostaddr");
    put(options, "host", PQhost(connection));
    put(options, "hostaddr", has_address ? PQhostaddr(connection) : NULL);
    put(options, "port", PQport(connection));
    put(options, "user", PQuser(connection));
    put(options, "dbname", PQdb(connection));
    put(options, "password", PQpass(connection));
    put(options, "service", NULL);
    put(options, "servicefile", NULL);
    put(options, "passfile", NULL);
    return options;
}

static void export_session(Arena *arena, const Session *session, SessionExport *ret_export)
{
    PQconninfoOption *options = settled_options(session->connection);
    Words environment = base_environment(arena, options);
    const char *password = value_of(options, "password");
    SessionExport export = {.password = password ? arena_strdup(arena, password) : ""};
    bool has_parameters = false;
    TEXT_SCOPED url;
    text_init(&url, URL_MAX_BYTES);
    begin_url(&url, &has_parameters, options);
    for (const PQconninfoOption *o = options; o->keyword; o++) {
        if (!o->val || !*o->val || is_secret(o))
            continue;
        if (o->envvar)
            *vec_append(arena, &environment) = arena_printf(arena, "%s=%s", o->envvar, o->val);
        if (is_carried(o->keyword) && !(o->compiled && strcmp(o->compiled, o->val) == 0))
            append_parameter(&url, &has_parameters, o->keyword, o->val);
    }
    end_environment(arena, &environment, &export);
    export.url = arena_dup(arena, text_str(&url));
    PQconninfoFree(options);
    *ret_export = export;
}

static bool refuse_secret(const PQconninfoOption *options, Err *err)
{
    for (const PQconninfoOption *o = options; o->keyword; o++)
        if (o->val && *o->val && is_secret(o) && strcmp(o->keyword, "password") != 0) {
            fail(err, ERR_CONFIG, "%s could only be passed on where everybody sees it", o->keyword);
            return err_hint(err, "leave it out, and use a key without a passphrase there");
        }
    return true;
}

// A bare word is a database, as libpq has it.
static PQconninfoOption *parse(const char *elsewhere)
{
    bool is_name = !strstr(elsewhere, "://") && !strchr(elsewhere, '=');
    PQconninfoOption *options = PQconninfoParse(is_name ? "" : elsewhere, NULL);
    if (!options)
        require_memory(); // it was read before
    if (is_name)
        put(options, "dbname", elsewhere);
    return options;
}

// The same database elsewhere, as the same role: then with the same password, if none is named.
static const char *password_elsewhere(Arena *arena, const Session *session,
                                      const PQconninfoOption *options)
{
    const char *password = value_of(options, "password");
    const char *user = value_of(options, "user");
    if (!password && !value_of(options, "service") && !value_of(options, "passfile") &&
        (!user || strcmp(user, PQuser(session->connection)) == 0))
        password = PQpass(session->connection);
    return password ? arena_strdup(arena, password) : "";
}

static bool export_elsewhere(Arena *arena, const Session *session, const char *elsewhere,
                             SessionExport *ret_export, Err *err)
{
    if (!database_url_check(elsewhere, err) || !database_url_check_password(elsewhere, err))
        return false;
    PQconninfoOption *options = parse(elsewhere);
    if (!refuse_secret(options, err)) {
        PQconninfoFree(options);
        return false;
    }
    SessionExport export = {.password = password_elsewhere(arena, session, options)};
    Words environment = base_environment(arena, NULL);
    end_environment(arena, &environment, &export);
    bool has_parameters = false;
    TEXT_SCOPED url;
    text_init(&url, URL_MAX_BYTES);
    begin_url(&url, &has_parameters, options);
    for (const PQconninfoOption *o = options; o->keyword; o++)
        if (o->val && *o->val && !is_part(o->keyword))
            append_parameter(&url, &has_parameters, o->keyword, o->val);
    export.url = arena_dup(arena, text_str(&url));
    PQconninfoFree(options);
    *ret_export = export;
    return true;
}

bool session_export(Arena *arena, const Session *session, const char *elsewhere,
                    SessionExport *ret_export, Err *err)
{
    if (elsewhere)
        return export_elsewhere(arena, session, elsewhere, ret_export, err);
    export_session(arena, session, ret_export);
    return true;
}

void session_export_none(Arena *arena, SessionExport *ret_export)
{
    Words environment = base_environment(arena, NULL);
    SessionExport export = {.url = "", .password = ""};
    end_environment(arena, &environment, &export);
    *ret_export = export;
}
