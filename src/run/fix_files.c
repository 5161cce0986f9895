#include "run/fix_files.h"

#include "base/text.h"
#include "check/fix/divide.h"
#include "check/fix/overtake.h"
#include "io/file.h"
#include "migration/new_script.h"
#include "run/script.h"

#include <stdlib.h>
#include <string.h>

enum {
    NAME_MOST = 80, // bytes of a further file's name
    FILE_BYTES_MAX = 2 * SCRIPT_LOADED_MAX
};

// A script under way.
typedef struct FileFixing {
    Arena *arena;
    FixFiles *files;
    const LintChain *chain;
    const LintScript *script;
    const Script *down; // NULL: none
    SourceFolder *folder;
    FixScript wanted;
    FixParts parts;
    Str old; // all of the file
    const char *why;
} FileFixing;

static bool is_wanted(const FileFixing *fixing, const Finding *finding)
{
    return finding->fix && !finding->ignored && finding->severity >= fixing->files->least &&
           strcmp(finding->file, fixing->script->script.path) == 0;
}

static int by_place(const void *left, const void *right)
{
    const Fix *a = *(const Fix *const *)left;
    const Fix *b = *(const Fix *const *)right;
    if (a->statement != b->statement)
        return a->statement < b->statement ? -1 : 1;
    return a->command < b->command ? -1 : a->command > b->command;
}

// As the layout writes bodies.
static const Fix *in_layout(const FileFixing *fixing, const Fix *fix)
{
    const Layout *layout = fixing->script->layout;
    Fix *copy = arena_new_object(fixing->arena, Fix);
    *copy = *fix;
    copy->steps.items = NULL;
    copy->steps.len = copy->steps.cap = 0;
    VEC_EACH (const FixStep, step, &fix->steps) {
        FixStep *added = vec_append(fixing->arena, &copy->steps);
        *added = *step;
        added->sql = script_with_bodies(fixing->arena, layout, step->sql);
        added->down = script_with_bodies(fixing->arena, layout, step->down);
    }
    return copy;
}

static void collect(FileFixing *fixing, const Findings *findings)
{
    VEC_EACH (const Finding, finding, findings)
        if (is_wanted(fixing, finding) && !finding->fix->refused)
            *vec_append(fixing->arena, &fixing->wanted.fixes) = in_layout(fixing, finding->fix);
    vec_sort(&fixing->wanted.fixes, by_place);
}

static const char *why_not_readable(const FileFixing *fixing)
{
    const LintScript *script = fixing->script;
    if (script->trouble || !script->script.is_loaded)
        return "the file cannot be read as a whole, or is longer than 1 MiB";
    if (script->script.raw.p)
        return "its text has placeholders in it";
    if (fixing->down && !fixing->down->is_loaded)
        return "its down cannot be read as a whole";
    return NULL;
}

// The down as it was read with the chain.
static const Script *down_of(const LintChain *chain, const LintScript *up)
{
    VEC_EACH (const LintScript, script, &chain->scripts)
        if (script->is_syntax_only && script->migration && script->migration == up->migration)
            return &script->script;
    return NULL;
}

// In a comment of the up, where nothing can be put in its place.
static bool is_comment_down(const FileFixing *fixing)
{
    return fixing->down && !fixing->script->layout->markers &&
           strcmp(fixing->down->path, fixing->script->script.path) == 0;
}

static bool divide(FileFixing *fixing)
{
    Err err = {0};
    Shape shape = {0};
    const LintScript *script = fixing->script;
    fixing->why = "the file cannot be read to its end";
    if (!script_survey(&script->script, &shape, &err) ||
        !file_read(fixing->arena, script->script.path, FILE_BYTES_MAX, &fixing->old, &err))
        return false;
    bool is_comment = is_comment_down(fixing);
    FixScript *wanted = &fixing->wanted;
    wanted->up = script->script.text;
    wanted->is_one_transaction = !script->script.is_no_transaction &&
                                 shape_is_one_transaction(&shape, &script->script.directives);
    wanted->is_single = script->layout && script->layout->sends_one_string;
    wanted->has_down = fixing->down != NULL && !is_comment;
    wanted->down = fixing->down ? fixing->down->text : (Str){0};
    if (!fix_divide(fixing->arena, wanted, &fixing->parts, &fixing->why))
        return false;
    fixing->why = "its down stands in comments of the same file, and would have to be divided";
    return !is_comment || fixing->parts.items.len == 1;
}

// Does no fix need to run before this script, which runs before the further files?
static bool may_pass(const FileFixing *fixing, const LintScript *later)
{
    Err err = {0};
    Statement statement;
    SplitResult got;
    if (!later->script.is_loaded || later->trouble)
        return false;
    SPLITTER_SCOPED splitter = splitter_new_text(later->script.text, &(SplitOptions){.file = ""});
    while ((got = splitter_next(splitter, &statement, &err)) == SPLIT_STATEMENT)
        VEC_EACH (const Fix *, fix, &fixing->wanted.fixes)
            if (!overtake_is_harmless(*fix, statement.text))
                return false;
    return got == SPLIT_END;
}

