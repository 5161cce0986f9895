#include "run/down_proof.h"

#include "check/rollback_header.h"
#include "run/script.h"

#include <stdlib.h>

static const char *up_checksum(const Step *step)
{
    return step->applied ? step->applied->checksum : step->migration->up.checksum;
}

static bool is_proof(const RehearsedMigration *rehearsed, const Step *step)
{
    return rehearsed->back == ROUND_TRIP_EXACT && rehearsed->down_checksum &&
           strcmp(rehearsed->version, step->version) == 0 &&
           strcmp(rehearsed->up_checksum, up_checksum(step)) == 0 &&
           strcmp(rehearsed->down_checksum, step->script.checksum) == 0;
}

static bool is_rehearsed(const Step *step, const EvidenceFolder *folder, int major)
{
    VEC_EACH (const Evidence, evidence, &folder->evidence) {
        if (strtol(evidence->rehearsal->copy.server, NULL, 10) != major)
            continue;
        VEC_EACH (const RehearsedMigration, rehearsed, &evidence->rehearsal->migrations)
            if (is_proof(rehearsed, step))
                return true;
    }
    return false;
}

bool down_proof_find(Arena *arena, const Step *step, const EvidenceFolder *folder, int major,
                     const char **ret_why, Err *err)
{
    RollbackHeader header;
    Script script = step->script;
    if (!script_hold(arena, &script, err))
        return false;
    rollback_header_read(arena, script.text, &header);
    const char *loss = header.losses.len ? header.losses.items[0] : NULL;
    if (is_rehearsed(step, folder, major) && !loss)
        *ret_why = NULL;
    else if (header.not_proven)
        *ret_why = arena_printf(arena, "the down of version %s is not proven: %s", step->version,
                                header.not_proven);
    else if (loss)
        *ret_why = arena_printf(arena, "the down of version %s loses: %s", step->version, loss);
    else if (rollback_header_is_stale(&header, up_checksum(step)))
        *ret_why = arena_printf(
            arena, "the down of version %s was made from another text of its up", step->version);
    else if (header.proven)
        *ret_why = NULL;
    else
        *ret_why = arena_printf(
            arena, "nothing proves the down of version %s: no rehearsal, and it was not generated",
            step->version);
    return true;
}
