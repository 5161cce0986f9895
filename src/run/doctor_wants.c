// What the pending migrations will ask for, statement by statement.
#include "run/doctor_private.h"

static bool is_applied(const Doctor *doctor, const Migration *migration)
{
    VEC_EACH (const StatusEntry, entry, &doctor->status.entries)
        if (entry->migration == migration)
            return !status_is_pending(entry);
    return false; // without a history all are pending
}

void doctor_wants(Doctor *doctor)
{
    doctor->wants = (RightsWanted){.arena = doctor->arena,
                                   .server_major = session_server_major(doctor->session)};
    if (!doctor->options->source)
        return;
    VEC_EACH (const Migration, migration, &doctor->options->source->migrations)
        if (!is_applied(doctor, migration))
            rights_wanted_add(&doctor->wants, &migration->up);
}