static bool may_go_last(FileFixing *fixing)
{
    bool is_behind = false;
    VEC_EACH (const LintScript, script, &fixing->chain->scripts) {
        if (script == fixing->script || script->is_syntax_only ||
            (script->migration && script->migration->kind == MIGRATION_REPEATABLE)) {
            is_behind |= script == fixing->script;
            continue;
        }
        if (!is_behind || (!fixing->parts.has_moved_statements && may_pass(fixing, script)))
            continue;
        fixing->why = arena_printf(
            fixing->arena, "%s stands behind it, and may need what would come into a later file",
            script->script.path);
        return false;
    }
    return true;
}

static bool may_have_further_files(FileFixing *fixing)
{
    const Migration *migration = fixing->script->migration;
    if (fixing->parts.items.len == 1)
        return true;
    fixing->why = "several transactions are needed, and the file belongs to no folder of "
                  "migrations that could be gone on with";
    if (!fixing->folder || !migration || migration->kind != MIGRATION_VERSIONED)
        return false;
    fixing->why = "several transactions are needed, and further files of this layout are made by "
                  "its own tool";
    return fixing->folder->layout->form && !fixing->folder->layout->plan_new && may_go_last(fixing);
}

static bool has_not_transactional(const char *sql)
{
    Err err = {0};
    Statement statement;
    SPLITTER_SCOPED splitter =
        splitter_new_text(str_from(sql ? sql : ""), &(SplitOptions){.file = ""});
    while (splitter_next(splitter, &statement, &err) == SPLIT_STATEMENT)
        if (statement.class == STATEMENT_NOT_TRANSACTIONAL)
            return true;
    return false;
}

static const char *in_folder(const FileFixing *fixing, const char *name)
{
    const char *path = fixing->folder->path;
    return strcmp(path, ".") == 0 ? name : arena_printf(fixing->arena, "%s/%s", path, name);
}

static const char *with_line_ends(const FileFixing *fixing, const char *text)
{
    if (str_find(fixing->old, STR("\r\n")) < 0)
        return text;
    TEXT_SCOPED out;
    text_init(&out, FILE_BYTES_MAX);
    for (const char *at = text; *at; at++) {
        if (*at == '\n' && (at == text || at[-1] != '\r'))
            text_append_char(&out, '\r');
        text_append_char(&out, *at);
    }
    return arena_dup(fixing->arena, text_str(&out));
}

static void change(FileFixing *fixing, const char *path, bool is_new, Str old, const char *text)
{
    *vec_append(fixing->arena, &fixing->files->changes) =
        (FileChange){.path = path, .is_new = is_new, .old = old, .text = str_from(text)};
}

static const char *further_name(const FileFixing *fixing, const FixPart *part)
{
    return arena_printf(fixing->arena, "%.*s_%s", NAME_MOST, fixing->script->migration->name,
                        part->title);
}

// No layout takes it for a migration: "030_x/up.sql" becomes "030_x_up.sql.later", since its folder
// would be one that lacks its file.
static const char *kept_aside(const FileFixing *fixing, const char *name)
{
    const char *dot = fixing->folder->layout->form->takes_any_file ? "." : "";
    char *kept = arena_printf(fixing->arena, "%s%s.later", dot, name);
    char *slash = strrchr(kept, '/');
    const char *folder = slash ? arena_dup(fixing->arena, (Str){kept, (size_t)(slash - kept)}) : "";
    if (slash && !file_is_directory(in_folder(fixing, folder)))
        *slash = '_';
    return kept;
}

static void add_further(FileFixing *fixing, FixedScript *fixed, const FixPart *part)
{
    Arena *arena = fixing->arena;
    SourceFolder *folder = fixing->folder;
    NewFiles files = {0};
    const char *version =
        layout_next_version(arena, folder->layout, &folder->entries, fixing->files->timestamp);
    const char *name = further_name(fixing, part);
    NewScript script = {.up = part->up,
                        .down = part->down,
                        .is_up_alone = part->is_alone,
                        .is_down_alone = part->is_down_alone || has_not_transactional(part->down)};
    REQUIRE(
        new_script_files(arena, folder->layout, &folder->entries, version, name, &script, &files));
    VEC_EACH (const NewFile, file, &files) {
        const char *path =
            in_folder(fixing, part->is_contract ? kept_aside(fixing, file->name) : file->name);
        change(fixing, path, true, (Str){0}, with_line_ends(fixing, file->text));
        *vec_append(arena, part->is_contract ? &fixed->later : &fixed->made) = path;
    }
    if (part->is_contract)
        return;
    SourceFile *up = arena_new_object(arena, SourceFile);
    *up = (SourceFile){.name = files.items[0].name, .path = in_folder(fixing, files.items[0].name)};
    *vec_append(arena, &folder->entries) =
        (LayoutEntry){.version = version, .name = name, .up = up};
}

