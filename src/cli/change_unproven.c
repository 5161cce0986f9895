#include "cli/change_unproven.h"

#include "check/rollback_header.h"
#include "cli/consent.h"
#include "run/script.h"

static const char *up_checksum(const Step *step)
{
    return step->migration ? step->migration->up.checksum
           : step->applied ? step->applied->checksum
                           : "";
}

// NULL: nothing is to be asked.
static const char *reason_of(Arena *arena, const RollbackHeader *header, const Step *step)
{
    if (header->not_proven)
        return arena_printf(arena, "the down of version %s is not proven: %s", step->version,
                            header->not_proven);
    if (rollback_header_is_stale(header, up_checksum(step)))
        return arena_printf(arena, "the down of version %s was made from another text of its up",
                            step->version);
    return NULL;
}

static void print_losses(const Context *context, const Step *step, const RollbackHeader *header)
{
    VEC_EACH (const char *const, loss, &header->losses)
        fprintf(context->err.stream, "%s loses: %s\n", terminal_line(context->arena, step->version),
                terminal_line(context->arena, *loss));
}

bool change_consent_to_unproven(Workspace *workspace, const Plan *plan, Err *err)
{
    const Context *context = workspace->context;
    Arena *arena = context->arena;
    VEC_EACH (const Step, step, &plan->steps) {
        RollbackHeader header;
        Script script = step->script;
        if (!script_hold(arena, &script, err))
            return false;
        rollback_header_read(arena, script.text, &header);
        const char *reason = reason_of(arena, &header, step);
        if (!reason)
            continue;
        print_losses(context, step, &header);
        if (!consent_ask(context, reason, err))
            return false;
    }
    return true;
}
