// A backup of rows alone: its tables are built from the folder's migrations, up to the version that
// the manifest names; then the rows come in whatever order, with what could refuse them put aside.
#include "io/clock.h"
#include "io/fault.h"
#include "pg/conninfo.h"
#include "queries.h"
#include "run/backup/load.h"
#include "run/backup/restore_private.h"
#include "run/schema_replay.h"

#include <string.h>

static bool build_schema(Arena *arena, Restore *restore, Err *err)
{
    int64_t start_us = clock_monotonic_us();
    TARGET_SCOPED target = {0};
    const RestoreOptions *options = &restore->options;
    const BackupManifest *manifest = options->backup->manifest;
    TargetOptions target_options = {
        .url = conninfo_with_database(arena, options->url, restore->copy),
        .schema = options->schema,
        .command = options->command,
    };
    Target opened;
    if (!target_open(arena, &target_options, &opened, err))
        return false;
    target = opened;
    if (!schema_build(arena, &target, options->source, manifest->migration_version, options->run_id,
                      options->sink, err))
        return err_note(err, "building the tables of backup %s", manifest->id);
    restore_step_done(&restore->options, start_us,
                      arena_printf(arena, "built its schema from the migrations, up to %s",
                                   manifest->migration_version));
    FAULT_POINT("restore.built");
    return true;
}

// One column of the rows as statements, each by itself; empty ones are passed over.
static bool run_column(Session *session, const Rows *rows, int column, Err *err)
{
    for (size_t i = 0; i < rows->count; i++) {
        const char *statement = rows_text(rows, i, column);
        if (statement && *statement && !session_exec(session, statement, err))
            return false;
    }
    return true;
}

static bool empty_tables(Arena *arena, Session *copy, Err *err)
{
    Rows rows;
    if (!session_query(copy, arena, QUERY_RESTORE_EMPTIED.text, 0, NULL, &rows, err))
        return false;
    const char *truncate = rows_text(&rows, 0, 0);
    return !truncate || session_exec(copy, truncate, err);
}

static bool refresh(Arena *arena, Session *copy, Err *err)
{
    Rows rows;
    return session_query(copy, arena, QUERY_RESTORE_MATERIALISED.text, 0, NULL, &rows, err) &&
           run_column(copy, &rows, 0, err);
}

bool restore_load_data_only(Arena *arena, Restore *restore, Session *copy, Err *err)
{
    const RestoreOptions *options = &restore->options;
    LoadOptions load = {.place = server_place(arena, &options->place, restore->copy),
                        .jobs = options->jobs};
    Rows loose;
    if (!build_schema(arena, restore, err) ||
        !session_query(copy, arena, QUERY_RESTORE_LOOSE.text, 0, NULL, &loose, err) ||
        !run_column(copy, &loose, 0, err) || !empty_tables(arena, copy, err) ||
        !backup_load(arena, options->backup, copy, &load, NULL, err))
        return false;
    if (!run_column(copy, &loose, 1, err) || !run_column(copy, &loose, 2, err))
        return err_note(err, "the backup's rows break a constraint that the migrations make");
    return refresh(arena, copy, err);
}
