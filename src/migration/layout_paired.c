// Pairs: 027_add_users.up.sql and 027_add_users.down.sql (golang-migrate, the runbook), and Ory's
// 20240101000000000000_x.postgres.autocommit.up.sql.
// A pair is found by its version alone, as golang-migrate does it: the names may differ, the up's
// counts. Folders beside the source are other people's: downs stand beside their ups here.
#include "base/require.h"
#include "migration/filename.h"
#include "migration/layout.h"
#include "migration/new_script.h"
#include "migration/newtext.h"
#include "migration/paired_name.h"
#include "migration/problem.h"
#include "migration/version.h"

#include <stdlib.h>

#define DOWN_SUFFIX STR(".down.sql")

// Plain folders' spellings of a down, for a hint that names the right new name.
static const Str PLAIN_DOWN_SUFFIXES[] = {STR("_down.sql"), STR(".rollback.sql")};

// Only to say where a down belongs that somebody put there.
static const FolderRule FOLDERS[] = {{"rollback", false}, {"rollbacks", false}, {NULL, false}};

static const char *const ALIASES[] = {"golang-migrate", "ory", NULL};

typedef struct Half {
    LayoutEntry entry;
    bool is_for_postgres; // its name says so
} Half;

typedef struct Halves {
    VEC(Half);
    size_t for_postgres;
    size_t left_out;
    const SourceFile *first_left_out;
} Halves;

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

static bool is_below(const SourceFile *file)
{
    return strchr(file->name, '/') != NULL;
}

// A certain sign: no other layout's tool writes such a name.
static int paired_detect(const Sample *sample)
{
    PairedName name;
    VEC_EACH (const SourceFile, file, &sample->listing.files)
        if (!is_below(file) && paired_name_parse(str_from(file->name), &name) && name.is_up)
            return DETECTED_SURELY;
    return 0;
}

static void leave_out(Halves *halves, const SourceFile *file)
{
    if (!halves->left_out++)
        halves->first_left_out = file;
}

static void half_append(Arena *arena, const SourceFile *file, const PairedName *pair,
                        Halves *halves, Problems *problems)
{
    Str version = {0};
    Str name = {0};
    if (pair->dialect == DIALECT_OTHER) {
        leave_out(halves, file);
        return;
    }
    bool is_clean = filename_is_clean(str_from(file->name));
    if (!is_clean || !filename_parse(pair->base, &version, &name)) {
        bool is_base_to_blame = is_clean || !filename_is_clean(pair->base);
        problem_append_version(arena, problems, file,
                               is_base_to_blame ? pair->base : str_from(file->name),
                               pair->is_up ? ".up.sql" : ".down.sql");
        return;
    }
    halves->for_postgres += pair->dialect == DIALECT_POSTGRES;
    *vec_append(arena, halves) = (Half){
        .is_for_postgres = pair->dialect == DIALECT_POSTGRES,
        .entry =
            {
                .version = arena_dup(arena, version),
                .name = arena_dup(arena, name),
                .up = pair->is_up ? file : NULL,
                .down = pair->is_up ? NULL : file,
                .is_no_transaction = pair->is_no_transaction,
            },
    };
}

// Same version and direction together, those for PostgreSQL first.
static int half_compare(const void *left, const void *right)
{
    const Half *a = left;
    const Half *b = right;
    int order = version_compare(str_from(a->entry.version), str_from(b->entry.version));
    if (order == 0)
        order = (a->entry.up == NULL) - (b->entry.up == NULL);
    return order ? order : b->is_for_postgres - a->is_for_postgres;
}

static bool is_same_half(const Half *a, const Half *b)
{
    return version_compare(str_from(a->entry.version), str_from(b->entry.version)) == 0 &&
           (a->entry.up == NULL) == (b->entry.up == NULL);
}

// A file for every database gives way to the one for PostgreSQL.
static void choose(Arena *arena, Halves *halves, LayoutEntries *entries)
{
    if (halves->for_postgres)
        qsort(halves->items, halves->len, sizeof *halves->items, half_compare);
    const Half *chosen = NULL;
    VEC_EACH (const Half, half, halves) {
        if (chosen && !half->is_for_postgres && is_same_half(chosen, half)) {
            leave_out(halves, half->entry.up ? half->entry.up : half->entry.down);
            continue;
        }
        chosen = half->is_for_postgres ? half : NULL;
        *vec_append(arena, entries) = half->entry;
    }
}

