#include "run/partial_proof.h"

#include "run/script.h"

#include <string.h>

typedef struct Proving {
    Arena *arena;
    const PartialRequest *request;
    RoundTrips *trips;
    PartialProof *proof;
} Proving;

// Where the statements end of which so many are done; the script's end: it has no more.
static bool find_end(const Script *up, int64_t count, int64_t *ret_end, Err *err)
{
    SCRIPT_SCOPED reader = NULL;
    Statement statement;
    if (!script_open(up, &reader, err))
        return false;
    for (;;) {
        SplitResult result = splitter_next(script_splitter(reader), &statement, err);
        if (result != SPLIT_STATEMENT) {
            *ret_end = up->size;
            return result == SPLIT_END;
        }
        bool ends_block = statement.class == STATEMENT_COMMIT;
        if (count == 0 && !ends_block) {
            *ret_end = statement.offset;
            return true;
        }
        count -= !ends_block && statement.class != STATEMENT_BEGIN;
    }
}

// The migration, had it ended there. Not told: it is too long to be held.
static bool cut(Proving *proving, int64_t count, Migration *ret_migration, bool *ret_is_held,
                Err *err)
{
    int64_t end;
    Script up = proving->request->migration->up;
    if (!script_hold(proving->arena, &up, err))
        return false;
    *ret_is_held = up.is_loaded;
    if (!up.is_loaded)
        return true;
    if (!find_end(&up, count, &end, err))
        return false;
    Str text = {up.text.p, (size_t)end};
    *ret_migration = *proving->request->migration;
    ret_migration->verify = NULL;
    ret_migration->up = (Script){.is_present = true,
                                 .path = up.path,
                                 .start = up.start,
                                 .is_loaded = true,
                                 .text = text,
                                 .size = end,
                                 .is_no_transaction = up.is_no_transaction,
                                 .opening = up.opening};
    return script_finish(proving->arena, &ret_migration->up, text, up.start.line, err);
}

static bool is_other_index(const Snapshot *other, const SnapshotObject *object)
{
    bool is_invalid = strcmp(object->kind, "invalid index") == 0;
    bool is_valid = strcmp(object->kind, "index") == 0;
    return (is_invalid || is_valid) &&
           snapshot_find(other, is_invalid ? "index" : "invalid index", object->identity);
}

// What the copy's schema has otherwise; NULL: nothing, but for indexes that are valid there.
static const char *difference(const Proving *proving, const Snapshot *there, const Snapshot *live)
{
    SnapshotDifferences differences;
    Snapshot copy = snapshot_without_roles(proving->arena, there);
    Snapshot real = snapshot_without_roles(proving->arena, live);
    snapshot_differences(proving->arena, &copy, &real, SNAPSHOT_DUMPED, &differences);
    VEC_EACH (const SnapshotDifference, found, &differences) {
        bool is_index = (!found->now && is_other_index(&real, found->then)) ||
                        (!found->then && is_other_index(&copy, found->now));
        if (!is_index)
            return snapshot_difference_text(proving->arena, found);
    }
    // no dump carries them
    VEC_EACH (const SnapshotObject, object, &real.objects)
        if (strcmp(object->kind, "invalid index") == 0 && !is_other_index(&copy, object))
            return arena_printf(proving->arena, "invalid index %s: missing", object->identity);
    return NULL;
}

static void cannot(Proving *proving, const char *why, const char *what)
{
    proving->proof->no_proof = arena_printf(proving->arena, "%s: %s", why, what);
}

static bool take_back(Proving *proving, Trial *trial, Err *err)
{
    const char *text = proving->request->text;
    Script down = {.is_present = true,
                   .path = "what takes it back",
                   .start = {1, 1},
                   .is_loaded = true,
                   .text = str_from(text),
                   .size = (int64_t)strlen(text)};
    if (!script_finish(proving->arena, &down, down.text, 1, err) ||
        !trial_finish(trial, &down, &proving->proof->trip, err))
        return false;
    proving->proof->server = arena_strdup(proving->arena, round_trips_server(proving->trips));
    return true;
}

