#include "run/rollback_make.h"

#include "catalog/schema_change.h"
#include "check/rollback_data.h"
#include "run/captured_rows.h"
#include "run/rollback_seeds.h"
#include "run/script.h"

#include <string.h>

enum {
    MANY_STATEMENTS = 10,
};

typedef struct Making {
    Arena *arena; // of the result
    Trial *trial;
    const RollbackRequest *request;
    Rollback *rollback;
    RollbackData data;
    bool is_other_order; // of what was captured and the schema
    bool has_two_orders;
    Words seeds; // statements that take constant rows back
    RollbackRows rows;
    Words losses;
    SchemaChange change;
} Making;

static void refuse(Making *making, const char *reason)
{
    *vec_append(making->arena, &making->rollback->refusals) = arena_strdup(making->arena, reason);
}

// ---- what the up does

static bool read_statements(const Making *making, const Script *up, const Snapshot *after,
                            RollbackData *data, Err *err)
{
    SCRIPT_SCOPED reader = NULL;
    const Trial *trial = making->trial;
    ParsedStatement parsed;
    if (up->size > SCRIPT_LOADED_MAX) {
        *vec_append(trial->arena, &data->doubts) =
            "it is too long to be read for what it does to rows";
        return true;
    }
    if (!script_open(up, &reader, err))
        return false;
    for (;;) {
        switch (parse_next(trial->arena, script_splitter(reader), &parsed, err)) {
        case SPLIT_FAILED:
            return false;
        case SPLIT_END:
            return true;
        case SPLIT_STATEMENT:
            rollback_data_statement(trial->arena, &parsed, &trial->before, after, data);
        }
    }
}

// A proof is of rows that were there.
static void note_unseen(Making *making)
{
    Trial *trial = making->trial;
    VEC_EACH (RollbackCapture *const, capture, &making->data.captures.used)
        if (!(*capture)->has_rows)
            *vec_append(trial->arena, &making->data.doubts) = arena_printf(
                trial->arena, "no generated row is one that comes into %s", (*capture)->rows.now);
}

static bool invert_rows(Making *making, Err *err)
{
    Words refusals = {0};
    Trial *trial = making->trial;
    making->data.captures = trial->captures;
    if (!read_statements(making, &trial->migration->up, &trial->after, &making->data, err))
        return false;
    note_unseen(making);
    rollback_data_schemas(trial->arena, &trial->before, &trial->after, &making->data);
    if (!rollback_seeds(trial, &making->data, &making->seeds, &making->losses, &refusals, err))
        return false;
    VEC_EACH (const char *const, refusal, &making->data.refused)
        refuse(making, *refusal);
    VEC_EACH (const char *const, refusal, &refusals)
        refuse(making, *refusal);
    return true;
}

static void append_words(Arena *arena, Words *to, const Words *from)
{
    VEC_EACH (const char *const, word, from)
        *vec_append(arena, to) = *word;
}

// What was captured goes back in the schema that it was captured in. Of an up that changes the
// schema before and behind that nobody knows which one that is, until it is tried.
static void place_rows(Making *making)
{
    CapturedBack back;
    Arena *arena = making->trial->arena;
    const RollbackData *data = &making->data;
    bool has_captures = data->captures.used.len > 0;
    bool is_first = data->has_schema_before_captures != making->is_other_order;
    captured_rows_back(making->trial, &data->captures, is_first, &making->change.statements, &back);
    making->has_two_orders =
        has_captures && making->change.statements.len && !making->rollback->refusals.len;
    if (back.unfit)
        refuse(making, arena_printf(arena, "what %s is of has another name now", back.unfit));
    Words *rows = is_first ? &making->rows.first : &making->rows.last;
    if (!data->has_seeds_before_captures)
        append_words(arena, &making->rows.first, &making->seeds);
    append_words(arena, rows, &back.statements);
    if (data->has_seeds_before_captures)
        append_words(arena, rows, &making->seeds);
    if (back.has_schema)
        *vec_append(arena, &making->rows.last) = "DROP SCHEMA " QUARANTINE_SCHEMA;
}

