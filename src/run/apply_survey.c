// What a plan would run, read to its end before anything runs: see apply_survey in apply.h.
#include "run/apply.h"
#include "run/script.h"
#include "run/verify.h"

// What is verified after an up.
static bool survey_verify(Arena *arena, Step *step, Err *err)
{
    Verify verify = {.up = &step->script};
    int statements;
    if (step->direction == DIRECTION_DOWN)
        return true;
    if (step->migration->verify) {
        Script *script = arena_new_object(arena, Script);
        *script = *step->migration->verify;
        verify.script = script;
        if (!script_complete(arena, script, err))
            return false;
    }
    if (!verify_survey(&verify, &statements, err))
        return false;
    step->verify = statements ? verify.script : NULL;
    return true;
}

static bool survey_scripts(Arena *arena, Step *step, Err *err)
{
    if (step->migration) {
        step->script =
            step->direction == DIRECTION_UP ? step->migration->up : step->migration->down;
        if (!script_complete(arena, &step->script, err))
            return false;
    }
    return script_survey(&step->script, &step->shape, err) && survey_verify(arena, step, err);
}

bool apply_survey(Arena *arena, Plan *plan, Err *err)
{
    VEC_EACH (Step, step, &plan->steps) {
        if (!survey_scripts(arena, step, err)) {
            if (err->class == ERR_CONFIG)
                err->class = ERR_CHECK;
            return false;
        }
        step->is_one_transaction = shape_is_one_transaction(&step->shape, &step->script.directives);
        bool is_baseline = step->migration && step->migration->kind == MIGRATION_BASELINE;
        if (is_baseline && step->shape.statements == 0) {
            fail(err, ERR_CHECK, "the baseline script of version %s is empty", step->version);
            err_at(err, step->script.path, (Position){1, 1});
            return err_hint(err, "write what version %s has into it, or remove it", step->version);
        }
        // What changed nothing is taken back by nothing.
        bool had_effect = !step->applied || step->applied->statements_total > 0;
        if (step->direction == DIRECTION_DOWN && step->shape.statements == 0 && had_effect &&
            !plan->allows_empty_down) {
            fail(err, ERR_CHECK, "the down migration of version %s is empty: it would undo nothing",
                 step->version);
            err_at(err, step->script.path, (Position){1, 1});
            return err_hint(err, "write how the change is undone, restore a backup, or, where "
                                 "nothing needs to be undone, pass over it: --force");
        }
    }
    plan_digest(plan);
    return true;
}
