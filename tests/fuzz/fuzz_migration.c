// Any bytes as the file names of a folder, and as a script: every name ends in an entry or in a
// problem, versions rise, new files are read again as what they are; directives and a rollback in
// comments change nothing and read nothing beyond the script.
#include "base/require.h"
#include "migration/duration.h"
#include "migration/filename.h"
#include "migration/gmrc.h"
#include "migration/graphile_link.h"
#include "migration/layout.h"
#include "migration/order.h"
#include "migration/rollback_comment.h"
#include "migration/toml.h"
#include "migration/version.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    NAMES_MAX = 200, // a problem is several KB
};

static const char *const FOLDERS[] = {"", "", "", "rollback/", "../rollbacks/", "1_x/"};

static Listing listing_of(Arena *arena, Str names)
{
    Listing listing = {0};
    Str name;
    while (listing.files.len < NAMES_MAX && str_line(&names, &name)) {
        name = str_from(arena_dup(arena, name)); // up to a NUL
        const char *folder = FOLDERS[name.n % (sizeof FOLDERS / sizeof FOLDERS[0])];
        Str end = str_ends(name, STR(".sql")) ? STR("") : STR(".sql");
        char *text = arena_printf(arena, "%s%s%s", folder, name.p, end.p);
        *vec_append(arena, &listing.files) = (SourceFile){text, text};
    }
    return listing;
}

// In the same folder as the file that the problem names.
static bool is_beside(const Problem *problem, const SourceFile *file)
{
    size_t folder = str_until(str_from(file->path), '/').n + 1;
    return file->path[folder - 1] == '/' && strncmp(problem->err.file, file->path, folder) == 0;
}

// A layout of folders tells what is wrong with one as a whole; of pairs, what is for other
// databases.
static bool is_told_at_once(const Layout *layout, const Problem *problem, const SourceFile *file)
{
    bool has_folders = layout == &LAYOUT_DIESEL || layout == &LAYOUT_PRISMA;
    return (has_folders && is_beside(problem, file)) ||
           (layout == &LAYOUT_PAIRED && problem->kind == PROBLEM_FOREIGN);
}

static bool is_told(const Layout *layout, const SourceFile *file, const LayoutEntries *entries,
                    const Problems *problems)
{
    VEC_EACH (const LayoutEntry, entry, entries)
        if (entry->up == file || entry->down == file)
            return true;
    VEC_EACH (const Problem, problem, problems) {
        REQUIRE(problem->err.class == ERR_CONFIG && problem->err.hint[0]);
        if (problem->kind == PROBLEM_DUPLICATE)
            return true; // the downs of two ups are told with them
        size_t shown = sizeof problem->err.file - 1;
        if (strncmp(problem->err.file, file->path, shown) == 0 ||
            is_told_at_once(layout, problem, file))
            return true;
    }
    return false;
}

static void check_new_files(Arena *arena, const Layout *layout, const LayoutEntries *entries,
                            const char *title)
{
    const char *version = layout_next_version(arena, layout, entries, "20250607080910");
    VEC_EACH (const LayoutEntry, entry, entries)
        REQUIRE(entry->kind == MIGRATION_REPEATABLE ||
                version_compare(str_from(version), str_from(entry->version)) > 0);
    NewFiles files = {0};
    layout->new_files(arena, entries, version, title, &files);
    Listing sources = {0};
    VEC_EACH (const NewFile, file, &files) {
        Str folder = str_until(str_from(file->name), '/');
        const char *name = arena_printf(arena, STR_FMT "/", STR_ARG(folder));
        if (file->name[folder.n])
            *vec_append(arena, &sources.others) = (SourceFile){name, name};
        *vec_append(arena, &sources.files) = (SourceFile){file->name, file->name};
    }
    Problems problems = {0};
    LayoutEntries read = {0};
    layout->read(arena, &sources, &read, &problems);
    layout_sort(arena, &read, &problems);
    if (!filename_is_clean(str_from(title)))
        return;
    if (layout == &LAYOUT_TERN && entries->len)
        problems.len = 0; // those before it are missing
    REQUIRE(problems.len == 0 && read.len == 1 && (files.len == 1 || read.items[0].down));
    REQUIRE(str_eq(str_from(read.items[0].version), str_from(version)));
}

static MigrationKey key_of(const LayoutEntry *entry)
{
    return (MigrationKey){entry->kind, entry->version};
}

