// A migration that is no single transaction, stopped behind each of its statements as a failure
// stops it, and run to its end by the next `up`.
#include "base/text.h"
#include "run/apply.h"
#include "run/rehearse/round_private.h"
#include "run/runner_lock.h"
#include "run/script.h"
#include "run/store.h"

#include <string.h>

typedef struct Recovery {
    Round *round;
    Arena *arena;
    const Migration *migration;
    Script whole; // held
} Recovery;

#define STOP "\nDO $stop$ BEGIN RAISE EXCEPTION 'stopped by the rehearsal'; END $stop$;\n"

// The beginning of a script, up to the end of this statement, and one that fails.
static bool cut(const Recovery *recovery, int statements, Script *ret_script, Err *err)
{
    SCRIPT_SCOPED reader = NULL;
    Statement statement;
    TEXT_SCOPED text;
    text_init(&text, SCRIPT_LOADED_MAX * 2);
    if (!script_open(&recovery->whole, &reader, err))
        return false;
    for (int i = 0; i < statements;) {
        SplitResult got = splitter_next(script_splitter(reader), &statement, err);
        if (got != SPLIT_STATEMENT)
            return got == SPLIT_END;
        text_append(&text, statement.text);
        text_append(&text, STR(";\n"));
        if (statement.class == STATEMENT_COPY_IN)
            return fail(err, ERR_CHECK, "it copies rows from the script itself");
        i += statement.class != STATEMENT_BEGIN && statement.class != STATEMENT_COMMIT;
    }
    text_append(&text, STR(STOP));
    const char *whole = arena_strdup(recovery->arena, text_cstr(&text));
    if (!script_from_text(recovery->arena, recovery->whole.path, str_from(whole), (Position){1, 1},
                          ret_script, err))
        return false;
    ret_script->is_no_transaction = true;
    return true;
}

static bool open_target(Recovery *recovery, Target *ret_target, Err *err)
{
    const RoundOptions *options = recovery->round->options;
    TargetOptions wanted = {.url = rehearsal_place_url(recovery->round->place),
                            .schema = options->schema,
                            .command = "rehearse"};
    Target target;
    if (!target_open(recovery->arena, &wanted, &target, err))
        return false;
    if (!runner_lock_take(recovery->arena, &target, 0, NULL, err) ||
        !store_ensure(recovery->arena, &target, err) ||
        !target_refresh(recovery->arena, &target, err)) {
        target_close(&target);
        return false;
    }
    *ret_target = target;
    return true;
}

static const AppliedMigration *find_row(const Target *target, const char *version)
{
    VEC_EACH (const AppliedMigration, row, &target->history)
        if (strcmp(row->version, version) == 0)
            return row;
    return NULL;
}

// One `up` of that script.
static bool go_up(Recovery *recovery, const Script *script, bool resumes, Err *err)
{
    TARGET_SCOPED target = {0};
    ApplyResult result;
    Plan plan = {.direction = DIRECTION_UP};
    ApplyOptions options = {.run_id = recovery->round->options->run_id, .command = "up"};
    Migration *migration = arena_new_object(recovery->arena, Migration);
    *migration = *recovery->migration;
    migration->up = *script;
    if (!open_target(recovery, &target, err))
        return false;
    *vec_append(recovery->arena, &plan.steps) =
        (Step){.direction = DIRECTION_UP,
               .version = migration->version,
               .name = migration->name,
               .migration = migration,
               .applied = resumes ? find_row(&target, migration->version) : NULL,
               .resumes = resumes};
    if (resumes && !plan.steps.items[0].applied)
        return fail(err, ERR_CHECK, "the history does not know that it was begun");
    return apply_survey(recovery->arena, &plan, err) &&
           apply_plan(recovery->arena, &target, &plan, &options, &result, err);
}

// `ret_is_clean`: the next `up` brought it to its end.
static bool stop_behind(Recovery *recovery, int statements, const State *after, bool *ret_is_clean,
                        Err *ret_why, Err *err)
{
    Script beginning;
    Err stopped = {0};
    STATE_SCOPED now = state_new();
    Round *round = recovery->round;
    *ret_is_clean = false;
    if (!cut(recovery, statements, &beginning, ret_why))
        return true;
    round_disconnect(round);
    (void)!go_up(recovery, &beginning, false, &stopped);
    if (stopped.class == ERR_CONNECTION || stopped.class == ERR_INTERRUPTED) {
        *err = stopped;
        return false;
    }
    bool is_up = go_up(recovery, &recovery->whole, true, ret_why);
    if (!round_connect(round, err) || !round_take_schema(round, &now, err))
        return false;
    *ret_is_clean = is_up && round_is_same_schema(after, &now);
    if (is_up && !*ret_is_clean)
        fail(ret_why, ERR_CHECK, "the next up ends with another schema");
    return true;
}

static void tell(Round *round, const Migration *migration, RehearsedMigration *rehearsed,
                 int statements, const Err *why)
{
    round_find(round, rehearsed, REHEARSAL_RECOVERY_FAILED, migration->up.path,
               arena_printf(round->arena,
                            "stopped behind statement %d, the next up does not bring it to its end",
                            statements),
               round_keep(round, why->message));
}

static bool stop_everywhere(Recovery *recovery, RehearsedMigration *rehearsed, const char **saved,
                            int statements, const State *after, Err *err)
{
    Round *round = recovery->round;
    for (int behind = 1; behind < statements; behind++) {
        Err why = {0};
        bool is_clean;
        round_disconnect(round);
        if (!rehearsal_place_bring_back(round->place, *saved, err) ||
            !rehearsal_place_save(round->place, saved, err) ||
            !stop_behind(recovery, behind, after, &is_clean, &why, err))
            return false;
        if (!is_clean)
            tell(round, recovery->migration, rehearsed, behind, &why);
        rehearsed->recovered += is_clean;
    }
    return true;
}

bool round_try_recovery(Round *round, const Migration *migration, RehearsedMigration *rehearsed,
                        const char *before, const State *after, Err *err)
{
    ARENA_SCOPED arena = arena_new();
    Recovery recovery = {round, arena, migration, migration->up};
    Shape shape;
    const char *behind;
    if (!before)
        return true;
    round_disconnect(round);
    if (!script_hold(arena, &recovery.whole, err) || !script_survey(&recovery.whole, &shape, err) ||
        !rehearsal_place_save(round->place, &behind, err))
        return false;
    if (!recovery.whole.is_loaded ||
        shape_is_one_transaction(&shape, &migration->up.directives)) // it is there, or it is not
        rehearsed->recovered = 0;
    else if (!stop_everywhere(&recovery, rehearsed, &before, shape.statements, after, err))
        return false;
    round_disconnect(round);
    rehearsal_place_forget(round->place, before);
    return rehearsal_place_bring_back(round->place, behind, err) && round_connect(round, err);
}
