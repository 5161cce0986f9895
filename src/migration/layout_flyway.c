// Flyway: V1.2__add_users.sql, U1.2__add_users.sql takes it back, R__views.sql runs again whenever
// its text changes, B3__all.sql stands for everything up to 3 on a new database; folders below are
// read too. Versions and descriptions are kept as the files spell them.
#include "migration/filename.h"
#include "migration/flyway_callback.h"
#include "migration/flyway_config.h"
#include "migration/layout.h"
#include "migration/new_script.h"
#include "migration/newtext.h"
#include "migration/problem.h"
#include "migration/version.h"

#include <stdlib.h>

#define SEPARATOR      STR("__")
#define OPTIONS_SUFFIX ".sql.conf"

static const FolderRule FOLDERS[] = {{"*", true}, {NULL, false}};

// A file's name taken apart.
typedef struct FlywayName {
    char prefix; // 'V', 'U', 'R', 'B'; 0: none of them
    Str base;    // without folder and ".sql"
    Str version; // between prefix and separator
    Str title;   // behind the separator
    bool has_separator;
} FlywayName;

static Str file_base(const SourceFile *file)
{
    Str name = str_from(file->name);
    for (Str rest = name; str_until(rest, '/').n < rest.n;) {
        rest = str_skip(rest, str_until(rest, '/').n + 1);
        name = rest;
    }
    if (str_ends(name, STR(".sql")))
        name.n -= STR(".sql").n;
    return name;
}

static FlywayName flyway_name(const SourceFile *file)
{
    FlywayName name = {.base = file_base(file)};
    if (!name.base.n || !memchr("VURB", name.base.p[0], 4))
        return name;
    name.prefix = name.base.p[0];
    name.version = str_skip(name.base, 1);
    ptrdiff_t separator = str_find(name.version, SEPARATOR);
    if (separator >= 0) {
        name.has_separator = true;
        name.title = str_skip(name.version, (size_t)separator + SEPARATOR.n);
        name.version.n = (size_t)separator;
    }
    return name;
}

// Bytes of "1", "1.2", "1_2" that the text begins with.
static size_t version_length(Str text)
{
    size_t length = 0;
    for (size_t at = 0; at < text.n; at++) {
        if (text.p[at] >= '0' && text.p[at] <= '9')
            length = at + 1;
        else if (at == 0 || length != at || (text.p[at] != '.' && text.p[at] != '_'))
            break;
    }
    return length;
}

static bool is_version(Str text)
{
    return text.n && version_length(text) == text.n;
}

static int flyway_detect(const Sample *sample)
{
    VEC_EACH (const SourceFile, file, &sample->listing.files) {
        FlywayName name = flyway_name(file);
        if (name.prefix && name.has_separator &&
            (name.prefix == 'R' ? !name.version.n : is_version(name.version)))
            return DETECTED_SURELY;
    }
    return 0;
}

// A name that Flyway would take: "V1_2__x", "V1__init", "R__views".
static const char *suggest(Arena *arena, FlywayName name)
{
    Str rest = name.base;
    char prefix = 'V';
    bool has_prefix = rest.n && memchr("VURBvurb", rest.p[0], 8);
    if (has_prefix && (rest.n == 1 || rest.p[1] == '_' || version_length(str_skip(rest, 1)))) {
        prefix = rest.p[0] < 'a' ? rest.p[0] : (char)(rest.p[0] - 'a' + 'A');
        rest = str_skip(rest, 1);
    }
    size_t length = version_length(rest);
    const char *slug = filename_slug(arena, str_skip(rest, length));
    if (!slug[0] || !filename_is_clean(str_from(slug)))
        slug = "what_it_does";
    if (prefix == 'R')
        return arena_printf(arena, "R__%s.sql", slug);
    return arena_printf(arena, "%c%.*s__%s.sql", prefix, length ? (int)length : 1,
                        length ? rest.p : "1", slug);
}

static void name_report(Arena *arena, const SourceFile *file, FlywayName name, Problems *problems)
{
    const char *message;
    if (!filename_is_clean(name.base))
        message = "the file name holds control characters or is not UTF-8";
    else if (name.prefix == 'R')
        message = name.version.n ? "a repeatable migration has no version: R, two underscores, "
                                   "what it does"
                                 : "a repeatable migration needs a name that says what it does";
    else if (name.prefix)
        message = "this is no version of Flyway's: digits parted by dots or underscores, then two "
                  "underscores and what it does";
    else
        message = "this folder is Flyway's, and the file name begins with none of V, U, R, B";
    Problem *problem = problem_append(arena, problems, PROBLEM_VERSION, file, "%s", message);
    err_hint(&problem->err, "rename it, for example to %s, or move it out of the folder",
             suggest(arena, name));
}

static void callback_report(Arena *arena, const SourceFile *file, bool is_needed,
                            Problems *problems)
{
    Problem *problem = problem_append(
        arena, problems, PROBLEM_FOREIGN, file, "%s",
        is_needed ? "Flyway runs this callback around its migrations, migrate-safe runs none"
                  : "migrate-safe never runs this callback of Flyway's");
    problem->is_error = is_needed;
    err_hint(&problem->err, "%s",
             is_needed ? "put what it does into the migrations, and move the file out of the folder"
                       : "move the file out of the folder, if only migrate-safe reads it");
}

