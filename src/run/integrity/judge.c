// Checks of what the jobs gave: one for each thing that is wrong, one for all that may not be
// known for the same reason, one for a kind that has nothing wrong.
#include "base/size.h"
#include "base/text.h"
#include "queries.h"
#include "run/integrity/integrity_private.h"

// As the queries that list jobs say it.
#define NOT_INSTALLED " is not installed: CREATE EXTENSION"

enum {
    OBJECTS_SHOWN = 20,
    STATEMENT_MAX = 1 << 20
};

static const char *with_condition(Arena *arena, const char *text, const Job *job)
{
    Str marker = STR(":condition");
    ptrdiff_t at = job->condition ? str_find(str_from(text), marker) : -1;
    if (at < 0)
        return text;
    TEXT_SCOPED whole;
    text_init(&whole, STATEMENT_MAX);
    text_append(&whole, (Str){text, (size_t)at});
    text_append(&whole, str_from(job->condition));
    text_append(&whole, str_skip(str_from(text), (size_t)at + marker.n));
    return arena_dup(arena, text_str(&whole));
}

// What was counted: one, many. Of other kinds the sample itself says it.
static const char *const COUNTED[INTEGRITY_COUNT][2] = {
    [INTEGRITY_ORPHANS] = {"row refers to nothing", "rows refer to nothing"},
    [INTEGRITY_DUPLICATES] = {"key is there more than once", "keys are there more than once"},
    [INTEGRITY_EXCLUSION] = {"pair that must not meet", "pairs that must not meet"},
    [INTEGRITY_NOT_NULL] = {"row is null", "rows are null"},
    [INTEGRITY_CHECK] = {"row breaks it", "rows break it"},
    [INTEGRITY_DOMAIN] = {"row breaks it", "rows break it"},
    [INTEGRITY_PARTITION] = {"row belongs elsewhere", "rows belong elsewhere"},
};

static const char *value_of(Arena *arena, const Job *job)
{
    const char *const *words = COUNTED[job->kind];
    if (words[0])
        return arena_printf(arena, "%lld %s", (long long)job->count, words[job->count != 1]);
    return job->samples.len ? job->samples.items[0] : "broken";
}

static bool is_lesser(const Examination *examination, const Job *job)
{
    bool wears = job->kind == INTEGRITY_SEQUENCE_END || job->kind == INTEGRITY_SEQUENCE_WEAR;
    if (wears)
        return job->count < 95; // of a hundred
    return !job->is_promised && examination->options->are_unvalidated_lenient;
}

static void find(Examination *examination, const Job *job)
{
    Arena *arena = examination->arena;
    Check *check = check_list_add(arena, examination->checks, &INTEGRITY_KINDS[job->kind],
                                  is_lesser(examination, job) ? VERDICT_WARN : VERDICT_FAIL,
                                  with_condition(arena, job->fix, job), "%s: %s", job->object,
                                  value_of(arena, job));
    bool is_counted = COUNTED[job->kind][0];
    for (size_t i = !is_counted; i < job->samples.len; i++)
        check_detail(arena, check, "%s", job->samples.items[i]);
    if (is_counted && job->count > (int64_t)job->samples.len)
        check_detail(arena, check, "and %lld more",
                     (long long)(job->count - (int64_t)job->samples.len));
    if (job->percent)
        check_detail(arena, check, "sampled: %.2g %% of %s was read", job->percent,
                     size_text(arena, job->relation->bytes));
    if (!job->is_promised)
        check_detail(arena, check, "the server has not validated it");
    VEC_EACH (const char *const, repair, &job->repairs)
        check_detail(arena, check, "%s", with_condition(arena, *repair, job));
}

static void tell_unknown(Examination *examination, IntegrityId kind, const char *reason)
{
    Arena *arena = examination->arena;
    size_t count = 0;
    VEC_EACH (const Job, job, &examination->jobs)
        count += job->kind == kind && job->reason && strcmp(job->reason, reason) == 0;
    // "cause: what to type"
    const char *colon = strstr(reason, ": ");
    Check *check =
        check_list_add(arena, examination->checks, &INTEGRITY_KINDS[kind], VERDICT_UNKNOWN,
                       colon ? colon + 2 : "settle that, then migrate-safe verify", "%s: %.*s",
                       integrity_counted(arena, kind, count),
                       colon ? (int)(colon - reason) : (int)strlen(reason), reason);
    if (strstr(reason, NOT_INSTALLED))
        return; // which ones says nothing then
    size_t shown = 0;
    VEC_EACH (const Job, job, &examination->jobs)
        if (job->kind == kind && job->reason && strcmp(job->reason, reason) == 0 &&
            shown++ < OBJECTS_SHOWN)
            check_detail(arena, check, "%s", job->object);
    if (count > OBJECTS_SHOWN)
        check_detail(arena, check, "and %zu more", count - OBJECTS_SHOWN);
}

