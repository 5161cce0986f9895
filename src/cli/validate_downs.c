#include "cli/validate_downs.h"

#include "check/rollback_header.h"
#include "cli/round_trip_open.h"
#include "report/round_trip_report.h"
#include "run/script.h"

typedef struct Downs {
    Workspace *workspace;
    bool is_named;
    const Migration **chosen; // ends with NULL
    RoundTripCounts counts;
    json_t *list; // NULL: text is printed
} Downs;

static bool is_wanted(void *context, const Migration *migration)
{
    const Downs *downs = context;
    if (!downs->is_named)
        return migration->down.is_present && migration->kind == MIGRATION_VERSIONED;
    for (const Migration **one = downs->chosen; *one; one++)
        if (*one == migration)
            return true;
    return false;
}

// What the down's own header says that it loses is no surprise.
static bool is_declared(Arena *arena, const Script *down, const RoundTrip *trip)
{
    RollbackHeader header;
    if (trip->verdict != ROUND_TRIP_LOSES || !down->is_loaded)
        return false;
    rollback_header_read(arena, down->text, &header);
    return header.losses.len > 0 || down->directives.irreversible;
}

static void report(Downs *downs, Arena *arena, const Migration *migration, const RoundTrip *trip,
                   bool declared)
{
    RoundTripCounts *counts = &downs->counts;
    bool is_fine = trip->verdict == ROUND_TRIP_EXACT || declared ||
                   (trip->verdict == ROUND_TRIP_NOT_TRIED && migration->up.directives.irreversible);
    counts->verdicts[trip->verdict]++;
    counts->declared += declared;
    counts->failures += !is_fine;
    if (!downs->list) {
        round_trip_report_text(arena, &downs->workspace->context->out, migration, trip, declared);
        fflush(downs->workspace->context->out.stream);
        return;
    }
    json_t *item = round_trip_report_json(arena, migration, trip);
    json_put(item, "is_declared", json_boolean(declared));
    json_array_append_new(downs->list, item);
}

static const char *reason_against(Arena *arena, const Migration *migration, const char *why_not)
{
    if (why_not)
        return why_not;
    if (migration->up.directives.irreversible)
        return arena_printf(arena, "irreversible: %s", migration->up.directives.irreversible);
    return migration->down.is_present ? NULL : "it has no down";
}

static bool try_down(Downs *downs, RoundTrips *trips, const Migration *migration, Err *err)
{
    TRIAL_SCOPED trial = NULL;
    TrialOptions options = {0};
    RoundTrip trip;
    Script down = migration->down;
    Arena *arena = downs->workspace->context->arena;
    Err unreadable = {0};
    if (!script_complete(arena, &down, &unreadable) && round_trip_is_end(&unreadable)) {
        *err = unreadable;
        return false;
    }
    if (!trial_begin(trips, migration, &options, &trial, err)) {
        if (round_trip_is_end(err))
            return false;
        trip = (RoundTrip){.reason =
                               arena_printf(arena, "the up does not run here: %s", err->message)};
        *err = (Err){0};
        report(downs, arena, migration, &trip, false);
        return true;
    }
    if (unreadable.class != ERR_NONE) {
        trip = (RoundTrip){.verdict = ROUND_TRIP_FAILS, .stage = "down", .err = unreadable};
        report(downs, trial->arena, migration, &trip, false);
        return true;
    }
    if (!trial_finish(trial, &down, &trip, err))
        return false;
    report(downs, trial->arena, migration, &trip, is_declared(trial->arena, &down, &trip));
    return true;
}

static bool visit(void *context, RoundTrips *trips, const Migration *migration, const char *why_not,
                  Err *err)
{
    Downs *downs = context;
    Arena *arena = downs->workspace->context->arena;
    RoundTrip trip = {.reason = reason_against(arena, migration, why_not)};
    if (!trip.reason)
        return try_down(downs, trips, migration, err);
    report(downs, arena, migration, &trip, false);
    return true;
}

static bool run(Downs *downs, const char **ret_server, Err *err)
{
    ROUND_TRIPS_SCOPED trips = NULL;
    RoundTripVisit visiting = {is_wanted, visit, downs};
    if (!workspace_load_sound(downs->workspace, err) ||
        !round_trips_choose(downs->workspace, &downs->is_named, &downs->chosen, err) ||
        !round_trips_open_for(downs->workspace, &trips, err))
        return false;
    *ret_server = round_trips_server(trips);
    return round_trips_walk(trips, &downs->workspace->source, &visiting, err);
}

static bool lacks_down(const Migration *migration)
{
    return migration->kind == MIGRATION_VERSIONED && !migration->left_out &&
           !migration->down.is_present && !migration->up.directives.irreversible;
}

static Words without_down(const Downs *downs)
{
    Words versions = {0};
    if (!downs->is_named)
        VEC_EACH (const Migration, migration, &downs->workspace->source.migrations)
            if (lacks_down(migration))
                *vec_append(downs->workspace->context->arena, &versions) = migration->version;
    return versions;
}

static bool write_document(const Downs *downs, const char *server)
{
    const RoundTripCounts *counts = &downs->counts;
    JSON_SCOPED document = json_object();
    json_put(document, "schema", json_cstr("migrate-safe/validate-downs/1"));
    json_put(document, "server", json_cstr(server));
    json_put(document, "exact", json_integer((json_int_t)counts->verdicts[ROUND_TRIP_EXACT]));
    json_put(document, "differ", json_integer((json_int_t)counts->verdicts[ROUND_TRIP_DIFFERS]));
    json_put(document, "fail", json_integer((json_int_t)counts->verdicts[ROUND_TRIP_FAILS]));
    json_put(document, "lose_rows", json_integer((json_int_t)counts->verdicts[ROUND_TRIP_LOSES]));
    json_put(document, "not_tried",
             json_integer((json_int_t)counts->verdicts[ROUND_TRIP_NOT_TRIED]));
    Words without = without_down(downs);
    json_put(document, "without_down", json_words(without.items, without.len));
    json_put(document, "migrations", json_incref(downs->list));
    return json_write(stdout, document);
}

static void print_end(const Downs *downs)
{
    Context *context = downs->workspace->context;
    Words without = without_down(downs);
    round_trip_report_summary(context->arena, &context->out, &downs->counts);
    if (without.len)
        round_trip_report_without_down(context->arena, &context->out, &without);
}

int validate_downs(Workspace *workspace)
{
    Err err = {0};
    const char *server = NULL;
    Context *context = workspace->context;
    JSON_SCOPED list = context->is_json ? json_array() : NULL;
    Downs downs = {.workspace = workspace, .list = list};
    if (!run(&downs, &server, &err))
        return command_fail(context, &err);
    if (!context->is_json)
        print_end(&downs);
    else if (!write_document(&downs, server))
        return err_exit_code(ERR_IO);
    return downs.counts.failures ? err_exit_code(ERR_CHECK) : 0;
}
