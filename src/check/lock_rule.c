#include "check/lock_rule.h"

#include "migration/duration.h"
#include "sql/quote.h"

#include <limits.h>
#include <stdlib.h>

static const struct {
    const char *name;
} KINDS[LOCK_RULE_KINDS] = {
    [LOCK_RULE_IDLE] = {"idle-in-transaction"},
    [LOCK_RULE_BLOCKING_US] = {"blocking-us"},
    [LOCK_RULE_BLOCKING] = {"blocking"},
    [LOCK_RULE_PID] = {"pid"},
};

static bool refuse(const char *text, Err *err)
{
    fail(err, ERR_CONFIG, "\"%s\" is no rule", text);
    return err_hint(err, "write idle-in-transaction:5min, blocking-us:30s, blocking:1min or "
                         "pid:4711");
}

static bool parse_value(Str value, LockRule *rule)
{
    if (rule->kind != LOCK_RULE_PID)
        return value.n && duration_parse(value, &rule->least_ms);
    if (!str_is_digits(value) || value.n > 9)
        return false;
    rule->pid = (int)strtol(value.p, NULL, 10);
    return rule->pid > 0;
}

bool lock_rule_parse(const char *text, LockRule *ret_rule, Err *err)
{
    Str name = str_until(str_from(text), ':');
    if (!text[name.n])
        return refuse(text, err);
    for (int kind = 0; kind < LOCK_RULE_KINDS; kind++) {
        LockRule rule = {.kind = (LockRuleKind)kind, .text = text};
        if (!str_eq(name, str_from(KINDS[kind].name)))
            continue;
        if (!parse_value(str_skip(str_from(text), name.n + 1), &rule))
            return refuse(text, err);
        *ret_rule = rule;
        return true;
    }
    return refuse(text, err);
}

typedef struct Choosing {
    Arena *arena;
    const LockScreen *screen;
    const LockTreeLine **lines; // of each session; NULL: it is in no tree
    bool *is_in_our_way;        // a root, of each session
} Choosing;

static const char *seconds(Arena *arena, int64_t milliseconds)
{
    return arena_printf(arena, "%lld s", (long long)(milliseconds / 1000));
}

// Roots of the trees in which a session of ours waits, and whom a run would wait for.
static void mark_our_way(Choosing *choosing)
{
    size_t root = 0;
    VEC_EACH (const LockTreeLine, line, &choosing->screen->tree.lines) {
        const LockSession *session = &choosing->screen->sessions.items[line->session];
        choosing->lines[line->session] = line;
        if (line->depth == 0)
            root = line->session;
        else if (session->is_ours && !session->is_self)
            choosing->is_in_our_way[root] = true;
    }
    for (size_t i = 0; i < choosing->screen->sessions.len; i++)
        VEC_EACH (const Blocker, blocker, &choosing->screen->pending)
            if (blocker->pid && choosing->screen->sessions.items[i].pid == blocker->pid)
                choosing->is_in_our_way[i] = true;
}

static const char *why_idle(const Choosing *choosing, const LockSession *session,
                            const LockRule *rule)
{
    bool is_idle = session->state && strncmp(session->state, "idle in transaction", 19) == 0;
    return is_idle && session->state_ms >= rule->least_ms
               ? arena_printf(choosing->arena, "%s for %s", session->state,
                              seconds(choosing->arena, session->state_ms))
               : NULL;
}

static const char *why_in_our_way(const Choosing *choosing, size_t index, const LockRule *rule)
{
    const LockSession *session = &choosing->screen->sessions.items[index];
    const LockTreeLine *line = choosing->lines[index];
    int64_t open_ms = session->transaction_ms;
    if (!choosing->is_in_our_way[index])
        return NULL;
    if (open_ms == TIME_UNKNOWN && line) // it is open at least as long as it is waited for
        open_ms = line->longest_ms;
    return open_ms >= rule->least_ms
               ? arena_printf(choosing->arena, "in the way of migrate-safe, open for %s",
                              seconds(choosing->arena, open_ms))
               : NULL;
}

