// Files and directories: read whole, written whole, listed, copied, removed.
// Refuses to know what is in them and to stream (sources do that). Invariant: a failure is ERR_IO
// and names the path and the system's reason; what file_write replaces is either old or new, never
// half.
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/vec.h"

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

typedef struct FileEntry {
    const char *name;  // bytes as the system has them, no directory
    bool is_directory; // links are followed for these
    bool is_regular;
    bool is_link;
    int error; // errno when it could not be examined: ENOENT is a dangling link
} FileEntry;

typedef VEC(FileEntry) FileEntries;

bool file_exists(const char *path); // links are followed: a dangling one does not exist
bool file_is_directory(const char *path);
bool file_is_regular(const char *path); // a link to one is

// Which file a path leads to, by whatever name.
typedef struct FileIdentity {
    dev_t device;
    ino_t number;
} FileIdentity;

bool file_identity(const char *path, FileIdentity *ret_identity); // false: there is none

// The whole file and a NUL behind it; one of more than `max` bytes is an error. Pipes are read to
// their end.
bool file_read(Arena *arena, const char *path, size_t max, Str *ret_text, Err *err)
    __attribute__((warn_unused_result));
// Reads until the end of the file or of the buffer, interrupted or not; -1 with errno.
ssize_t file_read_full(int fd, char *buffer, size_t size);
// All of it, interrupted or not; false with errno.
bool file_write_full(int fd, Str text);
// A file that must not exist yet, not even as a dangling link. Modes are subject to the umask.
bool file_write_new(const char *path, Str text, mode_t mode, Err *err)
    __attribute__((warn_unused_result));
// Replaces the file, or makes it: temporary name, fsync, rename, fsync of the directory. A link is
// replaced by the file; a device or a pipe is written to.
bool file_write(const char *path, Str text, mode_t mode, Err *err)
    __attribute__((warn_unused_result));
// What `write` prints there, piece by piece: a file that a failure may leave half written.
bool file_print(const char *path, bool (*write)(void *context, FILE *stream), void *context,
                Err *err) __attribute__((warn_unused_result));
// The same into a file that must not exist yet; a failure leaves none.
bool file_print_new(const char *path, bool (*write)(void *context, FILE *stream), void *context,
                    Err *err) __attribute__((warn_unused_result));
// Could something be written there? Asked before work whose result it is for; makes nothing.
bool file_check_writable(const char *path, Err *err) __attribute__((warn_unused_result));
// One write at the end of the file (made with 0644 when missing), so that lines of several
// processes do not mix.
bool file_append(const char *path, Str text, Err *err) __attribute__((warn_unused_result));
// The same, with the file kept open in `fd` for the next time; -1 at first, the caller closes it.
bool file_append_kept(const char *path, int *fd, Str text, Err *err)
    __attribute__((warn_unused_result));

// The directory and what is missing above it; one that exists is fine and keeps its mode.
bool file_make_directories(const char *path, mode_t mode, Err *err)
    __attribute__((warn_unused_result));
// Everything but "." and "..", sorted by the bytes of the names.
bool file_list(Arena *arena, const char *directory, FileEntries *ret_entries, Err *err)
    __attribute__((warn_unused_result));

// In file_tree.c. A missing path is fine; links are removed, never followed.
bool file_remove_tree(const char *path, Err *err) __attribute__((warn_unused_result));
// `to` must not exist. Directories, files (shared blocks where the file system can) and links with
// their modes, as root with their owners too; anything else is an error. Not synced to disk.
bool file_copy_tree(const char *from, const char *to, Err *err) __attribute__((warn_unused_result));
// One file, by its name and with its mode, into a directory that has none of that name.
bool file_copy_into(const char *from, const char *directory, Err *err)
    __attribute__((warn_unused_result));
