#include "run/backup/hook.h"

#include "io/clock.h"
#include "io/process.h"

#include <signal.h>
#include <stdlib.h>

enum {
    OUTPUT_MAX = 64 * 1024,
};

static const char *variable(Arena *arena, const char *name, const char *path)
{
    char *absolute = realpath(path, NULL);
    arena_adopt(arena, absolute);
    return arena_printf(arena, "MIGRATE_SAFE_BACKUP_%s=%s", name, absolute ? absolute : path);
}

static void tell_lines(Arena *arena, const EventSink *sink, Str text)
{
    Str line;
    while (str_line(&text, &line))
        if (line.n)
            event_emit(sink, &(Event){.kind = EVENT_NOTICE,
                                      .severity = "NOTICE",
                                      .message = arena_printf(arena, "after-backup: " STR_FMT,
                                                              STR_ARG(line))});
}

// The end of what it said: the cause stands there.
static Str last_line(Str text)
{
    Str line;
    Str last = {0};
    while (str_line(&text, &line))
        if (str_trim(line).n)
            last = str_trim(line);
    return last;
}

static bool run(Arena *arena, const BackupHook *hook, const Backup *backup, const EventSink *sink,
                Err *err)
{
    TEXT_SCOPED out;
    TEXT_SCOPED error_out;
    int exit_code;
    const char *environment[] = {
        variable(arena, "PATH", backup->path),
        arena_printf(arena, "MIGRATE_SAFE_BACKUP_ID=%s", backup->manifest->id),
        variable(arena, "MANIFEST", backup->manifest_path),
        NULL,
    };
    ProcessOptions options = {.argv = hook->argv, .env = environment, .death_signal = SIGTERM};
    text_init(&out, OUTPUT_MAX);
    text_init(&error_out, OUTPUT_MAX);
    if (!process_run(&options, &out, &error_out, &exit_code, err))
        return err->class == ERR_INTERRUPTED ? false : err_note(err, "after-backup");
    tell_lines(arena, sink, text_str(&out));
    tell_lines(arena, sink, text_str(&error_out));
    if (exit_code == 0)
        return true;
    Str last = last_line(text_str(&error_out));
    fail(err, ERR_IO, "after-backup: %s ended with %d%s" STR_FMT, hook->argv[0], exit_code,
         last.n ? ": " : "", STR_ARG(last));
    return err_hint(err, "correct it, or let it be a warning: after-backup-failure: warn");
}

bool backup_hook_run(Arena *arena, const BackupHook *hook, const Backup *backup,
                     const EventSink *sink, Err *err)
{
    int64_t start_us = clock_monotonic_us();
    if (!hook->argv || !backup->manifest)
        return true;
    if (run(arena, hook, backup, sink, err)) {
        event_emit(sink, &(Event){.kind = EVENT_WORK_DONE,
                                  .message = arena_printf(arena, "after-backup: %s", hook->argv[0]),
                                  .duration_ms = clock_elapsed_ms(start_us)});
        return true;
    }
    if (!hook->may_fail || err->class == ERR_INTERRUPTED)
        return false;
    event_emit(sink, &(Event){.kind = EVENT_WARNING,
                              .message = arena_strdup(arena, err->message),
                              .detail = "the backup itself is there"});
    *err = (Err){0};
    return true;
}