static void judge_unknown(Examination *examination, IntegrityId kind)
{
    Words told = {0};
    VEC_EACH (const Job, job, &examination->jobs) {
        bool is_told = job->kind != kind || !job->reason;
        for (size_t i = 0; !is_told && i < told.len; i++)
            is_told = strcmp(told.items[i], job->reason) == 0;
        if (is_told)
            continue;
        *vec_append(examination->arena, &told) = job->reason;
        tell_unknown(examination, kind, job->reason);
    }
}

static void pass(Examination *examination, IntegrityId kind, size_t count, size_t sampled)
{
    Arena *arena = examination->arena;
    Check *check =
        check_list_add(arena, examination->checks, &INTEGRITY_KINDS[kind], VERDICT_PASS, NULL,
                       "%s%s", integrity_counted(arena, kind, count),
                       sampled ? arena_printf(arena, ", %zu of them sampled", sampled) : "");
    VEC_EACH (const Job, job, &examination->jobs)
        if (job->kind == kind && job->percent && !job->reason)
            check_detail(arena, check, "sampled: %s, %.2g %% of %s", job->object, job->percent,
                         size_text(arena, job->relation->bytes));
}

static void judge(Examination *examination, IntegrityId kind)
{
    size_t sound = 0;
    size_t sampled = 0;
    size_t all = 0;
    VEC_EACH (const Job, job, &examination->jobs) {
        all += job->kind == kind;
        if (job->kind != kind || job->reason)
            continue;
        if (job->count) {
            find(examination, job);
        } else {
            sound++;
            sampled += job->percent > 0;
        }
    }
    judge_unknown(examination, kind);
    if ((sound || !all) && !examination->options->wants_findings_only)
        pass(examination, kind, sound, sampled);
}

// To our snapshot a table that somebody has truncated or rewritten since is empty, and all that
// refers to it an orphan.
static bool forget_rewritten(Examination *examination, Err *err)
{
    VEC_EACH (Job, job, &examination->jobs) {
        if (!job->count || !job->relation)
            continue;
        const char *oids =
            arena_printf(examination->arena, "{%s,%s}", job->relation->oid, job->other);
        Rows rows;
        if (!session_query(examination->session, examination->arena, QUERY_INTEGRITY_REWRITTEN.text,
                           1, &oids, &rows, err))
            return err_note(err, "asking whether a table was rewritten");
        if (rows_bool(&rows, 0, 0))
            job->reason = "truncated or rewritten while it was looked at: migrate-safe verify once "
                          "more";
    }
    return true;
}

static const IntegritySet JUDGED =
    INTEGRITY_BIT(INTEGRITY_ORPHANS) | INTEGRITY_BIT(INTEGRITY_NOT_NULL) |
    INTEGRITY_BIT(INTEGRITY_CHECK) | INTEGRITY_BIT(INTEGRITY_DOMAIN) |
    INTEGRITY_BIT(INTEGRITY_PARTITION) | INTEGRITY_BIT(INTEGRITY_DUPLICATES) |
    INTEGRITY_BIT(INTEGRITY_EXCLUSION) | INTEGRITY_BIT(INTEGRITY_INDEX_STRUCTURE) |
    INTEGRITY_BIT(INTEGRITY_SEQUENCE_BEHIND) | INTEGRITY_BIT(INTEGRITY_SEQUENCE_END) |
    INTEGRITY_BIT(INTEGRITY_SEQUENCE_WEAR) | INTEGRITY_BIT(INTEGRITY_VIEWS) |
    INTEGRITY_BIT(INTEGRITY_FUNCTIONS);

bool integrity_judge(Examination *examination, Err *err)
{
    if (!forget_rewritten(examination, err))
        return false;
    for (int id = 0; id < INTEGRITY_COUNT; id++)
        if ((JUDGED & INTEGRITY_BIT(id)) && integrity_wants(examination, (IntegrityId)id) &&
            !(id == INTEGRITY_FUNCTIONS && examination->options->tables))
            judge(examination, (IntegrityId)id);
    return true;
}
