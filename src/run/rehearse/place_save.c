// The database set aside, and brought back.
#include "run/rehearse/place_private.h"

#include "queries.h"
#include "run/backup/scratch_name.h"
#include "sql/quote.h"

#include <string.h>

enum {
    FIRST_WITH_STRATEGIES = 15
};

// Into the catalog, as a superuser may: a setting of an extension that is not loaded is no matter.
static bool copy_catalog(RehearsalPlace *place, Arena *arena, const char *name, Err *err)
{
    static const Query *const CATALOG[] = {&QUERY_ROUND_TRIP_COPY_SETTINGS,
                                           &QUERY_ROUND_TRIP_COPY_PRIVILEGES,
                                           &QUERY_REHEARSE_COPY_COMMENT};
    const char *names[] = {place->database, name};
    Rows ignored;
    for (size_t i = 0; i < sizeof CATALOG / sizeof *CATALOG; i++)
        if (!session_query(place->server, arena, CATALOG[i]->text, 2, names, &ignored, err))
            return false;
    return true;
}

// What the role may not do it could not do for the database either.
static bool copy_by_statements(RehearsalPlace *place, Arena *arena, const char *name, Err *err)
{
    const char *names[] = {place->database, name};
    Rows rows;
    if (!session_query(place->server, arena, QUERY_RESTORE_PROPERTIES.text, 2, names, &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        Err refused = {0};
        if (!session_exec(place->server, rows_text(&rows, i, 0), &refused) &&
            refused.class != ERR_SERVER) {
            *err = refused;
            return false;
        }
    }
    return true;
}

static bool database_bytes(RehearsalPlace *place, Arena *arena, int64_t *ret_bytes, Err *err)
{
    Rows rows;
    if (!session_query(place->server, arena,
                       "SELECT pg_catalog.pg_database_size($1::pg_catalog.name)", 1,
                       &place->database, &rows, err))
        return false;
    *ret_bytes = rows_int(&rows, 0, 0);
    return true;
}

static bool save(RehearsalPlace *place, Arena *arena, const char *name, Err *err)
{
    int64_t bytes;
    // since 15 each block would go through the log, which takes three times as long
    const char *strategy = place->major >= FIRST_WITH_STRATEGIES ? " STRATEGY file_copy" : "";
    return database_bytes(place, arena, &bytes, err) &&
           place_server_check_room(place, bytes, err) &&
           session_exec(place->server,
                        arena_printf(arena, "CREATE DATABASE %s TEMPLATE %s%s",
                                     quote_identifier(arena, name),
                                     quote_identifier(arena, place->database), strategy),
                        err) &&
           (place->is_superuser ? copy_catalog(place, arena, name, err)
                                : copy_by_statements(place, arena, name, err));
}

bool rehearsal_place_save(RehearsalPlace *place, const char **ret_saved, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    int number = ++place->saves;
    const char *name = place->cluster
                           ? arena_printf(place->arena, "migrate_safe_saved_%d", number)
                           : arena_printf(place->arena, "%s_%d", place->database, number);
    if (!save(place, scratch, name, err))
        return err_note(err, "keeping the copy aside");
    *ret_saved = name;
    return true;
}

bool rehearsal_place_bring_back(RehearsalPlace *place, const char *saved, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    const char *rename =
        arena_printf(scratch, "ALTER DATABASE %s RENAME TO %s", quote_identifier(scratch, saved),
                     quote_identifier(scratch, place->database));
    if (scratch_name_drop(scratch, place->server, place->database, err) &&
        session_exec(place->server, rename, err))
        return true;
    return err_note(err, "bringing back the copy that was kept aside");
}

void rehearsal_place_forget(RehearsalPlace *place, const char *saved)
{
    ARENA_SCOPED scratch = arena_new();
    Err ignored = {0};
    if (saved && !scratch_name_drop(scratch, place->server, saved, &ignored))
        session_rollback(place->server);
}
