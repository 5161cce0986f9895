#include "run/source.h"

#include "base/text.h"
#include "io/file.h"
#include "migration/order.h"
#include "migration/problem.h"
#include "migration/stranger.h"
#include "run/script.h"
#include "run/script_sections.h"
#include "run/source_listing.h"

#include <stdlib.h>
#include <string.h>

enum {
    TEXT_BYTES_MOST = 256 * 1024
};

// Where migrations lie when nobody says: the first that exists is taken, a second one is an error.
static const char *const USUAL_FOLDERS[] = {
    "migrations",          "db/migrations",         "database/migrations",
    "supabase/migrations", "backend/db/migrations", "backend/migrations",
    ".backend/migrations", "sql/migrations",        "prisma/migrations",
};

const char *source_usual_folder(size_t index)
{
    return index < sizeof USUAL_FOLDERS / sizeof USUAL_FOLDERS[0] ? USUAL_FOLDERS[index] : NULL;
}

static bool no_usual_folder(Err *err)
{
    TEXT_SCOPED places;
    text_init(&places, sizeof err->detail);
    for (size_t i = 0; i < sizeof USUAL_FOLDERS / sizeof USUAL_FOLDERS[0]; i++)
        text_printf(&places, "%s%s", i ? ", " : "", USUAL_FOLDERS[i]);
    fail(err, ERR_CONFIG, "there is no folder of migrations here");
    err_detail(err, "looked for %s", text_cstr(&places));
    return err_hint(err,
                    "name it: --dir DIR, or begin one: migrate-safe new NAME --dir migrations");
}

static bool find_usual_folder(const char **ret_path, Err *err)
{
    const char *found = NULL;
    for (size_t i = 0; i < sizeof USUAL_FOLDERS / sizeof USUAL_FOLDERS[0]; i++) {
        if (!file_is_directory(USUAL_FOLDERS[i]))
            continue;
        if (found) {
            fail(err, ERR_CONFIG, "there are several folders of migrations: %s and %s", found,
                 USUAL_FOLDERS[i]);
            return err_hint(err, "name the one you mean: --dir %s", found);
        }
        found = USUAL_FOLDERS[i];
    }
    // sqitch's projects begin where its files are.
    if (!found && (file_exists("sqitch.plan") || file_exists("sqitch.conf")))
        found = ".";
    if (!found)
        return no_usual_folder(err);
    *ret_path = found;
    return true;
}

bool source_has_folder(const SourceOptions *options)
{
    bool has_usual = false;
    for (size_t i = 0; i < sizeof USUAL_FOLDERS / sizeof USUAL_FOLDERS[0]; i++)
        has_usual |= file_is_directory(USUAL_FOLDERS[i]);
    return has_usual || (options->directories && options->directories[0]);
}

typedef struct Loading {
    Arena *arena;
    Arena *scratch; // of one migration
    const SourceOptions *options;
    Source *source;
    size_t kept; // bytes of texts that are held
    const Layout *layout;
    const Expansion *expansion;
    const void *link; // of the version before, in the layout's chain
} Loading;

// Texts are read into `scratch`; those that fit into the budget, and those that no file holds as
// they are (a rollback taken out of comments, placeholders replaced), are kept.
static void keep_text(Loading *loading, Script *script, bool is_derived)
{
    Arena *arena = loading->arena;
    size_t most = loading->options->text_bytes_most;
    if (!script->is_present || !script->is_loaded)
        return;
    is_derived |= script->raw.p != NULL;
    if (!is_derived && loading->kept + script->text.n > (most ? most : TEXT_BYTES_MOST)) {
        script->is_loaded = false;
        script->text = (Str){0};
        return;
    }
    loading->kept += script->text.n;
    script->text = (Str){arena_dup(arena, script->text), script->text.n};
    if (script->raw.p)
        script->raw = (Str){arena_dup(arena, script->raw), script->raw.n};
}

static bool load_options(const Loading *loading, const SourceFile *file, Migration *migration,
                         Err *err)
{
    if (!file)
        return true;
    SourceText text = {.name = file->name, .path = file->path};
    return file_read(loading->scratch, text.path, SCRIPT_LOADED_MAX, &text.text, err) &&
           loading->layout->options(loading->arena, &text, migration, err);
}

typedef struct ChainFeed {
    const ChainRules *rules;
    void *link;
} ChainFeed;

