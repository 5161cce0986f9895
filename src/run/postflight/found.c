// Checks that others make, told as one of ours; and the team's own queries.
#include "run/integrity/own.h"
#include "run/postflight/private.h"

enum {
    DETAILS_MAX = 20,
};

static Verdict worst(const CheckList *found)
{
    if (check_list_count(found, VERDICT_FAIL))
        return VERDICT_FAIL;
    if (check_list_count(found, VERDICT_WARN))
        return VERDICT_WARN;
    return check_list_count(found, VERDICT_UNKNOWN) ? VERDICT_UNKNOWN : VERDICT_PASS;
}

void postflight_tell(Postflight *postflight, PostflightId id, const CheckList *found,
                     const char *passed)
{
    Arena *arena = postflight->arena;
    const CheckKind *kind = &POSTFLIGHT_KINDS[id];
    Verdict verdict = worst(found);
    if (verdict == VERDICT_PASS) {
        check_list_add(arena, postflight->checks, kind, verdict, NULL, "%s", passed);
        return;
    }
    const char *value = NULL;
    const char *fix = NULL;
    Words details = {0};
    VEC_EACH (const Check, check, &found->checks) {
        if (check->verdict == VERDICT_PASS)
            continue;
        value = value ? value : check->value;
        fix = fix ? fix : check->fix;
        *vec_append(arena, &details) = check->value;
        VEC_EACH (const char *const, detail, &check->details)
            *vec_append(arena, &details) = *detail;
    }
    Check *check = check_list_add(arena, postflight->checks, kind, verdict, fix, "%s", value);
    for (size_t i = 1; i < details.len && i < DETAILS_MAX; i++)
        check_detail(arena, check, "%s", details.items[i]);
}

void postflight_user(Postflight *postflight)
{
    const char *folder = postflight->options->own_queries;
    OwnQueriesOptions own = {.folder = folder, .timeout_ms = postflight->patience_ms};
    CheckList found = {0};
    Err err = {0};
    if (!folder)
        return;
    if (own_queries_examine(postflight->arena, postflight->target->session, &own, &found, &err))
        postflight_tell(postflight, POSTFLIGHT_USER, &found,
                        arena_printf(postflight->arena, "the queries of %s hold", folder));
    else
        postflight_unknown(postflight, POSTFLIGHT_USER, &err);
}
