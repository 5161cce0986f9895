// locks: who waits for whom, once or again and again, and sessions ended by rules.
#include "base/text.h"
#include "cli/consent.h"
#include "cli/locks_wanted.h"
#include "io/clock.h"
#include "io/interrupt.h"
#include "migration/duration.h"
#include "report/lock_screen_report.h"
#include "report/message.h"
#include "run/lock_screen.h"
#include "run/lock_terminate.h"

#include <stdlib.h>

enum {
    LIMIT = 20,
    OLDER_MS = 30 * 1000,
    WATCH_MS = 2000
};

// To the upper left, and all that stood there is gone.
static const char CLEAR[] = "\033[H\033[2J";

typedef struct Locks {
    Workspace *workspace;
    int64_t limit;
    int64_t older_ms;
    int64_t every_ms;
    LockRules rules;
} Locks;

typedef struct Look {
    LockScreen screen;
    LockScreenReport report;
    Err pending_unknown;
} Look;

static bool look(const Locks *locks, Arena *arena, Look *look, Err *err)
{
    Workspace *workspace = locks->workspace;
    WantedLocks wanted;
    LockScreenOptions options = {.tables = locks->limit};
    if (locks_wanted(arena, workspace, &wanted, &look->pending_unknown))
        options.wanted = &wanted;
    else if (look->pending_unknown.class == ERR_CONNECTION ||
             look->pending_unknown.class == ERR_INTERRUPTED) {
        *err = look->pending_unknown;
        return false;
    }
    look->report = (LockScreenReport){
        .screen = &look->screen,
        .limit = (size_t)locks->limit,
        .older_ms = locks->older_ms,
        .pending_unknown = options.wanted ? NULL : &look->pending_unknown,
        .is_verbose = option_is_set(&workspace->context->options, OPTION_VERBOSE),
    };
    return lock_screen_read(arena, &workspace->target, &options, &look->screen, err);
}

static int show_once(const Locks *locks)
{
    Err err = {0};
    Look seen = {0};
    Context *context = locks->workspace->context;
    if (!look(locks, context->arena, &seen, &err))
        return command_fail(context, &err);
    if (!context->is_json) {
        lock_screen_report_text(context->arena, &context->out, &seen.report);
        return 0;
    }
    JSON_SCOPED document = lock_screen_report_json(context->arena, &seen.report);
    return json_write(stdout, document) ? 0 : err_exit_code(ERR_IO);
}

// Ctrl-C is how it ends, so nothing is said about it.
static int watch(const Locks *locks)
{
    Err err = {0};
    Context *context = locks->workspace->context;
    FILE *stream = context->out.stream;
    for (bool is_first = true;; is_first = false) {
        ARENA_SCOPED arena = arena_new();
        Look seen = {0};
        if (!look(locks, arena, &seen, &err))
            return err.class == ERR_INTERRUPTED ? err_exit_code(ERR_INTERRUPTED)
                                                : command_fail(context, &err);
        fputs(context->out.is_terminal ? CLEAR : is_first ? "" : "\n", stream);
        lock_screen_report_text(arena, &context->out, &seen.report);
        if (fflush(stream) != 0 || ferror(stream))
            return err_exit_code(ERR_IO);
        if (!clock_sleep_ms(locks->every_ms))
            return err_exit_code(ERR_INTERRUPTED);
    }
}

static void tell(const Locks *locks, const LockSession *session, const LockTarget *target,
                 const LockTermination *termination)
{
    Workspace *workspace = locks->workspace;
    Arena *arena = workspace->context->arena;
    const char *name = lock_session_name(arena, session);
    const char *message = NULL;
    switch (termination->outcome) {
    case LOCK_OUTCOME_ENDED:
        message = arena_printf(arena, "%s was ended", name);
        break;
    case LOCK_OUTCOME_GONE:
        message = arena_printf(arena, "%s or its transaction had ended by itself", name);
        break;
    case LOCK_OUTCOME_STAYS:
        message = arena_printf(arena, "%s was asked to end and is still there", name);
        break;
    case LOCK_OUTCOME_FAILED:
        message = arena_printf(arena, "%s was not ended: %s", name, termination->err.message);
        break;
    case LOCK_OUTCOME_KEPT:
        return;
    }
    bool is_fine =
        termination->outcome == LOCK_OUTCOME_ENDED || termination->outcome == LOCK_OUTCOME_GONE;
    event_emit(&workspace->sink,
               &(Event){
                   .kind = is_fine ? EVENT_WORK_DONE : EVENT_WARNING,
                   .duration_ms = termination->waited_ms,
                   .message = message,
                   .detail = arena_printf(arena, "%s: %s", target->rule->text, target->why),
               });
    if (termination->unjournaled.class)
        event_emit(&workspace->sink,
                   &(Event){.kind = EVENT_WARNING,
                            .message = "that is not in the journal, only in the log",
                            .detail = termination->unjournaled.message});
}

