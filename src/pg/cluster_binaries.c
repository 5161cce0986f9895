#include "pg/cluster_binaries.h"

#include "base/vec.h"
#include "io/process.h"
#include "pg/program_place.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const *server_environment(Arena *arena)
{
    static const char *const NAMES[] = {"PATH", "LD_LIBRARY_PATH"};
    VEC(const char *) all = {0};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        const char *value = getenv(NAMES[i]);
        if (value)
            *vec_append(arena, &all) = arena_printf(arena, "%s=%s", NAMES[i], value);
    }
    *vec_append(arena, &all) = "LC_ALL=C"; // messages that we quote
    *vec_append(arena, &all) = "TZ=UTC";
    *vec_append(arena, &all) = NULL;
    return all.items;
}

static bool is_supported(int major)
{
    return major >= PROGRAM_OLDEST_MAJOR && major <= PROGRAM_NEWEST_MAJOR;
}

static bool has_program(Arena *arena, const char *directory, const char *program)
{
    return access(arena_printf(arena, "%s/%s", directory, program), X_OK) == 0;
}

static bool has_programs(Arena *arena, const char *directory)
{
    return has_program(arena, directory, "postgres") && has_program(arena, directory, "initdb");
}

// "postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)", "postgres (PostgreSQL) 18beta1"
static int major_of(Str version)
{
    Str marker = STR("(PostgreSQL) ");
    ptrdiff_t at = str_find(version, marker);
    if (at < 0)
        return 0;
    return (int)strtol(version.p + at + marker.n, NULL, 10);
}

static bool not_runnable(Arena *arena, const ServerUser *user, const char *program, Err *err)
{
    const char *barrier = user->is_other ? server_user_program_barrier(arena, user, program) : NULL;
    err->class = ERR_CONFIG;
    if (!barrier)
        return false;
    err_detail(err, "as root the server runs as user %s, who may not enter %s", user->name,
               barrier);
    return err_hint(err, "chmod a+rx %s", barrier);
}

// Asks the program itself, as the user that is going to run it.
static bool examine(Arena *arena, const ServerUser *user, const char *directory,
                    ServerBinaries *ret_binaries, Err *err)
{
    const char *program = arena_printf(arena, "%s/postgres", directory);
    TEXT_SCOPED out;
    text_init(&out, 1000);
    TEXT_SCOPED error_out;
    text_init(&error_out, 1000);
    int exit_code;
    ProcessOptions options = {
        .argv = (const char *const[]){program, "--version", NULL},
        .env = server_environment(arena),
        .has_own_environment = true,
        .directory = "/",
        .user = user->is_other ? user->uid : 0,
        .group = user->gid,
    };
    if (!process_run(&options, &out, &error_out, &exit_code, err))
        return err->class != ERR_INTERRUPTED && not_runnable(arena, user, program, err);
    Str version = str_trim(text_str(&out));
    int major = major_of(version);
    if (exit_code != 0 || major == 0) {
        fail(err, ERR_CONFIG, "cannot tell the version of %s", program);
        return err_detail(err, "%s%s", text_cstr(&out), text_cstr(&error_out));
    }
    if (!is_supported(major)) {
        fail(err, ERR_CONFIG, "%s is version %d; supported are %d to %d", program, major,
             PROGRAM_OLDEST_MAJOR, PROGRAM_NEWEST_MAJOR);
        return err_hint(err, "set MIGRATE_SAFE_PG_BIN to the bin directory of a supported version");
    }
    *ret_binaries =
        (ServerBinaries){arena_strdup(arena, directory), arena_dup(arena, version), major};
    return true;
}

// One that was named: what is wrong with it is an error, not a reason to look elsewhere.
static bool examine_named(Arena *arena, const ServerUser *user, const char *directory,
                          const char *named_by, ServerBinaries *ret_binaries, Err *err)
{
    if (has_programs(arena, directory))
        return examine(arena, user, directory, ret_binaries, err);
    fail(err, ERR_CONFIG, "%s has no PostgreSQL server: %s", named_by, directory);
    err_detail(err, "the programs postgres and initdb have to be there");
    return err_hint(err, "ls /usr/lib/postgresql/*/bin/postgres");
}

