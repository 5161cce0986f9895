#include "run/drift.h"

#include "run/snapshot.h"

#include <string.h>

enum {
    LOCK_TIMEOUT_MS = 1000,
    // Objects that are read for one line: 36,000 (2,000 tables) take 0.4 s.
    OBJECTS_MAX = 100 * 1000
};

static void set_unknown(Arena *arena, Drift *drift, const char *reason)
{
    drift->state = DRIFT_UNKNOWN;
    drift->reason = arena_strdup(arena, reason);
}

static bool is_large(Arena *arena, Drift *drift)
{
    if (drift->stored.object_count <= OBJECTS_MAX)
        return false;
    set_unknown(arena, drift,
                arena_printf(arena,
                             "not looked for in a schema of %lld objects; see: migrate-safe drift",
                             (long long)drift->stored.object_count));
    return true;
}

// Whole snapshots are read aside and go, unless somebody wants the live one; what stays are the
// numbers.
static bool count_differences(Arena *arena, Target *target, const StoredSnapshot *stored,
                              Drift *drift, Snapshot *ret_now, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    Snapshot now;
    Snapshot then;
    SnapshotDifferences differences;
    if (!snapshot_take_soon(ret_now ? arena : scratch, target->session, target->schema,
                            LOCK_TIMEOUT_MS, false, &now, err))
        return false;
    if (ret_now)
        *ret_now = now;
    drift->fingerprint = arena_strdup(arena, now.fingerprint);
    size_t gaps = now.gaps.len + (size_t)stored->gap_count;
    if (strcmp(now.fingerprint, stored->fingerprint) != 0) {
        if (!snapshot_store_load(scratch, target, stored, &then, err))
            return false;
        then = snapshot_without_roles(scratch, &then);
        snapshot_differences(scratch, &then, &now, SNAPSHOT_WHOLE, &differences);
        drift->differences = (int64_t)differences.len;
    }
    drift->state = drift->differences ? DRIFT_FOUND : DRIFT_NONE;
    if (gaps && !drift->differences)
        return fail(err, ERR_CHECK, "no difference in what could be read, and not all could");
    return true;
}

void drift_look(Arena *arena, Target *target, Drift *ret_drift, Snapshot *ret_now)
{
    Drift drift = {0};
    Err err = {0};
    if (!target->has_history) {
        *ret_drift = drift;
        return;
    }
    bool ok = snapshot_store_find(arena, target, &drift.stored, &err) &&
              drift_has_expectation(&target->history, target->has_history, &drift.stored, &err) &&
              (is_large(arena, &drift) ||
               count_differences(arena, target, &drift.stored, &drift, ret_now, &err));
    if (!ok)
        set_unknown(arena, &drift, err.message);
    *ret_drift = drift;
}

static bool choose_roles(Arena *arena, bool wants_roles, Snapshot *snapshot, Err *err)
{
    if (!wants_roles)
        *snapshot = snapshot_without_roles(arena, snapshot);
    if (snapshot->has_roles || !wants_roles)
        return true;
    fail(err, ERR_CHECK, "the stored snapshot has no roles: an older version stored it");
    return err_hint(err, "see what of the schema has drifted: migrate-safe drift; then store one "
                         "that has them: migrate-safe drift --accept --roles");
}

bool drift_read(Arena *arena, Target *target, bool wants_roles, StoredSnapshot *ret_stored,
                Snapshot *ret_then, Snapshot *ret_now, Err *err)
{
    return snapshot_store_find(arena, target, ret_stored, err) &&
           drift_has_expectation(&target->history, target->has_history, ret_stored, err) &&
           snapshot_store_load(arena, target, ret_stored, ret_then, err) &&
           choose_roles(arena, wants_roles, ret_then, err) &&
           snapshot_take_linked(arena, target->session, target->schema, wants_roles, ret_now, err);
}

static bool keep_reason(Arena *arena, Target *target, const SnapshotKeeping *keeping, Err *err)
{
    SnapshotKeeping reason = *keeping;
    Err failed = {0};
    reason.snapshot = NULL;
    reason.why = err->message;
    return !snapshot_store_keep(arena, target, &reason, &failed) &&
           err_detail(err, "nor could that be stored: %s", failed.message);
}

bool drift_keep(Arena *arena, Target *target, const SnapshotKeeping *keeping,
                Snapshot *ret_snapshot, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    SnapshotKeeping whole = *keeping;
    Snapshot snapshot = {0};
    *ret_snapshot = snapshot;
    if (snapshot_take_soon(arena, target->session, target->schema, LOCK_TIMEOUT_MS, true, &snapshot,
                           err)) {
        whole.snapshot = &snapshot;
        *ret_snapshot = snapshot;
        if (snapshot_store_keep(scratch, target, &whole, err))
            return true;
    }
    return session_is_alive(target->session) && keep_reason(scratch, target, keeping, err);
}
