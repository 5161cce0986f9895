#include "run/rehearse/round.h"

#include "queries.h"
#include "run/rehearse/round_private.h"
#include "run/sample_rows.h"
#include "run/script.h"

#include <stdlib.h>
#include <string.h>

static bool read_sizes(Arena *arena, Session *session, TableSizes *ret_sizes, Err *err)
{
    Rows rows;
    TableSizes sizes = {0};
    if (!session_query(session, arena, QUERY_REHEARSE_SIZES.text, 0, NULL, &rows, err))
        return false;
    vec_reserve(arena, &sizes, rows.count + 1);
    for (size_t i = 0; i < rows.count; i++)
        *vec_append(arena, &sizes) =
            (TableSize){rows_text(&rows, i, 0), strtoll(rows_text(&rows, i, 1), NULL, 10),
                        strtoll(rows_text(&rows, i, 2), NULL, 10)};
    *ret_sizes = sizes;
    return true;
}

// As counted, where they were: the planner knows nothing of a new table.
static void count_rows(State *state)
{
    VEC_EACH (const TableFact, fact, &state->rows.tables) {
        TableSize *size =
            table_size_find(&state->sizes, rows_relation(state->arena, fact->schema, fact->name));
        if (size)
            size->rows = fact->rows;
    }
}

static void estimate(Round *round, RehearsedMigration *rehearsed, const State *before,
                     const Trace *again)
{
    RehearsedWay *ways[] = {&rehearsed->up, &rehearsed->down};
    RehearsalCopyKind kind = rehearsal_place_copy(round->place)->kind;
    bool is_generated = kind == REHEARSAL_FROM_GENERATED;
    for (size_t i = 0; i < 2; i++) {
        if (!ways[i]->was_run || ways[i]->has_failed)
            continue;
        if (kind == REHEARSAL_FROM_EMPTY || (is_generated && !round->has_sizes))
            ways[i]->estimate = (RehearsalEstimate){
                -1, -1, "nothing is known of how many rows there are in production"};
        else if (is_generated)
            rehearsal_estimate_scaled(round->arena, &ways[i]->trace, &before->sizes, &round->sizes,
                                      &ways[i]->estimate);
        else
            rehearsal_estimate_measured(&ways[i]->trace,
                                        i == 0 && again->statements.len ? again : NULL,
                                        &ways[i]->estimate);
    }
}

static bool fill(Round *round, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    SampleRowsResult result;
    SampleRowsOptions options = {.rows = round->options->rows};
    if (!options.rows)
        return true;
    round->copied = NULL;
    return sample_rows_fill(scratch, round->admin, round_own_schema(round), &options, &result, err);
}

// The state that it begins with; what the last one left is still that, unless rows came since.
static bool take_before(Round *round, State *before, Err *err)
{
    bool is_taken = before->schema.fingerprint[0];
    if (!fill(round, err) ||
        (!is_taken &&
         (!round_take_schema(round, before, err) || !round_take_unsound(round, before, err))) ||
        ((!before->has_rows || round->options->rows) && !round_take_rows(round, before, err)) ||
        !round_take_shapes(round, before, err) ||
        !read_sizes(before->arena, round->admin, &before->sizes, err))
        return false;
    round->touched.len = round->changed.len = 0;
    round->is_anything_touched = false;
    count_rows(before);
    round->bytes = 0;
    VEC_EACH (const TableSize, size, &before->sizes)
        round->bytes += size->bytes;
    return true;
}

// Its up does not run, and so nothing behind it does.
static void stop_behind(Round *round, RehearsedMigration *rehearsed, Err *err)
{
    round_find_error(round, rehearsed, REHEARSAL_UP_FAILED, rehearsed->file, err);
    round->why_not =
        arena_printf(round->arena, "version %s before it does not run", rehearsed->version);
    *err = (Err){0};
}

static bool rehearse_up(Round *round, const Migration *migration, RehearsedMigration *rehearsed,
                        State *before, State *after, Err *err)
{
    Trace again = {0};
    const char *saved = NULL;
    if (!take_before(round, before, err) ||
        (round->options->tries_recovery && !round_save(round, &saved, err)))
        return false;
    rehearsed->fingerprint_before = round_keep(round, before->schema.fingerprint);
    Outcome outcome = round_run_up(round, migration, true, &rehearsed->up, err);
    if (outcome == OUTCOME_ENDED)
        return false;
    if (outcome == OUTCOME_FAILED) {
        stop_behind(round, rehearsed, err);
        return true;
    }
    if (!round_take_schema(round, after, err) ||
        !round_check_behind(round, migration, rehearsed, before, after, err) ||
        !round_rehearse_down(round, migration, rehearsed, before, after, &again, err) ||
        !round_try_recovery(round, migration, rehearsed, saved, after, err))
        return false;
    estimate(round, rehearsed, before, &again);
    return !round->has_more || round->why_not || round_take_rows_since(round, before, after, err);
}

// A down is known by its path alone until somebody needs its text.
static const char *down_checksum(Round *round, const Script *script)
{
    Err unreadable = {0};
    Script down = *script;
    if (!down.is_present)
        return NULL;
    return round_keep(round, script_complete(round->arena, &down, &unreadable) ? down.checksum
                                                                               : script->checksum);
}

