// Whole trees. Everything goes by descriptors of directories, opened without following links: a
// name that somebody swaps for a link while we work leads nowhere else.
#include "io/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    DIRECTORY_FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
};

// A place in the tree, for messages: a chain on the stack instead of paths for each file.
typedef struct Place {
    const struct Place *above;
    const char *name;
} Place;

static size_t place_text(const Place *place, char *ret_path, size_t size)
{
    size_t used = place->above ? place_text(place->above, ret_path, size) : 0;
    int written =
        snprintf(ret_path + used, size - used, "%s%s", place->above ? "/" : "", place->name);
    return written < 0 || (size_t)written >= size - used ? size - 1 : used + (size_t)written;
}

static bool place_failed(Err *err, int saved_errno, const char *what, const Place *place)
{
    char path[PATH_MAX];
    place_text(place, path, sizeof path);
    return fail_errno(err, ERR_IO, saved_errno, "cannot %s %s", what, path);
}

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

// `work` for each entry of an open directory, which is closed.
typedef bool EntryWork(int directory, const Place *place, void *context, Err *err);

static bool each_entry(int directory, const Place *place, EntryWork *work, void *context, Err *err)
{
    DIR *stream = fdopendir(directory);
    if (!stream) {
        int saved_errno = errno;
        close(directory);
        return place_failed(err, saved_errno, "list directory", place);
    }
    bool is_fine = true;
    errno = 0;
    for (struct dirent *item; is_fine && (item = readdir(stream)); errno = 0) {
        Place entry = {place, item->d_name};
        if (!is_dots(item->d_name))
            is_fine = work(dirfd(stream), &entry, context, err);
    }
    if (is_fine && errno)
        is_fine = place_failed(err, errno, "list directory", place);
    closedir(stream);
    return is_fine;
}

// ---- removing

static bool remove_entry(int above, const Place *place, void *context, Err *err)
{
    if (unlinkat(above, place->name, 0) == 0 || errno == ENOENT)
        return true;
    // EISDIR is Linux's answer for a directory, EPERM that of POSIX
    if (errno != EISDIR && errno != EPERM)
        return place_failed(err, errno, "remove", place);
    int saved_errno = errno;
    int directory = openat(above, place->name, DIRECTORY_FLAGS);
    if (directory < 0) // a file we may not remove is no directory: its own reason is the better one
        return place_failed(err, errno == ENOTDIR ? saved_errno : errno, "remove", place);
    if (!each_entry(directory, place, remove_entry, context, err))
        return false;
    if (unlinkat(above, place->name, AT_REMOVEDIR) == 0 || errno == ENOENT)
        return true;
    return place_failed(err, errno, "remove", place);
}

bool file_remove_tree(const char *path, Err *err)
{
    Place root = {NULL, path};
    return remove_entry(AT_FDCWD, &root, NULL, err);
}

// ---- copying

static bool copy_bytes_by_hand(int from, int to)
{
    char chunk[65536];
    for (;;) {
        ssize_t got = file_read_full(from, chunk, sizeof chunk);
        if (got <= 0)
            return got == 0;
        if (!file_write_full(to, (Str){chunk, (size_t)got}))
            return false;
    }
}

// Shared blocks; else inside the kernel; else by hand (from where the kernel stopped: both ways
// move the descriptors' offsets). copy_file_range gives EXDEV before Linux 5.3, EINVAL or
// EOPNOTSUPP on some file systems.
static bool copy_bytes(int from, int to, off_t size)
{
    if (size == 0 || ioctl(to, FICLONE, from) == 0)
        return true;
    for (;;) {
        ssize_t copied = copy_file_range(from, NULL, to, NULL, 1 << 30, 0);
        if (copied == 0)
            return true;
        if (copied < 0 && errno != EINTR)
            return copy_bytes_by_hand(from, to);
    }
}

// Modes as they were, whatever the umask; owners where we may give files away.
static bool take_over(int fd, const struct stat *status)
{
    return (geteuid() != 0 || fchown(fd, status->st_uid, status->st_gid) == 0) &&
           fchmod(fd, status->st_mode & 07777) == 0;
}

