// The order of it: lock, snapshot, dump, then counts and digests at the same snapshot. One after
// the other: together they ask as much of the server at a time as both, and end no earlier where
// the machine's cores are what they wait for (bench/RESULTS.md). The dump is first because it is
// what may have to be tried again.
#include "run/backup/create.h"

#include "base/size.h"
#include "config.h"
#include "io/clock.h"
#include "io/fault.h"
#include "io/file.h"
#include "run/backup/create_private.h"
#include "run/backup/facts.h"
#include "run/snapshot.h"
#include "run/timeouts.h"

#include <errno.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum {
    JOBS_MOST = 4,
    ATTEMPTS = 4,     // under others' DDL
    ONE_JOB_FROM = 2, // a single pg_dump gets all its locks at once, in its beginning
    // All that pg_dump locks is locked by us already, so it waits only behind somebody who waits
    // for us, and with him the application does. At first he is let through; where there is always
    // another one, pg_dump outwaits those that have a timeout.
    LOCK_WAIT_MS = 1500,
    LOCK_WAIT_LAST_MS = 10 * 1000,
};

static int jobs_of(const CreateOptions *options)
{
    int cores = process_core_count();
    if (options->jobs > 0)
        return options->jobs;
    return cores > JOBS_MOST ? JOBS_MOST : cores;
}

// A server's timeouts are for the application; this session is idle while pg_dump works.
static bool open_session(Creation *creation, Err *err)
{
    SessionOptions options = {
        .url = creation->target->options.url,
        .application_name = "migrate-safe backup",
    };
    return session_open(&options, &creation->session, err) &&
           timeouts_lift(creation->session, err) &&
           session_exec(creation->session, "SET datestyle = 'ISO, YMD'", err);
}

static bool check_room(Creation *creation, Err *err)
{
    Arena *arena = creation->arena;
    struct statvfs disk;
    int64_t needed = create_expected_bytes(creation);
    if (statvfs(creation->entry.folder, &disk) != 0)
        return fail_errno(err, ERR_IO, errno, "cannot ask how much room %s has",
                          creation->entry.folder);
    int64_t room = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
    if (room >= needed || creation->options->is_forced)
        return true;
    fail(err, ERR_CHECK, "%s has %s free, the backup will need about %s", creation->entry.folder,
         size_text(arena, room), size_text(arena, needed));
    err_detail(err, "the tables whose rows it has are %s on the server; compression %s",
               size_text(arena, creation->row_bytes), creation->compression);
    return err_hint(err, "make room there, name another folder: --backup-folder DIR; it is an "
                         "estimate, --force tries it all the same");
}

static bool is_sequences_unknown(const Creation *creation)
{
    // An archive's table of contents can be asked only where its file is.
    return creation->options->form == BACKUP_CUSTOM && creation->options->place.words;
}

// What is in the database now can only be less than what the dump will set.
static bool read_early_sequences(Creation *creation, Err *err)
{
    DataFacts now = {0};
    creation->contents = (BackupContents){0};
    if (!is_sequences_unknown(creation) || !creation->has_rows)
        return true;
    if (!facts_sequences(creation->arena, creation->session, &now, err))
        return err_note(err, "reading the sequences");
    creation->contents.data.sequences = now.sequences;
    return true;
}

static bool attempt(Creation *creation, bool *ret_is_moving, Err *err)
{
    *ret_is_moving = false;
    if (!file_remove_tree(creation->entry.path, err) || !create_lock(creation, err))
        return false;
    FAULT_POINT("backup.locked");
    create_tell_done(creation, "%zu %s locked for reading, snapshot taken", creation->locked,
                     creation->locked == 1 ? "table" : "tables");
    if (!create_read_sizes(creation, err) || !check_room(creation, err) ||
        !create_read_facts(creation, err) || !read_early_sequences(creation, err) ||
        !create_dump(creation, ret_is_moving, err))
        return false;
    if (creation->has_rows && !creation->options->is_passing &&
        creation->options->form != BACKUP_PLAIN && !is_sequences_unknown(creation))
        return create_read_sequences(creation, err);
    return true;
}

static void tell_again(const Creation *creation, const Err *err, int number)
{
    event_emit(creation->options->sink,
               &(Event){
                   .kind = EVENT_WARNING,
                   .run_id = creation->options->run_id,
                   .message = arena_printf(creation->arena,
                                           "others change the schema: the dump is made again "
                                           "(attempt %d of %d)",
                                           number + 1, ATTEMPTS),
                   .detail = err->message,
               });
}

