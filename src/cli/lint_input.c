#include "cli/lint_input.h"

#include "base/text.h"
#include "cli/workspace.h"
#include "io/file.h"
#include "run/git_changes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    STDIN_BYTES_MAX = 256 * 1024 * 1024,
    TEXT_BYTES_MOST = 4 * 1024 * 1024, // both processes of lint have what was read once
    DEPTH_MAX = 16,
    PARENTS = 2 // above a file, in which its source may be: diesel's folder/up.sql
};

static const char STDIN_NAME[] = "stdin.sql";

static void add_unreadable(LintInput *input, const Err *err)
{
    *vec_append(input->context->arena, &input->unreadable) =
        (Problem){.kind = PROBLEM_UNREADABLE, .is_error = true, .err = *err};
}

// One spelling of a path, so that a finding has one fingerprint: from here, without "./" and "//".
static const char *plain_path(Arena *arena, const char *path)
{
    char *here = getcwd(NULL, 0);
    size_t length = here ? strlen(here) : 0;
    if (length > 1 && strncmp(path, here, length) == 0 && path[length] == '/')
        path += length + 1;
    free(here);
    TEXT_SCOPED out;
    text_init(&out, strlen(path) + 2);
    for (const char *at = path; *at;) {
        size_t n = strcspn(at, "/");
        bool is_dot = n == 1 && *at == '.';
        if (n && !is_dot)
            text_append(&out, (Str){at, n});
        at += n;
        bool is_root = *at == '/' && at == path;
        bool is_needed = is_root || (*at && n && !is_dot);
        while (*at == '/')
            at++;
        if (is_needed && (*at || is_root))
            text_append_char(&out, '/');
    }
    return out.len ? arena_dup(arena, text_str(&out)) : ".";
}

static LintFolder *read_folder(LintInput *input, const char *path, Err *err)
{
    Arena *arena = input->context->arena;
    VEC_EACH (LintFolderAt, known, &input->folders)
        if (strcmp((*known)->path, path) == 0)
            return *known;
    LintFolder *folder = arena_new_object(arena, LintFolder);
    SourceOptions options = {
        .directories = (const char *const[]){path, NULL},
        .layout = input->layout,
        .values = input->values,
        .text_bytes_most = TEXT_BYTES_MOST,
    };
    folder->path = path;
    folder->is_usable = lint_chain_folder(arena, &options, &folder->source, &folder->chains,
                                          &input->unreadable, err);
    *vec_append(arena, &input->folders) = folder;
    return folder;
}

// For the state before what is reported of them.
static void take_silently(LintInput *input, const LintChains *chains)
{
    VEC_EACH (const LintChainAt, chain, chains) {
        VEC_EACH (LintScript, script, &(*chain)->scripts)
            script->is_reported = false;
        *vec_append(input->context->arena, &input->chains) = *chain;
    }
}

static bool has_chain(const LintInput *input, const LintFolder *folder)
{
    VEC_EACH (LintChainAt, chain, &input->chains)
        if (folder->chains.len && *chain == folder->chains.items[0])
            return true;
    return false;
}

static size_t count_scripts(const LintChains *chains)
{
    size_t count = 0;
    VEC_EACH (const LintChainAt, chain, chains)
        count += (*chain)->scripts.len;
    return count;
}

// A folder, and where there is no layout in it, those below it.
static void add_folder(LintInput *input, const char *path, int depth)
{
    Err err = {0};
    Arena *arena = input->context->arena;
    size_t unreadable = input->unreadable.len;
    LintFolder *folder = read_folder(input, path, &err);
    if (!folder->is_usable) {
        add_unreadable(input, &err);
        return;
    }
    bool is_taken = has_chain(input, folder);
    bool has_layout = false;
    size_t before = folder->chains.len;
    if (!folder->has_rest)
        lint_chain_rest(arena, &folder->source, &folder->chains, &input->unreadable);
    folder->has_rest = true;
    VEC_EACH (LintChainAt, chain, &folder->chains)
        VEC_EACH (LintScript, script, &(*chain)->scripts) {
            has_layout |= script->layout != NULL;
            script->is_reported = true;
        }
    for (size_t i = is_taken ? before : 0; i < folder->chains.len; i++)
        *vec_append(arena, &input->chains) = folder->chains.items[i];
    FileEntries entries = {0};
    if (has_layout || input->unreadable.len > unreadable || depth == DEPTH_MAX ||
        !file_list(arena, path, &entries, &err))
        return;
    VEC_EACH (const FileEntry, entry, &entries)
        if (entry->is_directory && !entry->is_link && entry->name[0] != '.' &&
            strcmp(entry->name, "node_modules") != 0)
            add_folder(input, plain_path(arena, arena_printf(arena, "%s/%s", path, entry->name)),
                       depth + 1);
}

