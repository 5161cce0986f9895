#include "check/evidence.h"

#include "base/size.h"
#include "check/retention.h"

#include <stdlib.h>

enum {
    CLOCKS_APART_MS = 5 * 60 * 1000, // of two machines
    SIZE_FACTOR = 4, // a restored database has no bloat, so that it is smaller than its source
};

static const char *const NEEDS[] = {
    [EVIDENCE_OFF] = "off",
    [EVIDENCE_WANTED] = "wanted",
    [EVIDENCE_REQUIRED] = "required",
};

const char *evidence_need_word(EvidenceNeed need)
{
    return NEEDS[need];
}

bool evidence_need_parse(const char *word, EvidenceNeed *ret_need)
{
    for (int i = 0; i <= EVIDENCE_REQUIRED; i++)
        if (strcmp(NEEDS[i], word) == 0) {
            *ret_need = (EvidenceNeed)i;
            return true;
        }
    return false;
}

typedef struct Judging {
    Arena *arena;
    const Rehearsal *rehearsal;
    const EvidenceRun *run;
    Words *differences;
} Judging;

static void differs(Judging *judging, const char *clause)
{
    *vec_append(judging->arena, judging->differences) = clause;
}

// ---- migrations

static const RehearsedMigration *find(const Rehearsal *rehearsal, const Migration *migration,
                                      size_t *ret_at)
{
    for (size_t i = 0; i < rehearsal->migrations.len; i++) {
        const RehearsedMigration *found = &rehearsal->migrations.items[i];
        if (found->kind == migration->kind && strcmp(found->version, migration->version) == 0) {
            *ret_at = i;
            return found;
        }
    }
    return NULL;
}

static void judge_texts(Judging *judging, const Migration *migration,
                        const RehearsedMigration *rehearsed)
{
    Arena *arena = judging->arena;
    const Script *down = &migration->down;
    if (strcmp(migration->up.checksum, rehearsed->up_checksum) != 0)
        differs(judging, arena_printf(arena, "%s was edited since", migration->up.path));
    if (down->is_present && !rehearsed->down_checksum)
        differs(judging,
                arena_printf(arena, "%s has a down since, %s", migration->version, down->path));
    else if (!down->is_present && rehearsed->down_checksum)
        differs(judging,
                arena_printf(arena, "the down of %s is gone since, %s", migration->version,
                             rehearsed->down_file ? rehearsed->down_file : "with its file"));
    else if (down->is_present && strcmp(down->checksum, rehearsed->down_checksum) != 0)
        differs(judging, arena_printf(arena, "the down of %s was edited since, %s",
                                      migration->version, down->path));
}

// They must have run there one behind the other, as they will here. `ret_first`: where the first of
// the plan is; NULL: it is not there.
static void judge_migrations(Judging *judging, const RehearsedMigration **ret_first)
{
    Arena *arena = judging->arena;
    const Plan *plan = judging->run->plan;
    size_t expected = 0;
    *ret_first = NULL;
    for (size_t i = 0; i < plan->steps.len; i++) {
        const Migration *migration = plan->steps.items[i].migration;
        size_t at;
        const RehearsedMigration *rehearsed = find(judging->rehearsal, migration, &at);
        if (!rehearsed) {
            differs(judging, arena_printf(arena, "%s was not rehearsed", migration->version));
            continue;
        }
        if (i == 0)
            *ret_first = rehearsed;
        else if (at < expected)
            differs(judging,
                    arena_printf(arena, "%s ran in another order there", migration->version));
        else
            for (size_t between = expected; *ret_first && between < at; between++)
                differs(judging, arena_printf(arena, "%s ran before %s there, and will not here",
                                              judging->rehearsal->migrations.items[between].version,
                                              migration->version));
        expected = at + 1;
        judge_texts(judging, migration, rehearsed);
    }
}

// ---- the rest

static void judge_schema(Judging *judging, const RehearsedMigration *first)
{
    const EvidenceRun *run = judging->run;
    if (run->unread)
        differs(judging,
                arena_printf(judging->arena, "the schema of the database cannot be compared: %s",
                             run->unread));
    else if (run->fingerprint && first && !first->fingerprint_before)
        differs(judging,
                arena_printf(judging->arena, "%s did not come to run there", first->version));
    else if (run->fingerprint && first && strcmp(run->fingerprint, first->fingerprint_before) != 0)
        differs(judging, arena_printf(judging->arena,
                                      "the schema of the database is another than the one that was "
                                      "rehearsed: %.12s, there %.12s",
                                      run->fingerprint, first->fingerprint_before));
}

static void judge_server(Judging *judging)
{
    const char *server = judging->rehearsal->copy.server;
    int major = judging->run->server_major;
    if (major && strtol(server, NULL, 10) != major)
        differs(judging,
                arena_printf(judging->arena, "it was made with PostgreSQL %s, the database has %d",
                             server, major));
    if (strcmp(judging->rehearsal->tool_version, judging->run->tool_version) != 0)
        differs(judging,
                arena_printf(judging->arena, "migrate-safe %s made it, this is %s",
                             judging->rehearsal->tool_version, judging->run->tool_version));
}

static const RehearsalFinding *first_failure(const RehearsalFindings *findings)
{
    VEC_EACH (const RehearsalFinding, finding, findings)
        if (!rehearsal_problem_is_warning(finding->problem))
            return finding;
    return NULL;
}

