// Files of graphile-migrate: committed/000001-add-users.sql, each with the hash of the one before
// it; no downs. current.sql and current/ are not committed, so they are not migrations yet. One
// points at the folder above committed/, or at committed/ itself.
#include "base/sha1.h"
#include "migration/filename.h"
#include "migration/gmrc.h"
#include "migration/graphile_link.h"
#include "migration/graphile_placeholders.h"
#include "migration/layout.h"
#include "migration/newtext.h"
#include "migration/problem.h"
#include "migration/text_order.h"
#include "sql/lex.h"

#define COMMITTED STR("committed/")

static const FolderRule FOLDERS[] = {
    {"committed", false}, {"current", false}, {"../current", false}, {NULL, false}};

// Settings stand where graphile-migrate is run, which is above its folder.
static const char *const TEXTS[] = {
    "current.sql",    "../current.sql",  "../.gmrc",           "../../.gmrc",
    "../../../.gmrc", "../.gmrc.js",     "../../.gmrc.js",     "../../../.gmrc.js",
    "../.gmrc.cjs",   "../../.gmrc.cjs", "../../../.gmrc.cjs", NULL,
};

static bool is_above_committed(const Listing *listing)
{
    VEC_EACH (const SourceFile, file, &listing->others)
        if (str_eq(str_from(file->name), COMMITTED))
            return true;
    return false;
}

static int graphile_detect(const Sample *sample)
{
    if (is_above_committed(&sample->listing))
        return DETECTED_SURELY;
    VEC_EACH (const Str, head, &sample->heads)
        if (str_starts(*head, STR("--! Previous:")))
            return DETECTED_SURELY;
    return 0;
}

static bool is_slug(Str text)
{
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!is_letter && !(c >= '0' && c <= '9') && c != '-' && c != '_')
            return false;
    }
    return true;
}

// Digits, maybe '-' and a slug.
static void committed_read(Arena *arena, const SourceFile *file, Str base, LayoutEntries *entries,
                           TextOrders *orders, Problems *problems)
{
    Str version = str_until(base, '-');
    Str slug = str_skip(base, version.n < base.n ? version.n + 1 : version.n);
    if (!str_is_digits(version) || !is_slug(slug)) {
        Problem *problem =
            problem_append(arena, problems, PROBLEM_VERSION, file,
                           "graphile-migrate passes over a name that is not NUMBER-NAME.sql");
        err_hint(&problem->err, "commit it instead: graphile-migrate commit");
        return;
    }
    const char *number = arena_dup(arena, version);
    *vec_append(arena, entries) = (LayoutEntry){
        .version = number,
        .name = slug.n ? arena_dup(arena, slug) : number,
        .up = file,
    };
    *vec_append(arena, orders) = (TextOrder){number, version, file};
}

static void not_committed(Arena *arena, const char *path, Problems *problems)
{
    const SourceFile file = {path, path};
    Problem *problem =
        problem_append(arena, problems, PROBLEM_FOREIGN, &file, "not committed yet, and not run");
    problem->is_error = false;
    err_hint(&problem->err, "make it a migration: graphile-migrate commit");
}

// The folder above also holds the SQL of actions and whatever else a team puts there.
static void no_migration(Arena *arena, const SourceFile *file, Problems *problems)
{
    Problem *problem = problem_append(arena, problems, PROBLEM_FOREIGN, file,
                                      "not run: migrations are in committed/");
    problem->is_error = false;
    err_hint(&problem->err, "graphile-migrate runs it only where .gmrc names it as an action");
}

// A file that holds comments only is what graphile-migrate leaves behind a commit.
static bool has_sql(Str text)
{
    Lexer lexer = {.text = text, .is_whole = true};
    for (;;) {
        Token token = lex_next(&lexer);
        if (token.kind == TOKEN_END)
            return false;
        if (token.kind != TOKEN_SPACE && token.kind != TOKEN_COMMENT)
            return true;
    }
}

static void current_read(Arena *arena, const Listing *listing, bool is_above, Problems *problems)
{
    const char *name = is_above ? "current.sql" : "../current.sql";
    VEC_EACH (const SourceText, text, &listing->texts)
        if (strcmp(text->name, name) == 0 && has_sql(text->text))
            not_committed(arena, text->path, problems);
}