static bool dump_at_last(Creation *creation, Err *err)
{
    for (int number = 1;; number++) {
        bool is_moving;
        creation->lock_wait_ms = LOCK_WAIT_MS;
        if (number > ONE_JOB_FROM) {
            creation->jobs = 1;
            creation->lock_wait_ms = LOCK_WAIT_LAST_MS;
        }
        if (attempt(creation, &is_moving, err))
            return true;
        if (!is_moving)
            return false;
        if (number == ATTEMPTS) {
            err->class = ERR_CHECK;
            err_hint(err, "run it again when nobody changes the schema");
            return err_note(err, "others' changes of the schema ended %d attempts", ATTEMPTS);
        }
        tell_again(creation, err, number);
        *err = (Err){0};
        create_unlock(creation);
    }
}

static void on_digest(void *context, int64_t done, int64_t total)
{
    create_tell_progress(context, "counting and hashing rows", done, total);
}

static bool take_data(Creation *creation, Err *err)
{
    DataFacts *data = &creation->manifest.data;
    FactsOptions options = {
        .url = creation->target->options.url ? creation->target->options.url : "",
        .jobs = jobs_of(creation->options),
        .tables = creation->has_chosen ? &creation->chosen : NULL,
        .on_progress = on_digest,
        .context = creation,
    };
    data->algorithm = FACTS_ALGORITHM;
    if (!creation->has_rows || creation->options->is_passing)
        return true;
    if (!facts_take(creation->arena, creation->session, &options, data, err))
        return err_note(err, "counting and hashing the rows");
    create_merge_sequences(creation->arena, &creation->contents, data);
    create_tell_done(creation, "%lld rows of %zu %s counted and hashed",
                     (long long)data_facts_rows(data), data->tables.len,
                     data->tables.len == 1 ? "table" : "tables");
    return true;
}

static bool take_schema(Creation *creation, Err *err)
{
    Snapshot *snapshot = arena_new_object(creation->arena, Snapshot);
    if (!snapshot_take(creation->arena, creation->session, creation->target->schema, snapshot, err))
        return err_note(err, "reading the schema");
    creation->manifest.schema = snapshot;
    return true;
}

static bool make(Creation *creation, Err *err)
{
    BackupManifest *manifest = &creation->manifest;
    if (!dump_at_last(creation, err))
        return false;
    FAULT_POINT("backup.dumped");
    create_tell_done(creation, "dumped by pg_dump %s", creation->dump.tool.version);
    if (!take_data(creation, err) || !take_schema(creation, err))
        return false;
    FAULT_POINT("backup.counted");
    create_unlock(creation); // before the disk is waited for
    manifest->compression = creation->compression;
    return backup_measure(creation->arena, creation->entry.path, manifest, err);
}

static void describe(Creation *creation)
{
    const CreateOptions *options = creation->options;
    char *now = arena_alloc(creation->arena, CLOCK_TEXT);
    clock_now_rfc3339(now);
    creation->manifest = (BackupManifest){
        .created_at = now,
        .reason = options->reason ? options->reason : "backup create",
        .run_id = options->run_id,
        .form = options->form,
        .content = options->content,
        .tool_version = MIGRATE_SAFE_VERSION,
        .migration_version = options->migration_version,
        .level = BACKUP_EXISTS,
    };
}

static bool create(Creation *creation, Backup *ret_backup, Err *err)
{
    const CreateOptions *options = creation->options;
    int64_t start_us = clock_monotonic_us();
    const char *folder = options->folder ? options->folder : SHELF_DEFAULT;
    describe(creation);
    if (!open_session(creation, err) || !create_find_dump(creation, err) ||
        !create_choose(creation, err) ||
        !shelf_begin(creation->arena, folder, options->form, &creation->entry, err))
        return false;
    creation->manifest.id = creation->entry.id;
    FAULT_POINT("backup.begun");
    bool ok = make(creation, err);
    FAULT_POINT("backup.measured");
    creation->manifest.duration_ms = clock_elapsed_ms(start_us);
    ok =
        ok && shelf_finish(creation->arena, &creation->entry, &creation->manifest, ret_backup, err);
    if (!ok)
        shelf_abandon(&creation->entry);
    return ok;
}

bool backup_create(Arena *arena, const Target *target, const CreateOptions *options,
                   Backup *ret_backup, Err *err)
{
    Creation creation = {
        .arena = arena,
        .target = target,
        .options = options,
        .jobs = jobs_of(options),
        .start_us = clock_monotonic_us(),
    };
    bool ok = create(&creation, ret_backup, err);
    session_close(creation.session);
    return ok;
}