static bool copy_file(int from_above, int to_above, const Place *place, Err *err)
{
    int from = openat(from_above, place->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    struct stat status;
    if (from < 0 || fstat(from, &status) != 0 || !S_ISREG(status.st_mode)) {
        int saved_errno = from < 0 ? errno : EINVAL;
        if (from >= 0)
            close(from);
        return place_failed(err, saved_errno, "copy", place);
    }
    int to = openat(to_above, place->name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool is_copied = to >= 0 && copy_bytes(from, to, status.st_size) && take_over(to, &status);
    int saved_errno = errno;
    close(from);
    if (to >= 0 && close(to) != 0 && is_copied) {
        saved_errno = errno;
        is_copied = false;
    }
    return is_copied || place_failed(err, saved_errno, "copy", place);
}

static bool copy_link(int from_above, int to_above, const Place *place, const struct stat *status,
                      Err *err)
{
    char target[PATH_MAX];
    ssize_t length = readlinkat(from_above, place->name, target, sizeof target - 1);
    if (length < 0)
        return place_failed(err, errno, "copy", place);
    target[length] = '\0';
    bool is_copied = symlinkat(target, to_above, place->name) == 0 &&
                     (geteuid() != 0 || fchownat(to_above, place->name, status->st_uid,
                                                 status->st_gid, AT_SYMLINK_NOFOLLOW) == 0);
    return is_copied || place_failed(err, errno, "copy", place);
}

static bool copy_entry(int from_above, const Place *place, void *context, Err *err);

// Copies what is in `from` (closed at the end) into a new directory `name` of `to_above`.
static bool copy_directory(int from, int to_above, const char *name, const Place *place, Err *err)
{
    struct stat status;
    int to = -1;
    bool is_made = fstat(from, &status) == 0 && mkdirat(to_above, name, 0700) == 0 &&
                   (to = openat(to_above, name, DIRECTORY_FLAGS)) >= 0;
    if (!is_made) {
        int saved_errno = errno;
        close(from);
        return place_failed(err, saved_errno, "copy", place);
    }
    bool is_copied = each_entry(from, place, copy_entry, &to, err);
    // Last: the mode may be one that lets nobody write.
    if (is_copied && !take_over(to, &status))
        is_copied = place_failed(err, errno, "copy", place);
    close(to);
    return is_copied;
}

static bool copy_entry(int from_above, const Place *place, void *context, Err *err)
{
    int to_above = *(const int *)context;
    struct stat status;
    if (fstatat(from_above, place->name, &status, AT_SYMLINK_NOFOLLOW) != 0)
        return place_failed(err, errno, "copy", place);
    if (S_ISREG(status.st_mode))
        return copy_file(from_above, to_above, place, err);
    if (S_ISLNK(status.st_mode))
        return copy_link(from_above, to_above, place, &status, err);
    if (!S_ISDIR(status.st_mode)) {
        char path[PATH_MAX];
        place_text(place, path, sizeof path);
        return fail(err, ERR_IO, "cannot copy %s: not a file, directory or link", path);
    }
    int from = openat(from_above, place->name, DIRECTORY_FLAGS);
    if (from < 0)
        return place_failed(err, errno, "copy", place);
    return copy_directory(from, to_above, place->name, place, err);
}

bool file_copy_tree(const char *from, const char *to, Err *err)
{
    Place root = {NULL, from};
    int directory = open(from, DIRECTORY_FLAGS);
    if (directory < 0)
        return place_failed(err, errno, "copy", &root);
    if (file_exists(to)) {
        close(directory);
        return fail_errno(err, ERR_IO, EEXIST, "cannot copy %s to %s", from, to);
    }
    if (copy_directory(directory, AT_FDCWD, to, &root, err))
        return true;
    return err_note(err, "copying to %s", to);
}

bool file_copy_into(const char *from, const char *directory, Err *err)
{
    char above[PATH_MAX];
    const char *slash = strrchr(from, '/');
    Place place = {NULL, slash ? slash + 1 : from};
    Place to = {NULL, directory};
    size_t length = slash ? (size_t)(slash - from) + 1 : 2;
    if (length >= sizeof above)
        return place_failed(err, ENAMETOOLONG, "copy", &place);
    memcpy(above, slash ? from : "./", length);
    above[length] = '\0';
    int from_above = open(above, DIRECTORY_FLAGS);
    if (from_above < 0)
        return place_failed(err, errno, "copy", &place);
    int to_above = open(directory, DIRECTORY_FLAGS);
    bool is_copied = to_above < 0 ? place_failed(err, errno, "copy to", &to)
                                  : copy_file(from_above, to_above, &place, err);
    close(from_above);
    if (to_above >= 0)
        close(to_above);
    return is_copied;
}
