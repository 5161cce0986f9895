#include "base/text.h"
#include "io/clock.h"
#include "io/interrupt.h"
#include "run/hook/user_command.h"
#include "run/smoke/smoke_private.h"

#include <string.h>

enum {
    COMMAND_TIMEOUT_MS = 60000,
    EXPANDED_BYTES = 1 << 20
};

const CheckKind SMOKE_KINDS[SMOKE_KIND_COUNT] = {
#define X(name, id, why) [name] = {id, why},
    SMOKES(X)
#undef X
};

static const char *const REDIRECT_WORDS[] = {
#define X(name, word) [name] = word,
    SMOKE_REDIRECTS(X)
#undef X
};

const char *smoke_redirect_word(SmokeRedirect redirect)
{
    return REDIRECT_WORDS[redirect];
}

// ---- variables

typedef struct Filling {
    Arena *arena;
    const SmokeVariables *variables;
    Words *secrets;
    const SmokeCheck *check;
    Err *err;
} Filling;

static bool put_variable(const Filling *filling, Str name, Text *out)
{
    const SmokeVariables *variables = filling->variables;
    const char *variable = arena_dup(filling->arena, name);
    const char *value = variables->find(variables->context, variable);
    if (!value) {
        fail(filling->err, ERR_CONFIG, "smoke check %s (%s): there is no variable %s",
             filling->check->name, filling->check->where, variable);
        return err_hint(filling->err, "export it, or write it into .env: %s=...", variable);
    }
    text_append(out, str_from(value));
    // What we say ourselves, as the time, is no secret.
    if (*value && !str_starts(name, STR("MIGRATE_SAFE_")))
        *vec_append(filling->arena, filling->secrets) = value;
    return true;
}

static bool expand(const Filling *filling, const char **text)
{
    static const Str BEGIN = STR("${");
    if (!*text || !strstr(*text, "${"))
        return true;
    TEXT_SCOPED out;
    text_init(&out, EXPANDED_BYTES);
    Str rest = str_from(*text);
    while (rest.n) {
        ptrdiff_t at = str_find(rest, BEGIN);
        if (at < 0) {
            text_append(&out, rest);
            break;
        }
        bool is_plain = at > 0 && rest.p[at - 1] == '$';
        text_append(&out, (Str){rest.p, (size_t)at - is_plain});
        rest = str_skip(rest, (size_t)at + BEGIN.n);
        Str name = str_until(rest, '}');
        if (is_plain || name.n == rest.n) { // "$${NAME}", or nothing closes it
            text_append(&out, BEGIN);
            continue;
        }
        if (!put_variable(filling, name, &out))
            return false;
        rest = str_skip(rest, name.n + 1);
    }
    *text = arena_dup(filling->arena, text_str(&out));
    return true;
}

static bool expand_pairs(const Filling *filling, const SmokePairs *pairs, SmokePairs *ret_pairs)
{
    SmokePairs expanded = {0};
    VEC_EACH (const SmokePair, pair, pairs) {
        SmokePair *copy = vec_append(filling->arena, &expanded);
        *copy = *pair;
        if (!expand(filling, &copy->value))
            return false;
        if (strpbrk(copy->value, "\r\n"))
            return fail(filling->err, ERR_CONFIG,
                        "smoke check %s (%s): the value of %s has more than one line",
                        filling->check->name, filling->check->where, copy->name);
    }
    *ret_pairs = expanded;
    return true;
}

bool smoke_expand(Arena *arena, const SmokeChecks *checks, const SmokeVariables *variables,
                  SmokeChecks *ret_checks, Words *secrets, Err *err)
{
    SmokeChecks expanded = {0};
    VEC_EACH (const SmokeCheck, check, checks) {
        Filling filling = {arena, variables, secrets, check, err};
        SmokeCheck *copy = vec_append(arena, &expanded);
        *copy = *check;
        if (!expand(&filling, &copy->url) || !expand(&filling, &copy->body) ||
            !expand(&filling, &copy->contains) ||
            !expand_pairs(&filling, &check->headers, &copy->headers) ||
            !expand_pairs(&filling, &check->json, &copy->json))
            return false;
    }
    *ret_checks = expanded;
    return true;
}

// ---- running

typedef struct Smoke {
    Arena *arena;
    const Target *target;
    const SmokeCheck *check;
    const HookFacts *facts;
    const EventSink *sink;
} Smoke;

