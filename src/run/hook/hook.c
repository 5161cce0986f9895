#include "run/hook/hook.h"

#include "base/masked.h"
#include "base/words.h"
#include "io/clock.h"
#include "io/interrupt.h"
#include "run/hook/user_command.h"

#include <poll.h>
#include <stdlib.h>

enum {
    PAUSE_MS = 1000
};

static const char *const MOMENT_WORDS[] = {
#define X(name, word) [name] = word,
    HOOK_MOMENTS(X)
#undef X
};

static const char *const FAILURE_WORDS[] = {
#define X(name, word) [name] = word,
    HOOK_FAILURES(X)
#undef X
};

const char *hook_word(HookMoment moment)
{
    return MOMENT_WORDS[moment];
}

const char *hook_failure_word(HookFailure failure)
{
    return FAILURE_WORDS[failure];
}

bool hook_moment_parse(Str word, HookMoment *ret_moment)
{
    for (int i = 0; i < HOOK_MOMENT_COUNT; i++)
        if (str_eq(word, str_from(MOMENT_WORDS[i]))) {
            *ret_moment = (HookMoment)i;
            return true;
        }
    return false;
}

bool hook_failure_parse(Str word, HookFailure *ret_failure)
{
    for (int i = 0; i < HOOK_FAILURE_COUNT; i++)
        if (str_eq(word, str_from(FAILURE_WORDS[i]))) {
            *ret_failure = (HookFailure)i;
            return true;
        }
    return false;
}

static const char *absolute(Arena *arena, const char *path)
{
    char *found = path ? realpath(path, NULL) : NULL;
    arena_adopt(arena, found);
    return found ? found : path;
}

const char *const *hook_environment(Arena *arena, const char *name, const HookFacts *facts)
{
    Words environment = {0};
    const Backup *backup = facts->backup;
    const char *variables[][2] = {
        {"HOOK", name},
        {"RUN_ID", facts->run_id},
        {"COMMAND", facts->command},
        {"DIRECTION", facts->direction},
        {"ENVIRONMENT", facts->environment},
        {"DATABASE", facts->database},
        {"TARGET", facts->target},
        {"VERSION", facts->version},
        {"NAME", facts->name},
        {"FILE", absolute(arena, facts->file)},
        {"VERSIONS", facts->versions},
        {"STATE", facts->state},
        {"ERROR", facts->error},
        {"BACKUP_ID", backup && backup->manifest ? backup->manifest->id : NULL},
        {"BACKUP_PATH", backup ? absolute(arena, backup->path) : NULL},
        {"BACKUP_MANIFEST", backup ? absolute(arena, backup->manifest_path) : NULL},
    };
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        if (variables[i][1])
            *vec_append(arena, &environment) =
                arena_printf(arena, "MIGRATE_SAFE_%s=%s", variables[i][0], variables[i][1]);
    *vec_append(arena, &environment) = NULL;
    return environment.items;
}

// After an interrupt this is the tidying up, and takes its time.
static bool pause_between(const Hook *hook, bool is_tidying)
{
    int64_t pause_ms = hook->pause_ms ? hook->pause_ms : PAUSE_MS;
    if (!is_tidying)
        return clock_sleep_ms(pause_ms);
    (void)poll(NULL, 0, (int)pause_ms);
    return true;
}

static void tell(const EventSink *sink, EventKind kind, const char *name, const char *message,
                 int64_t start_us)
{
    event_emit(sink, &(Event){.kind = kind,
                              .subject = name,
                              .message = message,
                              .duration_ms = clock_elapsed_ms(start_us)});
}

static bool try_all(Arena *arena, const UserCommand *command, const Hook *hook,
                    const EventSink *sink, Err *err)
{
    bool is_tidying = interrupt_requested();
    for (int64_t left = hook->retries; !user_command_run(arena, command, sink, err); left--) {
        if (err->class == ERR_INTERRUPTED || left <= 0)
            return false;
        const char *again = arena_printf(arena, "%s; %lld more %s", err->message, (long long)left,
                                         left == 1 ? "attempt" : "attempts");
        event_emit(sink,
                   &(Event){.kind = EVENT_HOOK_OUTPUT, .subject = command->name, .message = again});
        if (!pause_between(hook, is_tidying))
            return fail(err, ERR_INTERRUPTED, "%s: interrupted between two attempts",
                        command->name);
    }
    return true;
}

bool hook_run(Arena *arena, const char *name, const Hook *hook, const HookFacts *facts,
              const EventSink *sink, Err *err)
{
    int64_t start_us = clock_monotonic_us();
    if (!hook->argv)
        return true;
    UserCommand command = {
        .name = name,
        .argv = hook->argv,
        .environment = hook_environment(arena, name, facts),
        .timeout_ms = hook->timeout_ms,
        .secrets = facts->secrets,
    };
    const char *shown =
        arena_printf(arena, "%s: %s", name, masked_output(arena, hook->argv[0], facts->secrets));
    tell(sink, EVENT_HOOK_STARTED, name, shown, start_us);
    if (try_all(arena, &command, hook, sink, err)) {
        tell(sink, EVENT_HOOK_DONE, name, shown, start_us);
        return true;
    }
    tell(sink, EVENT_HOOK_FAILED, name, arena_strdup(arena, err->message), start_us);
    if (err->class == ERR_INTERRUPTED)
        return false;
    if (hook->failure == HOOK_FAIL)
        return err->hint[0]
                   ? false
                   : err_hint(err, "correct it, or let it be a warning: %s (%s)",
                              hook->warn_key ? hook->warn_key : "failure: warn", hook->where);
    if (hook->failure == HOOK_WARN)
        event_emit(sink, &(Event){.kind = EVENT_WARNING,
                                  .subject = name,
                                  .message = arena_strdup(arena, err->message),
                                  .detail = "the work goes on, as its failure: warn says"});
    *err = (Err){0};
    return true;
}
