// What in the copy leads to other servers, which a migration must not change.
#include "run/rehearse/place_private.h"

#include "queries.h"

// DROP SUBSCRIPTION would go to the publisher, and drop the slot that the target's own one needs.
static bool cut_off(RehearsalPlace *place, Session *session, const char *name, Err *err)
{
    const char *sql =
        arena_printf(place->arena, "ALTER SUBSCRIPTION %s SET (slot_name = NONE)", name);
    if (!session_exec(session, sql, err))
        return err_note(err, "taking its slot from a subscription of the copy");
    place_limit(place, "subscription %s has no slot here, so that nothing is done to the publisher",
                name);
    return true;
}

bool place_isolate(RehearsalPlace *place, Err *err)
{
    SESSION_SCOPED session = NULL;
    Rows rows;
    // Who is no superuser may not ask for subscriptions, and can have restored none.
    if (!place->superuser_url)
        return true;
    if (!place_open_copy(place, &session, err) ||
        !session_query(session, place->arena, QUERY_REHEARSE_REACHING_OUT.text, 0, NULL, &rows,
                       err))
        return false;
    for (size_t i = 0; i < rows.count; i++) {
        const char *name = rows_text(&rows, i, 0);
        if (!rows_bool(&rows, i, 1))
            place_limit(place,
                        "foreign server %s leads where the target's does: what a migration writes "
                        "through it arrives there",
                        name);
        else if (!cut_off(place, session, name, err))
            return false;
    }
    return true;
}
