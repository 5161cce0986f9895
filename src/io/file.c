#include "io/file.h"

#include "base/text.h"
#include "io/clock.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool file_exists(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0;
}

bool file_is_directory(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

bool file_identity(const char *path, FileIdentity *ret_identity)
{
    struct stat facts;
    if (stat(path, &facts) != 0)
        return false;
    *ret_identity = (FileIdentity){facts.st_dev, facts.st_ino};
    return true;
}

bool file_is_regular(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISREG(status.st_mode);
}

// ---- errors: what somebody can type about it

static const char *directory_part(const char *path, char ret_directory[PATH_MAX])
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return ".";
    size_t length = slash == path ? 1 : (size_t)(slash - path);
    if (length >= PATH_MAX)
        length = PATH_MAX - 1;
    memcpy(ret_directory, path, length);
    ret_directory[length] = '\0';
    return ret_directory;
}

static bool read_failed(Err *err, int saved_errno, const char *what, const char *path)
{
    fail_errno(err, ERR_IO, saved_errno, "cannot %s %s", what, path);
    if (saved_errno == EACCES)
        err_hint(err, "chmod u+r %s, or run as its owner (ls -ld %s)", path, path);
    return false;
}

static bool write_failed(Err *err, int saved_errno, const char *path)
{
    char buffer[PATH_MAX];
    const char *directory = directory_part(path, buffer);
    fail_errno(err, ERR_IO, saved_errno, "cannot write %s", path);
    switch (saved_errno) {
    case EACCES:
    case EPERM:
        return err_hint(err, "ls -ld %s shows who may write there", directory);
    case ENOENT:
        return err_hint(err, "mkdir -p %s", directory);
    case ENOSPC:
    case EDQUOT:
        return err_hint(err, "df -h %s shows what is left", directory);
    default:
        return false;
    }
}

// ---- reading

static void close_at(int *fd)
{
    if (*fd >= 0)
        close(*fd);
}
#define FD_SCOPED __attribute__((cleanup(close_at))) int

ssize_t file_read_full(int fd, char *buffer, size_t size)
{
    size_t used = 0;
    while (used < size) {
        ssize_t got = read(fd, buffer + used, size - used);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return -1;
        if (got == 0)
            break;
        used += (size_t)got;
    }
    return (ssize_t)used;
}

static bool too_large(Err *err, const char *path, size_t max)
{
    return fail(err, ERR_IO, "cannot read %s: it is larger than %zu bytes", path, max);
}

// Pipes and files of /proc do not say how long they are.
static bool read_unknown(int fd, Arena *arena, const char *path, size_t max, Str *ret_text,
                         Err *err)
{
    TEXT_SCOPED text;
    text_init(&text, max);
    char chunk[16384];
    for (;;) {
        ssize_t got = file_read_full(fd, chunk, sizeof chunk);
        if (got < 0)
            return read_failed(err, errno, "read", path);
        text_append(&text, (Str){chunk, (size_t)got});
        if (text.is_cut)
            return too_large(err, path, max);
        if (got < (ssize_t)sizeof chunk)
            break;
    }
    *ret_text = (Str){arena_dup(arena, text_str(&text)), text.len};
    return true;
}

bool file_read(Arena *arena, const char *path, size_t max, Str *ret_text, Err *err)
{
    FD_SCOPED fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat status;
    if (fd < 0 || fstat(fd, &status) != 0)
        return read_failed(err, errno, "read", path);
    if (!S_ISREG(status.st_mode) || status.st_size == 0)
        return read_unknown(fd, arena, path, max, ret_text, err);
    if ((uint64_t)status.st_size > max)
        return too_large(err, path, max);
    size_t size = (size_t)status.st_size;
    char *text = arena_alloc(arena, size + 1);
    // One byte more than it was long shows a file that somebody is still writing.
    ssize_t got = file_read_full(fd, text, size + 1);
    if (got < 0)
        return read_failed(err, errno, "read", path);
    if ((size_t)got > size)
        return fail(err, ERR_IO, "cannot read %s: it grew while it was read", path);
    *ret_text = (Str){text, (size_t)got};
    return true;
}

// ---- writing

bool file_write_full(int fd, Str text)
{
    while (text.n) {
        ssize_t put = write(fd, text.p, text.n);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        text = str_skip(text, (size_t)put);
    }
    return true;
}

// Writes, optionally to the disk, and closes; what could not be written whole is removed.
static bool write_and_close(int fd, Str text, bool is_synced, const char *path)
{
    bool is_written = file_write_full(fd, text) && (!is_synced || fsync(fd) == 0);
    int saved_errno = errno;
    if (close(fd) != 0 && is_written) { // NFS reports a full disk here
        is_written = false;
        saved_errno = errno;
    }
    if (!is_written)
        unlink(path);
    errno = saved_errno;
    return is_written;
}

bool file_write_new(const char *path, Str text, mode_t mode, Err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd < 0)
        return write_failed(err, errno, path);
    return write_and_close(fd, text, false, path) || write_failed(err, errno, path);
}

static void sync_directory_of(const char *path)
{
    char buffer[PATH_MAX];
    FD_SCOPED fd = open(directory_part(path, buffer), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0)
        (void)fsync(fd); // some file systems cannot: the file is there all the same
}

// A device, a pipe, or what /dev/stdout links to: written to, for a rename would put a file where
// it was.
static bool is_stream(const char *path)
{
    struct stat found;
    char target[PATH_MAX];
    if (stat(path, &found) == 0 && !S_ISREG(found.st_mode))
        return true;
    ssize_t length = readlink(path, target, sizeof target);
    return length > 0 && str_starts((Str){target, (size_t)length}, STR("/proc/"));
}

