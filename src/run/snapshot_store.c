#include "run/snapshot_store.h"

#include "base/require.h"
#include "config.h"
#include "io/fault.h"
#include "queries.h"
#include "run/snapshot_file.h"
#include "sql/quote.h"

#include <stdlib.h>

static bool run_query(Arena *arena, Target *target, const Query *query, int count,
                      const char *const *parameters, Rows *ret_rows, Err *err)
{
    if (session_query(target->session, arena, query_text(arena, query, target->schema), count,
                      parameters, ret_rows, err))
        return true;
    if (str_eq(str_from(err->sqlstate), STR("42501")))
        err_hint(err, "let its owner run: GRANT SELECT ON %s.schema_snapshots TO %s",
                 quote_identifier(arena, target->schema),
                 quote_identifier(arena, session_user(target->session)));
    return false;
}

static StoredSnapshot read_row(const Rows *rows, size_t row)
{
    return (StoredSnapshot){
        .id = rows_int(rows, row, 0),
        .taken_at = rows_text(rows, row, 1),
        .taken_by = rows_text(rows, row, 2),
        .run_id = rows_text(rows, row, 3),
        .command = rows_text(rows, row, 4),
        .version = rows_text(rows, row, 5),
        .applied_last = rows_int(rows, row, 6),
        .server_major = (int)rows_int(rows, row, 7),
        .tool_version = rows_text(rows, row, 8),
        .fingerprint = rows_text(rows, row, 9),
        .object_count = rows_int(rows, row, 10),
        .gap_count = rows_int(rows, row, 11),
        .why = rows_text(rows, row, 12),
        .drifted_before = rows_text(rows, row, 13) ? rows_int(rows, row, 13) : -1,
    };
}

bool snapshot_store_find(Arena *arena, Target *target, StoredSnapshot *ret_stored, Err *err)
{
    Rows rows = {0};
    StoredSnapshot stored = {0};
    if (target->has_snapshots &&
        !run_query(arena, target, &QUERY_DRIFT_NEWEST, 0, NULL, &rows, err))
        return false;
    if (rows.count) {
        stored = read_row(&rows, 0);
        stored.is_behind = rows_bool(&rows, 0, 14);
        stored.absorbed_version = rows_text(&rows, 0, 15);
        stored.absorbed_run = rows_text(&rows, 0, 16);
        stored.absorbed = rows_int(&rows, 0, 17);
    }
    *ret_stored = stored;
    return true;
}

bool snapshot_store_list(Arena *arena, Target *target, StoredSnapshots *ret_list, Err *err)
{
    Rows rows = {0};
    StoredSnapshots list = {0};
    if (target->has_snapshots && !run_query(arena, target, &QUERY_DRIFT_LIST, 0, NULL, &rows, err))
        return false;
    for (size_t i = 0; i < rows.count; i++)
        *vec_append(arena, &list) = read_row(&rows, i);
    *ret_list = list;
    return true;
}

bool snapshot_store_load(Arena *arena, Target *target, const StoredSnapshot *stored,
                         Snapshot *ret_snapshot, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    const char *id = arena_printf(scratch, "%lld", (long long)stored->id);
    const char *name = arena_printf(scratch, "the stored snapshot %s", id);
    Rows rows;
    if (!run_query(scratch, target, &QUERY_DRIFT_DOCUMENT, 1, &id, &rows, err))
        return false;
    const char *document = rows.count ? rows_text(&rows, 0, 0) : NULL;
    if (!document)
        return fail(err, ERR_CHECK, "%s has no document any more: a newer one was stored", name);
    return snapshot_file_parse(arena, str_from(document), name, ret_snapshot, err);
}

static bool write_row(Arena *arena, Target *target, const SnapshotKeeping *keeping,
                      const char *document, Err *err)
{
    Snapshot without = {0};
    const Snapshot *snapshot = keeping->snapshot ? &without : NULL;
    Rows rows;
    if (snapshot)
        without = snapshot_without_roles(arena, keeping->snapshot);
    const char *parameters[] = {
        keeping->run_id,
        keeping->command,
        arena_printf(arena, "%d", session_server_major(target->session)),
        MIGRATE_SAFE_VERSION,
        snapshot ? snapshot->fingerprint : NULL,
        snapshot ? arena_printf(arena, "%zu", snapshot->objects.len) : NULL,
        snapshot ? arena_printf(arena, "%zu", snapshot->gaps.len) : NULL,
        snapshot ? NULL : keeping->why,
        keeping->drifted_before < 0
            ? NULL
            : arena_printf(arena, "%lld", (long long)keeping->drifted_before),
        document,
    };
    return run_query(arena, target, &QUERY_DRIFT_KEEP, 10, parameters, &rows, err);
}

bool snapshot_store_keep(Arena *arena, Target *target, const SnapshotKeeping *keeping, Err *err)
{
    char *document = NULL;
    size_t size;
    if (!keeping->snapshot)
        return write_row(arena, target, keeping, NULL, err);
    FILE *stream = open_memstream(&document, &size);
    if (!stream)
        require_memory();
    bool is_written =
        snapshot_file_write(stream, session_target(target->session), keeping->snapshot, true);
    is_written &= fclose(stream) == 0;
    if (!is_written)
        require_memory();
    FAULT_POINT("snapshot.taken");
    bool ok = write_row(arena, target, keeping, document, err);
    FAULT_POINT("snapshot.stored");
    free(document);
    return ok;
}