// Of a trial that ends, whose arena goes with it.
static void keep_strings(Proving *proving, const Trial *trial)
{
    Arena *arena = proving->arena;
    RoundTrip *trip = &proving->proof->trip;
    RoundTripLosses *lists[] = {&trip->lost, &trip->remains, &trip->gone};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        RoundTripLosses kept = {0};
        VEC_EACH (const RoundTripLoss, loss, lists[i])
            round_trip_loss_add(arena, &kept, arena_strdup(arena, loss->what), loss->count,
                                loss->of);
        *lists[i] = kept;
    }
    trip->reason = trip->differences.len
                       ? arena_strdup(arena, snapshot_difference_text(trial->arena,
                                                                      &trip->differences.items[0]))
                       : arena_strdup(arena, trip->reason ? trip->reason : "");
    trip->differences.len = 0;
    trip->fewer = trip->fewer ? arena_strdup(arena, trip->fewer) : NULL;
    trip->without = NULL;
}

// With so many of its statements. No proof, and no reason yet: another schema is live.
static bool try_with(Proving *proving, int64_t count, Err *err)
{
    Migration half;
    bool is_held;
    TRIAL_SCOPED trial = NULL;
    TrialOptions options = {0};
    const PartialRequest *request = proving->request;
    if (!cut(proving, count, &half, &is_held, err))
        return false;
    if (!is_held) {
        cannot(proving, "it is too long to be run in part", request->migration->up.path);
        return true;
    }
    if (!trial_begin(proving->trips, &half, &options, &trial, err)) {
        if (round_trip_is_end(err))
            return false;
        cannot(proving, "its statements do not run on a server of our own", err->message);
        *err = (Err){0};
        return true;
    }
    const char *before = difference(proving, &trial->before, request->then);
    const char *after = difference(proving, &trial->after, request->now);
    if (before || after) {
        cannot(proving, "the folder leads to another schema than is there",
               before ? before : after);
        return true;
    }
    proving->proof->no_proof = NULL;
    if (!take_back(proving, trial, err))
        return false;
    keep_strings(proving, trial);
    return true;
}

static bool advance(Proving *proving, bool *ret_has_run, Err *err)
{
    *ret_has_run = true;
    VEC_EACH (const Migration, migration, proving->request->before) {
        if (round_trips_advance(proving->trips, migration, err))
            continue;
        if (round_trip_is_end(err))
            return false;
        cannot(proving,
               arena_printf(proving->arena, "version %s does not run on a server of our own",
                            migration->version),
               err->message);
        *err = (Err){0};
        *ret_has_run = false;
        return true;
    }
    return true;
}

static bool prove(Proving *proving, Err *err)
{
    bool has_run;
    int64_t done = proving->request->done;
    if (!advance(proving, &has_run, err))
        return false;
    if (!has_run)
        return true;
    if (!try_with(proving, done, err))
        return false;
    const char *why = proving->proof->no_proof;
    if (!why)
        return true;
    // the one behind may have left something, or may be done and was not recorded
    if (!try_with(proving, done + 1, err))
        return false;
    if (proving->proof->no_proof)
        proving->proof->no_proof = why;
    return true;
}

bool partial_prove(Arena *arena, const PartialRequest *request, const RoundTripsOptions *options,
                   PartialProof *ret_proof, Err *err)
{
    ROUND_TRIPS_SCOPED trips = NULL;
    PartialProof proof = {0};
    Proving proving = {.arena = arena, .request = request, .proof = &proof};
    Err failure = {0};
    if (!round_trips_open(arena, options, &trips, &failure)) {
        if (failure.class != ERR_CONFIG) {
            *err = failure;
            return false;
        }
        *ret_proof = (PartialProof){.no_proof = arena_strdup(arena, failure.message)};
        return true;
    }
    proving.trips = trips;
    if (!prove(&proving, err))
        return false;
    *ret_proof = proof;
    return true;
}
