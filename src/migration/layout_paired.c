// Pairs: 027_add_users.up.sql and 027_add_users.down.sql (golang-migrate, the runbook).
// A pair is found by its version alone, as golang-migrate does it: the names may differ, the up's
// counts. Folders beside the source are other people's: downs stand beside their ups here.
#include "base/require.h"
#include "migration/filename.h"
#include "migration/layout.h"
#include "migration/newtext.h"
#include "migration/problem.h"

#define UP_SUFFIX   STR(".up.sql")
#define DOWN_SUFFIX STR(".down.sql")

// Plain folders' spellings of a down, for a hint that names the right new name.
static const Str PLAIN_DOWN_SUFFIXES[] = {STR("_down.sql"), STR(".rollback.sql")};

// Only to say where a down belongs that somebody put there.
static const FolderRule FOLDERS[] = {{"rollback", false}, {"rollbacks", false}, {NULL, false}};

static Str without(Str name, Str suffix)
{
    REQUIRE(str_ends(name, suffix));
    return (Str){name.p, name.n - suffix.n};
}

static Str last_part(Str name)
{
    for (Str rest = name; rest.n;) {
        Str part = str_until(rest, '/');
        if (part.n == rest.n)
            return part;
        rest = str_skip(rest, part.n + 1);
    }
    return name;
}

// A certain sign: no other layout's tool writes such a name.
static int paired_detect(const Sample *sample)
{
    VEC_EACH (const SourceFile, file, &sample->listing.files) {
        Str name = str_from(file->name);
        if (str_until(name, '/').n == name.n && str_ends(name, UP_SUFFIX))
            return 100;
    }
    return 0;
}

static void entry_append(Arena *arena, const SourceFile *file, bool is_up, LayoutEntries *entries,
                         Problems *problems)
{
    Str suffix = is_up ? UP_SUFFIX : DOWN_SUFFIX;
    Str base = without(str_from(file->name), suffix);
    Str version = {0};
    Str name = {0};
    if (!filename_is_clean(base) || !filename_parse(base, &version, &name)) {
        problem_append_version(arena, problems, file, base, suffix.p);
        return;
    }
    *vec_append(arena, entries) = (LayoutEntry){
        .version = arena_dup(arena, version),
        .name = arena_dup(arena, name),
        .up = is_up ? file : NULL,
        .down = is_up ? NULL : file,
    };
}

static void stranger_report(Arena *arena, const SourceFile *file, Problems *problems)
{
    Str path = str_from(file->name);
    Str name = last_part(path);
    bool is_below = name.n < path.n;
    bool is_down = is_below || str_ends(name, DOWN_SUFFIX);
    Str base = without(name, str_ends(name, DOWN_SUFFIX) ? DOWN_SUFFIX : STR(".sql"));
    for (size_t i = 0; i < sizeof PLAIN_DOWN_SUFFIXES / sizeof PLAIN_DOWN_SUFFIXES[0]; i++) {
        if (str_ends(name, PLAIN_DOWN_SUFFIXES[i])) {
            base = without(name, PLAIN_DOWN_SUFFIXES[i]);
            is_down = true;
        }
    }
    Problem *problem = problem_append(
        arena, problems, PROBLEM_VERSION, file, "%s",
        is_below ? "in a folder of pairs a down migration stands beside its up"
                 : "this folder holds pairs, and this is neither .up.sql nor .down.sql");
    err_hint(&problem->err, "%s it to %s%s", is_below ? "move" : "rename",
             filename_suggest(arena, base), is_down ? ".down.sql" : ".up.sql");
}

static void paired_read(Arena *arena, const Listing *listing, LayoutEntries *entries,
                        Problems *problems)
{
    VEC_EACH (const SourceFile, file, &listing->files) {
        Str name = str_from(file->name);
        if (str_starts(name, STR("../")))
            continue;
        bool is_below = str_until(name, '/').n < name.n;
        if (!is_below && str_ends(name, UP_SUFFIX))
            entry_append(arena, file, true, entries, problems);
        else if (!is_below && str_ends(name, DOWN_SUFFIX))
            entry_append(arena, file, false, entries, problems);
        else
            stranger_report(arena, file, problems);
    }
}

static void paired_new_files(Arena *arena, const LayoutEntries *entries, const char *version,
                             const char *name, NewFiles *ret_files)
{
    const char *base = filename_compose(arena, version, name);
    *vec_append(arena, ret_files) = (NewFile){
        .name = arena_printf(arena, "%s.up.sql", base),
        .text = newtext_up(arena, name),
    };
    *vec_append(arena, ret_files) = (NewFile){
        .name = arena_printf(arena, "%s.down.sql", base),
        .text = newtext_down(arena, name),
    };
}

const Layout LAYOUT_PAIRED = {
    .name = "paired",
    .summary = "two files for a migration: 027_add_users.up.sql and 027_add_users.down.sql",
    .folders = FOLDERS,
    .detect = paired_detect,
    .read = paired_read,
    .new_files = paired_new_files,
};
