#include "pg/client_tool.h"

#include "io/process.h"
#include "pg/program_place.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct Search {
    Arena *arena;
    const char *name;
    ClientTools *tools;
    Err *err;
} Search;

// By another path too: /bin is /usr/bin nowadays.
static bool is_known(const Search *search, const char *path)
{
    struct stat found;
    struct stat known;
    VEC_EACH (const ClientTool, tool, search->tools)
        if (strcmp(tool->path, path) == 0 ||
            (stat(path, &found) == 0 && stat(tool->path, &known) == 0 &&
             found.st_dev == known.st_dev && found.st_ino == known.st_ino))
            return true;
    return false;
}

// "pg_dump (PostgreSQL) 15.8 (Debian 15.8-0+deb12u1)": "15.8".
static Str version_of(Str said)
{
    Str marker = STR("(PostgreSQL) ");
    ptrdiff_t at = str_find(said, marker);
    return at < 0 ? (Str){0} : str_until(str_skip(said, (size_t)at + marker.n), ' ');
}

static bool look(const Search *search, Str directory, bool is_in_path)
{
    const char *path = arena_printf(search->arena, STR_FMT "/%s", STR_ARG(directory), search->name);
    if (directory.n == 0 || directory.p[0] != '/' || access(path, X_OK) != 0 ||
        is_known(search, path))
        return true;
    TEXT_SCOPED out;
    text_init(&out, 1000);
    TEXT_SCOPED error_out;
    text_init(&error_out, 1000);
    int exit_code;
    ProcessOptions options = {.argv = (const char *const[]){path, "--version", NULL}};
    if (!process_run(&options, &out, &error_out, &exit_code, search->err))
        return search->err->class != ERR_INTERRUPTED;
    Str version = version_of(str_trim(text_str(&out)));
    if (exit_code == 0 && version.n)
        *vec_append(search->arena, search->tools) = (ClientTool){
            .path = path,
            .version = arena_dup(search->arena, version),
            .major = (int)strtol(version.p, NULL, 10),
            .is_in_path = is_in_path,
        };
    return true;
}

bool client_tools_find(Arena *arena, const char *name, ClientTools *ret_tools, Err *err)
{
    ClientTools tools = {0};
    Search search = {arena, name, &tools, err};
    Str rest = str_from(getenv("PATH"));
    while (rest.n) {
        Str directory = str_until(rest, ':');
        rest = str_skip(rest, directory.n < rest.n ? directory.n + 1 : directory.n);
        if (!look(&search, directory, true))
            return false;
    }
    for (int major = PROGRAM_NEWEST_MAJOR; major >= PROGRAM_OLDEST_MAJOR; major--) {
        const char *place;
        for (size_t i = 0; (place = program_place(arena, i, major)); i++)
            if (!look(&search, str_from(place), false))
                return false;
    }
    *ret_tools = tools;
    return true;
}
