#include "io/interrupt.h"
#include "run/postflight/private.h"

#include "check/lost.h"

#include <string.h>

enum {
    LOCK_MS = 20,
    PATIENCE_RUN_MS = 2000,
    PATIENCE_ALONE_MS = 60 * 1000,
    SHOWN_MAX = 20,
};

// ---- what the looks share

bool postflight_begin(Postflight *postflight, Err *err)
{
    return session_exec(postflight->target->session,
                        arena_printf(postflight->arena,
                                     "BEGIN READ ONLY; SET LOCAL lock_timeout = %d; SET LOCAL "
                                     "statement_timeout = %d",
                                     LOCK_MS, postflight->patience_ms),
                        err);
}

bool postflight_end(Postflight *postflight, Err *err)
{
    return session_exec(postflight->target->session, "COMMIT", err);
}

static void add_unknown(Postflight *postflight, PostflightId id, const char *fix, const char *why)
{
    check_list_add(postflight->arena, postflight->checks, &POSTFLIGHT_KINDS[id], VERDICT_UNKNOWN,
                   fix, "%s", why);
}

void postflight_unknown(Postflight *postflight, PostflightId id, const Err *err)
{
    session_rollback(postflight->target->session);
    add_unknown(postflight, id,
                err->hint[0] ? arena_strdup(postflight->arena, err->hint)
                             : "migrate-safe postflight, once that is settled",
                err->message);
}

static Check *add(Postflight *postflight, PostflightId id, Verdict verdict, const char *fix,
                  const char *value)
{
    return check_list_add(postflight->arena, postflight->checks, &POSTFLIGHT_KINDS[id], verdict,
                          fix, "%s", value);
}

// ---- the history

static void look_at_dirty(Postflight *postflight)
{
    Words dirty = {0};
    VEC_EACH (const AppliedMigration, row, &postflight->target->history)
        if (row->is_dirty)
            *vec_append(postflight->arena, &dirty) = row->version;
    if (!dirty.len)
        add(postflight, POSTFLIGHT_DIRTY, VERDICT_PASS, NULL, "none stopped half way");
    else
        add(postflight, POSTFLIGHT_DIRTY, VERDICT_FAIL, "migrate-safe recover",
            arena_printf(postflight->arena, "version %s stopped half way", dirty.items[0]));
}

static bool is_applied(const Postflight *postflight, const char *version)
{
    VEC_EACH (const AppliedMigration, row, &postflight->target->history)
        if (strcmp(row->version, version) == 0)
            return true;
    return false;
}

static void look_at_plan(Postflight *postflight)
{
    Arena *arena = postflight->arena;
    const Plan *plan = postflight->options->plan;
    bool is_up = plan && plan->direction == DIRECTION_UP;
    size_t pending = postflight->options->status->pending;
    for (size_t i = 0; plan && i < plan->steps.len; i++) {
        const char *version = plan->steps.items[i].version;
        if (is_applied(postflight, version) == is_up)
            continue;
        add(postflight, POSTFLIGHT_PLAN, VERDICT_FAIL, "migrate-safe status",
            arena_printf(arena, "version %s is%s in the history", version,
                         is_up ? " not" : " still"));
        return;
    }
    if (plan)
        add(postflight, POSTFLIGHT_PLAN, VERDICT_PASS, NULL,
            arena_printf(arena, "all %zu of the plan are done", plan->steps.len));
    else if (!pending)
        add(postflight, POSTFLIGHT_PLAN, VERDICT_PASS, NULL, "nothing is pending");
    else
        add(postflight, POSTFLIGHT_PLAN, VERDICT_WARN, "migrate-safe up",
            arena_printf(arena, "%zu %s pending", pending, pending == 1 ? "is" : "are"));
}

// ---- the schema

