// A clone: made by the target's own server, from the database itself.
#include "run/rehearse/place_private.h"

#include "queries.h"
#include "sql/quote.h"

#include <stdio.h>
#include <string.h>

// Both sessions are on one server: it was started at one moment, and knows the database by one oid.
static bool check_same_server(RehearsalPlace *place, Err *err)
{
    Rows there;
    Rows here;
    const char *parameters[] = {place->target->database};
    const char *sql = QUERY_REHEARSE_SAME_SERVER.text;
    if (!session_query(place->target->session, place->arena, sql, 1, parameters, &there, err) ||
        !session_query(place->server, place->arena, sql, 1, parameters, &here, err))
        return false;
    if (there.count && here.count && strcmp(rows_text(&there, 0, 0), rows_text(&here, 0, 0)) == 0)
        return true;
    fail(err, ERR_CONFIG, "%s is not the server of %s: nothing can be cloned there",
         session_target(place->server), session_target(place->target->session));
    return err_hint(err, "--on URL of the target's own server");
}

static bool check_nobody(RehearsalPlace *place, Err *err)
{
    Rows others;
    char own[16];
    snprintf(own, sizeof own, "%d", session_backend_pid(place->target->session));
    const char *parameters[] = {place->target->database, own};
    if (!session_query(place->server, place->arena, QUERY_REHEARSE_CONNECTED.text, 2, parameters,
                       &others, err))
        return false;
    if (rows_int(&others, 0, 0) == 0)
        return true;
    fail(err, ERR_CONFIG, "%s is in use by %lld session%s: a server clones only what nobody is on",
         place->target->database, (long long)rows_int(&others, 0, 0),
         rows_int(&others, 0, 0) == 1 ? "" : "s");
    err_detail(err, "%s", rows_text(&others, 0, 1));
    return err_hint(err, "take another copy: --from dump");
}

static bool clone(RehearsalPlace *place, Err *err)
{
    const char *strategy = place->major >= 15 ? " STRATEGY file_copy" : "";
    bool ok = session_exec(place->server,
                           arena_printf(place->arena, "CREATE DATABASE %s TEMPLATE %s%s",
                                        quote_identifier(place->arena, place->database),
                                        quote_identifier(place->arena, place->target->database),
                                        strategy),
                           err);
    if (!ok && strcmp(err->sqlstate, "55006") == 0) // object_in_use: somebody came
        err->class = ERR_CONFIG;
    return ok || err_note(err, "cloning %s", place->target->database);
}

bool place_fill_from_clone(RehearsalPlace *place, Err *err)
{
    Err lost = {0};
    if (!check_same_server(place, err) || !check_nobody(place, err) ||
        !place_server_check_room(place, place->size_bytes, err) || !place_server_name(place, err))
        return false;
    place_tell(place, "cloning the database");
    session_close_at(&place->target->session);
    bool is_cloned = clone(place, err);
    bool is_back = target_reconnect(place->arena, place->target, &lost);
    if (is_cloned && !is_back)
        *err = lost;
    return is_cloned && is_back;
}