// ---- looking for one that was not named

typedef VEC(const char *) Directories;

static void add_places(Arena *arena, int major, Directories *directories)
{
    const char *place;
    for (int number = major ? major : PROGRAM_NEWEST_MAJOR;
         number >= (major ? major : PROGRAM_OLDEST_MAJOR); number--)
        for (size_t i = 0; (place = program_place(arena, i, number)); i++)
            *vec_append(arena, directories) = place;
}

static void add_pg_config(Arena *arena, Directories *directories)
{
    TEXT_SCOPED out;
    text_init(&out, 4096);
    int exit_code;
    Err absent;
    ProcessOptions options = {.argv = (const char *const[]){"pg_config", "--bindir", NULL}};
    if (process_run(&options, &out, NULL, &exit_code, &absent) && exit_code == 0)
        *vec_append(arena, directories) = arena_dup(arena, str_trim(text_str(&out)));
}

static void add_path(Arena *arena, Directories *directories)
{
    Str rest = str_from(getenv("PATH"));
    while (rest.n) {
        Str one = str_until(rest, ':');
        rest = str_skip(rest, one.n < rest.n ? one.n + 1 : one.n);
        if (str_starts(one, STR("/")))
            *vec_append(arena, directories) = arena_dup(arena, one);
    }
}

static bool none_found(int major, const Err *why, Err *err)
{
    if (major)
        fail(err, ERR_CONFIG, "no PostgreSQL %d server is installed", major);
    else
        fail(err, ERR_CONFIG, "no PostgreSQL server is installed");
    if (why->class != ERR_NONE)
        err_detail(err, "%s", why->message);
    return err_hint(err,
                    "apt-get install postgresql-%d, or set MIGRATE_SAFE_PG_BIN to its bin "
                    "directory",
                    major ? major : 15);
}

static bool find_first(Arena *arena, const ServerUser *user, const Directories *directories,
                       int major, ServerBinaries *ret_binaries, Err *why)
{
    for (size_t i = 0; i < directories->len; i++) {
        ServerBinaries found;
        const char *directory = directories->items[i];
        if (has_programs(arena, directory) && examine(arena, user, directory, &found, why) &&
            (major == 0 || found.major == major)) {
            *ret_binaries = found;
            return true;
        }
    }
    return false;
}

bool server_binaries_find(Arena *arena, const ServerUser *user, const char *directory, int major,
                          ServerBinaries *ret_binaries, Err *err)
{
    ServerBinaries found;
    if (major && !is_supported(major))
        return fail(err, ERR_CONFIG, "PostgreSQL %d is not supported: %d to %d are", major,
                    PROGRAM_OLDEST_MAJOR, PROGRAM_NEWEST_MAJOR);
    if (directory) {
        if (!examine_named(arena, user, directory, "the directory given", &found, err))
            return false;
        if (major && found.major != major)
            return fail(err, ERR_CONFIG, "%s has PostgreSQL %d, not %d", directory, found.major,
                        major);
        *ret_binaries = found;
        return true;
    }
    const char *named = getenv("MIGRATE_SAFE_PG_BIN");
    if (named && *named) {
        if (!examine_named(arena, user, named, "MIGRATE_SAFE_PG_BIN", &found, err))
            return false;
        if (major == 0 || found.major == major) {
            *ret_binaries = found;
            return true;
        }
    }
    Err why = {0};
    Directories directories = {0};
    add_places(arena, major, &directories);
    if (find_first(arena, user, &directories, major, ret_binaries, &why))
        return true;
    directories = (Directories){0};
    add_pg_config(arena, &directories); // a program to run: only when it is needed
    add_path(arena, &directories);
    return find_first(arena, user, &directories, major, ret_binaries, &why) ||
           none_found(major, &why, err);
}