static const char *why_blocking(const Choosing *choosing, size_t index, const LockRule *rule)
{
    const LockTreeLine *line = choosing->lines[index];
    return line && line->depth == 0 && line->below && line->longest_ms >= rule->least_ms
               ? arena_printf(choosing->arena, "%zu wait for it, the longest for %s", line->below,
                              seconds(choosing->arena, line->longest_ms))
               : NULL;
}

static const char *why(const Choosing *choosing, size_t index, const LockRule *rule)
{
    const LockSession *session = &choosing->screen->sessions.items[index];
    switch (rule->kind) {
    case LOCK_RULE_IDLE:
        return why_idle(choosing, session, rule);
    case LOCK_RULE_BLOCKING_US:
        return why_in_our_way(choosing, index, rule);
    case LOCK_RULE_BLOCKING:
        return why_blocking(choosing, index, rule);
    case LOCK_RULE_PID:
        return session->pid == rule->pid ? "it was named" : NULL;
    case LOCK_RULE_KINDS:
        break;
    }
    return NULL;
}

static void refuse_target(Arena *arena, const LockScreen *screen, LockTarget *target)
{
    const LockSession *session = &screen->sessions.items[target->session];
    const char *by_hand = arena_printf(
        arena, "if it has to end: psql -c \"SELECT pg_terminate_backend(%d)\"", session->pid);
    if (session->gid) {
        target->refused = "a prepared transaction has no session";
        target->fix = arena_printf(arena, "COMMIT PREPARED or ROLLBACK PREPARED %s, in database %s",
                                   quote_literal(arena, session->gid), session->database);
    } else if (session->is_ours) {
        target->refused = "it is a session of migrate-safe";
        target->fix = "end that command with Ctrl-C: it leaves nothing behind";
    } else if (session->is_wraparound) {
        target->refused = "this vacuum prevents transaction id wraparound";
        target->fix = "let it finish";
    } else if (!session->is_client) {
        target->refused = arena_printf(arena, "it is no client's session but %s",
                                       session->kind ? session->kind : "the server's own");
    } else if (session->is_superuser) {
        target->refused = "it is a superuser's session";
        target->fix = by_hand;
    } else if (!session->is_here) {
        target->refused = arena_printf(arena, "it is connected to another database, %s",
                                       session->database ? session->database : "none");
        target->fix = "run migrate-safe locks with that one's --database";
    } else if (!session->may_end) {
        target->refused = arena_printf(arena, "%s may not end sessions of %s", screen->user,
                                       session->user ? session->user : "others");
        target->fix = arena_printf(arena, "as a superuser: GRANT pg_signal_backend TO %s;",
                                   quote_name(arena, screen->user));
    }
}

static bool has(const LockTargets *targets, size_t session)
{
    VEC_EACH (const LockTarget, target, targets)
        if (target->session == session)
            return true;
    return false;
}

static bool refuse_pid(const LockRule *rule, Err *err)
{
    fail(err, ERR_CHECK, "no session has the pid %d", rule->pid);
    return err_hint(err, "it has ended, or see which there are: migrate-safe locks");
}

bool lock_rules_choose(Arena *arena, const LockScreen *screen, const LockRules *rules,
                       LockTargets *ret_targets, Err *err)
{
    size_t count = screen->sessions.len;
    LockTargets targets = {0};
    Choosing choosing = {arena, screen, arena_alloc_array(arena, count, sizeof *choosing.lines),
                         arena_alloc_array(arena, count, sizeof *choosing.is_in_our_way)};
    mark_our_way(&choosing);
    VEC_EACH (const LockRule, rule, rules) {
        if (rule->kind == LOCK_RULE_PID && !lock_screen_session(screen, rule->pid))
            return refuse_pid(rule, err);
        for (size_t i = 0; i < count; i++) {
            const char *reason = why(&choosing, i, rule);
            if (!reason || has(&targets, i))
                continue;
            LockTarget *target = vec_append(arena, &targets);
            *target = (LockTarget){.session = i, .rule = rule, .why = reason};
            refuse_target(arena, screen, target);
        }
    }
    *ret_targets = targets;
    return true;
}
