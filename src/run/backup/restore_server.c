// The server's databases, from the outside: what there is, and statements about one of them.
#include "base/sha256.h"
#include "io/clock.h"
#include "pg/conninfo.h"
#include "queries.h"
#include "run/backup/restore_private.h"
#include "run/timeouts.h"
#include "sql/quote.h"

#include <stdlib.h>
#include <string.h>

enum {
    OID,
    NAME,
    OWNER,
    IS_OURS,
    ALLOWS_CONNECTIONS,
    BYTES,
    COMMENT,
    ENCODING,
    COLLATE,
    CTYPE,
    LOCALE_PROVIDER,
    LOCALE,
    TABLESPACE,
};

bool server_list(Arena *arena, Session *session, const char *only, ServerDatabases *ret_databases,
                 Err *err)
{
    Rows rows;
    ServerDatabases databases = {0};
    if (!session_query(session, arena, QUERY_RESTORE_DATABASES.text, 1, &only, &rows, err))
        return err_note(err, "reading the list of databases");
    for (size_t i = 0; i < rows.count; i++)
        *vec_append(arena, &databases) = (ServerDatabase){
            .oid = rows_text(&rows, i, OID),
            .name = rows_text(&rows, i, NAME),
            .owner = rows_text(&rows, i, OWNER),
            .is_ours = rows_bool(&rows, i, IS_OURS),
            .allows_connections = rows_bool(&rows, i, ALLOWS_CONNECTIONS),
            .bytes = rows_text(&rows, i, BYTES) ? rows_int(&rows, i, BYTES) : -1,
            .comment = rows_text(&rows, i, COMMENT),
            .encoding = rows_text(&rows, i, ENCODING),
            .collate = rows_text(&rows, i, COLLATE),
            .ctype = rows_text(&rows, i, CTYPE),
            .locale_provider = rows_text(&rows, i, LOCALE_PROVIDER),
            .locale = rows_text(&rows, i, LOCALE),
            .tablespace = rows_text(&rows, i, TABLESPACE),
            .marker = marker_parse(arena, rows_text(&rows, i, COMMENT)),
        };
    *ret_databases = databases;
    return true;
}

bool server_settings(Session *session, Err *err)
{
    return timeouts_lift(session, err) &&
           session_exec(session, "SET lock_timeout = 0; SET default_transaction_read_only = off",
                        err);
}

bool server_connect(Arena *arena, const RestoreOptions *options, const char *database,
                    Session **ret_session, Err *err)
{
    const char *url = conninfo_with_database(arena, options->url, database);
    if (!url)
        url = options->url; // it cannot be read, and libpq says why
    SessionOptions session = {
        .url = url,
        .application_name = "migrate-safe backup restore",
    };
    if (!session_open_waiting(&session, &options->wait, ret_session, err))
        return false;
    if (server_settings(*ret_session, err))
        return true;
    session_close(*ret_session);
    *ret_session = NULL;
    return false;
}

bool server_is_empty(Arena *arena, const RestoreOptions *options, const char *database,
                     bool *ret_is_empty, Err *err)
{
    SESSION_SCOPED session = NULL;
    Rows rows;
    const char *schema = TARGET_DEFAULT_SCHEMA;
    if (!server_connect(arena, options, database, &session, err) ||
        !session_query(session, arena, QUERY_TARGET_OVERVIEW.text, 1, &schema, &rows, err))
        return false;
    *ret_is_empty = !rows_bool(&rows, 0, 0) && !rows_bool(&rows, 0, 3);
    return true;
}

static bool is_beside(const char *name, const char *live, const char *copy)
{
    return strcmp(name, live) != 0 && !(copy && strcmp(name, copy) == 0);
}

// Of the databases that the live one's session can list, the first that lets us in.
static bool connect_to_any(Arena *arena, const RestoreOptions *options, const char *live,
                           const char *copy, Session **ret_session)
{
    SESSION_SCOPED session = NULL;
    ServerDatabases databases;
    Err ignored = {0};
    if (!server_connect(arena, options, live, &session, &ignored) ||
        !server_list(arena, session, NULL, &databases, &ignored))
        return false;
    VEC_EACH (const ServerDatabase, database, &databases)
        if (database->allows_connections && database->marker.step == MARKER_NONE &&
            is_beside(database->name, live, copy) &&
            server_connect(arena, options, database->name, ret_session, &ignored))
            return true;
    return false;
}

