#include "report/console.h"

#include "base/size.h"
#include "check/blocker.h"
#include "report/message.h"

#include <stdlib.h>
#include <string.h>

enum {
    BLOCKERS_SHOWN = 3,
    RUNNING_EVERY_MS = 10000,
    WARNINGS_SHOWN = 20 // of one migration; a loop over a table can raise one for each row
};

static bool locale_has_unicode(void)
{
    static const char *const NAMES[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        const char *value = getenv(NAMES[i]);
        if (value && *value)
            return strstr(value, "UTF-8") || strstr(value, "utf8") || strstr(value, "UTF8");
    }
    return false;
}

void console_init(Console *console, const Terminal *out, const Terminal *err, bool is_json,
                  bool is_verbose)
{
    *console = (Console){
        .out = is_json ? *err : *out,
        .err = *err,
        .is_verbose = is_verbose,
        .has_unicode = locale_has_unicode(),
    };
}

void console_expect(Console *console, const char *version, const char *name)
{
    size_t version_width = terminal_columns(str_from(version));
    size_t name_width = terminal_columns(str_from(name));
    if (version_width > console->version_width)
        console->version_width = version_width;
    if (name_width > console->name_width && name_width <= 60)
        console->name_width = name_width;
}

static void wipe_progress(Console *console)
{
    if (console->has_progress)
        fputs("\r\033[K", console->err.stream);
    console->has_progress = false;
}

static void show_progress(Console *console, const Event *event)
{
    ARENA_SCOPED scratch = arena_new();
    if (!console->err.is_terminal || event->duration_ms < 500)
        return;
    fprintf(console->err.stream, "\r\033[K  %s  %s  statement %lld", event->version,
            message_duration(scratch, event->duration_ms), (long long)event->done);
    if (event->total)
        fprintf(console->err.stream, " of %lld", (long long)event->total);
    fflush(console->err.stream);
    console->has_progress = true;
}

static void show_migration(Console *console, const Event *event, const char *mark, Colour colour)
{
    ARENA_SCOPED scratch = arena_new();
    const Terminal *out = &console->out;
    const char *name = terminal_line(scratch, event->name);
    size_t version_width = terminal_columns(str_from(event->version));
    size_t name_width = terminal_columns(str_from(name));
    size_t version_gap =
        console->version_width > version_width ? console->version_width - version_width : 0;
    size_t name_gap = console->name_width > name_width ? console->name_width - name_width : 0;
    fprintf(out->stream, "  %s%s%s %s%*s  %s%*s  %s%9s%s\n", terminal_begin(out, colour), mark,
            terminal_end(out, colour), terminal_line(scratch, event->version), (int)version_gap, "",
            name, (int)name_gap, "", terminal_begin(out, COLOUR_DIM),
            message_duration(scratch, event->duration_ms), terminal_end(out, COLOUR_DIM));
    fflush(out->stream);
}

static void show_notice(Console *console, const Event *event)
{
    ARENA_SCOPED scratch = arena_new();
    bool is_warning = event->severity && strcmp(event->severity, "WARNING") == 0;
    if (!is_warning && !console->is_verbose)
        return;
    console->warnings += is_warning;
    if (console->warnings > WARNINGS_SHOWN && !console->is_verbose)
        return;
    fprintf(console->err.stream, "    %s%s%s %s\n",
            terminal_begin(&console->err, is_warning ? COLOUR_YELLOW : COLOUR_DIM),
            is_warning ? "warning:" : "notice:",
            terminal_end(&console->err, is_warning ? COLOUR_YELLOW : COLOUR_DIM),
            terminal_indented(scratch, event->message, 6));
}

// What show_notice kept to itself.
static void show_rest_of_warnings(Console *console)
{
    ARENA_SCOPED scratch = arena_new();
    int64_t hidden = console->warnings - WARNINGS_SHOWN;
    console->warnings = 0;
    if (hidden > 0 && !console->is_verbose)
        fprintf(console->err.stream, "    %sand %s%s: all are in the log files\n",
                terminal_begin(&console->err, COLOUR_YELLOW),
                message_count(scratch, hidden, "more warning", "more warnings"),
                terminal_end(&console->err, COLOUR_YELLOW));
}

