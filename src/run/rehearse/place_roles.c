// Who works on the copy: the target's roles with all their rights, and what its database has beside
// its contents.
#include "run/rehearse/place_private.h"

#include "queries.h"
#include "run/missing_role.h"
#include "sql/quote.h"

#include <string.h>

#define CLUSTER_SUPERUSER "postgres"
#define OTHER_SUPERUSER   "migrate_safe_superuser"
#define SET_ASIDE         "migrate_safe_bootstrap"

// ---- roles

static bool begins(const char *text, const char *beginning)
{
    return strncmp(text, beginning, strlen(beginning)) == 0;
}

// A library that is not on this server would let nobody in.
static bool is_preload(const char *statement)
{
    return strstr(statement, " SET session_preload_libraries ") ||
           strstr(statement, " SET local_preload_libraries ");
}

// Whose name the cluster's superuser has may be none there, as with hosted databases.
static bool needs_other_superuser(const Rows *roles)
{
    for (size_t i = 0; i < roles->count; i++)
        if (begins(rows_text(roles, i, 0), "CREATE ROLE " CLUSTER_SUPERUSER " WITH NOSUPERUSER"))
            return true;
    return false;
}

static bool give_way(RehearsalPlace *place, Err *err)
{
    Arena *arena = place->arena;
    const char *database = session_database(place->server);
    const char *url = cluster_url_as(arena, place->cluster, database, OTHER_SUPERUSER);
    if (!session_exec(place->server, "CREATE ROLE " OTHER_SUPERUSER " SUPERUSER LOGIN", err))
        return false;
    session_close_at(&place->server);
    place->superuser = OTHER_SUPERUSER;
    return place_open_at(url, &place->server, err) &&
           session_exec(place->server, "ALTER ROLE " CLUSTER_SUPERUSER " RENAME TO " SET_ASIDE,
                        err);
}

// What cannot be as it is there is told, but for a role that does not come to be.
static bool make_role(RehearsalPlace *place, const char *statement, Err *err)
{
    Err failure = {0};
    if (is_preload(statement)) {
        place_limit(place, "not carried over: %s", statement);
        return true;
    }
    if (session_exec(place->server, statement, &failure) ||
        (strcmp(failure.sqlstate, "42710") == 0 && begins(statement, "CREATE ROLE ")))
        return true;
    if (failure.class != ERR_SERVER || begins(statement, "CREATE ROLE ")) {
        *err = failure;
        return err_note(err, "a role of the target cannot be made: %s", statement);
    }
    place_limit(place, "not carried over: %s: %s", statement, failure.message);
    return true;
}

static bool make_target_roles(RehearsalPlace *place, Err *err)
{
    Rows roles;
    if (!session_query(place->target->session, place->arena, QUERY_BACKUP_ROLES.text, 0, NULL,
                       &roles, err))
        return err_note(err, "reading the target's roles");
    if (needs_other_superuser(&roles) && !give_way(place, err))
        return false;
    for (size_t i = 0; i < roles.count; i++)
        if (!make_role(place, rows_text(&roles, i, 0), err))
            return false;
    place->copy.role = place->target->user;
    return true;
}

static bool note_is_superuser(RehearsalPlace *place, Err *err)
{
    SESSION_SCOPED session = NULL;
    const char *url = cluster_url_as(place->arena, place->cluster, session_database(place->server),
                                     place->copy.role);
    if (!place_open_at(url, &session, err))
        return err_note(err, "the copy's server does not let the target's role in");
    const char *is_superuser = session_parameter(session, "is_superuser");
    place->copy.is_superuser = is_superuser && strcmp(is_superuser, "on") == 0;
    return true;
}

bool place_roles_make(RehearsalPlace *place, Err *err)
{
    if (!place->cluster) {
        place->copy.role = arena_strdup(place->arena, session_user(place->server));
        place->copy.is_superuser = place->is_superuser;
        return true;
    }
    place->copy.role = place->superuser;
    place->copy.is_superuser = true;
    return !place->target || (make_target_roles(place, err) && note_is_superuser(place, err));
}

// ---- the database's own

