// What must hold behind an up.
#include "queries.h"
#include "run/rehearse/constraint_probes.h"
#include "run/rehearse/round_private.h"
#include "run/script.h"
#include "run/transaction.h"
#include "sql/quote.h"

#include <string.h>

// What is not validated is no fault as long as it could be.
static bool try_validation(Round *round, const char *table, const char *constraint, Err *ret_why)
{
    ARENA_SCOPED scratch = arena_new();
    Err ignored = {0};
    const char *sql = arena_printf(scratch, "BEGIN; ALTER TABLE %s VALIDATE CONSTRAINT %s", table,
                                   quote_identifier(scratch, constraint));
    bool ok = session_exec(round->admin, sql, ret_why);
    (void)!session_exec(round->admin, "ROLLBACK", &ignored);
    return ok;
}

static bool is_known(const Rows *known, const char *table, const char *name)
{
    for (size_t i = 0; i < known->count; i++)
        if (strcmp(rows_text(known, i, 0), table) == 0 && strcmp(rows_text(known, i, 1), name) == 0)
            return true;
    return false;
}

static bool check_integrity(Round *round, const Migration *migration, RehearsedMigration *rehearsed,
                            const State *before, State *after, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    if (!round_take_unsound(round, after, err))
        return false;
    for (size_t i = 0; i < after->unsound.count; i++) {
        Err why = {0};
        const char *table = rows_text(&after->unsound, i, 0);
        const char *name = rows_text(&after->unsound, i, 1);
        const char *constraint = rows_text(&after->unsound, i, 2);
        if (is_known(&before->unsound, table, name))
            continue;
        if (!constraint)
            round_find(round, rehearsed, REHEARSAL_INTEGRITY, migration->up.path,
                       arena_printf(scratch, "index %s of table %s is not valid", name, table),
                       NULL);
        else if (!try_validation(round, table, constraint, &why))
            round_find(round, rehearsed, REHEARSAL_INTEGRITY, migration->up.path,
                       arena_printf(scratch,
                                    "constraint %s of table %s is not validated, and cannot be",
                                    name, table),
                       round_keep(round, why.message));
    }
    return true;
}

static Outcome verify(Round *round, const Migration *migration, RehearsedMigration *rehearsed,
                      Err *err)
{
    SESSION_SCOPED session = NULL;
    Script script = migration->verify ? *migration->verify : (Script){0};
    Verify verify = {migration->verify ? &script : NULL, &migration->up};
    TransactionOptions options = {.verify = &verify};
    TransactionResult result;
    size_t directives = migration->up.directives.verifies.len;
    if (!migration->verify && !directives)
        return OUTCOME_DONE;
    int statements = 0;
    if ((migration->verify && !script_complete(round->arena, &script, err)) ||
        !verify_survey(&verify, &statements, err))
        return OUTCOME_FAILED;
    if (!round_open_session(round, rehearsal_place_url(round->place), &session, err))
        return OUTCOME_ENDED;
    if (!transaction_run(session, NULL, NULL, &options, &result, err))
        return round_judge_failure(round, err);
    rehearsed->verified = statements + (int)directives;
    return OUTCOME_DONE;
}

static bool probe_constraints(Round *round, const Migration *migration,
                              RehearsedMigration *rehearsed, const State *before,
                              const State *after, Err *err)
{
    if (!rehearsal_place_superuser_url(round->place))
        return true;
    if (!constraint_probes_run(round->arena, round->admin, &before->schema, &after->schema,
                               &rehearsed->probes, err))
        return false;
    VEC_EACH (const ConstraintProbe, probe, &rehearsed->probes)
        if (probe->verdict == CONSTRAINT_BROKEN)
            round_find(round, rehearsed, REHEARSAL_CONSTRAINT_BROKEN, migration->up.path,
                       arena_printf(round->arena, "%s %s of table %s does not hold", probe->kind,
                                    probe->name, probe->table),
                       probe->detail);
    return true;
}