// V1__x.sql.conf, sorted by name.
typedef VEC(const SourceFile *) OptionFiles;

static int by_name(const void *a, const void *b)
{
    const SourceFile *const *left = a;
    const SourceFile *const *right = b;
    return strcmp((*left)->name, (*right)->name);
}

static OptionFiles option_files(Arena *arena, const Listing *listing)
{
    OptionFiles files = {0};
    VEC_EACH (const SourceFile, file, &listing->others)
        if (str_ends(str_from(file->name), STR(OPTIONS_SUFFIX)))
            *vec_append(arena, &files) = file;
    if (files.len)
        qsort(files.items, files.len, sizeof *files.items, by_name);
    return files;
}

static const SourceFile *options_of(Arena *arena, const SourceFile *file, const OptionFiles *files)
{
    if (!files->len)
        return NULL;
    SourceFile wanted = {.name = arena_join(arena, str_from(file->name), STR(".conf"), STR(""))};
    const SourceFile *key = &wanted;
    const SourceFile *const *found =
        bsearch(&key, files->items, files->len, sizeof *files->items, by_name);
    return found ? *found : NULL;
}

static void entry_append(Arena *arena, const SourceFile *file, FlywayName name,
                         const SourceFile *options, LayoutEntries *entries)
{
    bool is_down = name.prefix == 'U';
    bool is_repeatable = name.prefix == 'R';
    Str title = name.title.n ? name.title : name.version;
    LayoutEntry *entry = vec_append(arena, entries);
    *entry = (LayoutEntry){
        .version = arena_dup(arena, is_repeatable ? name.base : name.version),
        .name = arena_dup(arena, title),
        .kind = is_repeatable        ? MIGRATION_REPEATABLE
                : name.prefix == 'B' ? MIGRATION_BASELINE
                                     : MIGRATION_VERSIONED,
        .up = is_down ? NULL : file,
        .down = is_down ? file : NULL,
        .options = is_down ? NULL : options,
        .down_options = is_down ? options : NULL,
    };
}

static void file_read(Arena *arena, const SourceFile *file, const OptionFiles *options,
                      LayoutEntries *entries, Problems *problems)
{
    FlywayName name = flyway_name(file);
    FlywayCallback callback = flyway_callback_find(name.base);
    bool is_sound = filename_is_clean(name.base) &&
                    (name.prefix == 'R' ? !name.version.n && name.title.n
                                        : name.prefix && is_version(name.version));
    if (callback != FLYWAY_NO_CALLBACK)
        callback_report(arena, file, callback == FLYWAY_CALLBACK_NEEDED, problems);
    else if (is_sound)
        entry_append(arena, file, name, options_of(arena, file, options), entries);
    else
        name_report(arena, file, name, problems);
}

// To Flyway 1 and 1.0 are one version.
static Str without_zeros(const LayoutEntry *entry)
{
    Str version = str_from(entry->version);
    for (size_t end = version.n; end > 0; end--) {
        char c = version.p[end - 1];
        if (c == '.' || c == '_')
            version.n = end - 1;
        else if (c != '0')
            break;
    }
    return version;
}

static int by_flyway_version(const void *a, const void *b)
{
    const LayoutEntry *const *left = a;
    const LayoutEntry *const *right = b;
    int order = version_compare(without_zeros(*left), without_zeros(*right));
    return order ? order : strcmp((*left)->up->name, (*right)->up->name);
}

static void zeros_report(Arena *arena, const LayoutEntries *entries, MigrationKind kind,
                         Problems *problems)
{
    VEC(const LayoutEntry *) ups = {0};
    VEC_EACH (const LayoutEntry, entry, entries)
        if (entry->kind == kind && entry->up)
            *vec_append(arena, &ups) = entry;
    if (ups.len)
        qsort(ups.items, ups.len, sizeof *ups.items, by_flyway_version);
    for (size_t i = 1; i < ups.len; i++) {
        const LayoutEntry *one = ups.items[i - 1];
        const LayoutEntry *other = ups.items[i];
        if (version_compare(without_zeros(one), without_zeros(other)) != 0 ||
            version_compare(str_from(one->version), str_from(other->version)) == 0)
            continue;
        Problem *problem = problem_append(arena, problems, PROBLEM_DUPLICATE, other->up,
                                          "to Flyway version %s is also the version of %s",
                                          other->version, one->up->path);
        err_hint(&problem->err, "give one of the two files a version of its own");
    }
}

