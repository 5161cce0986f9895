#include "run/progress.h"

#include "base/text.h"
#include "io/clock.h"
#include "queries.h"

#include <stdio.h>

enum {
    ASK_EVERY_MS = 1000,
    ASK_ATTEMPT_MS = 40, // well within an attempt of 100 ms
    CONNECT_TIMEOUT_S = 3,
    ANSWER_TIMEOUT_MS = 2500, // a pooler may have no server connection left for us
    FIRST_WITH_COPY = 14      // pg_stat_progress_copy
};

void progress_init(Progress *progress, const Target *target, const EventSink *sink, bool is_shown)
{
    *progress = (Progress){
        .target = target,
        .sink = sink,
        .arena = arena_new(),
        .is_shown = is_shown,
    };
    progress->empty = arena_mark(progress->arena);
}

void progress_done(Progress *progress)
{
    session_close(progress->session);
    arena_free(progress->arena);
    *progress = (Progress){.is_off = true};
}

static void stop(Progress *progress)
{
    session_close(progress->session);
    progress->session = NULL;
    progress->is_off = true;
}

static bool open_session(Progress *progress)
{
    Err ignored = {0};
    SessionOptions options = {
        .url = progress->target->options.url,
        .application_name = "migrate-safe progress",
        .answer_timeout_ms = ANSWER_TIMEOUT_MS,
        .connect_timeout_s = CONNECT_TIMEOUT_S,
    };
    return progress->session ||
           (session_open(&options, &progress->session, &ignored) &&
            session_exec(progress->session,
                         "SET default_transaction_read_only = on; SET statement_timeout = '2s'",
                         &ignored));
}

// "building index: scanning table, 45 % of 12345 blocks", NULL when the server does not say.
static const char *describe(Arena *arena, const Rows *rows)
{
    const char *command = rows_text(rows, 0, 2);
    const char *phase = rows_text(rows, 0, 3);
    int64_t done = rows_int(rows, 0, 4);
    int64_t total = rows_int(rows, 0, 5);
    TEXT_SCOPED out;
    text_init(&out, 512);
    if (!command)
        return NULL;
    text_printf(&out, "%s%s%s", command, phase ? ": " : "", phase ? phase : "");
    if (total > 0)
        text_printf(&out, ", %lld %% of %lld %s", (long long)(done * 100 / total), (long long)total,
                    rows_text(rows, 0, 6));
    else if (done > 0)
        text_printf(&out, ", %lld %s", (long long)done, rows_text(rows, 0, 6));
    return arena_dup(arena, text_str(&out));
}

static void tell_running(Progress *progress, const char *text)
{
    if (progress->is_shown)
        event_emit(progress->sink, &(Event){.kind = EVENT_STATEMENT_RUNS,
                                            .version = progress->version,
                                            .message = text,
                                            .duration_ms = clock_elapsed_ms(progress->start_us)});
}

static bool look(Progress *progress, Arena *scratch, Err *err)
{
    static const WantedLocks nothing;
    const Query *query = session_server_major(progress->session) >= FIRST_WITH_COPY
                             ? &QUERY_PROGRESS_STATEMENT
                             : &QUERY_PROGRESS_STATEMENT_13;
    const char *key = arena_printf(scratch, "%lld", (long long)progress->target->lock_key);
    Rows rows;
    if (!session_query(progress->session, scratch, query->text, 1, &key, &rows, err))
        return false;
    if (rows.count == 0)
        return true;
    if (!rows_bool(&rows, 0, 1)) {
        progress->waits.start_us = clock_monotonic_us();
        progress->waits.told_us = 0;
        tell_running(progress, describe(scratch, &rows));
        return true;
    }
    Blockers blockers;
    if (!blockers_find(progress->arena, progress->session, &nothing, (int)rows_int(&rows, 0, 0),
                       &blockers, err))
        return false;
    if (blockers.len) { // it may have got the lock between the two questions
        progress->seen = blockers;
        lock_wait_tell(&progress->waits, &blockers, 0);
    }
    return true;
}

static void on_idle(void *context)
{
    Progress *progress = context;
    Err ignored = {0};
    if (progress->is_off) {
        tell_running(progress, NULL);
        return;
    }
    if (progress->asked_us && clock_elapsed_ms(progress->asked_us) < ASK_EVERY_MS)
        return;
    progress->asked_us = clock_monotonic_us();
    ARENA_SCOPED scratch = arena_new();
    if (!open_session(progress) || !look(progress, scratch, &ignored)) {
        stop(progress);
        tell_running(progress, NULL);
    }
}

void progress_watch(Progress *progress, const char *version)
{
    progress->version = version;
    progress->start_us = clock_monotonic_us();
    progress->asked_us = 0;
    progress->seen = (Blockers){0};
    arena_release(progress->arena, progress->empty);
    lock_wait_init(&progress->waits, 0, progress->sink, version);
    session_set_idle(progress->target->session, ASK_EVERY_MS, on_idle, progress);
}

void progress_watch_attempt(Progress *progress)
{
    progress->asked_us = 0;
    session_set_idle(progress->target->session, ASK_ATTEMPT_MS, on_idle, progress);
}

void progress_unwatch(Progress *progress)
{
    if (progress->target->session)
        session_set_idle(progress->target->session, 0, NULL, NULL);
}