static bool feed_chain(void *context, Str piece, Err *err)
{
    const ChainFeed *feed = context;
    feed->rules->feed(feed->link, piece);
    return true;
}

// Reads a file without its text being held once more, as long as it may be.
static bool load_link(Loading *loading, LayoutEntry *entry, Script *up, Err *err)
{
    const ChainRules *chain = loading->layout->chain;
    ChainFeed feed = {chain, chain->begin(loading->arena, up->path, loading->link)};
    Err broken = {0};
    bool is_read = true;
    entry->link = loading->link = feed.link;
    if (up->is_loaded)
        chain->feed(feed.link, script_as_written(up).text);
    else
        is_read = script_read_through(up->path, feed_chain, &feed, err);
    bool is_whole = chain->end(feed.link, up, &broken);
    if (is_read && !is_whole)
        *err = broken;
    return is_read && is_whole;
}

// Finds what the layout says is in the file, beside the up.
static bool load_up(Loading *loading, LayoutEntry *entry, Migration *migration,
                    bool *ret_is_derived, Err *err)
{
    const Layout *layout = loading->layout;
    Script *up = &migration->up;
    Script *down = &migration->down;
    if (layout->markers)
        return script_load_sections(loading->arena, loading->scratch, layout->markers, up, down,
                                    ret_is_derived, err);
    if (!script_load(loading->arena, loading->scratch, up, err) ||
        (layout->chain && !load_link(loading, entry, up, err)))
        return false;
    if (!layout->split || !up->is_loaded || down->is_present)
        return true;
    if (!layout->split(loading->scratch, up, down, err))
        return false;
    *ret_is_derived = down->is_present;
    return !down->is_present ||
           script_finish(loading->arena, down, down->text, down->start.line, err);
}

static Script script_at(const SourceFile *file, bool is_no_transaction, const Expansion *expansion)
{
    return (Script){
        .is_present = file != NULL,
        .path = file ? file->path : NULL,
        .is_no_transaction = is_no_transaction,
        .expansion = expansion,
    };
}

static void warn_left_out(const Loading *loading, const LayoutEntry *entry, const char *said)
{
    Err err = {0};
    fail(&err, ERR_CONFIG, "version %s is never run: %s", entry->version, said);
    err_at(&err, entry->options->path, (Position){0});
    err_hint(&err, "take that out, or move the file out of the folder");
    problem_add(loading->arena, &loading->source->problems, PROBLEM_EMPTY, false, &err);
}

static const Expansion *either(const Expansion *own, const Expansion *usual)
{
    return own ? own : usual;
}

static void load_entry(Loading *loading, LayoutEntry *entry)
{
    Err err = {0};
    bool is_derived = false;
    Source *source = loading->source;
    const Expansion *all = loading->expansion;
    Migration migration = {
        .version = entry->version,
        .name = entry->name,
        .layout = loading->layout->name,
        .kind = entry->kind,
        .is_placed = loading->layout->versions_are_places,
        .tags = entry->tags,
        .is_late_allowed = entry->is_late_allowed,
        .up = script_at(entry->up, entry->is_no_transaction, all),
        .down = script_at(entry->down, entry->is_down_no_transaction,
                          all ? either(all->down, all) : NULL),
    };
    if (entry->verify) {
        migration.verify = arena_new_object(loading->arena, Script);
        *migration.verify = script_at(entry->verify, entry->is_no_transaction,
                                      all ? either(all->verify, all) : NULL);
    }
    if (!load_options(loading, entry->options, &migration, &err) ||
        !load_options(loading, entry->down_options, &migration, &err) ||
        (!migration.left_out && !load_up(loading, entry, &migration, &is_derived, &err))) {
        problem_add(loading->arena, &source->problems,
                    err.class == ERR_IO ? PROBLEM_UNREADABLE : PROBLEM_CONTENT, true, &err);
        return;
    }
    if (migration.left_out) {
        warn_left_out(loading, entry, migration.left_out);
        return;
    }
    // Whose values changed is another text: it runs again.
    if (migration.kind == MIGRATION_REPEATABLE && migration.up.raw.p)
        script_checksum(migration.up.text, migration.up.checksum);
    keep_text(loading, &migration.up, is_derived);
    keep_text(loading, &migration.down, is_derived);
    *vec_append(loading->arena, &source->migrations) = migration;
}