static bool try_command(const Smoke *smoke, SmokeFound *ret_found, Err *err)
{
    const SmokeCheck *check = smoke->check;
    int64_t start_us = clock_monotonic_us();
    UserCommand command = {
        .name = check->name,
        .argv = check->argv,
        .environment = hook_environment(smoke->arena, check->name, smoke->facts),
        .timeout_ms = check->timeout_ms ? check->timeout_ms : COMMAND_TIMEOUT_MS,
        .secrets = smoke->facts->secrets,
    };
    if (user_command_run(smoke->arena, &command, smoke->sink, err)) {
        *ret_found = (SmokeFound){true,
                                  arena_printf(smoke->arena, "ended with 0 in %lld ms",
                                               (long long)clock_elapsed_ms(start_us)),
                                  NULL};
        return true;
    }
    if (err->class == ERR_INTERRUPTED)
        return false;
    const char *message = arena_strdup(smoke->arena, err->message);
    size_t lead = strlen(check->name) + 2; // "NAME: " stands in front anyway
    *ret_found =
        (SmokeFound){false, strlen(message) > lead ? message + lead : message, "ends with 0"};
    *err = (Err){0};
    return true;
}

static bool try_once(const Smoke *smoke, SmokeFound *ret_found, Err *err)
{
    switch (smoke->check->kind) {
    case SMOKE_HTTP:
        return smoke_http_try(smoke->arena, smoke->check, smoke->facts->secrets, ret_found, err);
    case SMOKE_SQL:
        return smoke_sql_try(smoke->arena, smoke->target->session, smoke->check, ret_found, err);
    case SMOKE_COMMAND:
        return try_command(smoke, ret_found, err);
    case SMOKE_KIND_COUNT:
        break;
    }
    return false;
}

static bool try_all(const Smoke *smoke, SmokeFound *ret_found, int64_t *ret_attempts, Err *err)
{
    const SmokeCheck *check = smoke->check;
    for (int64_t attempt = 1;; attempt++) {
        if (!try_once(smoke, ret_found, err))
            return err_note(err, "smoke check %s", check->name);
        *ret_attempts = attempt;
        if (ret_found->is_passed || attempt > check->retries)
            return true;
        if (!clock_sleep_ms(check->interval_ms))
            return fail(err, ERR_INTERRUPTED, "smoke check %s: interrupted between two attempts",
                        check->name);
    }
}

static bool run_one(const Smoke *smoke, CheckList *list, Err *err)
{
    const SmokeCheck *check = smoke->check;
    Arena *arena = smoke->arena;
    int64_t start_us = clock_monotonic_us();
    int64_t attempts = 0;
    SmokeFound found = {0};
    if (!try_all(smoke, &found, &attempts, err))
        return false;
    const char *tries =
        attempts > 1 ? arena_printf(arena, ", attempt %lld", (long long)attempts) : "";
    Verdict verdict = found.is_passed               ? VERDICT_PASS
                      : check->failure == HOOK_WARN ? VERDICT_WARN
                                                    : VERDICT_FAIL;
    Check *added =
        check_list_add(arena, list, &SMOKE_KINDS[check->kind], verdict,
                       found.is_passed ? NULL
                                       : arena_printf(arena,
                                                      "look at the application, then migrate-safe "
                                                      "postflight; the check is %s",
                                                      check->where),
                       "%s: %s%s", check->name, found.value, tries);
    added->limit = found.limit;
    const char *message =
        found.limit ? arena_printf(arena, "smoke %s: %s%s (wanted: %s)", check->name, found.value,
                                   tries, found.limit)
                    : arena_printf(arena, "smoke %s: %s%s", check->name, found.value, tries);
    event_emit(smoke->sink,
               &(Event){.kind = found.is_passed ? EVENT_SMOKE_PASSED : EVENT_SMOKE_FAILED,
                        .subject = check->name,
                        .message = message,
                        .duration_ms = clock_elapsed_ms(start_us)});
    return true;
}

bool smoke_run(Arena *arena, const Target *target, const SmokeChecks *checks, bool is_before,
               const HookFacts *facts, const EventSink *sink, CheckList *list, Err *err)
{
    VEC_EACH (const SmokeCheck, check, checks) {
        Smoke smoke = {arena, target, check, facts, sink};
        if ((!is_before || check->runs_before) && !run_one(&smoke, list, err))
            return false;
    }
    return true;
}