static void own(RehearsalPlace *place, const char *statement, const char *database)
{
    Err err = {0};
    const char *here = database_statement_for(place->arena, statement, database, place->database);
    if (!here)
        return;
    if (is_preload(here))
        place_limit(place, "not carried over: %s", statement);
    else if (!session_exec(place->server, here, &err))
        place_limit(place, "not carried over: %s: %s", statement, err.message);
}

bool place_roles_own(RehearsalPlace *place, Err *err)
{
    Rows settings;
    const BackupManifest *manifest = place->backup.manifest;
    if (!place_is_copy(place))
        return true;
    if (!place->target) {
        if (manifest)
            VEC_EACH (const char *const, statement, &manifest->settings)
                own(place, *statement, manifest->database);
        return true;
    }
    if (!session_query(place->target->session, place->arena, QUERY_BACKUP_SETTINGS.text, 0, NULL,
                       &settings, err))
        return err_note(err, "reading the settings of %s", place->target->database);
    for (size_t i = 0; i < settings.count; i++)
        own(place, rows_text(&settings, i, 0), place->target->database);
    return true;
}

// ---- what is the whole server's

static bool list_from(const RehearsalPlace *place, Arena *arena, const char *query,
                      ServerWide *list, Err *err)
{
    Rows rows;
    if (!session_query(place->server, arena, query, 0, NULL, &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        *vec_append(arena, list) = (ServerThing){rows_text(&rows, i, 0), rows_text(&rows, i, 1)};
    return true;
}

static bool list_server(const RehearsalPlace *place, Arena *arena, ServerWide *ret_list, Err *err)
{
    ServerWide list = {0};
    if (!list_from(place, arena, QUERY_REHEARSE_SERVER_WIDE.text, &list, err) ||
        (place->is_superuser &&
         !list_from(place, arena, QUERY_REHEARSE_SERVER_CONFIGURATION.text, &list, err)))
        return false;
    *ret_list = list;
    return true;
}

bool place_roles_note_server(RehearsalPlace *place, Err *err)
{
    return list_server(place, place->arena, &place->server_wide, err);
}

static const ServerThing *find(const ServerWide *list, const char *name)
{
    VEC_EACH (const ServerThing, thing, list)
        if (strcmp(thing->name, name) == 0)
            return thing;
    return NULL;
}

static const char *what_happened(const char *name, const ServerThing *was, const ServerThing *is)
{
    bool is_setting = strncmp(name, "setting ", strlen("setting ")) == 0;
    if (was && is)
        return strcmp(was->state, is->state) != 0 ? "changed" : NULL;
    return is ? (is_setting ? "set" : "made") : is_setting ? "reset" : "dropped";
}

static void tell(Arena *arena, const char *name, const char *what, Words *lines)
{
    if (what)
        *vec_append(arena, lines) = arena_printf(arena, "%s was %s", name, what);
}

bool rehearsal_place_server_wide(RehearsalPlace *place, Arena *arena, Words *ret_lines, Err *err)
{
    ServerWide now;
    Words lines = {0};
    const ServerWide *then = &place->server_wide;
    if (!list_server(place, arena, &now, err))
        return false;
    VEC_EACH (const ServerThing, is, &now)
        tell(arena, is->name, what_happened(is->name, find(then, is->name), is), &lines);
    VEC_EACH (const ServerThing, was, then)
        if (!find(&now, was->name))
            tell(arena, was->name, what_happened(was->name, was, NULL), &lines);
    *ret_lines = lines;
    return true;
}

bool rehearsal_place_make_missing_role(RehearsalPlace *place, const Err *failure)
{
    ARENA_SCOPED scratch = arena_new();
    Err ignored = {0};
    const char *role = missing_role(scratch, failure);
    ServerWide now;
    if (!role || !place->cluster || place_is_copy(place) ||
        !session_exec(place->server,
                      arena_printf(scratch, "CREATE ROLE %s", quote_identifier(scratch, role)),
                      &ignored) ||
        !list_server(place, place->arena, &now, &ignored))
        return false;
    const char *name = quote_name(place->arena, role);
    const ServerThing *made = find(&now, arena_printf(scratch, "role %s", name));
    if (made)
        *vec_append(place->arena, &place->server_wide) = *made;
    place_limit(place, "role %s was not there and was made, without any right", name);
    return true;
}
