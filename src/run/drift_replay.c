#include "run/drift_replay.h"

#include "check/drift.h"
#include "check/replanned.h"

#include <string.h>

// The folder says what the history says, or it implies nothing.
static bool check_files(const Status *status, Err *err)
{
    VEC_EACH (const StatusEntry, entry, &status->entries) {
        bool is_gone = entry->applied && !entry->migration;
        if (!is_gone && !entry->is_edited && !entry->is_changed)
            continue;
        fail(err, ERR_CHECK, "%s %s, so that the folder does not make what ran",
             status_version(entry),
             is_gone ? "has no file any more" : "was edited after it was applied");
        if (entry->migration)
            err_at(err, entry->migration->up.path, (Position){1, 1});
        return err_hint(err, "put the file back as it was, or compare with the stored snapshot: "
                             "migrate-safe drift");
    }
    return replanned_check(status, err);
}

static Source applied_source(Arena *arena, const Source *source, const Status *status)
{
    Source applied = *source;
    applied.table = NULL;
    applied.migrations = (Migrations){0};
    VEC_EACH (const StatusEntry, entry, &status->entries)
        if (entry->applied && entry->migration)
            *vec_append(arena, &applied.migrations) = *entry->migration;
    return applied;
}

// A late file runs last where it arrived late, and in its place here.
static bool is_other_order(const Status *status)
{
    int64_t last = 0;
    VEC_EACH (const StatusEntry, entry, &status->entries) {
        if (!entry->applied || status_key(entry).kind == MIGRATION_REPEATABLE)
            continue;
        if (entry->applied->applied_order < last)
            return true;
        last = entry->applied->applied_order;
    }
    return false;
}

static const AppliedMigration *recorded_only(const Status *status)
{
    const AppliedMigration *last = NULL;
    VEC_EACH (const StatusEntry, entry, &status->entries)
        if (entry->applied && strcmp(entry->applied->kind, "baseline") == 0 &&
            status_key(entry).kind == MIGRATION_VERSIONED)
            last = entry->applied;
    return last;
}

static const char *note_of(Arena *arena, const Status *status)
{
    const AppliedMigration *recorded = recorded_only(status);
    if (recorded)
        return arena_printf(arena,
                            "up to version %s the history was recorded, not run: what was there "
                            "and is not in the folder shows as added",
                            recorded->version);
    return is_other_order(status)
               ? "migrations were applied in another order than the folder has them: columns may "
                 "stand in another order"
               : NULL;
}

bool drift_replay(Arena *arena, Target *target, const Source *source, const Status *status,
                  const char *run_id, const EventSink *sink, DriftReplay *ret_replay, Err *err)
{
    Words roles = {0};
    DriftReplay replay = {.note = note_of(arena, status)};
    Source applied = applied_source(arena, source, status);
    SchemaReplayOptions options = {
        .major = session_server_major(target->session),
        .schema = target->schema,
        .run_id = run_id,
        .roles = &roles,
        .owner = session_user(target->session),
        .sink = sink,
    };
    if (!drift_is_settled(&target->history, target->has_history, err) ||
        !check_files(status, err) || !schema_replay_roles(arena, target->session, &roles, err) ||
        !schema_replay(arena, &applied, &options, &replay.snapshot, err))
        return false;
    if (applied.migrations.len)
        replay.until = applied.migrations.items[applied.migrations.len - 1].version;
    *ret_replay = replay;
    return true;
}