static bool loses_column(const Making *making)
{
    VEC_EACH (const char *const, what, &making->data.destroyed)
        if (str_starts(str_from(*what), STR("values of column ")))
            return true;
    return false;
}

static void invert_schema(Making *making)
{
    Trial *trial = making->trial;
    if (schema_change(trial->arena, &trial->after, &trial->before, SNAPSHOT_WHOLE,
                      &making->change)) {
        place_rows(making);
        return;
    }
    VEC_EACH (const char *const, refusal, &making->change.refusals) {
        bool is_kept_by_fix = loses_column(making) && strstr(*refusal, SCHEMA_CHANGE_COLUMN_ORDER);
        refuse(making, is_kept_by_fix ? arena_printf(trial->arena,
                                                     "%s (lint --fix --keep keeps a column, and "
                                                     "its place)",
                                                     *refusal)
                                      : *refusal);
    }
}

// ---- what is said of it

static const char *name_in(const char *what)
{
    const char *blank = strrchr(what, ' ');
    return blank ? blank + 1 : what;
}

// What is lost of a table or column is said once.
static bool is_said(const Words *losses, const char *name)
{
    VEC_EACH (const char *const, known, losses)
        if (strstr(*known, name))
            return true;
    return false;
}

static void add_loss(Making *making, const char *name, const char *loss)
{
    Words *losses = &making->rollback->header.losses;
    if (!is_said(losses, name))
        *vec_append(making->arena, losses) = arena_strdup(making->arena, loss);
}

// "table app.t and its rows", and how many there were in the proof.
static const char *with_count(const Making *making, const char *loss)
{
    VEC_EACH (const RoundTripLoss, gone, &making->rollback->trip.gone)
        if (gone->of && strstr(loss, name_in(gone->what)))
            return arena_printf(making->arena, "%s (%lld in the proof)", loss, (long long)gone->of);
    return loss;
}

static void collect_losses(Making *making)
{
    const RoundTrip *trip = &making->rollback->trip;
    Arena *arena = making->arena;
    VEC_EACH (const char *const, what, &making->data.destroyed)
        add_loss(making, *what, arena_printf(arena, "%s, which the up destroys", *what));
    VEC_EACH (const RoundTripLoss, loss, &trip->lost)
        add_loss(
            making, name_in(loss->what),
            arena_printf(arena, "%s: they do not come back", round_trip_loss_text(arena, loss)));
    VEC_EACH (const DdlStatement, statement, &making->change.statements)
        if (statement->loss)
            add_loss(making, statement->loss, with_count(making, statement->loss));
    VEC_EACH (const char *const, loss, &making->losses)
        add_loss(making, *loss, *loss);
    VEC_EACH (const RoundTripLoss, loss, &trip->gone)
        add_loss(making, name_in(loss->what),
                 arena_printf(arena, "%s written since", round_trip_loss_text(arena, loss)));
}

static const char *joined(Arena *arena, const char *first, const char *second)
{
    return first ? arena_printf(arena, "%s; %s", first, second) : second;
}

static const char *why_not_proven(const Making *making)
{
    Arena *arena = making->arena;
    const char *why = NULL;
    VEC_EACH (const char *const, what, &making->data.destroyed)
        why = joined(arena, why, arena_printf(arena, "the up destroys %s", *what));
    VEC_EACH (const RoundTripLoss, loss, &making->rollback->trip.lost)
        if (!making->data.destroyed.len)
            why = joined(arena, why, arena_printf(arena, "%s do not come back", loss->what));
    VEC_EACH (const RoundTripLoss, loss, &making->rollback->trip.remains)
        why = joined(arena, why, arena_printf(arena, "%s stay that the up brought", loss->what));
    VEC_EACH (const char *const, doubt, &making->data.doubts)
        why = joined(arena, why, *doubt);
    return why ? arena_strdup(arena, why) : NULL;
}

