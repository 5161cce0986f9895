#include "io/file_set.h"

#include "io/file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    FILE_BYTES_MAX = 64 * 1024 * 1024
};

// A change under way.
typedef struct Written {
    const FileChange *change;
    const char *path;      // behind links
    const char *temporary; // NULL: none any more
    bool is_done;
} Written;

typedef VEC(Written) WrittenFiles;

static const char *folder_of(Arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? arena_dup(arena, (Str){path, (size_t)(slash - path)}) : ".";
}

static bool is_as_read(Arena *arena, const char *path, Str old, Err *err)
{
    Str now;
    if (!file_read(arena, path, FILE_BYTES_MAX, &now, err))
        return false;
    if (str_eq(now, old))
        return true;
    fail(err, ERR_CHECK, "%s was changed meanwhile", path);
    return err_hint(err, "nothing was written; run it again");
}

static const char *behind_links(Arena *arena, const char *path)
{
    char *real = realpath(path, NULL);
    const char *kept = real ? arena_strdup(arena, real) : path;
    free(real);
    return kept;
}

static bool prepare(Arena *arena, const FileChange *change, WrittenFiles *written, Err *err)
{
    struct stat status;
    mode_t mode = 0644;
    const char *path = change->is_new ? change->path : behind_links(arena, change->path);
    if (change->is_new && !file_make_directories(folder_of(arena, path), 0755, err))
        return false;
    if (!change->is_new && (!is_as_read(arena, path, change->old, err)))
        return false;
    if (!change->is_new && stat(path, &status) == 0)
        mode = status.st_mode & 07777;
    const char *temporary = arena_printf(arena, "%s.fix-%ld", path, (long)getpid());
    if (!file_write_new(temporary, change->text, mode, err))
        return false;
    *vec_append(arena, written) = (Written){.change = change, .path = path, .temporary = temporary};
    return chmod(temporary, mode) == 0 ||
           fail_errno(err, ERR_IO, errno, "cannot set the mode of %s", temporary);
}

static bool put_in_place(Written *written, Err *err)
{
    int status = written->change->is_new ? link(written->temporary, written->path)
                                         : rename(written->temporary, written->path);
    if (status != 0)
        return fail_errno(err, ERR_IO, errno, "%s cannot be written", written->path);
    if (!written->change->is_new)
        written->temporary = NULL;
    written->is_done = true;
    return true;
}

static void take_back(WrittenFiles *files)
{
    Err ignored = {0};
    VEC_EACH (Written, written, files) {
        if (written->is_done && written->change->is_new)
            unlink(written->path);
        else if (written->is_done &&
                 !file_write(written->path, written->change->old, 0644, &ignored))
            ignored = (Err){0};
    }
}

bool file_set_write(Arena *arena, const FileChanges *changes, Err *err)
{
    WrittenFiles files = {0};
    bool is_written = true;
    VEC_EACH (const FileChange, change, changes)
        is_written = is_written && prepare(arena, change, &files, err);
    // New ones first: whoever looks between sees a file twice, never half of it.
    for (int is_new = 1; is_new >= 0; is_new--)
        VEC_EACH (Written, written, &files)
            if (written->change->is_new == is_new)
                is_written = is_written && put_in_place(written, err);
    if (!is_written)
        take_back(&files);
    VEC_EACH (Written, written, &files)
        if (written->temporary)
            unlink(written->temporary);
    return is_written;
}
