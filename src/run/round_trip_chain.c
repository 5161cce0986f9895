#include "run/round_trip_chain.h"

#include "check/plan.h"

#include <string.h>

typedef struct Walk {
    RoundTrips *trips;
    Arena *arena;
    const Source *source;
    const RoundTripVisit *visit;
    const Migration *baseline; // that stands for what came before; NULL: none
    const char *broken;        // why nothing more is reached
} Walk;

// As on an empty database.
static const Migration *find_baseline(Arena *arena, const Source *source)
{
    History nothing = {0};
    Status status = {0};
    const Migration *baseline = NULL;
    status_build(arena, &source->migrations, &nothing, &status);
    VEC_EACH (const StatusEntry, entry, &status.entries) {
        if (entry->is_covered)
            return NULL;
        if (entry->migration->kind == MIGRATION_BASELINE && !entry->is_unused)
            baseline = entry->migration;
    }
    return baseline;
}

static const char *why_not(const Walk *walk, const Migration *migration)
{
    if (walk->broken)
        return walk->broken;
    if (migration->left_out)
        return migration->left_out;
    return migration->kind == MIGRATION_REPEATABLE ? "it runs again whenever its text changes"
                                                   : NULL;
}

static bool is_run(const Walk *walk, const Migration *migration)
{
    return migration->kind == MIGRATION_VERSIONED ? !migration->left_out
                                                  : migration == walk->baseline;
}

static bool advance(Walk *walk, const Migration *migration, Err *err)
{
    if (walk->broken || !is_run(walk, migration) ||
        round_trips_advance(walk->trips, migration, err))
        return true;
    if (round_trip_is_end(err))
        return false;
    const char *place = err->file[0] ? arena_printf(walk->arena, "%s:%d:%d: ", err->file,
                                                    err->position.line, err->position.column)
                                     : "";
    walk->broken = arena_printf(walk->arena, "version %s before it does not run here: %s%s",
                                migration->version, place, err->message);
    *err = (Err){0};
    return true;
}

static size_t count_wanted(const Walk *walk)
{
    size_t count = 0;
    VEC_EACH (const Migration, migration, &walk->source->migrations)
        count += walk->visit->is_wanted(walk->visit->context, migration);
    return count;
}

bool round_trips_walk(RoundTrips *trips, const Source *source, const RoundTripVisit *visit,
                      Err *err)
{
    ARENA_SCOPED arena = arena_new();
    Walk walk = {.trips = trips, .arena = arena, .source = source, .visit = visit};
    size_t left = count_wanted(&walk);
    round_trips_repeat(trips, &source->migrations);
    walk.baseline = find_baseline(arena, source);
    VEC_EACH (const Migration, migration, &source->migrations) {
        if (visit->is_wanted(visit->context, migration)) {
            if (!visit->visit(visit->context, trips, migration, why_not(&walk, migration), err))
                return false;
            left--;
        }
        if (!left)
            break;
        if (!advance(&walk, migration, err))
            return false;
    }
    return true;
}
