#include "cli/diff_side.h"

#include "cli/backup_settings.h"
#include "io/file.h"
#include "io/json.h"
#include "run/schema_replay.h"
#include "run/snapshot.h"
#include "run/snapshot_file.h"

#include <string.h>

static bool is_address(const char *text)
{
    return strstr(text, "://") || strchr(text, '=');
}

// The manifest beside a backup is a .json as well.
static bool is_snapshot_name(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot && strcmp(dot, ".json") == 0 && file_exists(path);
}

static bool find_backup(Context *context, DiffSource *side, Err *err)
{
    side->kind = SIDE_BACKUP;
    side->name = arena_printf(context->arena, "backup %s", side->given);
    if (!shelf_find(context->arena, backup_folder(context), side->given, &side->backup, err)) {
        if (file_exists(side->given) || err->class != ERR_CONFIG)
            return false;
        fail(err, ERR_CONFIG, "%s is no folder, no file, no backup and no URL of a database",
             side->given);
        return err_hint(err, "sides are as: postgresql://host/shop, migrations/, schema.json, "
                             "latest");
    }
    if (side->backup.manifest && side->backup.manifest->schema)
        return true;
    fail(err, ERR_CONFIG, "backup %s says nothing of its schema", side->given);
    return err_hint(err, "compare with a backup that has a manifest: migrate-safe backup list");
}

bool diff_side_find(Context *context, const char *given, DiffSource *ret_side, Err *err)
{
    DiffSource side = {.given = given, .name = given};
    bool is_backup = false;
    if (!given || is_address(given)) {
        side.kind = SIDE_DATABASE;
    } else if (file_is_directory(given)) {
        is_backup = file_exists(arena_printf(context->arena, "%s/toc.dat", given));
        side.kind = SIDE_FOLDER;
    } else if (is_snapshot_name(given)) {
        const char *name = strrchr(given, '/') ? strrchr(given, '/') + 1 : given;
        is_backup = strncmp(name, "backup-", 7) == 0;
        side.kind = SIDE_FILE;
    } else {
        is_backup = true;
    }
    if (is_backup && !find_backup(context, &side, err))
        return false;
    *ret_side = side;
    return true;
}

static Session *session_of(const Workspace *workspace, const DiffSource *side)
{
    return side->kind != SIDE_DATABASE ? NULL
           : side->given               ? side->session
                                       : workspace->target.session;
}

static bool open_database(Workspace *workspace, DiffSource *side, Err *err)
{
    SessionOptions options = {.url = side->given, .application_name = "migrate-safe diff"};
    bool is_open =
        side->given ? session_open(&options, &side->session, err) : workspace_open(workspace, err);
    if (is_open)
        side->name = session_target(session_of(workspace, side));
    return is_open;
}

static const char *own_schema(const Workspace *workspace)
{
    const char *schema = option_text(&workspace->context->options, OPTION_SCHEMA);
    return schema ? schema : TARGET_DEFAULT_SCHEMA;
}

// SQL is made of them; to tell what differs takes none.
static bool wants_edges(const Workspace *workspace)
{
    return option_is_set(&workspace->context->options, OPTION_SQL);
}

static bool wants_roles(const Workspace *workspace)
{
    return option_is_set(&workspace->context->options, OPTION_ROLES);
}

static bool refuse_without_roles(const DiffSource *side, Err *err)
{
    bool is_file = side->kind == SIDE_FILE;
    fail(err, ERR_CONFIG, "%s has no roles: %s", side->given,
         is_file                     ? "it was written without --roles"
         : side->kind == SIDE_FOLDER ? "a folder is run on a server of its own"
                                     : "they are no part of a database's backup");
    return err_hint(err, "%s",
                    is_file ? "make it with them: migrate-safe fingerprint --explain --json --roles"
                            : "compare databases, or a database and a snapshot with roles");
}

static bool read_file(const Workspace *workspace, DiffSource *side, Err *err)
{
    Arena *arena = workspace->context->arena;
    Snapshot snapshot;
    if (!snapshot_file_read(arena, side->given, &snapshot, err))
        return false;
    if (!snapshot.has_roles && wants_roles(workspace))
        return refuse_without_roles(side, err);
    side->snapshot = wants_roles(workspace) ? snapshot : snapshot_without_roles(arena, &snapshot);
    return true;
}

static bool read_database(Workspace *workspace, DiffSource *side, Err *err)
{
    return open_database(workspace, side, err) &&
           (wants_edges(workspace) || wants_roles(workspace)
                ? snapshot_take_linked(workspace->context->arena, session_of(workspace, side),
                                       own_schema(workspace), wants_roles(workspace),
                                       &side->snapshot, err)
                : snapshot_take(workspace->context->arena, session_of(workspace, side),
                                own_schema(workspace), &side->snapshot, err));
}

bool diff_side_read_both(Workspace *workspace, DiffSource *then, DiffSource *now, Err *err)
{
    return open_database(workspace, then, err) && open_database(workspace, now, err) &&
           snapshot_take_both(workspace->context->arena, session_of(workspace, then),
                              session_of(workspace, now), own_schema(workspace),
                              (SnapshotMore){wants_edges(workspace), wants_roles(workspace)},
                              &then->snapshot, &now->snapshot, err);
}

static bool read_folder(Workspace *workspace, DiffSource *side, const DiffSource *other, Err *err)
{
    Context *context = workspace->context;
    Session *session = session_of(workspace, other);
    OptionValue *dirs = &context->options.values[OPTION_DIR];
    SchemaReplayOptions options = {
        .major = other->snapshot.server_major,
        .schema = option_text(&context->options, OPTION_SCHEMA),
        .run_id = workspace->run_id,
        .owner = session ? session_user(session) : NULL,
        .sink = &workspace->sink,
    };
    Words roles = {0};
    dirs->list = (Words){0};
    *vec_append(context->arena, &dirs->list) = side->given;
    if (!workspace_load_sound(workspace, err) ||
        (session && !schema_replay_roles(context->arena, session, &roles, err)))
        return false;
    options.roles = &roles;
    return schema_replay(context->arena, &workspace->source, &options, &side->snapshot, err);
}

bool diff_side_read(Workspace *workspace, DiffSource *side, const DiffSource *other, Err *err)
{
    if (wants_roles(workspace) && (side->kind == SIDE_FOLDER || side->kind == SIDE_BACKUP))
        return refuse_without_roles(side, err);
    switch (side->kind) {
    case SIDE_DATABASE:
        return read_database(workspace, side, err);
    case SIDE_FOLDER:
        return read_folder(workspace, side, other, err);
    case SIDE_FILE:
        return read_file(workspace, side, err);
    case SIDE_BACKUP:
        break;
    }
    side->snapshot = *side->backup.manifest->schema;
    return true;
}

void diff_side_close(DiffSource *side)
{
    session_close(side->session);
    side->session = NULL;
}