static void show_blockers(const Console *console, const Event *event)
{
    ARENA_SCOPED scratch = arena_new();
    for (size_t i = 0; i < event->blocker_count && i < BLOCKERS_SHOWN; i++)
        fprintf(console->err.stream, "    %swaiting for%s %s\n",
                terminal_begin(&console->err, COLOUR_YELLOW),
                terminal_end(&console->err, COLOUR_YELLOW),
                terminal_line(scratch, blocker_text(scratch, &event->blockers[i])));
    if (event->blocker_count > BLOCKERS_SHOWN)
        fprintf(console->err.stream, "    and for %zu more\n",
                event->blocker_count - BLOCKERS_SHOWN);
}

static void show_wait(Console *console, const Event *event)
{
    // Of attempts that failed (they have the server's message) the first are told, then every
    // tenth: a wait of ten minutes is some 130 of them.
    bool is_rare = event->attempt <= 2 || event->attempt % 10 == 0;
    if (event->message && is_rare)
        fprintf(console->err.stream,
                "    %swaiting for a lock:%s %s%s%sattempt %d, again in %lld ms\n",
                terminal_begin(&console->err, COLOUR_YELLOW),
                terminal_end(&console->err, COLOUR_YELLOW), event->version ? "version " : "",
                event->version ? event->version : "", event->version ? ", " : "", event->attempt,
                (long long)event->wait_ms);
    if (!event->message || is_rare)
        show_blockers(console, event);
    fflush(console->err.stream);
}

// A statement that takes long: over and over on one line of a terminal, else now and then a line.
static void show_running(Console *console, const Event *event)
{
    ARENA_SCOPED scratch = arena_new();
    const char *time = message_duration(scratch, event->duration_ms);
    const char *text = event->message ? terminal_line(scratch, event->message) : "running";
    if (console->err.is_terminal) {
        fprintf(console->err.stream, "\r\033[K  %s  %s  %.*s", event->version, time,
                console->err.width > 40 ? console->err.width - 30 : 20, text);
        console->has_progress = true;
    } else if (console->is_verbose &&
               event->duration_ms - console->running_ms >= RUNNING_EVERY_MS) {
        console->running_ms = event->duration_ms;
        fprintf(console->err.stream, "    %s  %s  %s\n", event->version, time, text);
    }
    fflush(console->err.stream);
}

// "dumping: 63 MB of about 211 MB, 21 MB/s, about 7 s left". The total is an estimate that may be
// passed; then nothing is said of it.
static const char *describe_work(Arena *arena, const Event *event)
{
    if (!event->done && !event->total)
        return terminal_line(arena, event->message); // nobody knows how far it is
    int64_t rate = event->duration_ms > 0 ? event->done * 1000 / event->duration_ms : 0;
    const char *text = arena_printf(arena, "%s: %s", terminal_line(arena, event->message),
                                    size_text(arena, event->done));
    bool has_total = event->total > event->done;
    if (has_total)
        text = arena_printf(arena, "%s of about %s", text, size_text(arena, event->total));
    if (rate > 0)
        text = arena_printf(arena, "%s, %s/s", text, size_text(arena, rate));
    if (has_total && rate > 0)
        text = arena_printf(
            arena, "%s, about %s left", text,
            message_duration(arena, (event->total - event->done) / rate * 1000 + 1000));
    return text;
}

static void show_work_running(Console *console, const Event *event)
{
    ARENA_SCOPED scratch = arena_new();
    const char *text = describe_work(scratch, event);
    if (console->err.is_terminal) {
        fprintf(console->err.stream, "\r\033[K  %.*s",
                console->err.width > 20 ? console->err.width - 4 : 20, text);
        console->has_progress = true;
    } else if (console->is_verbose &&
               event->duration_ms - console->running_ms >= RUNNING_EVERY_MS) {
        console->running_ms = event->duration_ms;
        fprintf(console->err.stream, "    %s\n", text);
    }
    fflush(console->err.stream);
}

