#include "run/backup/restore.h"

#include "io/clock.h"
#include "io/fault.h"
#include "run/backup/restore_private.h"

#include <stdarg.h>
#include <string.h>

const char *restore_moment(const Backup *backup)
{
    return backup->manifest ? backup->manifest->created_at : NULL;
}

void restore_step_done(const RestoreOptions *options, int64_t start_us, const char *text)
{
    event_emit(options->sink, &(Event){.kind = EVENT_WORK_DONE,
                                       .message = text,
                                       .duration_ms = clock_elapsed_ms(start_us)});
}

void restore_warn(Arena *arena, Restore *restore, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    const char *text = arena_vprintf(arena, format, args);
    va_end(args);
    *vec_append(arena, &restore->warnings) = text;
    event_emit(restore->options.sink, &(Event){.kind = EVENT_WARNING, .message = text});
}

static bool drop_left(Arena *arena, const Restore *restore, const ServerDatabase *left, Err *err)
{
    bool is_half_made = left->marker.step != MARKER_READY;
    return server_drop(arena, restore->server, left->name, is_half_made, err);
}

// Of a restore that was interrupted once its copy was proven: that of the same backup goes on.
static bool settle_leftovers(Arena *arena, Restore *restore, Err *err)
{
    const char *id = backup_name(restore->options.backup);
    VEC_EACH (const ServerDatabase, left, &restore->leftovers) {
        if (!restore->options.into && !restore->is_resumed && left->marker.step == MARKER_READY &&
            left->marker.backup && strcmp(left->marker.backup, id) == 0) {
            restore->copy = left->name;
            restore->is_resumed = restore->is_ready = true;
            continue;
        }
        if (!drop_left(arena, restore, left, err))
            return false;
        restore_warn(arena, restore, "removed %s, which an interrupted restore had left",
                     left->name);
    }
    return true;
}

static bool mark(Arena *arena, const Restore *restore, MarkerStep step, Err *err)
{
    return server_mark(arena, restore->server, &restore->options, restore->copy, step,
                       restore->live, err);
}

// One that somebody else has made must have nothing in it.
static bool check_empty(Arena *arena, const Restore *restore, Err *err)
{
    bool is_empty;
    if (!server_is_empty(arena, &restore->options, restore->copy, &is_empty, err))
        return false;
    if (is_empty)
        return true;
    fail(err, ERR_CHECK, "database %s is not empty", restore->copy);
    return err_hint(err, "name another one with --into, or one that is not there yet");
}

static bool make(Arena *arena, Restore *restore, Err *err)
{
    int64_t start_us = clock_monotonic_us();
    if (restore->copy_exists) {
        restore->is_begun = check_empty(arena, restore, err);
        return restore->is_begun && restore_load(arena, restore, err);
    }
    if (!server_create(arena, restore, err))
        return false;
    FAULT_POINT("restore.created");
    if (!mark(arena, restore, MARKER_LOADING, err))
        return false;
    FAULT_POINT("restore.marked");
    restore_step_done(&restore->options, start_us,
                      arena_printf(arena, "made database %s", restore->copy));
    return restore_load(arena, restore, err);
}

static bool compare(Arena *arena, Restore *restore, Session *copy, Err *err)
{
    LossOptions options = {.schema = restore->target.schema,
                           .is_without_owners = restore->is_without_owners};
    int64_t start_us = clock_monotonic_us();
    restore->loss.since = restore_moment(restore->options.backup);
    if (!restore->has_target)
        return true;
    if (!loss_count(arena, restore->target.session, copy, &options, &restore->loss, err) ||
        !loss_count_others(arena, restore->target.session, copy, &options, &restore->loss, err))
        return err_note(err, "comparing the rows of %s with the restored ones", restore->live);
    restore_step_done(&restore->options, start_us, "compared its rows with the live ones");
    return true;
}

