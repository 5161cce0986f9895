#include "run/rehearse/place_private.h"

#include "base/size.h"
#include "io/clock.h"
#include "run/backup/scratch_name.h"

#include <stdarg.h>

// ---- what all parts share

void place_limit(RehearsalPlace *place, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    *vec_append(place->arena, &place->copy.limits) = arena_vprintf(place->arena, format, args);
    va_end(args);
}

void place_tell(const RehearsalPlace *place, const char *what)
{
    event_emit(place->options.sink,
               &(Event){.kind = EVENT_WORK_RUNS, .run_id = place->options.run_id, .message = what});
}

// ---- making it

static void say_limits(RehearsalPlace *place)
{
    RehearsalCopy *copy = &place->copy;
    if (place->target && place->target->session &&
        session_server_major(place->target->session) != place->major)
        place_limit(place, "the copy is on PostgreSQL %d, the target on %d", place->major,
                    session_server_major(place->target->session));
    if (copy->kind == REHEARSAL_FROM_EMPTY)
        place_limit(place, "the tables are empty: scans, rewrites and index builds take no time, "
                           "and no row is in a constraint's way");
    if (copy->kind == REHEARSAL_FROM_GENERATED)
        place_limit(place, "the rows are made up: they are fewer, and have neither the sizes nor "
                           "the oddities of real ones");
    if (place->target && !place->cluster && strcmp(copy->role, place->target->user) != 0)
        place_limit(place,
                    "the migrations run as %s, not as %s: a right that one of them lacks "
                    "does not show",
                    copy->role, place->target->user);
    if (place->cluster)
        place_limit(place, "nobody else works here, no standby follows, and nothing waits for the "
                           "disk (fsync is off): in production it takes longer");
    else
        place_limit(place, "nobody else works in this database: waits for others' locks are not "
                           "seen");
}

static bool make(RehearsalPlace *place, Err *err)
{
    static bool (*const STEPS[])(RehearsalPlace *, Err *) = {
        place_choose_backup,    place_extensions_find, place_server_open, place_choose,
        place_extensions_check, place_roles_make,      place_fill,        place_isolate,
        place_prelude_run,      place_roles_own,       place_measure,     place_roles_note_server,
    };
    for (size_t i = 0; i < sizeof STEPS / sizeof *STEPS; i++)
        if (!STEPS[i](place, err))
            return false;
    return true;
}

// A server without room ends, or says so where nobody sees it: its log lies on the same disk.
static void explain_room(RehearsalPlace *place, Err *err)
{
    enum {
        LEAST = 32 * 1024 * 1024 // two segments of WAL
    };
    int64_t free_bytes;
    const char *folder = place->cluster ? cluster_directory(place->cluster) : NULL;
    if (!folder || err->class == ERR_INTERRUPTED || !place_server_free(place, &free_bytes) ||
        free_bytes >= LEAST)
        return;
    err_note(err, "%s are left in %s", size_text(place->arena, free_bytes), folder);
    err_hint(err, "name a larger disk: TMPDIR=DIR migrate-safe rehearse");
}

bool rehearsal_place_open(Arena *arena, Target *target, const RehearsalPlaceOptions *options,
                          RehearsalPlace **ret_place, Err *err)
{
    int64_t since = clock_monotonic_us();
    RehearsalPlace *place = arena_new_object(arena, RehearsalPlace);
    *place = (RehearsalPlace){.arena = arena, .target = target, .options = *options};
    place->copy.rows = -1;
    if (!make(place, err)) {
        explain_room(place, err);
        rehearsal_place_close(place);
        return err_note(err, "making the copy");
    }
    place->copy.made_ms = clock_elapsed_ms(since);
    say_limits(place);
    *ret_place = place;
    return true;
}

void rehearsal_place_close(RehearsalPlace *place)
{
    if (place)
        place_server_close(place);
}

void rehearsal_place_close_at(RehearsalPlace **place)
{
    rehearsal_place_close(*place);
}

// ---- what it is

const RehearsalCopy *rehearsal_place_copy(const RehearsalPlace *place)
{
    return &place->copy;
}

const char *rehearsal_place_url(const RehearsalPlace *place)
{
    return place->url;
}

const char *rehearsal_place_superuser_url(const RehearsalPlace *place)
{
    return place->superuser_url;
}

const DataFacts *rehearsal_place_facts(const RehearsalPlace *place)
{
    return place->facts;
}

int rehearsal_place_major(const RehearsalPlace *place)
{
    return place->major;
}