static void settings_report(Arena *arena, const Listing *listing, Problems *problems)
{
    const SourceText *text = graphile_settings(listing);
    Gmrc settings;
    Err err;
    if (!text) {
        VEC_EACH (const SourceText, other, &listing->texts) {
            const SourceFile file = {other->name, other->path};
            if (!str_ends(str_from(other->name), STR("js")))
                continue;
            problem_append(arena, problems, PROBLEM_FOREIGN, &file,
                           "these settings are JavaScript, and are not read")
                ->is_error = false;
            err_hint(&problems->items[problems->len - 1].err,
                     "say what the placeholders are: --set NAME=VALUE");
        }
        return;
    }
    const SourceFile file = {text->name, text->path};
    if (!gmrc_parse(arena, text->path, text->text, &settings, &err)) {
        problem_append(arena, problems, PROBLEM_CONTENT, &file, "%s", err.message)->err = err;
        return;
    }
    VEC_EACH (const GmrcIgnored, ignored, &settings.ignored) {
        Problem *problem = problem_append(arena, problems, PROBLEM_FOREIGN, &file,
                                          "%s is not applied here", ignored->name);
        problem->is_error = false;
        problem->err.position = ignored->position;
        err_hint(&problem->err, "see that the migrations do without it");
    }
}

static void graphile_read(Arena *arena, const Listing *listing, LayoutEntries *entries,
                          Problems *problems)
{
    bool is_above = is_above_committed(listing);
    TextOrders orders = {0};
    VEC_EACH (const SourceFile, file, &listing->files) {
        Str name = str_from(file->name);
        Str base = {name.p, name.n - STR(".sql").n};
        if (str_starts(name, is_above ? STR("current/") : STR("../current/")))
            not_committed(arena, file->path, problems);
        else if (is_above && str_starts(name, COMMITTED))
            committed_read(arena, file, str_skip(base, COMMITTED.n), entries, &orders, problems);
        else if (!is_above && str_until(name, '/').n == name.n)
            committed_read(arena, file, base, entries, &orders, problems);
        else if (!str_eq(name, STR("current.sql")) && !str_starts(name, STR("../")))
            no_migration(arena, file, problems);
    }
    current_read(arena, listing, is_above, problems);
    settings_report(arena, listing, problems);
    text_order_check(arena, "graphile-migrate", &orders, problems);
}

static const char *slug_of(Arena *arena, const char *title)
{
    char *slug = filename_slug(arena, str_from(title));
    for (char *at = slug; *at; at++)
        if (!is_slug((Str){at, 1}) || *at == '_')
            *at = '-';
    return slug;
}

// Nobody knows the hash of what is not written yet: the file says so, as graphile-migrate allows.
// Each needs one of its own all the same, since it is a key of graphile-migrate's table.
static const char *header_of(Arena *arena, const LayoutEntries *entries, const char *version,
                             const char *slug)
{
    char hash[SHA1_HEX];
    Sha1 *sha1 = sha1_new();
    const void *last = entries->len ? entries->items[entries->len - 1].link : NULL;
    sha1_add(sha1, str_from(version));
    sha1_add(sha1, str_from(slug));
    sha1_finish(sha1, hash);
    return arena_printf(arena,
                        "--! Previous: %s\n--! Hash: sha1:%s\n--! Message: %s\n"
                        "--! AllowInvalidHash\n\n",
                        graphile_link_hash(last), hash, slug);
}

static void graphile_new_files(Arena *arena, const LayoutEntries *entries, const char *version,
                               const char *name, NewFiles *ret_files)
{
    const char *slug = slug_of(arena, name);
    const char *header = header_of(arena, entries, version, slug);
    bool is_inside = entries->len && !strchr(entries->items[0].up->name, '/');
    *vec_append(arena, ret_files) = (NewFile){
        .name = arena_printf(arena, "%s%s%s%s.sql", is_inside ? "" : "committed/", version,
                             slug[0] ? "-" : "", slug),
        .text = arena_printf(arena, "%s%s", header, newtext_up(arena, name)),
    };
}

const Layout LAYOUT_GRAPHILE = {
    .name = "graphile",
    .aliases = (const char *const[]){"graphile-migrate", NULL},
    .summary = "committed/000001-add-users.sql with the hash of the file before it",
    .folders = FOLDERS,
    .texts = TEXTS,
    .first_version = "000001",
    .has_numbers_only = true,
    .chain = &GRAPHILE_CHAIN,
    .is_up_only = true,
    .wraps = true,
    .detect = graphile_detect,
    .read = graphile_read,
    .expansion = graphile_expansion,
    .new_files = graphile_new_files,
};