static bool finish_copy(Arena *arena, Restore *restore, Err *err)
{
    SESSION_SCOPED copy = NULL;
    if (restore->options.into)
        return restore->copy_exists || server_unmark(arena, restore->server, restore->copy, err);
    if (!server_connect(arena, &restore->options, restore->copy, &copy, err) ||
        !carry_journal(arena, restore, copy, err))
        return false;
    FAULT_POINT("restore.journal");
    if (!mark(arena, restore, MARKER_READY, err))
        return false;
    restore->is_ready = true;
    FAULT_POINT("restore.ready");
    return compare(arena, restore, copy, err);
}

bool restore_copy(Arena *arena, Restore *restore, Err *err)
{
    int64_t start_us = clock_monotonic_us();
    if (!settle_leftovers(arena, restore, err))
        return false;
    if (restore->is_resumed)
        restore_step_done(&restore->options, start_us,
                          arena_printf(arena, "found %s, proven before", restore->copy));
    bool ok =
        (restore->is_resumed || make(arena, restore, err)) && finish_copy(arena, restore, err);
    restore->copy_ms = clock_elapsed_ms(start_us);
    if (restore->options.into)
        restore->is_ready = ok;
    return ok;
}

// After Ctrl-C too: what is half made is worth nothing.
static void remove_half_made(Arena *arena, Restore *restore)
{
    ServerDatabases found;
    Err ignored = {0};
    if (!restore->server || restore->is_ready || restore->is_swapped || restore->copy_exists ||
        restore->options.is_read_only || !restore->copy)
        return;
    session_rollback(restore->server);
    if (server_list(arena, restore->server, restore->copy, &found, &ignored) && found.len &&
        found.items[0].marker.step == MARKER_LOADING && found.items[0].marker.run_id &&
        strcmp(found.items[0].marker.run_id, restore->options.run_id) == 0 &&
        !server_drop(arena, restore->server, restore->copy, true, &ignored))
        restore_warn(arena, restore, "%s could not be removed: %s", restore->copy, ignored.message);
}

void restore_discard(Arena *arena, Restore *restore)
{
    Err ignored = {0};
    session_rollback(restore->server);
    if (!server_drop(arena, restore->server, restore->copy, false, &ignored))
        restore_warn(arena, restore, "%s could not be removed: %s", restore->copy, ignored.message);
    else
        restore->is_ready = false;
}

void restore_close(Arena *arena, Restore *restore)
{
    target_close(&restore->target);
    remove_half_made(arena, restore);
    session_close(restore->server);
    restore->server = NULL;
}

const char *restore_state(Arena *arena, const Restore *restore)
{
    const char *live = restore->live;
    if (restore->is_swapped && restore->fact.oid)
        return arena_printf(arena, "%s is the restored database; what it was before is kept as %s",
                            live, restore->replaced);
    if (restore->is_swapped)
        return arena_printf(arena, "%s is the restored database", live);
    if (restore->is_unknown)
        return arena_printf(arena,
                            "it is not known whether %s was swapped: the connection was lost at "
                            "that moment",
                            live);
    const char *as_before = restore->fact.oid
                                ? arena_printf(arena, "%s is as it was", live)
                                : arena_printf(arena, "there is no database %s", live);
    if (restore->options.into && restore->is_ready)
        return arena_printf(arena, "%s is restored; %s", restore->copy, as_before);
    if (restore->copy_exists && restore->is_begun)
        return arena_printf(arena,
                            "%s may have a part of the backup in it: empty it before another "
                            "attempt; %s",
                            restore->copy, as_before);
    if (restore->is_ready)
        return arena_printf(arena, "%s; the restored copy %s is ready beside it", as_before,
                            restore->copy);
    return as_before;
}

bool restore_undo(Arena *arena, Restore *restore, Words *ret_removed, Err *err)
{
    Words removed = {0};
    VEC_EACH (const ServerDatabase, left, &restore->leftovers) {
        if (!drop_left(arena, restore, left, err))
            return false;
        *vec_append(arena, &removed) = left->name;
    }
    *ret_removed = removed;
    return true;
}
