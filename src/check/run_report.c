#include "check/run_report.h"

static const struct {
    const char *word;
    const char *title;
} PHASES[] = {
#define X(name, word, title) [name] = {word, title},
    RUN_PHASES(X)
#undef X
};

const char *run_phase_word(RunPhaseKind kind)
{
    return PHASES[kind].word;
}

const char *run_phase_title(RunPhaseKind kind)
{
    return PHASES[kind].title;
}

const char *run_verdict_word(RunVerdict verdict)
{
    static const char *const VERDICTS[] = {
        [RUN_SUCCEEDED] = "succeeded", [RUN_STOPPED] = "stopped",    [RUN_FAILED] = "failed",
        [RUN_UNSETTLED] = "unsettled", [RUN_WITHOUT_END] = "no_end",
    };
    return VERDICTS[verdict];
}

bool run_step_is_done(const RunStep *step)
{
    return strcmp(step->state, "applied") == 0 || strcmp(step->state, "reverted") == 0;
}

size_t run_steps_planned(const RunReport *report)
{
    size_t planned = 0;
    VEC_EACH (const RunStep, step, &report->steps)
        planned += !step->is_undo;
    return planned;
}

size_t run_steps_done(const RunReport *report)
{
    size_t done = 0;
    VEC_EACH (const RunStep, step, &report->steps)
        done += run_step_is_done(step) && !step->is_undo;
    return done;
}

static bool was_begun(const RunReport *report)
{
    VEC_EACH (const RunStep, step, &report->steps)
        if (step->at_ms >= 0)
            return true;
    return false;
}

RunVerdict run_verdict(const RunReport *report)
{
    if (!report->finished_at)
        return RUN_WITHOUT_END;
    if (!report->exit_code)
        return RUN_SUCCEEDED;
    if (!was_begun(report))
        return RUN_STOPPED;
    return run_steps_done(report) == run_steps_planned(report) ? RUN_UNSETTLED : RUN_FAILED;
}

const RunChecks *run_checks_of(Arena *arena, const CheckList *list)
{
    RunChecks *checks = arena_new_object(arena, RunChecks);
    checks->has_passed = check_list_passes(list);
    VEC_EACH (const Check, check, &list->checks)
        *vec_append(arena, &checks->checks) = (RunCheck){
            .id = check->kind->id,
            .verdict = check->verdict,
            .value = check->value,
            .limit = check->limit,
            .why = check->kind->why,
            .fix = check->fix,
            .details = check->details,
            .passed_over = check->passed_over,
        };
    return checks;
}

static const char *text_or_null(Arena *arena, const char *text)
{
    return *text ? arena_strdup(arena, text) : NULL;
}

const RunError *run_error_of(Arena *arena, const Err *err)
{
    if (!err || err->class == ERR_NONE)
        return NULL;
    RunError *error = arena_new_object(arena, RunError);
    *error = (RunError){
        .class = err_class_word(err->class),
        .message = arena_strdup(arena, err->message),
        .sqlstate = text_or_null(arena, err->sqlstate),
        .detail = text_or_null(arena, err->detail),
        .hint = text_or_null(arena, err->hint),
        .file = text_or_null(arena, err->file),
        .position = err->position,
    };
    return error;
}
