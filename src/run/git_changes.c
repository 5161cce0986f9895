#include "run/git_changes.h"

#include "io/process.h"

#include <string.h>

enum {
    NAMES_BYTES_MAX = 64 * 1024 * 1024,
    WORDS_MAX = 12
};

// Runs git there; `ret_text` is its output, with a NUL behind it.
static bool ask(Arena *arena, const char *directory, const char *const *words, Str *ret_text,
                int *ret_code, Err *err)
{
    const char *argv[WORDS_MAX + 4] = {"git", "-C", directory};
    TEXT_SCOPED out;
    TEXT_SCOPED said;
    text_init(&out, NAMES_BYTES_MAX);
    text_init(&said, 1024);
    for (size_t i = 0; words[i]; i++)
        argv[i + 3] = words[i];
    ProcessOptions options = {.argv = argv, .env = (const char *const[]){"LC_ALL=C", NULL}};
    if (!process_run(&options, &out, &said, ret_code, err)) {
        if (err->class == ERR_INTERRUPTED)
            return false;
        err_note(err, "--since");
        return err_hint(err, "install git, or lint without --since");
    }
    if (*ret_code) {
        fail(err, ERR_CONFIG, "git says: %s", text_cstr(&said));
        return true;
    }
    if (out.is_cut)
        return fail(err, ERR_IO, "git names more than %d bytes of files", NAMES_BYTES_MAX);
    *ret_text = (Str){arena_dup(arena, text_str(&out)), out.len};
    return true;
}

static const char *git_said(Arena *arena, const Err *err)
{
    return arena_dup(arena, str_trim(str_from(err->message)));
}

static bool find_top(Arena *arena, const char *directory, const char **ret_top, Err *err)
{
    Str text;
    int code;
    if (!ask(arena, directory, (const char *const[]){"rev-parse", "--show-toplevel", NULL}, &text,
             &code, err))
        return false;
    if (code) {
        const char *said = git_said(arena, err);
        fail(err, ERR_CONFIG, "--since needs a git repository, and %s is in none", directory);
        err_detail(err, "%s", said);
        return err_hint(err, "run it inside of the repository, or lint without --since");
    }
    *ret_top = arena_dup(arena, str_until(text, '\n'));
    return true;
}

static bool find_base(Arena *arena, const char *top, const char *ref, const char **ret_base,
                      Err *err)
{
    Str text;
    int code;
    // What begins with a dash would be an option.
    const char *commit = arena_printf(arena, "%s^{commit}", ref);
    if (!ask(arena, top,
             (const char *const[]){"rev-parse", "--verify", "--quiet", "--end-of-options", commit,
                                   NULL},
             &text, &code, err))
        return false;
    if (code) {
        fail(err, ERR_CONFIG, "--since: git knows no commit \"%s\"", ref);
        return err_hint(err,
                        "in a shallow clone fetch it first: git fetch origin %s (GitHub: "
                        "fetch-depth: 0)",
                        ref);
    }
    const char *found = arena_dup(arena, str_until(text, '\n'));
    if (!ask(arena, top, (const char *const[]){"merge-base", found, "HEAD", NULL}, &text, &code,
             err))
        return false;
    if (code) {
        const char *said = git_said(arena, err);
        fail(err, ERR_CONFIG, "--since: \"%s\" and HEAD have no commit in common here", ref);
        if (*said)
            err_detail(err, "%s", said);
        return err_hint(err, "in a shallow clone fetch the rest: git fetch --unshallow");
    }
    *ret_base = arena_dup(arena, str_until(text, '\n'));
    return true;
}

// Names from the top of the repository, each with a NUL behind it.
static bool add_names(Arena *arena, const char *top, const char *const *words, Words *paths,
                      Err *err)
{
    Str text;
    int code;
    if (!ask(arena, top, words, &text, &code, err))
        return false;
    if (code)
        return err_note(err, "--since");
    while (text.n) {
        Str name = str_until(text, '\0');
        *vec_append(arena, paths) = arena_join(arena, str_from(top), STR("/"), name);
        text = str_skip(text, name.n < text.n ? name.n + 1 : name.n);
    }
    return true;
}

bool git_changes(Arena *arena, const char *directory, const char *ref, Words *ret_paths, Err *err)
{
    const char *top = NULL;
    const char *base = NULL;
    Words paths = {0};
    if (!find_top(arena, directory, &top, err) || !find_base(arena, top, ref, &base, err) ||
        !add_names(arena, top,
                   (const char *const[]){"diff", "--name-only", "--no-renames", "--diff-filter=d",
                                         "-z", base, "--", NULL},
                   &paths, err) ||
        !add_names(arena, top,
                   (const char *const[]){"ls-files", "--others", "--exclude-standard", "-z", NULL},
                   &paths, err))
        return false;
    *ret_paths = paths;
    return true;
}
