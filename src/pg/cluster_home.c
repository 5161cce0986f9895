#include "pg/cluster_home.h"

#include "io/clock.h"
#include "io/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define PREFIX "migrate-safe-pg-"

// ---- who a process is: its pid may be another's by now, the moment it started may not

// Field 22 of /proc/PID/stat, in clock ticks since boot; 0: there is no such process, or it is dead
// and only waits for a parent that does not care (a container's first process often does not).
static unsigned long long start_of(pid_t pid)
{
    ARENA_SCOPED arena = arena_new();
    Str text;
    Err ignored;
    if (!file_read(arena, arena_printf(arena, "/proc/%d/stat", (int)pid), 4096, &text, &ignored))
        return 0;
    const char *at = strrchr(text.p, ')'); // the name before it may have blanks and brackets
    if (!at || strchr("ZX", at[1] ? at[2] : 'Z'))
        return 0;
    for (int field = 2; at && field < 22; field++)
        at = strchr(at + 1, ' ');
    return at ? strtoull(at, NULL, 10) : 0;
}

// ---- making

// NULL: not usable. The server's list of socket directories has no way to quote these characters
// that all versions agree on.
static const char *usable_parent(Arena *arena, const ServerUser *user, const char *parent)
{
    struct sockaddr_un address;
    size_t name = strlen("/" PREFIX "XXXXXX/.s.PGSQL.5432") + 1;
    if (!parent || *parent != '/' || strpbrk(parent, ",'\"\\\n") ||
        strlen(parent) + name > sizeof address.sun_path)
        return NULL;
    bool is_ours_to_fill = access(parent, W_OK | X_OK) == 0;
    return !is_ours_to_fill || server_user_barrier(arena, user, parent) ? NULL : parent;
}

// Named `owner` only when it is locked and written: who sees the name may believe it.
static int claim(Arena *arena, const char *home)
{
    const char *unfinished = arena_printf(arena, "%s/owner.new", home);
    int fd = open(unfinished, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0)
        return -1;
    // A file system without locks leaves pid and start time.
    (void)flock(fd, LOCK_EX | LOCK_NB);
    bool is_written = dprintf(fd, "%d %llu\n", (int)getpid(), start_of(getpid())) > 0 &&
                      rename(unfinished, arena_printf(arena, "%s/owner", home)) == 0;
    if (is_written)
        return fd;
    close(fd);
    return -1;
}

bool cluster_home_make(Arena *arena, const ServerUser *user, ClusterHome *ret_home, Err *err)
{
    const char *parent = usable_parent(arena, user, getenv("TMPDIR"));
    char *path = arena_printf(arena, "%s/" PREFIX "XXXXXX", parent ? parent : "/tmp");
    if (!mkdtemp(path)) {
        fail_errno(err, ERR_IO, errno, "cannot make directory %s", path);
        return err_hint(err, "set TMPDIR to a directory where a server of %s may write",
                        user->name);
    }
    int owner = claim(arena, path);
    bool is_ours = owner >= 0 && (!user->is_other || chown(path, user->uid, user->gid) == 0);
    if (is_ours) {
        *ret_home = (ClusterHome){path, owner};
        return true;
    }
    fail_errno(err, ERR_IO, errno, "cannot prepare directory %s", path);
    ClusterHome half = {path, owner};
    cluster_home_remove(&half);
    return false;
}

void cluster_home_remove(ClusterHome *home)
{
    Err left_behind;
    if (!file_remove_tree(home->path, &left_behind))
        (void)left_behind; // the next start tries again
    if (home->owner >= 0)
        close(home->owner);
    home->owner = -1;
}

// ---- sweeping

// An owner file whose lock can be had and whose process is gone. The descriptor keeps the lock, so
// that of two sweepers one does it.
static bool is_abandoned(int home, int *ret_lock)
{
    enum {
        GRACE_S = 60 // between mkdtemp and the name `owner`
    };
    struct stat status;
    int fd = openat(home, "owner", O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    *ret_lock = fd;
    if (fd < 0)
        return errno == ENOENT && fstat(home, &status) == 0 &&
               time(NULL) - status.st_ctime > GRACE_S;
    if (flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return false;
    char text[64] = "";
    if (pread(fd, text, sizeof text - 1, 0) <= 0)
        return true;
    char *end;
    long pid = strtol(text, &end, 10);
    unsigned long long start = strtoull(end, NULL, 10);
    return pid <= 0 || start == 0 || start_of((pid_t)pid) != start;
}

// The postmaster of this directory, by what the kernel says of it and not by its pid file alone:
// pids are reused. 0: there is none.
static pid_t postmaster_of(Arena *arena, const char *home, uid_t uid)
{
    Str text;
    Err ignored;
    if (!file_read(arena, arena_printf(arena, "%s/data/postmaster.pid", home), 4096, &text,
                   &ignored))
        return 0;
    pid_t pid = (pid_t)strtol(text.p, NULL, 10);
    if (pid <= 1)
        return 0;
    const char *proc = arena_printf(arena, "/proc/%d", (int)pid);
    struct stat status;
    char directory[PATH_MAX];
    ssize_t length = readlink(arena_printf(arena, "%s/cwd", proc), directory, sizeof directory - 1);
    if (length < 0 || stat(proc, &status) != 0 || status.st_uid != uid)
        return 0;
    directory[length] = '\0';
    char wanted[PATH_MAX];
    if (!realpath(arena_printf(arena, "%s/data", home), wanted))
        return 0;
    return strcmp(directory, wanted) == 0 ? pid : 0;
}

static void end_postmaster(Arena *arena, const char *home, uid_t uid)
{
    enum {
        PAUSE_MS = 10,
        PATIENCE = 600, // the postmaster gives its children 5 s
    };
    pid_t pid = postmaster_of(arena, home, uid);
    unsigned long long start = pid ? start_of(pid) : 0;
    if (!start)
        return;
    kill(pid, SIGQUIT);
    for (int i = 0; i < PATIENCE && start_of(pid) == start; i++)
        if (!clock_sleep_ms(PAUSE_MS))
            break;
    if (start_of(pid) == start)
        kill(pid, SIGKILL);
}

static void sweep_one(const ServerUser *user, const char *path)
{
    int home = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (home < 0)
        return;
    struct stat status;
    int lock = -1;
    // Root sees everybody's, and touches what it made itself.
    bool is_ours = fstat(home, &status) == 0 && (status.st_mode & 0777) == 0700 &&
                   (status.st_uid == user->uid || status.st_uid == geteuid());
    if (is_ours && is_abandoned(home, &lock)) {
        ARENA_SCOPED arena = arena_new();
        end_postmaster(arena, path, status.st_uid);
        ClusterHome abandoned = {path, lock};
        cluster_home_remove(&abandoned);
    } else if (lock >= 0) {
        close(lock);
    }
    close(home);
}

static void sweep_below(const ServerUser *user, const char *parent)
{
    ARENA_SCOPED arena = arena_new();
    FileEntries entries = {0};
    Err ignored;
    if (!file_list(arena, parent, &entries, &ignored))
        return;
    VEC_EACH (const FileEntry, entry, &entries)
        if (entry->is_directory && !entry->is_link &&
            str_starts(str_from(entry->name), STR(PREFIX)))
            sweep_one(user, arena_printf(arena, "%s/%s", parent, entry->name));
}

void cluster_home_sweep(const ServerUser *user)
{
    const char *parent = getenv("TMPDIR");
    if (parent && *parent == '/' && strcmp(parent, "/tmp") != 0)
        sweep_below(user, parent);
    sweep_below(user, "/tmp");
}
