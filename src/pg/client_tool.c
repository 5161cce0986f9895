#include "pg/client_tool.h"

#include "base/words.h"
#include "io/process.h"
#include "pg/program_place.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    ANSWER_MAX = 1000,
    COMPLAINT_MAX = 8000
};

typedef struct Search {
    Arena *arena;
    const char *name;
    ClientTools *tools;
    Err *err;
} Search;

// What a program answered to --version.
typedef struct Answer {
    Str version; // empty when it did not say it
    int exit_code;
    const char *complaint; // its stderr
} Answer;

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

static const char *const *argv_of(Arena *arena, const char *const *words, const char *program,
                                  const char *argument)
{
    Words argv = {0};
    for (; words && *words; words++)
        *vec_append(arena, &argv) = *words;
    *vec_append(arena, &argv) = program;
    *vec_append(arena, &argv) = argument;
    *vec_append(arena, &argv) = NULL;
    return argv.items;
}

static bool ask_version(Arena *arena, const char *const *argv, Answer *ret_answer, Err *err)
{
    TEXT_SCOPED out;
    text_init(&out, ANSWER_MAX);
    TEXT_SCOPED error_out;
    text_init(&error_out, COMPLAINT_MAX);
    ProcessOptions options = {.argv = argv};
    int exit_code;
    if (!process_run(&options, &out, &error_out, &exit_code, err))
        return false;
    Str version = version_of(str_trim(text_str(&out)));
    *ret_answer = (Answer){
        .version = {arena_dup(arena, version), version.n},
        .exit_code = exit_code,
        .complaint = arena_dup(arena, str_trim(text_str(&error_out))),
    };
    return true;
}

static void add(const Search *search, const char *const *words, const char *program,
                const char *path, Str version, bool is_in_path)
{
    *vec_append(search->arena, search->tools) = (ClientTool){
        .name = search->name,
        .path = path,
        .argv = argv_of(search->arena, words, program, NULL),
        .version = version.p,
        .major = (int)strtol(version.p, NULL, 10),
        .is_in_path = is_in_path,
    };
}

static bool look(const Search *search, Str directory, bool is_in_path)
{
    const char *path = arena_printf(search->arena, STR_FMT "/%s", STR_ARG(directory), search->name);
    if (directory.n == 0 || directory.p[0] != '/' || access(path, X_OK) != 0 ||
        is_known(search, path))
        return true;
    Answer answer;
    if (!ask_version(search->arena, argv_of(search->arena, NULL, path, "--version"), &answer,
                     search->err))
        return search->err->class != ERR_INTERRUPTED;
    if (answer.exit_code == 0 && answer.version.n)
        add(search, NULL, path, path, answer.version, is_in_path);
    return true;
}

static bool look_behind(const Search *search, const char *const *words)
{
    Arena *arena = search->arena;
    Words shown = {0};
    for (const char *const *word = words; *word; word++)
        *vec_append(arena, &shown) = *word;
    *vec_append(arena, &shown) = search->name;
    const char *path = words_join(arena, &shown);
    Answer answer;
    if (!ask_version(arena, argv_of(arena, words, search->name, "--version"), &answer,
                     search->err)) {
        err_note(search->err, "tools");
        return false;
    }
    if (answer.exit_code == 0 && answer.version.n) {
        add(search, words, search->name, path, answer.version, false);
        return true;
    }
    if (answer.exit_code)
        fail(search->err, ERR_IO, "tools: %s --version ended with exit code %d", path,
             answer.exit_code);
    else
        fail(search->err, ERR_IO, "tools: %s --version does not say its version", path);
    if (*answer.complaint)
        err_detail(search->err, "%s", answer.complaint);
    return err_hint(search->err, "try: %s --version", path);
}

bool client_tools_find(Arena *arena, const ClientPlace *place, const char *name,
                       ClientTools *ret_tools, Err *err)
{
    ClientTools tools = {0};
    Search search = {arena, name, &tools, err};
    if (place->words) {
        if (!look_behind(&search, place->words))
            return false;
        *ret_tools = tools;
        return true;
    }
    Str rest = str_from(getenv("PATH"));
    while (rest.n) {
        Str directory = str_until(rest, ':');
        rest = str_skip(rest, directory.n < rest.n ? directory.n + 1 : directory.n);
        if (!look(&search, directory, true))
            return false;
    }
    for (int major = PROGRAM_NEWEST_MAJOR; major >= PROGRAM_OLDEST_MAJOR; major--) {
        const char *program;
        for (size_t i = 0; (program = program_place(arena, i, major)); i++)
            if (!look(&search, str_from(program), false))
                return false;
    }
    *ret_tools = tools;
    return true;
}

const ClientTool *client_tools_choose(const ClientTools *tools, int server_major)
{
    const ClientTool *best = NULL;
    VEC_EACH (const ClientTool, tool, tools) {
        if (!best || (server_major && tool->major == server_major && best->major != server_major))
            best = tool;
        else if (server_major && best->major != server_major) {
            bool is_nearer = best->major > server_major
                                 ? tool->major > server_major && tool->major < best->major
                                 : tool->major > best->major;
            if (is_nearer)
                best = tool;
        }
    }
    return best;
}

const char *client_tool_install(Arena *arena, const ClientPlace *place, int server_major)
{
    const char *package = server_major ? arena_printf(arena, "postgresql-client-%d", server_major)
                                       : "postgresql-client";
    return arena_printf(arena, "apt-get install %s%s", package,
                        place->words ? " (where tools: runs them)" : "");
}

bool client_tool_find(Arena *arena, const ClientPlace *place, const char *name, int major,
                      ClientTool *ret_tool, Err *err)
{
    ClientTools tools;
    if (!client_tools_find(arena, place, name, &tools, err))
        return false;
    const ClientTool *best = client_tools_choose(&tools, major);
    if (!best) {
        fail(err, ERR_IO, "%s is not installed", name);
        return err_hint(
            err, "%s, or name what runs it: tools:", client_tool_install(arena, place, major));
    }
    *ret_tool = *best;
    return true;
}

bool client_tool_get(Arena *arena, const ClientPlace *place, const char *name, int server_major,
                     ClientTool *ret_tool, Err *err)
{
    ClientTool best;
    if (!client_tool_find(arena, place, name, server_major, &best, err))
        return false;
    if (best.major < server_major) {
        fail(err, ERR_IO, "%s %s (%s) cannot read a server of PostgreSQL %d", name, best.version,
             best.path, server_major);
        return err_hint(err, "%s", client_tool_install(arena, place, server_major));
    }
    *ret_tool = best;
    return true;
}
