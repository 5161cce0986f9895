// The down, what it brought back, and the up behind it.
#include "run/rehearse/round_private.h"
#include "run/script.h"

enum {
    SAVED_BYTES_MOST = 1 << 28 // a larger database is not kept aside before a down
};

static void add_losses(Round *round, RehearsedMigration *rehearsed, const RoundTripLosses *losses,
                       const char *how)
{
    VEC_EACH (const RoundTripLoss, loss, losses)
        *vec_append(round->arena, &rehearsed->left) =
            arena_printf(round->arena, "%s: %s", how, round_trip_loss_text(round->arena, loss));
}

// How far the down brought back what was there before the up.
static bool compare_back(Round *round, RehearsedMigration *rehearsed, const State *before, Err *err)
{
    STATE_SCOPED now = state_new();
    RoundTripLosses lost = {0};
    RoundTripLosses remains = {0};
    if (!round_take_schema(round, &now, err) || !round_take_rows_since(round, before, &now, err) ||
        !rows_compare_facts(round->arena, &before->rows, &now.rows, NULL, &lost, &remains, err))
        return false;
    bool is_same = round_is_same_schema(before, &now);
    rehearsed->back = !is_same      ? ROUND_TRIP_DIFFERS
                      : lost.len    ? ROUND_TRIP_LOSES
                      : remains.len ? ROUND_TRIP_DIFFERS
                                    : ROUND_TRIP_EXACT;
    if (!is_same)
        round_tell_differences(round, before, &now, &rehearsed->left);
    round->has_other_rows = lost.len || remains.len;
    add_losses(round, rehearsed, &lost, "lost");
    add_losses(round, rehearsed, &remains, "left");
    if (!is_same || remains.len)
        round_find_lines(round, rehearsed, REHEARSAL_DOWN_DIFFERS, rehearsed->down_file,
                         "the down does not bring back what was there", &rehearsed->left);
    else if (lost.len)
        round_find_lines(round, rehearsed, REHEARSAL_DOWN_LOSES, rehearsed->down_file,
                         "the down does not bring back all rows", &rehearsed->left);
    return true;
}

// The up behind the down makes what it made the first time.
static bool go_up_again(Round *round, const Migration *migration, RehearsedMigration *rehearsed,
                        State *after, Trace *ret_again, Err *err)
{
    STATE_SCOPED now = state_new();
    RehearsedWay way = {0};
    Outcome outcome = round_run_up(round, migration, false, &way, err);
    if (outcome == OUTCOME_ENDED)
        return false;
    // a down that left something behind is the reason, and was told
    bool is_of_the_up = rehearsed->back == ROUND_TRIP_EXACT || rehearsed->back == ROUND_TRIP_LOSES;
    if (outcome == OUTCOME_FAILED) {
        if (is_of_the_up)
            round_find_error(round, rehearsed, REHEARSAL_AGAIN_FAILED, migration->up.path, err);
        *err = (Err){0};
        round->is_astray = true;
        return true;
    }
    rehearsed->again_ms = way.ms;
    *ret_again = way.trace;
    if (!round_take_schema(round, &now, err))
        return false;
    if (round_is_same_schema(after, &now)) {
        State first = *after;
        *after = now; // objects were made anew: the catalog has them at other places
        now = first;
        return round_take_unsound(round, after, err);
    }
    if (is_of_the_up)
        round_find_other_schema(round, rehearsed, REHEARSAL_AGAIN_DIFFERS,
                                "behind the down, the up makes another schema than before", after,
                                &now);
    round->is_astray = true;
    return true;
}

static bool go_back(Round *round, const Migration *migration, RehearsedMigration *rehearsed,
                    const State *before, State *after, Trace *ret_again, Err *err)
{
    Script down = migration->down;
    Outcome outcome = OUTCOME_FAILED;
    if (script_complete(round->arena, &down, err))
        outcome = round_run_script(round, &down, true, &rehearsed->down, err);
    if (outcome == OUTCOME_ENDED)
        return false;
    if (outcome == OUTCOME_FAILED) {
        round_find_error(round, rehearsed, REHEARSAL_DOWN_FAILED, down.path, err);
        rehearsed->back = ROUND_TRIP_FAILS;
        *err = (Err){0};
        round->is_astray = true;
        return true;
    }
    round_check_limits(round, rehearsed, &rehearsed->down, down.path);
    return compare_back(round, rehearsed, before, err) &&
           round_try_queries(round, rehearsed, true, err) &&
           go_up_again(round, migration, rehearsed, after, ret_again, err);
}

bool round_save(Round *round, const char **ret_saved, Err *err)
{
    *ret_saved = NULL;
    if (round->bytes > SAVED_BYTES_MOST)
        return true;
    round_disconnect(round);
    return rehearsal_place_save(round->place, ret_saved, err) && round_connect(round, err);
}

static bool settle(Round *round, const char *saved, const char *version, Err *err)
{
    bool is_astray = round->is_astray;
    bool has_other_rows = round->has_other_rows;
    round->is_astray = round->has_other_rows = false;
    if (!is_astray && !(saved && has_other_rows)) {
        rehearsal_place_forget(round->place, saved);
        return true;
    }
    if (!saved) {
        round->why_not = arena_printf(
            round->arena, "behind the down of version %s the copy is not what it was", version);
        return true;
    }
    round_disconnect(round);
    return rehearsal_place_bring_back(round->place, saved, err) && round_connect(round, err);
}

bool round_rehearse_down(Round *round, const Migration *migration, RehearsedMigration *rehearsed,
                         const State *before, State *after, Trace *ret_again, Err *err)
{
    const char *saved = NULL;
    if (migration->up.directives.irreversible || migration->kind != MIGRATION_VERSIONED)
        return true;
    if (!migration->down.is_present) {
        if (!round->options->allows_missing_downs)
            round_find(
                round, rehearsed, REHEARSAL_DOWN_MISSING, migration->up.path,
                "it has no down, and does not say that there is no way back",
                arena_printf(round->arena,
                             "migrate-safe generate-rollback %s writes one; or say in the file: "
                             "-- migrate-safe: irreversible: REASON",
                             migration->version));
        return true;
    }
    // for the migrations that follow, when the down leads astray
    bool is_kept = round->has_more || round->options->tries_recovery;
    return (!is_kept || round_save(round, &saved, err)) &&
           go_back(round, migration, rehearsed, before, after, ret_again, err) &&
           settle(round, saved, migration->version, err);
}