// A part of a work that is no migration.
static void show_work(Console *console, const Event *event, const char *mark, Colour colour)
{
    ARENA_SCOPED scratch = arena_new();
    const Terminal *out = &console->out;
    const char *text = terminal_line(scratch, event->message);
    size_t width = terminal_columns(str_from(text));
    fprintf(out->stream, "  %s%s%s %s%*s  %s%9s%s\n", terminal_begin(out, colour), mark,
            terminal_end(out, COLOUR_GREEN), text, width < 60 ? (int)(60 - width) : 0, "",
            terminal_begin(out, COLOUR_DIM), message_duration(scratch, event->duration_ms),
            terminal_end(out, COLOUR_DIM));
    fflush(out->stream);
}

static void show_warning(Console *console, const Event *event)
{
    ARENA_SCOPED scratch = arena_new();
    fprintf(console->err.stream, "migrate-safe: %swarning:%s %s\n",
            terminal_begin(&console->err, COLOUR_YELLOW),
            terminal_end(&console->err, COLOUR_YELLOW),
            terminal_indented(scratch, event->message, 2));
    if (event->detail)
        fprintf(console->err.stream, "  detail: %s\n",
                terminal_indented(scratch, event->detail, 10));
}

static void show_hook_output(Console *console, const Event *event)
{
    ARENA_SCOPED scratch = arena_new();
    if (!console->is_verbose)
        return;
    fprintf(console->err.stream, "    %s%s%s\n", terminal_begin(&console->err, COLOUR_DIM),
            terminal_line(scratch, event->message), terminal_end(&console->err, COLOUR_DIM));
}

void console_event(void *context, const Event *event)
{
    Console *console = context;
    if (event->kind == EVENT_STATEMENT_DONE) {
        show_progress(console, event);
        return;
    }
    if (event->kind == EVENT_STATEMENT_RUNS) {
        show_running(console, event);
        return;
    }
    if (event->kind == EVENT_WORK_RUNS) {
        show_work_running(console, event);
        return;
    }
    wipe_progress(console);
    if (event->kind == EVENT_MIGRATION_STARTED || event->kind == EVENT_WORK_DONE)
        console->running_ms = -RUNNING_EVERY_MS;
    if (event->kind == EVENT_MIGRATION_APPLIED || event->kind == EVENT_MIGRATION_REVERTED ||
        event->kind == EVENT_MIGRATION_FAILED)
        show_rest_of_warnings(console);
    const char *done = console->has_unicode ? "\xe2\x9c\x93" : "+";
    const char *undone = console->has_unicode ? "\xe2\x86\xa9" : "-";
    const char *failed = console->has_unicode ? "\xe2\x9c\x97" : "!";
    if (event->kind == EVENT_MIGRATION_APPLIED)
        show_migration(console, event, done, COLOUR_GREEN);
    else if (event->kind == EVENT_MIGRATION_REVERTED)
        show_migration(console, event, undone, COLOUR_BLUE);
    else if (event->kind == EVENT_MIGRATION_FAILED)
        show_migration(console, event, failed, COLOUR_RED);
    else if (event->kind == EVENT_WORK_DONE || event->kind == EVENT_HOOK_DONE ||
             event->kind == EVENT_SMOKE_PASSED || event->kind == EVENT_MAINTENANCE_ON ||
             event->kind == EVENT_MAINTENANCE_OFF)
        show_work(console, event, done, COLOUR_GREEN);
    else if (event->kind == EVENT_HOOK_FAILED || event->kind == EVENT_SMOKE_FAILED)
        show_work(console, event, failed, COLOUR_RED);
    else if (event->kind == EVENT_HOOK_OUTPUT)
        show_hook_output(console, event);
    else if (event->kind == EVENT_NOTICE)
        show_notice(console, event);
    else if (event->kind == EVENT_LOCK_WAIT)
        show_wait(console, event);
    else if (event->kind == EVENT_WARNING)
        show_warning(console, event);
}
