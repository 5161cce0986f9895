#include "run/backup/load.h"

#include "base/words.h"
#include "io/clock.h"
#include "run/backup/format.h"
#include "run/backup/load_plain.h"
#include "run/backup/needs.h"

#include <string.h>
#include <unistd.h>

static int jobs_of(const Backup *backup, const LoadOptions *options, int input)
{
    if (input || format_is_tar(backup->path))
        return 1; // pg_restore reads those from beginning to end
    return options->jobs ? options->jobs : process_core_count();
}

static bool load_archive(Arena *arena, const Backup *backup, const Session *into,
                         const LoadOptions *options, Err *err)
{
    Client client;
    int input;
    if (!client_open_restore(arena, &options->place, archive_dump_major(backup), into, &client,
                             err) ||
        !archive_input(backup, &options->place, &input, err))
        return false;
    Words arguments = {0};
    *vec_append(arena, &arguments) = "--exit-on-error";
    int jobs = jobs_of(backup, options, input);
    if (jobs > 1)
        *vec_append(arena, &arguments) = arena_printf(arena, "--jobs=%d", jobs);
    // Each job has a processor: workers beside them only cost (17 % of a restore's CPU time).
    if (jobs > 1 && options->is_throwaway)
        client_set(arena, &client, "max_parallel_maintenance_workers=0");
    if (options->is_without_owners) {
        *vec_append(arena, &arguments) = "--no-owner";
        *vec_append(arena, &arguments) = "--no-acl";
    }
    if (options->only_table) {
        *vec_append(arena, &arguments) = arena_printf(arena, "--schema=%s", options->only_schema);
        *vec_append(arena, &arguments) = arena_printf(arena, "--table=%s", options->only_table);
    }
    if (!input)
        *vec_append(arena, &arguments) = backup->path;
    *vec_append(arena, &arguments) = NULL;
    ClientRun run = {.arguments = arguments.items, .input = input, .receive = client_drop};
    bool is_loaded = client_run(arena, &client, &run, err);
    if (input)
        close(input);
    return is_loaded;
}

bool backup_load(Arena *arena, const Backup *backup, Session *into, const LoadOptions *options,
                 int64_t *ret_duration_ms, Err *err)
{
    BackupContents read = {0};
    const BackupContents *contents = options->contents;
    if (!contents) {
        if (!contents_read(arena, backup, &options->place, false, &read, err))
            return false;
        contents = &read;
    }
    NeedsOptions needs = {.manifest = backup->manifest,
                          .makes_roles = options->is_throwaway,
                          .has_roles = options->has_roles,
                          .is_without_owners = options->is_without_owners};
    if (!needs_prepare(arena, into, contents, &needs, err))
        return false;
    int64_t since = clock_monotonic_us();
    bool is_loaded = backup->form == BACKUP_PLAIN ? load_plain(arena, backup, into, options, err)
                                                  : load_archive(arena, backup, into, options, err);
    if (!is_loaded)
        return false;
    if (ret_duration_ms)
        *ret_duration_ms = clock_elapsed_ms(since);
    return true;
}
