#include "cli/locks_wanted.h"

#include "check/plan.h"
#include "run/apply.h"
#include "run/lock_look.h"
#include "run/script.h"

static bool read_plan(Workspace *workspace, Plan *ret_plan, Err *err)
{
    Arena *arena = workspace->context->arena;
    PlanOptions all = {.allow_late = true};
    return workspace_load(workspace, err) && workspace_refresh(workspace, err) &&
           plan_up(arena, &workspace->status, &all, ret_plan, err) &&
           apply_survey(arena, ret_plan, err);
}

// The strongest mode of each relation.
static void want(Arena *arena, WantedLocks *wanted, const WantedLock *more)
{
    VEC_EACH (WantedLock, known, wanted) {
        if (strcmp(known->relation, more->relation) != 0)
            continue;
        if (more->lock.mode > known->lock.mode)
            known->lock.mode = more->lock.mode;
        if (more->lock.reach > known->lock.reach)
            known->lock.reach = more->lock.reach;
        return;
    }
    *vec_append(arena, wanted) = *more;
}

static void want_step(Arena *arena, int pg, Step *step, WantedLocks *wanted)
{
    LockLook look;
    Err unread = {0};
    if (!script_hold(arena, &step->script, &unread) || !step->script.is_loaded)
        return;
    lock_look_init(&look, arena, &step->script, pg, 0);
    VEC_EACH (const LookedAt, at, &look.locks)
        want(arena, wanted, &at->wanted);
}

// In a workspace beside ours, on the same session, which stays ours.
static bool read_beside(const Workspace *workspace, Context *context, Plan *ret_plan, Err *err)
{
    Session *session = workspace->target.session;
    Workspace reading;
    workspace_init(&reading, context);
    reading.target = workspace->target;
    bool ok = session_exec(session,
                           "BEGIN READ ONLY; "
                           "SELECT pg_catalog.set_config('lock_timeout', '200', true)",
                           err) &&
              read_plan(&reading, ret_plan, err) && session_exec(session, "COMMIT", err);
    reading.target = (Target){0};
    workspace_close(&reading);
    if (!ok)
        session_rollback(session);
    return ok;
}

bool locks_wanted(Arena *arena, const Workspace *workspace, WantedLocks *ret_wanted, Err *ret_why)
{
    Session *session = workspace->target.session;
    WantedLocks wanted = {0};
    Plan plan;
    Context context = *workspace->context;
    context.arena = arena;
    if (!read_beside(workspace, &context, &plan, ret_why))
        return false;
    VEC_EACH (Step, step, &plan.steps)
        want_step(arena, session_server_major(session), step, &wanted);
    *ret_wanted = wanted;
    return true;
}