// Each is asked for by itself. False: interrupted, or the connection is lost.
static bool end_one(const Locks *locks, const LockScreen *screen, const LockTarget *target,
                    LockTermination *termination, Err *err)
{
    Workspace *workspace = locks->workspace;
    Context *context = workspace->context;
    const LockSession *session = &screen->sessions.items[target->session];
    Err kept = {0};
    if (target->refused)
        return true;
    const char *what =
        arena_printf(context->arena, "%s will be ended, its transaction rolled back",
                     terminal_line(context->arena, lock_session_name(context->arena, session)));
    if (!consent_ask(context, what, &kept)) {
        if (kept.class != ERR_INTERRUPTED)
            return true;
        *err = kept;
        return false;
    }
    bool ok = lock_terminate(context->arena, &workspace->target, screen, target, workspace->run_id,
                             termination, err);
    tell(locks, session, target, termination);
    return ok;
}

static json_t *termination_json(const LockScreen *screen, const LockTarget *target,
                                const LockTermination *termination)
{
    json_t *object = lock_session_json(&screen->sessions.items[target->session]);
    json_put(object, "rule", json_cstr(target->rule->text));
    json_put(object, "why", json_cstr(target->why));
    json_put(object, "refused", json_cstr(target->refused));
    json_put(object, "fix", json_cstr(target->fix));
    json_put(object, "outcome", json_cstr(lock_outcome_word(termination->outcome)));
    json_put(object, "is_journaled", json_boolean(termination->is_journaled));
    return object;
}

static bool needs_consent(const LockTargets *targets)
{
    VEC_EACH (const LockTarget, target, targets)
        if (!target->refused)
            return true;
    return false;
}

static bool end_all(const Locks *locks, const Look *seen, const LockTargets *targets,
                    LockTermination *terminations, Err *err)
{
    const Context *context = locks->workspace->context;
    if (needs_consent(targets) && !consent_can_ask(context, err))
        return false;
    for (size_t i = 0; i < targets->len; i++)
        if (!end_one(locks, &seen->screen, &targets->items[i], &terminations[i], err))
            return false;
    return true;
}

static int finish(const Locks *locks, const Look *seen, const LockTargets *targets,
                  const LockTermination *terminations)
{
    Context *context = locks->workspace->context;
    bool is_dry = option_is_set(&context->options, OPTION_DRY_RUN);
    bool is_whole = true;
    json_t *list = json_array();
    for (size_t i = 0; i < targets->len; i++) {
        LockOutcome outcome = terminations[i].outcome;
        is_whole = is_whole && (outcome == LOCK_OUTCOME_ENDED || outcome == LOCK_OUTCOME_GONE);
        json_array_append_new(
            list, termination_json(&seen->screen, &targets->items[i], &terminations[i]));
    }
    int exit_code = is_whole || is_dry ? 0 : err_exit_code(ERR_CHECK);
    if (!context->is_json) {
        json_decref(list);
        return exit_code;
    }
    JSON_SCOPED document = lock_screen_report_json(context->arena, &seen->report);
    json_put(document, "is_dry_run", json_boolean(is_dry));
    json_put(document, "terminated", list);
    return json_write(stdout, document) ? exit_code : err_exit_code(ERR_IO);
}

static int terminate(const Locks *locks)
{
    Err err = {0};
    Look seen = {0};
    LockTargets targets;
    Workspace *workspace = locks->workspace;
    Context *context = workspace->context;
    if (!look(locks, context->arena, &seen, &err) ||
        !lock_rules_choose(context->arena, &seen.screen, &locks->rules, &targets, &err))
        return command_fail(context, &err);
    LockTermination *terminations =
        arena_alloc_array(context->arena, targets.len, sizeof *terminations);
    lock_targets_text(context->arena, &workspace->console.out, &seen.screen, &targets);
    if (!option_is_set(&context->options, OPTION_DRY_RUN) &&
        !end_all(locks, &seen, &targets, terminations, &err))
        return command_fail(context, &err);
    return finish(locks, &seen, &targets, terminations);
}