static bool unknown_layout(Arena *arena, const char *name, Err *err)
{
    fail(err, ERR_CONFIG, "unknown layout \"%s\"", name);
    return err_hint(err, "known: %s", layout_names(arena));
}

// Names first; files are opened only where the names leave it open.
static bool detect(Arena *arena, const char *directory, const Listing *listing,
                   const Layout **ret_layout, Err *err)
{
    Sample sample;
    int sure;
    if (!listing_sample(arena, directory, listing, &sample, err))
        return false;
    *ret_layout = layout_detect(&sample, &sure);
    if (sure >= DETECTED_SURELY || !sample.listing.files.len)
        return true;
    listing_read_heads(arena, &sample);
    *ret_layout = layout_detect(&sample, NULL);
    return true;
}

static bool load_folder(Loading *loading, const char *directory, Err *err)
{
    Arena *arena = loading->arena;
    const char *name = loading->options->layout;
    Source *source = loading->source;
    Listing listing;
    if (!listing_load(arena, directory, &listing, &source->problems, err))
        return false;
    const Layout *layout = name ? layout_find(name) : NULL;
    if (name ? !layout && !unknown_layout(arena, name, err)
             : !detect(arena, directory, &listing, &layout, err))
        return false;
    if (!listing_complete(arena, directory, layout, &listing, &source->problems, err))
        return false;
    Listing *kept = arena_new_object(arena, Listing); // entries point into it
    *kept = listing;
    SourceFolder *folder = vec_append(arena, &source->folders);
    *folder = (SourceFolder){.path = directory, .layout = layout, .listing = kept};
    if (layout->expansion)
        folder->expansion = layout->expansion(arena, kept, loading->options->values);
    layout->read(arena, kept, &folder->entries, &source->problems);
    layout_sort(arena, &folder->entries, &source->problems);
    strangers_report(arena, kept, &folder->entries, &source->problems);
    vec_reserve(arena, &source->migrations, source->migrations.len + folder->entries.len);
    ARENA_SCOPED scratch = arena_new();
    loading->scratch = scratch;
    loading->layout = layout;
    loading->expansion = folder->expansion;
    loading->link = NULL;
    VEC_EACH (LayoutEntry, entry, &folder->entries) {
        ArenaMark mark = arena_mark(scratch);
        load_entry(loading, entry);
        arena_release(scratch, mark);
    }
    return true;
}

static int by_version(const void *a, const void *b)
{
    const Migration *left = a;
    const Migration *right = b;
    return migration_compare(migration_key(left), migration_key(right));
}

// Within a folder duplicates were found by name; this is for several folders.
static bool merge_folders(Source *source, Err *err)
{
    Migrations *all = &source->migrations;
    if (source->folders.len < 2)
        return true;
    qsort(all->items, all->len, sizeof *all->items, by_version);
    for (size_t i = 1; i < all->len; i++)
        if (by_version(&all->items[i - 1], &all->items[i]) == 0) {
            fail(err, ERR_CHECK, "version %s is in two folders: %s and %s", all->items[i].version,
                 all->items[i - 1].up.path, all->items[i].up.path);
            return err_hint(err, "give one of them another version");
        }
    return true;
}

bool source_load(Arena *arena, const SourceOptions *options, Source *ret_source, Err *err)
{
    const char *usual[2] = {NULL, NULL};
    const char *const *directories = options->directories;
    if (!directories || !directories[0]) {
        if (!find_usual_folder(&usual[0], err))
            return false;
        directories = usual;
    }
    Source source = {0};
    Loading loading = {.arena = arena, .options = options, .source = &source};
    for (size_t i = 0; directories[i]; i++)
        if (!load_folder(&loading, directories[i], err))
            return false;
    if (!merge_folders(&source, err))
        return false;
    *ret_source = source;
    return true;
}

const Expansion *source_expansion(const Source *source, const char *layout)
{
    VEC_EACH (const SourceFolder, folder, &source->folders)
        if (strcmp(folder->layout->name, layout) == 0)
            return folder->expansion ? either(folder->expansion->down, folder->expansion) : NULL;
    return NULL;
}

const Problem *source_first_error(const Source *source)
{
    VEC_EACH (const Problem, problem, &source->problems)
        if (problem->is_error)
            return problem;
    return NULL;
}