bool server_connect_beside(Arena *arena, const RestoreOptions *options, const char *live,
                           const char *copy, Session **ret_session, Err *err)
{
    static const char *const USUAL[] = {"postgres", "template1"};
    Err first = {0};
    for (size_t i = 0; i < sizeof USUAL / sizeof *USUAL; i++) {
        Err *this_err = i ? err : &first;
        if (!is_beside(USUAL[i], live, copy))
            continue;
        if (server_connect(arena, options, USUAL[i], ret_session, this_err))
            return true;
        if (this_err->class == ERR_INTERRUPTED) {
            *err = *this_err;
            return false;
        }
    }
    if (connect_to_any(arena, options, live, copy, ret_session))
        return true;
    if (first.class != ERR_NONE)
        *err = first;
    if (err->class == ERR_NONE)
        fail(err, ERR_CONFIG, "%s and %s are what the restore is about", live, copy);
    else if (!err->sqlstate[0] && !strstr(err->message, "FATAL")) // no server answered
        return false;
    err_note(err, "no other database of the server lets this role in");
    return err_hint(err, "a restore is run from another database: let an owner GRANT CONNECT ON "
                         "DATABASE postgres TO this role");
}

bool server_take_lock(Arena *arena, Session *server, const char *live, Err *err)
{
    char digest[SHA256_HEX];
    Rows rows;
    Sha256 *hash = sha256_new();
    sha256_add(hash, STR("migrate-safe restore "));
    sha256_add(hash, str_from(live));
    sha256_finish(hash, digest);
    digest[16] = '\0';
    const char *key = arena_printf(arena, "%lld", (long long)(strtoull(digest, NULL, 16) >> 1));
    if (!session_query(server, arena, "SELECT pg_catalog.pg_try_advisory_lock($1::pg_catalog.int8)",
                       1, &key, &rows, err))
        return false;
    if (rows_bool(&rows, 0, 0))
        return true;
    fail(err, ERR_CHECK, "another restore of %s is at work", live);
    return err_hint(err, "wait for it to finish, then: migrate-safe status");
}

static bool comment(Arena *arena, Session *server, const char *database, const char *literal,
                    Err *err)
{
    return session_exec(server,
                        arena_printf(arena, "COMMENT ON DATABASE %s IS %s",
                                     quote_identifier(arena, database), literal),
                        err);
}

bool server_mark(Arena *arena, Session *server, const RestoreOptions *options, const char *database,
                 MarkerStep step, const char *of, Err *err)
{
    char now[CLOCK_TEXT];
    clock_now_rfc3339(now);
    RestoreMarker marker = {.step = step,
                            .of = of,
                            .backup = backup_name(options->backup),
                            .at = now,
                            .run_id = options->run_id};
    return comment(arena, server, database, quote_literal(arena, marker_text(arena, &marker)), err);
}

bool server_unmark(Arena *arena, Session *server, const char *database, Err *err)
{
    return comment(arena, server, database, "NULL", err);
}

bool server_drop(Arena *arena, Session *server, const char *database, bool is_forced, Err *err)
{
    return session_exec(server,
                        arena_printf(arena, "DROP DATABASE IF EXISTS %s%s",
                                     quote_identifier(arena, database),
                                     is_forced ? " WITH (FORCE)" : ""),
                        err) ||
           err_note(err, "removing database %s", database);
}

ClientPlace server_place(Arena *arena, const ClientPlace *place, const char *database)
{
    ClientPlace other = *place;
    if (place->database)
        other.database = conninfo_with_database(arena, place->database, database);
    return other;
}

// A comment stays with a database that somebody renames back by hand: that one is live again.
static bool is_kept(const ServerDatabase *database)
{
    return database->marker.step == MARKER_REPLACED &&
           strcmp(database->name, database->marker.of) != 0 && strstr(database->name, "_replaced_");
}

static int by_time(const void *left, const void *right)
{
    const ServerDatabase *a = left;
    const ServerDatabase *b = right;
    return strcmp(a->marker.at ? a->marker.at : "", b->marker.at ? b->marker.at : "");
}

bool restore_replaced_list(Arena *arena, Session *session, const char *of,
                           ServerDatabases *ret_databases, Err *err)
{
    ServerDatabases all;
    ServerDatabases replaced = {0};
    if (!server_list(arena, session, NULL, &all, err))
        return false;
    VEC_EACH (const ServerDatabase, database, &all)
        if (is_kept(database) && strcmp(database->marker.of, of) == 0)
            *vec_append(arena, &replaced) = *database;
    vec_sort(&replaced, by_time);
    *ret_databases = replaced;
    return true;
}

bool restore_replaced_drop(Arena *arena, Session *session, const char *name, Err *err)
{
    ServerDatabases found;
    if (!server_list(arena, session, name, &found, err))
        return false;
    if (!found.len)
        return true;
    if (!is_kept(&found.items[0])) {
        fail(err, ERR_CHECK,
             "database %s is none that a restore has replaced, by its name and comment", name);
        return err_hint(err, "if it is not wanted any more: dropdb %s", name);
    }
    return server_drop(arena, session, name, false, err);
}