static void look_at_rehearsed(Postflight *postflight)
{
    const PostflightOptions *options = postflight->options;
    bool is_equal = options->rehearsed && options->now &&
                    strcmp(options->rehearsed, options->now->fingerprint) == 0;
    if (!options->rehearsed)
        add(postflight, POSTFLIGHT_REHEARSED, VERDICT_PASS, NULL,
            arena_printf(postflight->arena, "not compared: %s", options->why_not_rehearsed));
    else if (!options->now)
        add_unknown(postflight, POSTFLIGHT_REHEARSED, "migrate-safe postflight",
                    options->why_unread);
    else if (is_equal)
        add(postflight, POSTFLIGHT_REHEARSED, VERDICT_PASS, NULL,
            arena_printf(postflight->arena, "the schema is the rehearsed one, %.12s",
                         options->rehearsed));
    else
        add(postflight, POSTFLIGHT_REHEARSED,
            options->is_rehearsal_required ? VERDICT_FAIL : VERDICT_WARN,
            "see what differs: migrate-safe drift --replay",
            arena_printf(postflight->arena,
                         "the schema is another one than the rehearsal left: %.12s, there %.12s",
                         options->now->fingerprint, options->rehearsed));
}

static void look_at_schema(Postflight *postflight)
{
    static const PostflightId IDS[] = {
        POSTFLIGHT_CONSTRAINTS,        POSTFLIGHT_INDEXES,  POSTFLIGHT_PRIVILEGES,
        POSTFLIGHT_ROW_SECURITY,       POSTFLIGHT_TRIGGERS, POSTFLIGHT_OWNERS,
        POSTFLIGHT_DEFAULT_PRIVILEGES, POSTFLIGHT_COMMENTS, POSTFLIGHT_OBJECTS,
    };
    const PostflightOptions *options = postflight->options;
    const PostflightBefore *before = options->before;
    bool has_before = before && before->has_schema;
    size_t judged = 0;
    if (options->now) {
        lost_judge_validity(postflight->arena, has_before && options->plan ? &before->schema : NULL,
                            options->now, options->meant, postflight->checks);
        judged = 2;
    }
    if (options->now && has_before) {
        LostOptions lost = {.meant = options->meant, .is_by_others = !options->plan};
        lost_judge(postflight->arena, &before->schema, options->now, &lost, postflight->checks);
        return;
    }
    for (; judged < sizeof IDS / sizeof *IDS; judged++)
        add_unknown(postflight, IDS[judged], "migrate-safe drift",
                    !options->now ? options->why_unread
                    : before      ? before->why_none
                                  : "the schema before is not known");
}

// ---- rows

static void look_at_rows(Postflight *postflight)
{
    const PostflightOptions *options = postflight->options;
    if (!options->plan)
        return; // of what was before nothing is known
    if (!options->before->has_tables || !options->tables)
        add_unknown(postflight, POSTFLIGHT_ROWS, "migrate-safe verify",
                    "the rows before and behind could not be counted");
    else
        postflight_judge_rows(postflight->arena, &options->before->tables, options->tables,
                              options->meant, postflight->checks);
}

bool postflight_examine(Arena *arena, Target *target, const PostflightOptions *options,
                        CheckList *checks, Err *err)
{
    static void (*const LOOKS[])(Postflight *) = {
        look_at_dirty,           look_at_plan,    look_at_rehearsed,    look_at_schema,
        postflight_orphans,      look_at_rows,    postflight_sequences, postflight_statistics,
        postflight_verify_again, postflight_user,
    };
    Postflight postflight = {
        .arena = arena,
        .target = target,
        .options = options,
        .checks = checks,
        .patience_ms = options->plan ? PATIENCE_RUN_MS : PATIENCE_ALONE_MS,
    };
    for (size_t i = 0; i < sizeof LOOKS / sizeof *LOOKS; i++) {
        if (interrupt_requested())
            return fail(err, ERR_INTERRUPTED, "interrupted");
        if (!session_is_alive(target->session))
            return fail(err, ERR_CONNECTION, "the connection is lost");
        LOOKS[i](&postflight);
    }
    return true;
}
