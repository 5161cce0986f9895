#include "check/rehearsal.h"

static const char *const COPY_WORDS[] = {
    [REHEARSAL_FROM_BACKUP] = "backup", [REHEARSAL_FROM_DUMP] = "dump",
    [REHEARSAL_FROM_CLONE] = "clone",   [REHEARSAL_FROM_GENERATED] = "generated",
    [REHEARSAL_FROM_EMPTY] = "empty",
};

const char *rehearsal_copy_word(RehearsalCopyKind kind)
{
    return COPY_WORDS[kind];
}

bool rehearsal_copy_parse(const char *word, RehearsalCopyKind *ret_kind)
{
    for (size_t i = 0; i < sizeof COPY_WORDS / sizeof *COPY_WORDS; i++)
        if (strcmp(COPY_WORDS[i], word) == 0) {
            *ret_kind = (RehearsalCopyKind)i;
            return true;
        }
    return false;
}

static const struct {
    const char *word;
    ErrClass class;
    bool is_warning;
} PROBLEMS[REHEARSAL_PROBLEMS] = {
    [REHEARSAL_UP_FAILED] = {"up-failed", ERR_MIGRATION, false},
    [REHEARSAL_VERIFY_FAILED] = {"verify-failed", ERR_VERIFY, false},
    [REHEARSAL_INTEGRITY] = {"integrity", ERR_VERIFY, false},
    [REHEARSAL_CONSTRAINT_BROKEN] = {"constraint-broken", ERR_VERIFY, false},
    [REHEARSAL_DOWN_MISSING] = {"down-missing", ERR_CHECK, false},
    [REHEARSAL_DOWN_FAILED] = {"down-failed", ERR_ROLLBACK, false},
    [REHEARSAL_DOWN_DIFFERS] = {"down-differs", ERR_VERIFY, false},
    [REHEARSAL_DOWN_LOSES] = {"down-loses-rows", ERR_VERIFY, false},
    [REHEARSAL_AGAIN_FAILED] = {"up-again-failed", ERR_MIGRATION, false},
    [REHEARSAL_AGAIN_DIFFERS] = {"up-again-differs", ERR_VERIFY, false},
    [REHEARSAL_NOT_IDEMPOTENT] = {"not-idempotent", ERR_VERIFY, false},
    [REHEARSAL_RECOVERY_FAILED] = {"recovery-failed", ERR_VERIFY, false},
    [REHEARSAL_TOO_SLOW] = {"too-slow", ERR_CHECK, false},
    [REHEARSAL_BLOCKED_TOO_LONG] = {"blocked-too-long", ERR_CHECK, false},
    [REHEARSAL_ESTIMATE_EXCEEDED] = {"estimate-exceeded", ERR_CHECK, true},
    [REHEARSAL_OLD_QUERY_BROKEN] = {"old-query-broken", ERR_VERIFY, false},
    [REHEARSAL_NOT_REACHED] = {"not-reached", ERR_CHECK, false},
    [REHEARSAL_SERVER_WIDE] = {"server-wide", ERR_CHECK, true},
};

const char *rehearsal_problem_word(RehearsalProblem problem)
{
    return PROBLEMS[problem].word;
}

bool rehearsal_problem_is_warning(RehearsalProblem problem)
{
    return PROBLEMS[problem].is_warning;
}

ErrClass rehearsal_problem_class(RehearsalProblem problem)
{
    return PROBLEMS[problem].class;
}

const char *constraint_probe_word(ConstraintProbeVerdict verdict)
{
    static const char *const WORDS[] = {
        [CONSTRAINT_HOLDS] = "holds",
        [CONSTRAINT_BROKEN] = "broken",
        [CONSTRAINT_NOT_PROBED] = "not probed",
    };
    return WORDS[verdict];
}

// A table is probed in each statement of a transaction that has it locked; these waits add up.
int64_t rehearsal_blocked_us(const Trace *trace, bool writes, const char **ret_table)
{
    ARENA_SCOPED scratch = arena_new();
    TraceRelations total = {0};
    int64_t longest = -1;
    trace_total(scratch, trace, &total);
    VEC_EACH (const TraceRelation, relation, &total) {
        int64_t blocked = writes ? relation->writes_blocked_us : relation->reads_blocked_us;
        if (blocked <= longest)
            continue;
        longest = blocked;
        if (ret_table)
            *ret_table = relation->name;
    }
    return longest;
}

int64_t rehearsal_ran_ms(const Trace *trace)
{
    int64_t us = 0;
    VEC_EACH (const TraceStatement, statement, &trace->statements)
        us += statement->ran.to_us - statement->ran.from_us;
    return us / 1000;
}

int64_t rehearsal_wal_bytes(const Trace *trace)
{
    int64_t bytes = 0;
    VEC_EACH (const TraceStatement, statement, &trace->statements)
        bytes += statement->wal_bytes > 0 ? statement->wal_bytes : 0;
    return bytes;
}

static void count(const RehearsalFindings *findings, size_t *ret_failures, size_t *ret_warnings)
{
    VEC_EACH (const RehearsalFinding, finding, findings)
        ++*(rehearsal_problem_is_warning(finding->problem) ? ret_warnings : ret_failures);
}

static void count_all(const Rehearsal *rehearsal, size_t *ret_failures, size_t *ret_warnings)
{
    *ret_failures = *ret_warnings = 0;
    count(&rehearsal->findings, ret_failures, ret_warnings);
    VEC_EACH (const RehearsedMigration, migration, &rehearsal->migrations)
        count(&migration->findings, ret_failures, ret_warnings);
}

size_t rehearsal_failures(const Rehearsal *rehearsal)
{
    size_t failures, warnings;
    count_all(rehearsal, &failures, &warnings);
    return failures;
}

size_t rehearsal_warnings(const Rehearsal *rehearsal)
{
    size_t failures, warnings;
    count_all(rehearsal, &failures, &warnings);
    return warnings;
}

static const ErrClass BY_GRAVITY[] = {ERR_NONE, ERR_CHECK, ERR_VERIFY, ERR_ROLLBACK, ERR_MIGRATION};

static int gravity(ErrClass class)
{
    int at = sizeof BY_GRAVITY / sizeof *BY_GRAVITY;
    while (at-- > 0)
        if (BY_GRAVITY[at] == class)
            break;
    return at;
}

static ErrClass graver(ErrClass class, const RehearsalFindings *findings)
{
    VEC_EACH (const RehearsalFinding, finding, findings) {
        ErrClass other = rehearsal_problem_class(finding->problem);
        if (!rehearsal_problem_is_warning(finding->problem) && gravity(other) > gravity(class))
            class = other;
    }
    return class;
}

ErrClass rehearsal_class(const Rehearsal *rehearsal)
{
    ErrClass class = graver(ERR_NONE, &rehearsal->findings);
    VEC_EACH (const RehearsedMigration, migration, &rehearsal->migrations)
        class = graver(class, &migration->findings);
    return class;
}

int64_t load_percentile(const int64_t *sorted_us, size_t count, int percent)
{
    if (!count)
        return -1;
    size_t rank = (count * (size_t)percent + 99) / 100; // the nearest rank
    return sorted_us[rank ? rank - 1 : 0];
}
