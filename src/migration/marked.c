#include "migration/marked.h"

#include "migration/filename.h"
#include "migration/problem.h"
#include "migration/version.h"

#include <ctype.h>

bool marked_name_parse(Str file, Str *ret_version, Str *ret_name)
{
    if (!str_ends(file, STR(".sql")))
        return false;
    Str base = {file.p, file.n - STR(".sql").n};
    size_t digits = 0;
    while (digits < base.n && isdigit((unsigned char)base.p[digits]))
        digits++;
    if (digits == 0 || !filename_is_clean(base))
        return false;
    *ret_version = (Str){base.p, digits};
    *ret_name = str_skip(base, digits);
    while (ret_name->n && (ret_name->p[0] == '_' || ret_name->p[0] == '-'))
        *ret_name = str_skip(*ret_name, 1);
    if (ret_name->n == 0)
        *ret_name = *ret_version;
    return true;
}

const char *marked_name_compose(Arena *arena, const char *version, char separator,
                                const char *title)
{
    const char *slug = filename_slug(arena, str_from(title));
    return arena_printf(arena, "%s%c%s.sql", version, separator, slug[0] ? slug : "migration");
}

void marked_entry_append(Arena *arena, const SourceFile *file, Str version, Str name,
                         LayoutEntries *entries)
{
    *vec_append(arena, entries) = (LayoutEntry){
        .version = arena_dup(arena, version),
        .name = arena_dup(arena, name),
        .up = file,
    };
}

void marked_read(Arena *arena, const Listing *listing, MarkedNameParse parse,
                 LayoutEntries *entries, Problems *problems)
{
    VEC_EACH (const SourceFile, file, &listing->files) {
        Str base = str_from(file->name);
        Str version = {0};
        Str name = {0};
        if (str_until(base, '/').n < base.n)
            continue;
        if (parse(base, &version, &name))
            marked_entry_append(arena, file, version, name, entries);
        else
            problem_append_version(arena, problems, file, (Str){base.p, base.n - STR(".sql").n},
                                   ".sql");
    }
}

// The title is what the file's name says: nothing in it is a marker, a directive or SQL.
const char *marked_new_text(Arena *arena, const char *title, const char *up, const char *down)
{
    char *words = filename_slug(arena, str_from(title));
    for (char *at = words; *at; at++)
        if (*at == '_')
            *at = ' ';
    return arena_printf(arena,
                        "%s%s"
                        "-- Description: %s\n"
                        "--\n"
                        "-- Write the change here, in SQL, for example \"ALTER TABLE users ADD "
                        "COLUMN nickname text;\"\n"
                        "-- It runs in one transaction.\n"
                        "\n"
                        "%s\n"
                        "-- Write here the SQL that undoes the change, for example \"ALTER TABLE "
                        "users DROP COLUMN nickname;\"\n"
                        "-- If it cannot be undone, say why in the part above, on a line of its "
                        "own:\n"
                        "-- \"-- migrate-safe: irreversible: the reason\"\n"
                        "\n",
                        up, up[0] ? "\n" : "", words, down);
}

bool marked_is_near(Str line, Str words)
{
    line = str_trim(line);
    while (line.n && (line.p[0] == '-' || line.p[0] == ' ' || line.p[0] == '\t'))
        line = str_skip(line, 1);
    size_t at = 0;
    for (size_t i = 0; i < line.n; i++) {
        char c = line.p[i];
        if (c == ' ' || c == '\t' || c == '-')
            continue;
        while (at < words.n && words.p[at] == ' ')
            at++;
        if (at == words.n || tolower((unsigned char)c) != words.p[at++])
            return false;
    }
    return at == words.n;
}

static int by_version(const void *left, const void *right)
{
    const LayoutEntry *const *a = left;
    const LayoutEntry *const *b = right;
    int order = version_compare(str_from((*a)->version), str_from((*b)->version));
    return order ? order : strcmp((*a)->up->name, (*b)->up->name);
}

void marked_order_check(Arena *arena, const LayoutEntries *entries, const char *tool,
                        int (*compare)(const char *left, const char *right), Problems *problems)
{
    VEC(const LayoutEntry *) sorted = {0};
    vec_reserve(arena, &sorted, entries->len);
    VEC_EACH (const LayoutEntry, entry, entries)
        *vec_append(arena, &sorted) = entry;
    vec_sort(&sorted, by_version);
    for (size_t i = 1; i < sorted.len; i++) {
        const LayoutEntry *first = sorted.items[i - 1];
        const LayoutEntry *second = sorted.items[i];
        bool is_same = version_compare(str_from(first->version), str_from(second->version)) == 0;
        if (is_same || compare(first->up->name, second->up->name) <= 0)
            continue;
        Problem *problem =
            problem_append(arena, problems, PROBLEM_ORDER, second->up,
                           "%s would run this before %s; here it comes after, as its number says",
                           tool, first->up->path);
        problem->is_error = false;
        err_hint(&problem->err, "give the versions the same number of digits");
    }
}