static void orphan_options_report(Arena *arena, const Listing *listing, const OptionFiles *options,
                                  Problems *problems)
{
    VEC(const SourceFile *) scripts = {0};
    VEC_EACH (const SourceFile, file, &listing->files)
        *vec_append(arena, &scripts) = file;
    if (options->len && scripts.len)
        qsort(scripts.items, scripts.len, sizeof *scripts.items, by_name);
    for (size_t i = 0; i < options->len; i++) {
        const SourceFile *file = options->items[i];
        Str name = str_from(file->name);
        SourceFile wanted = {.name = arena_dup(arena, (Str){name.p, name.n - STR(".conf").n})};
        const SourceFile *key = &wanted;
        if (scripts.len &&
            bsearch(&key, scripts.items, scripts.len, sizeof *scripts.items, by_name))
            continue;
        Problem *problem = problem_append(arena, problems, PROBLEM_ORPHAN, file,
                                          "options of a script that is not there");
        problem->is_error = false;
        err_hint(&problem->err, "remove it, or name it as its script with .conf behind");
    }
}

static Problem *setting_report(Arena *arena, const FlywaySetting *setting, const char *message,
                               Problems *problems)
{
    SourceFile file = {.path = setting->file->path};
    Problem *problem = problem_append(arena, problems, PROBLEM_CONTENT, &file,
                                      "flyway." STR_FMT ": %s", STR_ARG(setting->name), message);
    err_at(&problem->err, setting->file->path, setting->position);
    return problem;
}

// Settings under which Flyway would find other files, or run them elsewhere.
static void settings_report(Arena *arena, const Listing *listing, Problems *problems)
{
    static const struct {
        Str name;
        Str usual;
    } NAMES[] = {
        {STR("sqlMigrationPrefix"), STR("V")},     {STR("repeatableSqlMigrationPrefix"), STR("R")},
        {STR("undoSqlMigrationPrefix"), STR("U")}, {STR("baselineMigrationPrefix"), STR("B")},
        {STR("sqlMigrationSeparator"), SEPARATOR}, {STR("sqlMigrationSuffixes"), STR(".sql")},
    };
    static const Str PLACES[] = {STR("defaultSchema"), STR("schemas"), STR("initSql")};
    FlywaySettings settings = flyway_settings(arena, listing);
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        const FlywaySetting *said = flyway_setting(&settings, NAMES[i].name);
        if (!said || (said->is_plain && str_eq(said->value, NAMES[i].usual)))
            continue;
        Problem *problem = setting_report(
            arena, said, "file names are read with their usual parts only", problems);
        err_hint(&problem->err, "rename the files to V1__x.sql, U1__x.sql, R__x.sql, B1__x.sql and "
                                "take the setting out");
    }
    for (size_t i = 0; i < sizeof PLACES / sizeof PLACES[0]; i++) {
        const FlywaySetting *said = flyway_setting(&settings, PLACES[i]);
        if (!said)
            continue;
        Problem *problem = setting_report(
            arena, said, "Flyway prepares its connection so, migrate-safe does not", problems);
        problem->is_error = false;
        err_hint(&problem->err, "say it in the URL: "
                                "postgresql://HOST/DATABASE?options=-csearch_path%%3DSCHEMA");
    }
}

static void flyway_read(Arena *arena, const Listing *listing, LayoutEntries *entries,
                        Problems *problems)
{
    OptionFiles options = option_files(arena, listing);
    VEC_EACH (const SourceFile, file, &listing->files)
        file_read(arena, file, &options, entries, problems);
    zeros_report(arena, entries, MIGRATION_VERSIONED, problems);
    zeros_report(arena, entries, MIGRATION_BASELINE, problems);
    orphan_options_report(arena, listing, &options, problems);
    settings_report(arena, listing, problems);
}

static void flyway_new_files(Arena *arena, const LayoutEntries *entries, const char *version,
                             const char *name, NewFiles *ret_files)
{
    const char *slug = filename_slug(arena, str_from(name));
    if (!slug[0])
        slug = "migration";
    *vec_append(arena, ret_files) = (NewFile){
        .name = arena_printf(arena, "V%s__%s.sql", version, slug),
        .text = newtext_up(arena, name),
    };
    *vec_append(arena, ret_files) = (NewFile){
        .name = arena_printf(arena, "U%s__%s.sql", version, slug),
        .text = newtext_down(arena, name),
    };
}

static const char *flyway_down_name(Arena *arena, const Listing *listing,
                                    const LayoutEntries *entries, const LayoutEntry *entry)
{
    const char *slash = strrchr(entry->up->name, '/');
    const char *base = slash ? slash + 1 : entry->up->name;
    return arena_printf(arena, "%.*sU%s", (int)(base - entry->up->name), entry->up->name, base + 1);
}

const Layout LAYOUT_FLYWAY = {
    .name = "flyway",
    .summary =
        "V1.2__add_users.sql, U1.2__add_users.sql takes it back, R__views.sql runs again when "
        "its text changes, B3__all.sql for new databases; folders below too",
    .folders = FOLDERS,
    .texts = FLYWAY_TEXTS,
    .first_version = "1",
    .detect = flyway_detect,
    .read = flyway_read,
    .options = flyway_options,
    .expansion = flyway_expansion,
    .new_files = flyway_new_files,
    .form = &SCRIPT_FORM_OURS,
    .down_name = flyway_down_name,
};