// In a chain of that folder, as what its layout takes it for.
static bool report_in(LintInput *input, LintFolder *folder, const char *path, const Str *text)
{
    bool is_found = false;
    bool is_taken = has_chain(input, folder);
    VEC_EACH (LintChainAt, chain, &folder->chains)
        VEC_EACH (LintScript, script, &(*chain)->scripts)
            is_found |= script->layout && strcmp(script->script.path, path) == 0;
    if (!is_found)
        return false;
    if (!is_taken)
        take_silently(input, &folder->chains);
    VEC_EACH (LintChainAt, chain, &folder->chains)
        VEC_EACH (LintScript, script, &(*chain)->scripts) {
            if (strcmp(script->script.path, path) != 0)
                continue;
            script->is_reported = true;
            if (text && !script->is_syntax_only && !script->layout->markers)
                lint_script_replace(input->context->arena, script, *text);
        }
    return true;
}

static const char *parent_of(Arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/');
    if (!slash)
        return strcmp(path, ".") == 0 ? NULL : ".";
    return slash == path ? "/" : arena_dup(arena, (Str){path, (size_t)(slash - path)});
}

static bool report_in_source(LintInput *input, const char *path, const Str *text)
{
    Err ignored = {0};
    Arena *arena = input->context->arena;
    const OptionValue *dirs = &input->context->options.values[OPTION_DIR];
    for (size_t i = 0; i < dirs->list.len; i++) {
        const char *folder = plain_path(arena, dirs->list.items[i]);
        Str under = str_from(arena_printf(arena, "%s/", folder));
        if (str_starts(str_from(path), under) &&
            report_in(input, read_folder(input, folder, &ignored), path, text))
            return true;
    }
    const char *folder = path;
    for (int i = 0; i < PARENTS; i++) {
        folder = parent_of(arena, folder);
        if (!folder)
            break;
        // What cannot be read there and was not asked for is not told.
        size_t unreadable = input->unreadable.len;
        LintFolder *read = read_folder(input, folder, &ignored);
        input->unreadable.len = unreadable;
        if (report_in(input, read, path, text))
            return true;
    }
    return false;
}

static void add_file(LintInput *input, const char *path)
{
    Err err = {0};
    Arena *arena = input->context->arena;
    LintChain *chain;
    if (!file_exists(path)) {
        int saved_errno = errno;
        fail(&err, ERR_IO, "there is no such file or folder");
        err_hint(&err, "name files, folders, or - for stdin; see: migrate-safe lint --help");
        if (saved_errno != ENOENT && saved_errno != ENOTDIR) { // a loop of links, a closed folder
            fail_errno(&err, ERR_IO, saved_errno, "cannot be read");
            err_hint(&err, "ls -ld '%s'", path);
        }
        err_at(&err, path, (Position){0});
        add_unreadable(input, &err);
    } else if (!report_in_source(input, path, NULL)) {
        if (lint_chain_file(arena, path, &chain, &err))
            *vec_append(arena, &input->chains) = chain;
        else
            add_unreadable(input, &err);
    }
}

static bool add_stdin(LintInput *input, Err *err)
{
    Str text;
    Arena *arena = input->context->arena;
    const char *name = option_text(&input->context->options, OPTION_STDIN_FILEPATH);
    const char *path = name ? plain_path(arena, name) : STDIN_NAME;
    if (!file_read(arena, "/dev/stdin", STDIN_BYTES_MAX, &text, err))
        return false;
    if (!name || !report_in_source(input, path, &text))
        *vec_append(arena, &input->chains) = lint_chain_text(arena, path, text);
    return true;
}