static Str with_text(const FileFixing *fixing, Str file, const Script *script, const char *text)
{
    size_t from = (size_t)script->offset;
    size_t until = from + (size_t)script->size;
    REQUIRE(until <= file.n);
    return str_from(arena_printf(fixing->arena, "%.*s%s%.*s", (int)from, file.p, text,
                                 (int)(file.n - until), file.p + until));
}

static void change_down(FileFixing *fixing, FixedScript *fixed, Str *file)
{
    const Script *down = fixing->down;
    const char *text = fixing->parts.items.items[0].down;
    Str old;
    Err err = {0};
    if (!text)
        return;
    text = with_line_ends(fixing, text);
    if (strcmp(down->path, fixing->script->script.path) == 0)
        *file = with_text(fixing, *file, down, text);
    else if (file_read(fixing->arena, down->path, FILE_BYTES_MAX, &old, &err)) {
        change(fixing, down->path, false, old, with_text(fixing, old, down, text).p);
        *vec_append(fixing->arena, &fixed->changed) = down->path;
    }
}

static void change_file(FileFixing *fixing, FixedScript *fixed)
{
    const Script *up = &fixing->script->script;
    const FixPart *part = &fixing->parts.items.items[0];
    Str file = fixing->old;
    bool is_down_behind = fixing->down && fixing->down->offset > up->offset;
    if (is_down_behind)
        change_down(fixing, fixed, &file);
    file = with_text(fixing, file, up, part->up);
    if (!is_down_behind)
        change_down(fixing, fixed, &file);
    if (part->is_alone && fixing->wanted.is_one_transaction) {
        NewFile beside;
        file = script_without_transaction(fixing->arena, fixing->script->layout, file,
                                          (size_t)up->offset, &beside);
        if (beside.name) {
            const char *slash = strrchr(up->path, '/');
            const char *path =
                arena_printf(fixing->arena, "%.*s%s", slash ? (int)(slash - up->path) + 1 : 0,
                             up->path, beside.name);
            change(fixing, path, true, (Str){0}, beside.text);
            *vec_append(fixing->arena, &fixed->made) = path;
        }
    }
    change(fixing, up->path, false, fixing->old, file.p);
}

// The statement is not there any more, and nothing is said of it.
static bool is_replaced(const FileFixing *fixing, const Finding *finding)
{
    size_t commands = 0;
    VEC_EACH (const Fix *, each, &fixing->wanted.fixes) {
        const Fix *fix = *each;
        bool is_its = !fix->is_statement_left &&
                      fix->position.line == finding->statement_position.line &&
                      fix->position.column == finding->statement_position.column;
        if (is_its && (fix->command < 0 || ++commands == fix->commands.len))
            return strcmp(finding->file, fixing->script->script.path) == 0;
    }
    return false;
}

static void tell(FileFixing *fixing, FixedScript *fixed, Findings *findings)
{
    VEC_EACH (Finding, finding, findings) {
        if (!is_wanted(fixing, finding)) {
            finding->is_fixed |= fixed && is_replaced(fixing, finding);
            continue;
        }
        finding->unfixed = finding->fix->refused ? finding->fix->refused : fixing->why;
        finding->is_fixed = fixed && !finding->unfixed;
        if (finding->is_fixed && !words_have(&fixed->rules, finding->rule->id))
            *vec_append(fixing->arena, &fixed->rules) = finding->rule->id;
    }
}

void fix_files_add(Arena *arena, FixFiles *files, const LintChain *chain, const LintScript *script,
                   SourceFolder *folder, Findings *findings)
{
    FileFixing fixing = {.arena = arena,
                         .files = files,
                         .chain = chain,
                         .script = script,
                         .down = down_of(chain, script),
                         .folder = folder};
    FixedScript fixed = {.path = script->script.path};
    collect(&fixing, findings);
    const char *unreadable = why_not_readable(&fixing);
    if (unreadable || !fixing.wanted.fixes.len || !divide(&fixing) ||
        !may_have_further_files(&fixing)) {
        fixing.why = unreadable ? unreadable : fixing.why;
        tell(&fixing, NULL, findings);
        return;
    }
    fixing.why = NULL;
    change_file(&fixing, &fixed);
    for (size_t i = 1; i < fixing.parts.items.len; i++)
        add_further(&fixing, &fixed, &fixing.parts.items.items[i]);
    tell(&fixing, &fixed, findings);
    *vec_append(arena, &files->scripts) = fixed;
}
