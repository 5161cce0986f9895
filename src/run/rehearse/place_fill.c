// What is in the copy: a backup, a dump that is made for it, a clone, generated rows, nothing.
#include "run/rehearse/place_private.h"

#include "io/file.h"
#include "queries.h"
#include "run/backup/create.h"
#include "run/backup/load.h"
#include "run/sample_rows.h"
#include "sql/quote.h"

enum {
    ROWS = 1000
};

const char *place_own_schema(const RehearsalPlace *place)
{
    return place->options.schema ? place->options.schema : TARGET_DEFAULT_SCHEMA;
}

bool place_open_copy(const RehearsalPlace *place, Session **ret_session, Err *err)
{
    return place_open_at(place->superuser_url ? place->superuser_url : place->url, ret_session,
                         err);
}

// ---- an empty database, as the other one was made

static bool create_like_target(RehearsalPlace *place, Err *err)
{
    Rows rows;
    if (!session_query(place->target->session, place->arena, QUERY_BACKUP_DATABASE.text, 0, NULL,
                       &rows, err))
        return false;
    DatabaseKind kind = {
        .encoding = rows_text(&rows, 0, 1),
        .collate = rows_text(&rows, 0, 2),
        .ctype = rows_text(&rows, 0, 3),
        .locale_provider = rows_text(&rows, 0, 4),
        .locale = rows_text(&rows, 0, 5),
    };
    return place_server_create(place, &kind, err);
}

static bool create_plain(RehearsalPlace *place, Err *err)
{
    return place_server_create(place, &(DatabaseKind){0}, err);
}

// ---- a dump on its way

// In a folder that is swept when we are killed: the cluster's, or one as it has.
static bool find_folder(RehearsalPlace *place, const char **ret_folder, Err *err)
{
    ServerUser user;
    if (place->cluster) {
        *ret_folder = arena_printf(place->arena, "%s/dump", cluster_directory(place->cluster));
        return true;
    }
    cluster_sweep();
    if (!server_user_find(place->arena, &user, err) ||
        !cluster_home_make(place->arena, &user, &place->home, err))
        return false;
    *ret_folder = place->home.path;
    return true;
}

static bool load(RehearsalPlace *place, const Backup *backup, Err *err)
{
    SESSION_SCOPED session = NULL;
    LoadOptions options = {
        .place = place->client,
        .jobs = place->options.jobs,
        .is_throwaway = place->cluster != NULL,
        .has_roles = place->target != NULL,
        .is_without_owners = !place->superuser_url,
    };
    if (options.is_without_owners)
        place_limit(place,
                    "all of it belongs to %s, who is no superuser there: owners and "
                    "privileges are not those of the target",
                    place->copy.role);
    return place_open_copy(place, &session, err) &&
           backup_load(place->arena, backup, session, &options, NULL, err);
}

// What `up` and the drift check know of the database comes along, though no other rows do.
static void want_own_rows(const RehearsalPlace *place, CreateOptions *options)
{
    const Target *target = place->target;
    options->content = BACKUP_SCHEMA_ONLY;
    if (target->has_history) {
        options->content = BACKUP_TABLES;
        *vec_append(place->arena, &options->tables) =
            arena_printf(place->arena, "%s.*", quote_identifier(place->arena, target->schema));
    }
    if (target->table) {
        options->content = BACKUP_TABLES;
        *vec_append(place->arena, &options->tables) = target->table;
    }
}

static bool dump(RehearsalPlace *place, bool has_rows, Err *err)
{
    Backup backup;
    CreateOptions options = {
        .form = place->options.client.words ? BACKUP_CUSTOM : BACKUP_DIRECTORY,
        .content = BACKUP_ALL,
        .is_passing = true,
        .is_forced = true, // there is room: place_server_check_room
        .place = place->options.client,
        .reason = "rehearse",
        .run_id = place->options.run_id,
        .sink = place->options.sink,
    };
    if (!has_rows)
        want_own_rows(place, &options);
    place_tell(place, has_rows ? "dumping the database" : "dumping the schema");
    bool ok = find_folder(place, &options.folder, err) &&
              backup_create(place->arena, place->target, &options, &backup, err) &&
              (place_tell(place, "restoring the dump"), load(place, &backup, err)) &&
              file_remove_tree(backup.path, err);
    if (!ok && err->class == ERR_CHECK)
        err->class = ERR_CONFIG;
    return ok;
}

static bool fill_from_dump(RehearsalPlace *place, Err *err)
{
    // the dump beside what is restored
    return place_server_check_room(place, place->size_bytes + place->size_bytes / 2, err) &&
           create_like_target(place, err) && dump(place, true, err);
}

// ---- generated rows

static bool make_up_rows(RehearsalPlace *place, Err *err)
{
    SESSION_SCOPED session = NULL;
    SampleRowsOptions options = {.rows = place->options.rows ? place->options.rows : ROWS};
    SampleRowsResult result;
    place_tell(place, "making up rows");
    if (!place_open_copy(place, &session, err) ||
        !sample_rows_fill(place->arena, session, place_own_schema(place), &options, &result, err))
        return err_note(err, "making up rows");
    VEC_EACH (const char *const, without, &result.without)
        place_limit(place, "no rows in %s", *without);
    return true;
}

bool rehearsal_place_fill(RehearsalPlace *place, Err *err)
{
    return make_up_rows(place, err) && place_measure(place, err);
}

static bool fill_generated(RehearsalPlace *place, Err *err)
{
    if (!place->target)
        return create_plain(place, err);
    return create_like_target(place, err) && dump(place, false, err) && make_up_rows(place, err);
}

// ---- the kinds

static bool fill(RehearsalPlace *place, Err *err)
{
    switch (place->copy.kind) {
    case REHEARSAL_FROM_BACKUP:
        return place_fill_from_backup(place, err);
    case REHEARSAL_FROM_CLONE:
        return place_fill_from_clone(place, err);
    case REHEARSAL_FROM_DUMP:
        return fill_from_dump(place, err);
    case REHEARSAL_FROM_GENERATED:
        return fill_generated(place, err);
    case REHEARSAL_FROM_EMPTY:
        return place->target ? create_like_target(place, err) : create_plain(place, err);
    }
    REQUIRE(!"a kind of copy");
    return false;
}

bool place_fill(RehearsalPlace *place, Err *err)
{
    return fill(place, err) && (!place->is_without_log || place_settle(place, err));
}