static bool parse_every(const Context *context, int64_t *ret_ms, Err *err)
{
    bool is_watch = option_is_set(&context->options, OPTION_WATCH);
    if (!context->arguments.len) {
        *ret_ms = is_watch ? WATCH_MS : 0;
        return true;
    }
    const char *text = context->arguments.items[0];
    int64_t every_ms = 0;
    bool is_number = str_is_digits(str_from(text));
    if (!is_watch || !duration_parse(str_from(text), &every_ms) || every_ms < 1 ||
        (is_number && every_ms > 1000 * 1000)) {
        fail(err, ERR_CONFIG, "locks does not take \"%s\"", text);
        return err_hint(err, "how often to look again is written as: migrate-safe locks --watch 5");
    }
    *ret_ms = is_number ? every_ms * 1000 : every_ms;
    return true;
}

static bool check_together(const Context *context, const Locks *locks, Err *err)
{
    const OptionValues *options = &context->options;
    if (locks->every_ms && context->is_json) {
        fail(err, ERR_CONFIG, "--json is one document, and --watch has no end");
        return err_hint(err, "look again by yourself: while migrate-safe locks --json; do sleep 5; "
                             "done");
    }
    if (locks->every_ms && locks->rules.len) {
        fail(err, ERR_CONFIG, "--terminate ends what is there now, and --watch has no end");
        return err_hint(err, "give one of the two");
    }
    if (!locks->rules.len &&
        (option_is_set(options, OPTION_YES) || option_is_set(options, OPTION_DRY_RUN))) {
        fail(err, ERR_CONFIG, "without --terminate nothing is done that needs consent");
        return err_hint(err, "see: migrate-safe locks --help");
    }
    return true;
}

static bool read_options(Locks *locks, Err *err)
{
    Context *context = locks->workspace->context;
    const OptionValues *options = &context->options;
    const OptionValue *older = &options->values[OPTION_OLDER_THAN];
    int64_t limit = option_number(options, OPTION_LIMIT);
    locks->limit = limit ? limit : LIMIT;
    locks->older_ms = older->where ? older->number : OLDER_MS;
    VEC_EACH (const char *const, text, &options->values[OPTION_TERMINATE].list)
        if (!lock_rule_parse(*text, vec_append(context->arena, &locks->rules), err))
            return false;
    return parse_every(context, &locks->every_ms, err) && check_together(context, locks, err);
}

static int locks_run(Context *context)
{
    Err err = {0};
    WORKSPACE_SCOPED workspace;
    workspace_init(&workspace, context);
    Locks locks = {.workspace = &workspace};
    if (!read_options(&locks, &err) || !workspace_open_unread(&workspace, &err))
        return command_fail(context, &err);
    if (locks.rules.len)
        return terminate(&locks);
    return locks.every_ms ? watch(&locks) : show_once(&locks);
}

static const Example EXAMPLES[] = {
    {"locks", "who waits for whom, what is open for long, connections, largest tables"},
    {"locks --watch 5", "again every five seconds, until Ctrl-C"},
    {"locks --older-than 0s", "every transaction that is open"},
    {"locks --terminate blocking-us:30s --dry-run", "which sessions keep our run waiting"},
    {"locks --terminate idle-in-transaction:5min --yes", "end those, as in a job"},
    {"locks --json", "for machines"},
    {NULL, NULL},
};

static const OptionId TAKES[] = {
    OPTION_WATCH, OPTION_TERMINATE, OPTION_OLDER_THAN, OPTION_LIMIT,
    OPTION_YES,   OPTION_DRY_RUN,   OPTION_COUNT,
};

const Command COMMAND_LOCKS = {
    .name = "locks",
    .arguments = "[SECONDS]",
    .arguments_most = 1,
    .summary = "who waits for whom, long transactions, connections, table sizes; ends sessions",
    .description =
        "Shows who waits for whom as a tree, for which lock and since when; what our own run "
        "waits\n"
        "for, and who is in the way of pending migrations; transactions that are open for 30 s or\n"
        "longer; connections by application; the largest tables. Reads only, takes no lock that\n"
        "waits, works on a standby.\n"
        "\n"
        "With --terminate RULE sessions are ended, each after a question or with --yes:\n"
        "idle-in-transaction:5min means those that are silent in a transaction for so long;\n"
        "blocking-us:30s those that a run of ours waits for or would wait for, whose transaction "
        "is\n"
        "open for so long; blocking:1min those that wait for nobody and are waited for so long;\n"
        "pid:4711 that one. A superuser's session, replication, a worker of the server, sessions "
        "of\n"
        "migrate-safe and of other databases are never ended. Exit code 1 when one that is meant\n"
        "was not ended.",
    .examples = EXAMPLES,
    .options = TAKES,
    .run = locks_run,
};