static RehearsedMigration describe(Round *round, const RoundStep *step)
{
    const Migration *migration = step->migration;
    return (RehearsedMigration){
        .version = migration->version,
        .name = migration->name,
        .kind = migration->kind,
        .risk = step->risk,
        .file = migration->up.path,
        .down_file = migration->down.is_present ? migration->down.path : NULL,
        .up_checksum = migration->up.checksum,
        .down_checksum = down_checksum(round, &migration->down),
        .irreversible = migration->up.directives.irreversible,
        .is_idempotent = migration->up.directives.is_idempotent,
        .header_ms = migration->up.directives.estimated_duration_ms,
        .again_ms = -1,
    };
}

static void finish(Round *round, const RehearsedMigration *rehearsed)
{
    if (round->options->on_migration)
        round->options->on_migration(round->options->context, rehearsed);
}

static bool rehearse(Round *round, const RoundStep *step, State *now, Err *err)
{
    const Migration *migration = step->migration;
    RehearsedMigration *rehearsed = vec_append(round->arena, &round->rehearsal->migrations);
    *rehearsed = describe(round, step);
    if (round->why_not) {
        round_find(round, rehearsed, REHEARSAL_NOT_REACHED, migration->up.path, round->why_not,
                   NULL);
        finish(round, rehearsed);
        return true;
    }
    State after = state_new();
    bool ok = rehearse_up(round, migration, rehearsed, now, &after, err);
    finish(round, rehearsed);
    state_done(now);
    *now = after;
    return ok;
}

static bool advance(Round *round, const RoundStep *step, State *now, Err *err)
{
    const Migration *migration = step->migration;
    RehearsedWay way = {0};
    if (round->why_not)
        return true;
    Outcome outcome = round_run_up(round, migration, false, &way, err);
    if (outcome == OUTCOME_FAILED) {
        RehearsedMigration *rehearsed = vec_append(round->arena, &round->rehearsal->migrations);
        *rehearsed = describe(round, step);
        rehearsed->up = way;
        stop_behind(round, rehearsed, err);
        finish(round, rehearsed);
    }
    state_done(now);
    *now = state_new();
    return outcome != OUTCOME_ENDED;
}

static bool has_more(const RoundSteps *steps, size_t at)
{
    for (at++; at < steps->len; at++)
        if (steps->items[at].is_rehearsed)
            return true;
    return false;
}

static bool tell_server_wide(Round *round, Err *err)
{
    Rehearsal *rehearsal = round->rehearsal;
    if (!rehearsal_place_server_wide(round->place, round->arena, &rehearsal->server_wide, err))
        return false;
    VEC_EACH (const char *const, line, &rehearsal->server_wide)
        *vec_append(round->arena, &rehearsal->findings) = (RehearsalFinding){
            .problem = REHEARSAL_SERVER_WIDE,
            .message = *line,
            .detail = "it belongs to the server, not to the database: no down of another database, "
                      "and no backup of this one, takes it back"};
    return true;
}

static bool open_queries(Round *round, Err *err)
{
    const RoundOptions *options = round->options;
    OldQueriesOptions wanted = {.folder = options->queries,
                                .target = options->target ? options->target->session : NULL};
    if (!wanted.folder && !wanted.target)
        return true;
    return old_queries_open(round->arena, &wanted, round->admin, &round->queries,
                            &round->rehearsal->queries, err);
}

// Before the first that is rehearsed. The old application is that of the migrations before, and
// rows are made up where these have made the tables.
static bool begin(Round *round, Err *err)
{
    bool is_filled = round->options->target ||
                     rehearsal_place_copy(round->place)->kind != REHEARSAL_FROM_GENERATED;
    return (is_filled || rehearsal_place_fill(round->place, err)) && round_connect(round, err) &&
           open_queries(round, err);
}

static bool run(Round *round, const RoundSteps *steps, State *now, Err *err)
{
    const Target *target = round->options->target;
    if (!round_connect(round, err))
        return false;
    if (target) {
        round->has_sizes = read_sizes(round->arena, target->session, &round->sizes, err);
        if (!round->has_sizes)
            return false;
    }
    bool has_begun = false;
    for (size_t i = 0; i < steps->len; i++) {
        const RoundStep *step = &steps->items[i];
        if (step->is_rehearsed && !has_begun && !begin(round, err))
            return false;
        has_begun |= step->is_rehearsed;
        round->has_more = has_more(steps, i);
        if (!(step->is_rehearsed ? rehearse : advance)(round, step, now, err))
            return false;
    }
    return tell_server_wide(round, err);
}

bool round_run(Arena *arena, RehearsalPlace *place, const RoundSteps *steps,
               const RoundOptions *options, Rehearsal *rehearsal, Err *err)
{
    Round round = {
        .arena = arena,
        .place = place,
        .options = options,
        .rehearsal = rehearsal,
        .copied = rehearsal_place_facts(place),
    };
    State now = state_new();
    vec_reserve(arena, &rehearsal->migrations, steps->len + 1);
    bool ok = run(&round, steps, &now, err);
    state_done(&now);
    round_disconnect(&round);
    rehearsal->copy = *rehearsal_place_copy(place);
    if (!rehearsal_place_superuser_url(place))
        *vec_append(arena, &rehearsal->copy.limits) =
            "no constraint was tried and nobody was asked to wait: both need a superuser there";
    return ok;
}
