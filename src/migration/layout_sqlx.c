// Files of sqlx: 20240101000000_add_users.sql, or a pair 20240101000000_add_users.up.sql and
// .down.sql. By their names they are plain files or pairs: what tells them is a first line
// "-- no-transaction", which directive.c reads.
#include "migration/filename.h"
#include "migration/layout.h"
#include "migration/new_script.h"
#include "migration/newtext.h"
#include "migration/problem.h"

#define UP_SUFFIX   STR(".up.sql")
#define DOWN_SUFFIX STR(".down.sql")

static int sqlx_detect(const Sample *sample)
{
    VEC_EACH (const Str, head, &sample->heads)
        if (str_starts(*head, STR("-- no-transaction")))
            return 20; // more than plain files, less than any tool's own sign
    return 0;
}

// Digits that a 64-bit number of PostgreSQL's can hold, as sqlx's table does.
static bool is_bigint(Str digits)
{
    static const Str MOST = STR("9223372036854775807");
    while (digits.n > 1 && digits.p[0] == '0')
        digits = str_skip(digits, 1);
    return digits.n < MOST.n || (digits.n == MOST.n && memcmp(digits.p, MOST.p, MOST.n) <= 0);
}

static void name_refuse(Arena *arena, const SourceFile *file, Str base, Problems *problems)
{
    Str digits = str_until(base, '_');
    if (!filename_is_clean(base) || !str_is_digits(digits)) {
        problem_append_version(arena, problems, file, base, ".sql");
        return;
    }
    Problem *problem = problem_append(
        arena, problems, PROBLEM_VERSION, file, "%s",
        digits.n == base.n ? "sqlx passes over a name that has no '_' behind its number"
                           : "the version is larger than sqlx's 64 bits hold");
    err_hint(&problem->err, "rename it, for example to %s_what_it_does.sql",
             digits.n == base.n ? arena_dup(arena, digits) : "20240101000000");
}

static void sqlx_read(Arena *arena, const Listing *listing, LayoutEntries *entries,
                      Problems *problems)
{
    VEC_EACH (const SourceFile, file, &listing->files) {
        Str name = str_from(file->name);
        bool is_down = str_ends(name, DOWN_SUFFIX);
        Str suffix = is_down ? DOWN_SUFFIX : str_ends(name, UP_SUFFIX) ? UP_SUFFIX : STR(".sql");
        Str base = {name.p, name.n - suffix.n};
        Str digits = str_until(base, '_');
        if (!filename_is_clean(base) || !str_is_digits(digits) || digits.n == base.n ||
            !is_bigint(digits)) {
            name_refuse(arena, file, base, problems);
            continue;
        }
        Str title = str_skip(base, digits.n + 1);
        *vec_append(arena, entries) = (LayoutEntry){
            .version = arena_dup(arena, digits),
            .name = arena_dup(arena, title.n ? title : digits),
            .up = is_down ? NULL : file,
            .down = is_down ? file : NULL,
        };
    }
}

// The newest one decides, as it does for sqlx's own command; a folder is begun with pairs.
static bool has_pairs(const LayoutEntries *entries)
{
    bool is_pair = true;
    VEC_EACH (const LayoutEntry, entry, entries)
        is_pair = str_ends(str_from(entry->up->name), UP_SUFFIX);
    return is_pair;
}

static void sqlx_new_files(Arena *arena, const LayoutEntries *entries, const char *version,
                           const char *name, NewFiles *ret_files)
{
    const char *slug = filename_slug(arena, str_from(name));
    const char *base = arena_printf(arena, "%s_%s", version, slug[0] ? slug : "migration");
    bool is_pair = has_pairs(entries);
    *vec_append(arena, ret_files) = (NewFile){
        .name = arena_printf(arena, "%s%s", base, is_pair ? ".up.sql" : ".sql"),
        .text = newtext_up(arena, name),
    };
    if (is_pair)
        *vec_append(arena, ret_files) = (NewFile){
            .name = arena_printf(arena, "%s.down.sql", base),
            .text = newtext_down(arena, name),
        };
}

static const ScriptForm FORM = {.top_alone = "-- no-transaction"};

static const char *sqlx_down_name(Arena *arena, const Listing *listing,
                                  const LayoutEntries *entries, const LayoutEntry *entry)
{
    Str name = str_from(entry->up->name);
    Str suffix = str_ends(name, UP_SUFFIX) ? UP_SUFFIX : STR(".sql");
    return arena_printf(arena, STR_FMT ".down.sql", STR_ARG(((Str){name.p, name.n - suffix.n})));
}

const Layout LAYOUT_SQLX = {
    .name = "sqlx",
    .summary = "20240101000000_add_users.sql, or a pair .up.sql and .down.sql, with sqlx's rules "
               "for names",
    .first_version = "00000000000000",
    .has_numbers_only = true,
    .wraps = true,
    .sends_one_string = true,
    .detect = sqlx_detect,
    .read = sqlx_read,
    .new_files = sqlx_new_files,
    .form = &FORM,
    .down_name = sqlx_down_name,
};