// Whom it kept waiting for longer than the limit: those who write wait wherever those who read do.
static void check_blocked(Round *round, RehearsedMigration *rehearsed, const Trace *trace,
                          const char *word, const char *file)
{
    const char *table = NULL;
    int64_t limit = round->rehearsal->limits.blocked_ms;
    int64_t reads = rehearsal_blocked_us(trace, false, NULL) / 1000;
    int64_t writes = rehearsal_blocked_us(trace, true, &table) / 1000;
    if (!limit || writes <= limit)
        return;
    round_find(
        round, rehearsed, REHEARSAL_BLOCKED_TOO_LONG, file,
        arena_printf(round->arena,
                     "the %s kept %s of table %s waiting for %.1f s, and the limit is %.1f s", word,
                     reads > limit ? "reads and writes" : "writes", table, (double)writes / 1000,
                     (double)limit / 1000),
        NULL);
}

void round_check_limits(Round *round, RehearsedMigration *rehearsed, const RehearsedWay *way,
                        const char *file)
{
    const RehearsalLimits *limits = &round->rehearsal->limits;
    const char *word = way == &rehearsed->up ? "up" : "down";
    if (limits->migration_ms && way->ms > limits->migration_ms)
        round_find(round, rehearsed, REHEARSAL_TOO_SLOW, file,
                   arena_printf(round->arena, "the %s took %.1f s, and the limit is %.1f s", word,
                                (double)way->ms / 1000, (double)limits->migration_ms / 1000),
                   NULL);
    if (way == &rehearsed->up && rehearsed->header_ms && way->ms > rehearsed->header_ms)
        round_find(round, rehearsed, REHEARSAL_ESTIMATE_EXCEEDED, file,
                   arena_printf(round->arena, "it took %.1f s, and its header says %.1f s",
                                (double)way->ms / 1000, (double)rehearsed->header_ms / 1000),
                   NULL);
    check_blocked(round, rehearsed, &way->trace, word, file);
}

bool round_try_queries(Round *round, RehearsedMigration *rehearsed, bool is_down, Err *err)
{
    return !round->queries ||
           old_queries_try(round->queries, round->arena, round->admin, is_down ? "down" : "up",
                           is_down, &rehearsed->findings, err);
}

static bool run_twice(Round *round, const Migration *migration, RehearsedMigration *rehearsed,
                      const State *after, Err *err)
{
    STATE_SCOPED now = state_new();
    RehearsedWay way = {0};
    if (!migration->up.directives.is_idempotent)
        return true;
    Outcome outcome = round_run_up(round, migration, false, &way, err);
    if (outcome == OUTCOME_ENDED)
        return false;
    if (outcome == OUTCOME_FAILED) {
        round_find_error(round, rehearsed, REHEARSAL_NOT_IDEMPOTENT, migration->up.path, err);
        *err = (Err){0};
        return true;
    }
    if (!round_take_schema(round, &now, err))
        return false;
    if (!round_is_same_schema(after, &now))
        round_find_other_schema(round, rehearsed, REHEARSAL_NOT_IDEMPOTENT,
                                "run a second time, it makes another schema", after, &now);
    return true;
}

bool round_check_behind(Round *round, const Migration *migration, RehearsedMigration *rehearsed,
                        const State *before, State *after, Err *err)
{
    round_tell_differences(round, before, after, &rehearsed->changes);
    rehearsed->fingerprint_after = round_keep(round, after->schema.fingerprint);
    if (!check_integrity(round, migration, rehearsed, before, after, err))
        return false;
    Outcome verified = verify(round, migration, rehearsed, err);
    if (verified == OUTCOME_ENDED)
        return false;
    if (verified == OUTCOME_FAILED)
        round_find_error(round, rehearsed, REHEARSAL_VERIFY_FAILED, migration->up.path, err);
    *err = (Err){0};
    round_check_limits(round, rehearsed, &rehearsed->up, migration->up.path);
    return probe_constraints(round, migration, rehearsed, before, after, err) &&
           round_try_queries(round, rehearsed, false, err) &&
           run_twice(round, migration, rehearsed, after, err);
}
