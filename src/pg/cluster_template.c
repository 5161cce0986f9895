#include "pg/cluster_template.h"

#include "base/sha256.h"
#include "io/clock.h"
#include "io/file.h"
#include "io/process.h"

#include <fcntl.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

// Part of the cache's key: a change of the options makes new templates.
// --no-instructions is not among them, 13 does not know it; --no-sync because syncfs follows when
// the copy is kept.
static const char *const INITDB_OPTIONS[] = {
    "--no-sync",       "--username=postgres", "--auth=trust",
    "--encoding=UTF8", "--locale=C",          "--wal-segsize=1",
};
enum {
    INITDB_OPTION_COUNT = sizeof INITDB_OPTIONS / sizeof *INITDB_OPTIONS
};

// Byte order sorts fast and the same everywhere; upper() and \w should know more letters than
// ASCII, where the C library does.
static const char *character_classes(void)
{
    locale_t wide = newlocale(LC_ALL_MASK, "C.UTF-8", (locale_t)0);
    if (wide == (locale_t)0)
        return "--lc-ctype=C";
    freelocale(wide);
    return "--lc-ctype=C.UTF-8";
}

static bool run_initdb(Arena *arena, const ServerUser *user, const ServerBinaries *binaries,
                       const char *data, Err *err)
{
    const char *argv[INITDB_OPTION_COUNT + 5] = {
        arena_printf(arena, "%s/initdb", binaries->directory), "-D", data, character_classes()};
    for (size_t i = 0; i < INITDB_OPTION_COUNT; i++)
        argv[4 + i] = INITDB_OPTIONS[i];
    ProcessOptions options = {
        .argv = argv,
        .env = server_environment(arena),
        .has_own_environment = true,
        .directory = "/",
        .user = user->is_other ? user->uid : 0,
        .group = user->gid,
        .death_signal = SIGTERM,
    };
    TEXT_SCOPED error_out;
    text_init(&error_out, 4000);
    int exit_code;
    if (!process_run(&options, NULL, &error_out, &exit_code, err))
        return false;
    if (exit_code == 0)
        return true;
    fail(err, ERR_IO, "%s failed with exit code %d", argv[0], exit_code);
    return err_detail(err, "%s", text_cstr(&error_out));
}

// ---- the cache

// Ours, a directory, and nobody else can write there. In /tmp somebody may have made it before us.
static bool is_private(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == geteuid() &&
           (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

// NULL: nowhere.
static const char *cache_directory(Arena *arena)
{
    const char *home = getenv("HOME");
    const char *xdg = getenv("XDG_CACHE_HOME");
    const char *places[3] = {0};
    size_t count = 0;
    if (geteuid() == 0)
        places[count++] = "/var/cache/migrate-safe";
    else if (xdg && *xdg == '/')
        places[count++] = arena_printf(arena, "%s/migrate-safe", xdg);
    else if (home && *home == '/')
        places[count++] = arena_printf(arena, "%s/.cache/migrate-safe", home);
    places[count++] = arena_printf(arena, "/tmp/migrate-safe-cache-%u", (unsigned)geteuid());
    for (size_t i = 0; i < count; i++) {
        Err ignored;
        if (file_make_directories(places[i], 0700, &ignored) && is_private(places[i]) &&
            access(places[i], W_OK) == 0)
            return places[i];
    }
    return NULL;
}

static const char *template_name(Arena *arena, const ServerUser *user,
                                 const ServerBinaries *binaries)
{
    Sha256 *hash = sha256_new();
    sha256_add(hash, str_from(arena_printf(arena, "%s\n%s\n%u\n%s\n", binaries->version,
                                           binaries->directory, (unsigned)user->uid,
                                           character_classes())));
    for (size_t i = 0; i < INITDB_OPTION_COUNT; i++)
        sha256_add(hash, str_from(INITDB_OPTIONS[i]));
    char hex[SHA256_HEX];
    sha256_finish(hash, hex);
    return arena_printf(arena, "initdb-%d-%.16s", binaries->major, hex);
}

// A descriptor that holds the lock until it is closed; -1 when it cannot be had in a minute, after
// which everybody runs initdb for himself.
static int lock_cache(Arena *arena, const char *cache)
{
    enum {
        ATTEMPTS = 3000,
        PAUSE_MS = 20
    };
    int fd = open(arena_printf(arena, "%s/lock", cache), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
                  0600);
    for (int attempt = 0; fd >= 0 && attempt < ATTEMPTS; attempt++) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0)
            return fd;
        if (!clock_sleep_ms(PAUSE_MS))
            break;
    }
    if (fd >= 0)
        close(fd);
    return -1;
}

// Under the lock, so that what has this name and is not finished is a dead process's. To the disk
// before it gets its name: after a power cut a half template would spoil every later start.
static void keep(Arena *arena, const char *data, const char *template, int lock)
{
    Err ignored;
    const char *unfinished = arena_printf(arena, "%s.unfinished", template);
    bool is_kept = file_remove_tree(unfinished, &ignored) &&
                   file_copy_tree(data, unfinished, &ignored) && syncfs(lock) == 0 &&
                   rename(unfinished, template) == 0;
    if (!is_kept && !file_remove_tree(unfinished, &ignored))
        return; // the next one who holds the lock tries again
}

bool cluster_template_place(Arena *arena, const ServerUser *user, const ServerBinaries *binaries,
                            const char *data, Err *err)
{
    const char *cache = cache_directory(arena);
    if (!cache)
        return run_initdb(arena, user, binaries, data, err);
    const char *template =
        arena_printf(arena, "%s/%s", cache, template_name(arena, user, binaries));
    int lock = file_is_directory(template) ? -1 : lock_cache(arena, cache);
    bool is_placed;
    if (file_is_directory(template)) {
        is_placed = file_copy_tree(template, data, err) ||
                    // somebody is clearing the cache just now
                    (file_remove_tree(data, err) && run_initdb(arena, user, binaries, data, err));
    } else {
        is_placed = run_initdb(arena, user, binaries, data, err);
        if (is_placed && lock >= 0)
            keep(arena, data, template, lock);
    }
    if (lock >= 0)
        close(lock);
    return is_placed;
}