static bool add_usual(LintInput *input, Err *err)
{
    Context *context = input->context;
    Arena *arena = context->arena;
    OptionValue *dirs = &context->options.values[OPTION_DIR];
    Words plain = {0};
    for (size_t i = 0; i < dirs->list.len; i++)
        *vec_append(arena, &plain) = plain_path(arena, dirs->list.items[i]);
    *vec_append(arena, &plain) = NULL;
    if (input->layout && strcmp(input->layout, LAYOUT_TABLE) == 0 && !dirs->list.len) {
        fail(err, ERR_CONFIG, "the migrations are rows of a table, and lint reads files");
        return err_hint(err, "name files or folders: migrate-safe lint DIR");
    }
    SourceOptions options = {.directories = dirs->list.len ? plain.items : NULL,
                             .layout = input->layout,
                             .values = input->values,
                             .text_bytes_most = TEXT_BYTES_MOST};
    LintFolder *folder = arena_new_object(arena, LintFolder); // scripts point into its source
    folder->path = "";
    *vec_append(arena, &input->folders) = folder;
    if (!lint_chain_folder(arena, &options, &folder->source, &input->chains, &input->unreadable,
                           err))
        return false;
    lint_chain_rest(arena, &folder->source, &input->chains, &input->unreadable);
    return true;
}

static int by_identity(const void *left, const void *right)
{
    const FileIdentity *a = left;
    const FileIdentity *b = right;
    if (a->device != b->device)
        return a->device < b->device ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

// Of what is reported only that stays which git calls changed.
static bool keep_changed(LintInput *input, const char *ref, Err *err)
{
    Arena *arena = input->context->arena;
    Words paths = {0};
    VEC(FileIdentity) changed = {0};
    FileIdentity identity;
    const char *folder = NULL;
    VEC_EACH (LintChainAt, chain, &input->chains)
        VEC_EACH (LintScript, script, &(*chain)->scripts)
            if (!folder && script->is_reported && file_exists(script->script.path))
                folder = parent_of(arena, script->script.path);
    if (!folder)
        return true;
    if (!git_changes(arena, folder, ref, &paths, err))
        return false;
    for (size_t i = 0; i < paths.len; i++)
        if (file_identity(paths.items[i], &identity))
            *vec_append(arena, &changed) = identity;
    vec_sort(&changed, by_identity);
    VEC_EACH (LintChainAt, chain, &input->chains)
        VEC_EACH (LintScript, script, &(*chain)->scripts)
            script->is_reported &=
                changed.len && file_identity(script->script.path, &identity) &&
                bsearch(&identity, changed.items, changed.len, sizeof identity, by_identity);
    return true;
}

static bool collect_arguments(LintInput *input, Err *err)
{
    Context *context = input->context;
    for (size_t i = 0; i < context->arguments.len; i++) {
        const char *argument = context->arguments.items[i];
        if (strcmp(argument, "-") == 0) {
            if (!add_stdin(input, err))
                return false;
            continue;
        }
        const char *path = plain_path(context->arena, argument);
        if (!file_is_directory(path)) {
            add_file(input, path);
            continue;
        }
        size_t unreadable = input->unreadable.len;
        size_t scripts = count_scripts(&input->chains);
        add_folder(input, path, 0);
        if (count_scripts(&input->chains) == scripts && input->unreadable.len == unreadable &&
            context->arguments.len == 1) {
            fail(err, ERR_CONFIG, "there is no .sql file in this folder");
            err_at(err, path, (Position){0});
            return err_hint(err, "name another one: migrate-safe lint DIR");
        }
    }
    return true;
}

bool lint_input_collect(Context *context, LintInput *ret_input, Err *err)
{
    ExpansionValues *values = arena_new_object(context->arena, ExpansionValues);
    LintInput input = {.context = context,
                       .layout = option_text(&context->options, OPTION_LAYOUT),
                       .values = values};
    const char *since = option_text(&context->options, OPTION_SINCE);
    if (!workspace_placeholders(context, values, err))
        return false;
    values->keeps_unknown = true;
    if (context->arguments.len && input.layout && strcmp(input.layout, LAYOUT_TABLE) == 0)
        input.layout = NULL; // of the configuration; what is named is files
    if (!(context->arguments.len ? collect_arguments(&input, err) : add_usual(&input, err)) ||
        (since && !keep_changed(&input, since, err)))
        return false;
    *ret_input = input;
    return true;
}