static void left_out_report(Arena *arena, const Halves *halves, Problems *problems)
{
    if (!halves->left_out)
        return;
    Problem *problem =
        problem_append(arena, problems, PROBLEM_FOREIGN, halves->first_left_out,
                       halves->left_out == 1 ? "not run: it is for another database"
                                             : "%zu files like this one are not run: they are for "
                                               "other databases, or PostgreSQL has its own",
                       halves->left_out);
    problem->is_error = false;
    err_hint(&problem->err, "one for PostgreSQL alone is called NAME.postgres.up.sql");
}

static void stranger_report(Arena *arena, const SourceFile *file, Problems *problems)
{
    Str name = last_part(str_from(file->name));
    bool is_down = is_below(file) || str_ends(name, DOWN_SUFFIX);
    Str base = without(name, str_ends(name, DOWN_SUFFIX) ? DOWN_SUFFIX : STR(".sql"));
    for (size_t i = 0; i < sizeof PLAIN_DOWN_SUFFIXES / sizeof PLAIN_DOWN_SUFFIXES[0]; i++) {
        if (str_ends(name, PLAIN_DOWN_SUFFIXES[i])) {
            base = without(name, PLAIN_DOWN_SUFFIXES[i]);
            is_down = true;
        }
    }
    Problem *problem = problem_append(
        arena, problems, PROBLEM_VERSION, file, "%s",
        is_below(file) ? "in a folder of pairs a down migration stands beside its up"
                       : "this folder holds pairs, and this is neither .up.sql nor .down.sql");
    err_hint(&problem->err, "%s it to %s%s", is_below(file) ? "move" : "rename",
             filename_suggest(arena, base), is_down ? ".down.sql" : ".up.sql");
}

// golang-migrate takes any ending for SQL; these are the ones that people give it.
static bool is_other_sql(Str suffix)
{
    return str_ends(suffix, STR(".pgsql")) || str_ends(suffix, STR(".psql"));
}

static void paired_read(Arena *arena, const Listing *listing, LayoutEntries *entries,
                        Problems *problems)
{
    Halves halves = {0};
    PairedName pair;
    VEC_EACH (const SourceFile, file, &listing->files) {
        Str name = str_from(file->name);
        if (str_starts(name, STR("../")))
            continue;
        if (!is_below(file) && paired_name_parse(name, &pair))
            half_append(arena, file, &pair, &halves, problems);
        else
            stranger_report(arena, file, problems);
    }
    VEC_EACH (const SourceFile, file, &listing->others)
        if (!is_below(file) && paired_name_parse(str_from(file->name), &pair) &&
            is_other_sql(pair.suffix))
            half_append(arena, file, &pair, &halves, problems);
    choose(arena, &halves, entries);
    left_out_report(arena, &halves, problems);
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

static const char *paired_down_name(Arena *arena, const Listing *listing,
                                    const LayoutEntries *entries, const LayoutEntry *entry)
{
    Str name = str_from(entry->up->name);
    Str base = name;
    for (Str rest = name; str_find(rest, STR(".up.")) >= 0;) {
        rest = str_skip(rest, (size_t)str_find(rest, STR(".up.")) + 1);
        base = (Str){name.p, name.n - rest.n - 1};
    }
    return arena_printf(arena, STR_FMT ".down.%s", STR_ARG(base), name.p + base.n + STR(".up.").n);
}

const Layout LAYOUT_PAIRED = {
    .name = "paired",
    .aliases = ALIASES,
    .summary = "two files for a migration: 027_add_users.up.sql and 027_add_users.down.sql",
    .folders = FOLDERS,
    .sends_one_string = true,
    .detect = paired_detect,
    .read = paired_read,
    .new_files = paired_new_files,
    .form = &SCRIPT_FORM_OURS,
    .down_name = paired_down_name,
};
