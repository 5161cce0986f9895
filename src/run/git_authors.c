#include "run/git_authors.h"

#include "base/text.h"
#include "io/process.h"

#include <string.h>

enum {
    AUTHORS_BYTES_MAX = 1024 * 1024
};

static Str folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (Str){path, (size_t)(slash - path)} : STR(".");
}

static const char *name_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void add(Arena *arena, Words *authors, Str author)
{
    VEC_EACH (const char *, known, authors)
        if (str_eq(str_from(*known), author))
            return;
    if (author.n)
        *vec_append(arena, authors) = arena_dup(arena, author);
}

// Those who wrote any of the plan's files in this folder.
static bool ask(Arena *arena, const Plan *plan, Str folder, Words *authors, Err *err)
{
    TEXT_SCOPED out;
    Words argv = {0};
    int exit_code;
    const char *const lead[] = {"git", "-C",           *folder.p ? arena_dup(arena, folder) : "/",
                                "log", "--format=%ae", "--"};
    text_init(&out, AUTHORS_BYTES_MAX);
    for (size_t i = 0; i < sizeof lead / sizeof *lead; i++)
        *vec_append(arena, &argv) = lead[i];
    VEC_EACH (const Step, step, &plan->steps)
        if (step->script.path && str_eq(folder_of(step->script.path), folder))
            *vec_append(arena, &argv) =
                arena_printf(arena, ":(literal)%s", name_of(step->script.path));
    *vec_append(arena, &argv) = NULL;
    ProcessOptions options = {.argv = argv.items, .env = (const char *const[]){"LC_ALL=C", NULL}};
    if (!process_run(&options, &out, NULL, &exit_code, err)) {
        if (err->class == ERR_INTERRUPTED)
            return false;
        *err = (Err){0}; // no git: nobody is known
        return true;
    }
    Str rest = text_str(&out);
    for (Str line; exit_code == 0 && str_line(&rest, &line);)
        add(arena, authors, line);
    return true;
}

bool git_authors(Arena *arena, const Plan *plan, Words *ret_authors, Err *err)
{
    Words authors = {0};
    for (size_t i = 0; i < plan->steps.len; i++) {
        const char *path = plan->steps.items[i].script.path;
        bool is_asked = !path;
        for (size_t before = 0; before < i && path; before++) {
            const char *other = plan->steps.items[before].script.path;
            is_asked |= other && str_eq(folder_of(other), folder_of(path));
        }
        if (!is_asked && !ask(arena, plan, folder_of(path), &authors, err))
            return false;
    }
    *ret_authors = authors;
    return true;
}