static void judge_result(Judging *judging)
{
    const Rehearsal *rehearsal = judging->rehearsal;
    size_t failures = rehearsal_failures(rehearsal);
    const RehearsalFinding *first = first_failure(&rehearsal->findings);
    VEC_EACH (const RehearsedMigration, migration, &rehearsal->migrations)
        first = first ? first : first_failure(&migration->findings);
    if (failures == 1)
        differs(judging, arena_printf(judging->arena, "it did not pass: %s", first->message));
    else if (failures)
        differs(judging, arena_printf(judging->arena, "it did not pass, %zu things failed: %s",
                                      failures, first->message));
}

static void judge_age(Judging *judging)
{
    Arena *arena = judging->arena;
    const EvidenceRun *run = judging->run;
    int64_t made_ms;
    if (!retention_time_parse(judging->rehearsal->made_at, &made_ms)) {
        differs(judging, arena_printf(arena, "its time is none: %s", judging->rehearsal->made_at));
        return;
    }
    int64_t age_ms = run->now_ms - made_ms;
    if (age_ms < -CLOCKS_APART_MS)
        differs(judging,
                arena_printf(arena, "it is from the future: %s", judging->rehearsal->made_at));
    else if (run->policy.max_age_ms && age_ms > run->policy.max_age_ms)
        differs(judging, arena_printf(arena, "it is %s old, and at most %s is wanted",
                                      retention_age(arena, age_ms),
                                      retention_age(arena, run->policy.max_age_ms)));
}

static void judge_copy(Judging *judging)
{
    const RehearsalCopy *copy = &judging->rehearsal->copy;
    int64_t now = judging->run->database_bytes;
    if (!judging->run->policy.wants_data)
        return;
    if (copy->kind == REHEARSAL_FROM_GENERATED || copy->kind == REHEARSAL_FROM_EMPTY)
        differs(judging, arena_printf(judging->arena,
                                      "its copy was %s, and one with the database's own rows is "
                                      "wanted",
                                      copy->kind == REHEARSAL_FROM_EMPTY ? "empty" : "generated"));
    else if (now > 0 && copy->bytes > 0 && copy->bytes < now / SIZE_FACTOR)
        differs(judging,
                arena_printf(judging->arena, "its copy had %s, and the database has %s by now",
                             size_text(judging->arena, copy->bytes),
                             size_text(judging->arena, now)));
}

void evidence_differences(Arena *arena, const Evidence *evidence, const EvidenceRun *run,
                          Words *ret_differences)
{
    Words differences = {0};
    const RehearsedMigration *first;
    Judging judging = {arena, evidence->rehearsal, run, &differences};
    judge_migrations(&judging, &first);
    judge_schema(&judging, first);
    judge_result(&judging);
    judge_age(&judging);
    judge_copy(&judging);
    judge_server(&judging);
    *ret_differences = differences;
}

const char *evidence_age(Arena *arena, const Rehearsal *rehearsal, int64_t now_ms)
{
    int64_t made_ms;
    if (!retention_time_parse(rehearsal->made_at, &made_ms))
        return "of no known age";
    return arena_printf(arena, "%s old",
                        retention_age(arena, now_ms > made_ms ? now_ms - made_ms : 0));
}

EvidenceTime evidence_time(const Rehearsal *rehearsal, const Plan *plan)
{
    EvidenceTime time = {0};
    VEC_EACH (const Step, step, &plan->steps) {
        size_t at;
        const RehearsedMigration *rehearsed = find(rehearsal, step->migration, &at);
        const RehearsalEstimate *estimate = rehearsed ? &rehearsed->up.estimate : NULL;
        if (!rehearsed || rehearsed->up.ms < 0)
            time.took_ms = -1;
        else if (time.took_ms >= 0)
            time.took_ms += rehearsed->up.ms;
        if (!rehearsed || estimate->low_ms < 0 || estimate->high_ms < 0)
            time.low_ms = time.high_ms = -1;
        else if (time.low_ms >= 0) {
            time.low_ms += estimate->low_ms;
            time.high_ms += estimate->high_ms;
        }
    }
    return time;
}

void evidence_judge(Arena *arena, const Evidence *evidence, size_t count, const EvidenceRun *run,
                    EvidenceVerdict *ret_verdict)
{
    EvidenceVerdict verdict = {
        .is_judged = count || run->policy.need != EVIDENCE_OFF,
        .need = run->policy.need,
        .looked_at = count,
    };
    for (size_t i = 0; i < count && !verdict.stands; i++) {
        Words differences;
        evidence_differences(arena, &evidence[i], run, &differences);
        if (verdict.evidence.digest && differences.len >= verdict.differences.len)
            continue;
        verdict.evidence = evidence[i];
        verdict.differences = differences;
        verdict.stands = differences.len == 0;
    }
    if (verdict.evidence.digest) {
        verdict.age = evidence_age(arena, verdict.evidence.rehearsal, run->now_ms);
        verdict.time = evidence_time(verdict.evidence.rehearsal, run->plan);
    }
    *ret_verdict = verdict;
}

static const char *joined(Arena *arena, const Words *words)
{
    const char *text = "";
    VEC_EACH (const char *const, word, words)
        text = arena_printf(arena, "%s%s%s", text, *text ? "; " : "", *word);
    return text;
}

bool evidence_refuse(Arena *arena, const EvidenceVerdict *verdict, const char *where, Err *err)
{
    if (!verdict->evidence.digest) {
        fail(err, ERR_CHECK, "this was not rehearsed, and it has to be (%s)", where);
        return err_detail(err, "%s",
                          verdict->unusable ? verdict->unusable
                                            : "there is no evidence of a rehearsal");
    }
    fail(err, ERR_CHECK, "no rehearsal stands for this, and one has to (%s)", where);
    return err_detail(err, "%.12s, %s%s: %s", verdict->evidence.digest, verdict->age,
                      verdict->looked_at > 1 ? ", which differs least" : "",
                      joined(arena, &verdict->differences));
}
