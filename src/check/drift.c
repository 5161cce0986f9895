#include "check/drift.h"

#include <string.h>

const char *drift_state_word(DriftState state)
{
    switch (state) {
    case DRIFT_NOT_LOOKED:
        break;
    case DRIFT_NONE:
        return "none";
    case DRIFT_FOUND:
        return "found";
    case DRIFT_UNKNOWN:
        return "unknown";
    }
    return NULL;
}

static const AppliedMigration *find_dirty(const History *history)
{
    VEC_EACH (const AppliedMigration, row, history)
        if (row->is_dirty)
            return row;
    return NULL;
}

static bool refuse(Err *err)
{
    return err_hint(err, "compare with the folder: migrate-safe drift --replay; or take the schema "
                         "as it is now for what it is to be: migrate-safe drift --accept");
}

bool drift_is_settled(const History *history, bool has_history, Err *err)
{
    const AppliedMigration *dirty = find_dirty(history);
    if (!has_history) {
        fail(err, ERR_CHECK, "there is no history: nothing says how the schema is to be");
        return err_hint(err, "begin one: migrate-safe up, or where the tables are there already: "
                             "migrate-safe baseline VERSION");
    }
    if (dirty) {
        fail(err, ERR_CHECK, "version %s stopped half way: the schema is between two versions",
             dirty->version);
        return err_hint(err, "settle it first: migrate-safe recover");
    }
    return true;
}

bool drift_has_expectation(const History *history, bool has_history, const StoredSnapshot *stored,
                           Err *err)
{
    if (!drift_is_settled(history, has_history, err))
        return false;
    if (!stored->id) {
        fail(err, ERR_CHECK, "no snapshot of the schema is stored yet");
        err_detail(err, "the next up, down or baseline that changes the history stores one");
        return refuse(err);
    }
    if (stored->is_behind) {
        fail(err, ERR_CHECK, "the last change of the history has no snapshot of the schema");
        err_detail(err, "its run ended before one was stored; the last one is of %s",
                   stored->version ? stored->version : "no version");
        return refuse(err);
    }
    if (!stored->fingerprint) {
        fail(err, ERR_CHECK, "the last run could store no snapshot of the schema");
        err_detail(err, "%s", stored->why);
        return refuse(err);
    }
    return true;
}

static const char *moment(Arena *arena, const char *taken_at)
{
    return arena_printf(arena, "%.10s %.8s UTC", taken_at,
                        strlen(taken_at) > 11 ? taken_at + 11 : "");
}

const char *drift_since(Arena *arena, const StoredSnapshot *stored)
{
    const char *at = moment(arena, stored->taken_at);
    if (strcmp(stored->command, "drift") == 0)
        return arena_printf(arena, "%s accepted it, %s", stored->taken_by, at);
    return stored->version ? arena_printf(arena, "version %s, %s", stored->version, at)
                           : arena_printf(arena, "the last run, %s", at);
}

const char *drift_sentence(Arena *arena, const Drift *drift)
{
    switch (drift->state) {
    case DRIFT_NOT_LOOKED:
        break;
    case DRIFT_NONE:
        return arena_printf(arena, "none since %s", drift_since(arena, &drift->stored));
    case DRIFT_FOUND:
        return arena_printf(arena, "%lld difference%s since %s; see: migrate-safe drift",
                            (long long)drift->differences, drift->differences == 1 ? "" : "s",
                            drift_since(arena, &drift->stored));
    case DRIFT_UNKNOWN:
        return arena_printf(arena, "not known, %s", drift->reason);
    }
    return NULL;
}
