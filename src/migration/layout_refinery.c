// Files of refinery: V1__add_users.sql, and U2__add_view.sql, which may run behind later ones; in
// folders of any depth. Flyway's names look the same: what tells the two apart is refinery.toml.
#include "migration/filename.h"
#include "migration/layout.h"
#include "migration/new_script.h"
#include "migration/newtext.h"
#include "migration/problem.h"

static const FolderRule FOLDERS[] = {{"*", true}, {NULL, false}};
// Their names are what counts.
static const char *const TEXTS[] = {"../refinery.toml", "../../refinery.toml", NULL};

static bool is_sign(const char *name)
{
    for (const char *const *sign = TEXTS; *sign; sign++)
        if (strcmp(name, *sign) == 0)
            return true;
    return strcmp(name, "refinery.toml") == 0;
}

// A tool's own file says more than names that it shares with another tool.
static int refinery_detect(const Sample *sample)
{
    VEC_EACH (const SourceFile, file, &sample->listing.others)
        if (is_sign(file->name))
            return DETECTED_SURELY + 1;
    return 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static size_t digits_at(Str text, size_t from)
{
    size_t at = from;
    while (at < text.n && is_digit(text.p[at]))
        at++;
    return at - from;
}

static bool is_word(Str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (signed char)c < 0;
        if (!is_letter && !is_digit(c) && c != '_')
            return false;
    }
    return text.n > 0;
}

// [UV], digits, maybe '.' and digits, "__", a word.
static bool name_parse(Str base, Str *ret_version, Str *ret_name)
{
    size_t end = 1 + digits_at(base, 1);
    if (!base.n || (base.p[0] != 'V' && base.p[0] != 'U') || end == 1)
        return false;
    if (end < base.n && base.p[end] == '.' && digits_at(base, end + 1))
        end += 1 + digits_at(base, end + 1);
    Str rest = str_skip(base, end);
    if (!str_starts(rest, STR("__")) || !is_word(str_skip(rest, 2)))
        return false;
    *ret_version = (Str){base.p + 1, end - 1};
    *ret_name = str_skip(rest, 2);
    return true;
}

static Str last_part(Str path)
{
    for (size_t at = path.n; at > 0; at--)
        if (path.p[at - 1] == '/')
            return str_skip(path, at);
    return path;
}

static void refinery_read(Arena *arena, const Listing *listing, LayoutEntries *entries,
                          Problems *problems)
{
    VEC_EACH (const SourceFile, file, &listing->files) {
        Str base = last_part(str_from(file->name));
        Str version;
        Str name;
        base.n -= STR(".sql").n;
        if (!filename_is_clean(base) || !name_parse(base, &version, &name)) {
            Problem *problem =
                problem_append(arena, problems, PROBLEM_VERSION, file,
                               "refinery passes over a name that is not V<NUMBER>__<NAME>.sql");
            err_hint(&problem->err,
                     "rename it, for example to V1__what_it_does.sql, or move it out "
                     "of the folder");
            continue;
        }
        *vec_append(arena, entries) = (LayoutEntry){
            .version = arena_dup(arena, version),
            .name = arena_dup(arena, name),
            .up = file,
            .is_late_allowed = base.p[0] == 'U',
        };
    }
}

static void refinery_new_files(Arena *arena, const LayoutEntries *entries, const char *version,
                               const char *name, NewFiles *ret_files)
{
    const char *slug = filename_slug(arena, str_from(name));
    *vec_append(arena, ret_files) = (NewFile){
        .name = arena_printf(arena, "V%s__%s.sql", version, slug[0] ? slug : "migration"),
        .text = newtext_up(arena, name),
    };
}

const Layout LAYOUT_REFINERY = {
    .name = "refinery",
    .summary = "V1__add_users.sql and U2__add_view.sql, in folders of any depth",
    .folders = FOLDERS,
    .texts = TEXTS,
    .first_version = "1",
    .has_numbers_only = true,
    .is_up_only = true,
    .wraps = true,
    .detect = refinery_detect,
    .read = refinery_read,
    .new_files = refinery_new_files,
    .form = &SCRIPT_FORM_OURS,
};