static void check_layout(const Layout *layout, Str names)
{
    ARENA_SCOPED arena = arena_new();
    Sample sample = {.listing = listing_of(arena, names)};
    const Listing *listing = &sample.listing;
    LayoutEntries entries = {0};
    Problems problems = {0};
    (void)layout->detect(&sample);
    layout->read(arena, listing, &entries, &problems);
    layout_sort(arena, &entries, &problems);
    VEC_EACH (const SourceFile, file, &listing->files) {
        // Folders that the layout does not look into are never listed for it.
        Str name = str_from(file->name);
        bool is_listed = layout->markers ? str_until(name, '/').n == name.n
                                         : layout == &LAYOUT_PLAIN || !str_starts(name, STR("../"));
        REQUIRE(is_told(layout, file, &entries, &problems) || !is_listed);
    }
    for (size_t i = 0; i < entries.len; i++) {
        const LayoutEntry *entry = &entries.items[i];
        REQUIRE(entry->name[0] && entry->up);
        REQUIRE(entry->kind == MIGRATION_REPEATABLE || version_is_valid(str_from(entry->version)));
        REQUIRE(i == 0 || migration_compare(key_of(entry - 1), key_of(entry)) < 0);
    }
    check_new_files(arena, layout, &entries,
                    listing->files.len ? listing->files.items[0].name : "x");
}

static void check_rollback(Arena *arena, Str script)
{
    Str found;
    if (!rollback_comment_find(arena, script, &found))
        return;
    REQUIRE(found.n == script.n);
    bool has_end = false;
    for (size_t i = 0; i < script.n; i++) {
        bool is_line_end = script.p[i] == '\n' || script.p[i] == '\r';
        REQUIRE(found.p[i] == script.p[i] || (found.p[i] == ' ' && !is_line_end));
        has_end = has_end || found.p[i] == ';';
    }
    REQUIRE(has_end);
}

static void check_script(Str script)
{
    ARENA_SCOPED arena = arena_new();
    Directives directives;
    Err err = {0};
    if (!directives_parse(arena, script, "001_x.sql", 1, &directives, &err))
        REQUIRE(err.class == ERR_CONFIG && err.position.line > 0 && err.hint[0]);
    check_rollback(arena, script);
    int64_t ms = 0;
    REQUIRE(!duration_parse(script, &ms) || ms >= 0);
}

// The bytes as a configuration, and as a script under it.
static void check_flyway(Str bytes)
{
    ARENA_SCOPED arena = arena_new();
    ExpansionValues values = {0};
    for (int i = 0; i < 2; i++) {
        Listing listing = {0};
        const char *name = i ? "flyway.toml" : "flyway.conf";
        *vec_append(arena, &listing.texts) = (SourceText){name, name, bytes};
        const Expansion *expansion = LAYOUT_FLYWAY.expansion(arena, &listing, &values);
        Err err = {0};
        Str text;
        const TextShifts *shifts;
        if (!expansion_run(arena, expansion, bytes, NULL, "V1__x.sql", (Position){1, 1}, &text,
                           &shifts, &err))
            REQUIRE(err.class == ERR_CONFIG && err.position.line > 0 && err.message[0]);
    }
    Err err = {0};
    Migration migration = {0};
    SourceText options = {"V1__x.sql.conf", "V1__x.sql.conf", bytes};
    if (!LAYOUT_FLYWAY.options(arena, &options, &migration, &err))
        REQUIRE(err.class == ERR_CONFIG && err.position.line > 0 && err.hint[0]);
}

// What small files beside migrations may hold.
static void check_settings(Str text)
{
    ARENA_SCOPED arena = arena_new();
    TomlReader reader;
    TomlEntry entry;
    Gmrc settings;
    Err err = {0};
    toml_reader_init(&reader, "x.toml", text);
    while (toml_next(&reader, &entry, &err))
        REQUIRE(entry.key.n && entry.position.line > 0);
    REQUIRE(err.class == ERR_NONE || (err.position.line > 0 && err.hint[0]));
    if (!gmrc_parse(arena, ".gmrc", text, &settings, &err))
        REQUIRE(err.class == ERR_CONFIG && err.position.line > 0 && err.hint[0]);
}

static void check_chain(Str text)
{
    ARENA_SCOPED arena = arena_new();
    void *link = GRAPHILE_CHAIN.begin(arena, "1.sql", NULL);
    Script up = {0};
    Err err = {0};
    for (Str rest = text; rest.n;) {
        size_t piece = rest.n < 7 ? rest.n : 7;
        GRAPHILE_CHAIN.feed(link, (Str){rest.p, piece});
        rest = str_skip(rest, piece);
    }
    if (!GRAPHILE_CHAIN.end(link, &up, &err))
        REQUIRE(err.class == ERR_CONFIG && err.position.line > 0 && err.hint[0]);
}

static void check_order(Str bytes)
{
    Str a = str_until(bytes, '\n');
    Str rest = str_skip(bytes, a.n < bytes.n ? a.n + 1 : a.n);
    Str b = str_until(rest, '\n');
    int order = version_compare(a, b);
    int reverse = version_compare(b, a);
    REQUIRE((order > 0) == (reverse < 0) && (order == 0) == (reverse == 0));
    REQUIRE(version_compare(a, a) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    Str bytes = {(const char *)data, size};
    check_order(bytes);
    check_script(bytes);
    check_settings(bytes);
    check_chain(bytes);
    for (const Layout *const *layout = LAYOUTS; *layout; layout++)
        if (*layout !=
            &LAYOUT_SQITCH) // its entries come from a plan, which has a target of its own
            check_layout(*layout, bytes);
    check_flyway(bytes);
    return 0;
}