static const char *proof_text(const Making *making)
{
    const RoundTrip *trip = &making->rollback->trip;
    return arena_printf(making->arena, "by round trip on PostgreSQL %s on %s, %lld %s in %lld %s%s",
                        round_trips_server(making->trial->trips), making->request->today,
                        (long long)trip->rows, trip->rows == 1 ? "row" : "rows",
                        (long long)trip->tables, trip->tables == 1 ? "table" : "tables",
                        trip->fewer ? " (the up fails with more)" : "");
}

static void fill_header(Making *making)
{
    Rollback *rollback = making->rollback;
    RollbackHeader *header = &rollback->header;
    const RoundTrip *trip = &rollback->trip;
    Arena *arena = making->arena;
    *header = (RollbackHeader){
        .of = making->request->of,
        .generated = making->request->today,
        .not_proven = why_not_proven(making),
        .made_from = arena_strdup(arena, making->trial->migration->up.checksum),
        .duration_ms = trip->down_ms,
    };
    rollback->is_proven = !header->not_proven;
    if (rollback->is_proven)
        header->proven = proof_text(making);
    collect_losses(making);
    size_t copies = making->data.captures.used.len;
    bool is_large = making->change.statements.len > MANY_STATEMENTS || header->losses.len || copies;
    header->complexity = !rollback->is_proven ? COMPLEXITY_HIGH
                         : is_large           ? COMPLEXITY_MEDIUM
                                              : COMPLEXITY_LOW;
    if (copies)
        *vec_append(arena, &header->notes) =
            arena_printf(arena,
                         "Puts back the rows of %zu %s in " QUARANTINE_SCHEMA
                         ", and fails where they were written since",
                         copies, copies == 1 ? "copy" : "copies");
    if (trip->has_caveat)
        *vec_append(arena, &header->notes) =
            arena_printf(arena,
                         "Fails with rows that only the new schema takes, and then changes "
                         "nothing: %s",
                         trip->caveat.message);
}

// ---- tried

static const char *first_difference(const Making *making)
{
    const RoundTrip *trip = &making->rollback->trip;
    return trip->differences.len
               ? snapshot_difference_text(making->arena, &trip->differences.items[0])
               : NULL;
}

// It runs alone: what stands in its way is for a person, who may drop it first.
static void doubt_standing(Making *making)
{
    const Err *err = &making->rollback->trip.err;
    *vec_append(making->trial->arena, &making->data.doubts) = arena_printf(
        making->trial->arena,
        "it fails where the repeatable migrations stand, which run again with the next up: %s%s%s",
        err->message, err->detail[0] ? ": " : "", err->detail);
}

static bool is_known(const Words *words, const char *word)
{
    VEC_EACH (const char *const, known, words)
        if (strcmp(*known, word) == 0)
            return true;
    return false;
}

// Triggers and rules that only repeatable migrations make act on the up's rows as well.
static bool read_standing(Making *making, Err *err)
{
    const Trial *trial = making->trial;
    RollbackData standing = {.captures.items = trial->captures.items};
    if (!trial->standing)
        return true;
    VEC_EACH (RollbackCapture, capture, &standing.captures.items)
        capture->is_used = false; // they are looked for once more
    if (!read_statements(making, &trial->migration->up, trial->standing, &standing, err))
        return false;
    VEC_EACH (const char *const, doubt, &standing.doubts)
        if (!is_known(&making->data.doubts, *doubt))
            *vec_append(trial->arena, &making->data.doubts) = *doubt;
    return true;
}

// Placeholders of the layout's would be taken for something else in it.
static bool is_kept_as_written(const Making *making, const Script *script)
{
    return !script->raw.p || str_eq(script->raw, script->text);
}