bool file_write(const char *path, Str text, mode_t mode, Err *err)
{
    if (file_is_directory(path))
        return write_failed(err, EISDIR, path);
    if (is_stream(path))
        return file_append(path, text, err);
    TEXT_SCOPED temporary;
    text_init(&temporary, PATH_MAX);
    int fd;
    do {
        text_clear(&temporary);
        text_printf(&temporary, "%s.%08x.tmp", path, (unsigned)clock_random_below(UINT32_MAX));
        fd = open(text_cstr(&temporary), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    } while (fd < 0 && errno == EEXIST);
    if (fd < 0 || !write_and_close(fd, text, true, text_cstr(&temporary)))
        return write_failed(err, errno, path);
    if (rename(text_cstr(&temporary), path) != 0) {
        int saved_errno = errno;
        unlink(text_cstr(&temporary));
        return write_failed(err, saved_errno, path);
    }
    sync_directory_of(path);
    return true;
}

bool file_append_kept(const char *path, int *fd, Str text, Err *err)
{
    if (*fd < 0)
        *fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0644);
    return (*fd >= 0 && file_write_full(*fd, text)) || write_failed(err, errno, path);
}

static bool print_and_close(FILE *stream, const char *path,
                            bool (*write)(void *context, FILE *stream), void *context, Err *err)
{
    bool is_written = write(context, stream) && !ferror(stream);
    return (fclose(stream) == 0 && is_written) ||
           fail(err, ERR_IO, "%s could not be written", path);
}

bool file_print(const char *path, bool (*write)(void *context, FILE *stream), void *context,
                Err *err)
{
    FILE *stream = fopen(path, "we");
    if (!stream)
        return fail_errno(err, ERR_IO, errno, "%s cannot be written", path);
    return print_and_close(stream, path, write, context, err);
}

bool file_print_new(const char *path, bool (*write)(void *context, FILE *stream), void *context,
                    Err *err)
{
    FILE *stream = fopen(path, "wxe");
    if (!stream)
        return fail_errno(err, ERR_IO, errno, "%s cannot be written", path);
    if (print_and_close(stream, path, write, context, err))
        return true;
    unlink(path);
    return false;
}

bool file_check_writable(const char *path, Err *err)
{
    const char *slash = strrchr(path, '/');
    char folder[PATH_MAX] = ".";
    if (slash)
        snprintf(folder, sizeof folder, "%.*s", slash == path ? 1 : (int)(slash - path), path);
    errno = file_is_directory(path) ? EISDIR : 0;
    if (!errno && access(file_exists(path) ? path : folder, W_OK) == 0)
        return true;
    return fail_errno(err, ERR_IO, errno, "%s cannot be written", path);
}

bool file_append(const char *path, Str text, Err *err)
{
    FD_SCOPED fd = -1;
    return file_append_kept(path, &fd, text, err);
}

// ---- directories

static bool make_one(const char *path, mode_t mode, Err *err)
{
    if (mkdir(path, mode) == 0 || (errno == EEXIST && file_is_directory(path)))
        return true;
    fail_errno(err, ERR_IO, errno == EEXIST ? ENOTDIR : errno, "cannot make directory %s", path);
    return err_hint(err, "ls -ld %s and the directories above it", path);
}

bool file_make_directories(const char *path, mode_t mode, Err *err)
{
    char prefix[PATH_MAX];
    size_t length = strlen(path);
    if (length >= sizeof prefix)
        return fail_errno(err, ERR_IO, ENAMETOOLONG, "cannot make directory %s", path);
    if (file_is_directory(path)) // also where what is above may not be looked into
        return true;
    memcpy(prefix, path, length + 1);
    for (char *slash = strchr(prefix + (length > 0), '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        bool is_made = make_one(prefix, mode, err);
        *slash = '/';
        if (!is_made)
            return false;
    }
    return make_one(path, mode, err);
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(((const FileEntry *)a)->name, ((const FileEntry *)b)->name);
}

// `type` is what the directory itself says (d_type): most entries need no look at their inode.
static void examine(int directory, unsigned char type, FileEntry *entry)
{
    struct stat status;
    entry->is_regular = type == DT_REG;
    entry->is_directory = type == DT_DIR;
    if (entry->is_regular || entry->is_directory)
        return;
    if (fstatat(directory, entry->name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
        entry->error = errno;
        return;
    }
    entry->is_link = S_ISLNK(status.st_mode);
    if (entry->is_link && fstatat(directory, entry->name, &status, 0) != 0) {
        entry->error = errno;
        return;
    }
    entry->is_directory = S_ISDIR(status.st_mode);
    entry->is_regular = S_ISREG(status.st_mode);
}

bool file_list(Arena *arena, const char *directory, FileEntries *ret_entries, Err *err)
{
    DIR *stream = opendir(directory);
    if (!stream)
        return read_failed(err, errno, "list directory", directory);
    FileEntries entries = {0};
    errno = 0;
    for (struct dirent *item; (item = readdir(stream)); errno = 0) {
        if (strcmp(item->d_name, ".") == 0 || strcmp(item->d_name, "..") == 0)
            continue;
        FileEntry *entry = vec_append(arena, &entries);
        entry->name = arena_strdup(arena, item->d_name);
        examine(dirfd(stream), item->d_type, entry);
    }
    int saved_errno = errno;
    closedir(stream);
    if (saved_errno)
        return read_failed(err, saved_errno, "list directory", directory);
    if (entries.len)
        qsort(entries.items, entries.len, sizeof *entries.items, compare_names);
    *ret_entries = entries;
    return true;
}