static bool try_text(Making *making, const char *text, Err *err)
{
    Trial *trial = making->trial;
    Rollback *rollback = making->rollback;
    Script script = {.is_present = true,
                     .path = "the generated down",
                     .start = {1, 1},
                     .is_loaded = true,
                     .text = str_from(text),
                     .size = (int64_t)strlen(text),
                     .expansion = making->request->expansion};
    Err unreadable = {0};
    if (!script_finish(trial->arena, &script, script.text, 1, &unreadable) ||
        !is_kept_as_written(making, &script)) {
        refuse(making, "its text has what the layout takes for a placeholder");
        return true;
    }
    if (!trial_finish(trial, &script, &rollback->trip, err))
        return false;
    if (rollback->trip.verdict == ROUND_TRIP_FAILS && rollback->trip.is_standing)
        doubt_standing(making);
    else if (rollback->trip.alone)
        refuse(making, arena_printf(making->arena, "the inverse was tried and fails: %s",
                                    rollback->trip.alone));
    else if (rollback->trip.verdict == ROUND_TRIP_FAILS)
        refuse(making, arena_printf(making->arena, "the inverse was tried and fails (%s): %s%s",
                                    rollback->trip.stage, rollback->trip.err.message,
                                    loses_column(making)
                                        ? " (lint --fix --keep keeps a column, and its values)"
                                        : ""));
    else if (rollback->trip.verdict == ROUND_TRIP_NOT_TRIED)
        refuse(making, rollback->trip.reason);
    else if (first_difference(making))
        refuse(making, arena_printf(making->arena,
                                    "the inverse was tried and leaves another schema (%s): %s",
                                    rollback->trip.stage, first_difference(making)));
    return true;
}

static void keep_strings(Making *making)
{
    RoundTrip *trip = &making->rollback->trip;
    trip->differences.len = 0;
    RoundTripLosses *lists[] = {&trip->lost, &trip->remains, &trip->gone};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        RoundTripLosses kept = {0};
        VEC_EACH (const RoundTripLoss, loss, lists[i])
            *vec_append(making->arena, &kept) =
                (RoundTripLoss){arena_strdup(making->arena, loss->what), loss->count, loss->of};
        *lists[i] = kept;
    }
    if (trip->fewer)
        trip->fewer = arena_strdup(making->arena, trip->fewer);
    trip->without = NULL;
    trip->alone = NULL;
}

static bool make(Making *making, Err *err)
{
    Rollback *rollback = making->rollback;
    if (!invert_rows(making, err))
        return false;
    invert_schema(making);
    if (rollback->refusals.len)
        return true;
    rollback->has_outside = rollback_text_has_outside(&making->change.statements);
    RollbackForm form = making->request->form;
    form.is_wrapped &= !rollback->has_outside;
    const char *body =
        rollback_text(making->arena, &making->rows, &making->change.statements, &form);
    if (!*body)
        refuse(making, "it changes neither schema nor rows: there is nothing to take back");
    else if (!try_text(making, body, err) || !read_standing(making, err))
        return false;
    if (!rollback->refusals.len) {
        fill_header(making);
        rollback->text = arena_printf(making->arena, "%s\n%s",
                                      rollback_header_text(making->arena, &rollback->header), body);
    }
    keep_strings(making);
    return true;
}

static bool make_in_order(Making *making, RoundTrips *trips, const Migration *migration, Err *err)
{
    TRIAL_SCOPED trial = NULL;
    TrialOptions options = {0};
    if (!trial_begin(trips, migration, &options, &trial, err)) {
        if (round_trip_is_end(err))
            return false;
        refuse(making, arena_printf(making->arena, "the up does not run here: %s", err->message));
        *err = (Err){0};
        return true;
    }
    making->trial = trial;
    if (!make(making, err) && (round_trip_is_end(err) || err->class == ERR_SERVER))
        return false;
    if (err->class != ERR_NONE)
        refuse(making, err->message);
    *err = (Err){0};
    return true;
}

bool rollback_make(Arena *arena, RoundTrips *trips, const Migration *migration,
                   const RollbackRequest *request, Rollback *ret_rollback, Err *err)
{
    Rollback rollback = {0};
    Making making = {.arena = arena, .request = request, .rollback = &rollback};
    if (!make_in_order(&making, trips, migration, err))
        return false;
    if (rollback.refusals.len && making.has_two_orders) {
        Rollback other = {0};
        making = (Making){
            .arena = arena, .request = request, .rollback = &other, .is_other_order = true};
        if (!make_in_order(&making, trips, migration, err))
            return false;
        if (!other.refusals.len)
            rollback = other;
    }
    *ret_rollback = rollback;
    return true;
}
