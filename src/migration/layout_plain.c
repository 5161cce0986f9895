// Plain files: 002_add_todos.sql. Its down, if any, is found by the version and stands
//   in rollback/ or rollbacks/, inside the folder or beside it, under any of the suffixes below or
//   under the up's own name (Kairon, TrustBot);
//   beside the up, under one of the suffixes (nself-chat);
//   or in the up itself, as commented SQL under a rollback heading (Kairon).
#include "base/require.h"
#include "migration/filename.h"
#include "migration/layout.h"
#include "migration/new_script.h"
#include "migration/newtext.h"
#include "migration/problem.h"
#include "migration/rollback_comment.h"

static const Str DOWN_SUFFIXES[] = {
    STR("_down.sql"),
    STR(".rollback.sql"),
    STR(".down.sql"),
};

static const Str DOWN_FOLDERS[] = {
    STR("rollback/"),
    STR("rollbacks/"),
    STR("../rollback/"),
    STR("../rollbacks/"),
};

// A file's name taken apart. In a folder of downs every file is one.
typedef struct PlainName {
    Str folder; // "../rollbacks/"; empty: the source folder itself
    Str base;   // "002_add_todos"
    Str suffix; // "_down.sql", ".sql"
    bool is_down;
    bool is_known_folder;
} PlainName;

static PlainName plain_name(const SourceFile *file)
{
    Str path = str_from(file->name);
    PlainName name = {.suffix = STR(".sql")};
    for (Str rest = path; str_until(rest, '/').n < rest.n;) {
        rest = str_skip(rest, str_until(rest, '/').n + 1);
        name.folder = (Str){path.p, path.n - rest.n};
    }
    name.is_known_folder = name.folder.n == 0;
    for (size_t i = 0; i < sizeof DOWN_FOLDERS / sizeof DOWN_FOLDERS[0]; i++)
        if (str_eq(name.folder, DOWN_FOLDERS[i]))
            name.is_known_folder = name.is_down = true;
    Str base = str_skip(path, name.folder.n);
    for (size_t i = 0; i < sizeof DOWN_SUFFIXES / sizeof DOWN_SUFFIXES[0]; i++) {
        if (str_ends(base, DOWN_SUFFIXES[i])) {
            name.suffix = DOWN_SUFFIXES[i];
            name.is_down = true;
            break;
        }
    }
    REQUIRE(str_ends(base, name.suffix));
    name.base = (Str){base.p, base.n - name.suffix.n};
    return name;
}

static const char *const ALIASES[] = {"supabase", NULL};

// Kairon and TrustBot; beside the folder too.
static const FolderRule FOLDERS[] = {{"rollback", false},
                                     {"rollbacks", false},
                                     {"../rollback", false},
                                     {"../rollbacks", false},
                                     {NULL, false}};

static bool is_versioned(Str base)
{
    Str version = {0};
    Str name = {0};
    return filename_is_clean(base) && filename_parse(base, &version, &name);
}

// Any folder of SQL may be meant as plain; one with versions surely is.
static int plain_detect(const Sample *sample)
{
    int sure = 0;
    VEC_EACH (const SourceFile, file, &sample->listing.files) {
        PlainName name = plain_name(file);
        if (name.folder.n)
            continue;
        if (is_versioned(name.base))
            return 10;
        sure = 1;
    }
    return sure;
}

static void plain_file_read(Arena *arena, const SourceFile *file, LayoutEntries *entries,
                            Problems *problems)
{
    PlainName name = plain_name(file);
    Str version = {0};
    Str title = {0};
    if (!name.is_known_folder) {
        Problem *problem =
            problem_append(arena, problems, PROBLEM_VERSION, file,
                           "the layout plain has no folder " STR_FMT, STR_ARG(name.folder));
        err_hint(&problem->err, "move the file into the folder itself, rollback/ or rollbacks/");
    } else if (name.folder.n == 0 && str_ends(name.base, STR(".up"))) {
        Problem *problem = problem_append(arena, problems, PROBLEM_VERSION, file,
                                          "half of a pair in a folder whose layout is plain");
        err_hint(&problem->err, "set the layout to paired, or rename the file to %s.sql",
                 filename_suggest(arena, (Str){name.base.p, name.base.n - STR(".up").n}));
    } else if (!filename_is_clean(name.base) || !filename_parse(name.base, &version, &title)) {
        Problem *problem =
            problem_append_version(arena, problems, file, name.base, arena_dup(arena, name.suffix));
        problem->is_error = !str_starts(name.folder, STR("../"));
    } else {
        *vec_append(arena, entries) = (LayoutEntry){
            .version = arena_dup(arena, version),
            .name = arena_dup(arena, title),
            .up = name.is_down ? NULL : file,
            .down = name.is_down ? file : NULL,
        };
    }
}

static void plain_read(Arena *arena, const Listing *listing, LayoutEntries *entries,
                       Problems *problems)
{
    VEC_EACH (const SourceFile, file, &listing->files) {
        plain_file_read(arena, file, entries, problems);
    }
}

static bool plain_split(Arena *arena, Script *up, Script *down, Err *err)
{
    // A part of a large script says nothing about its end.
    if (down->is_present || (int64_t)up->text.n != up->size)
        return true;
    Str found = {0};
    if (!rollback_comment_find(arena, up->text, &found))
        return true;
    *down = (Script){
        .is_present = true,
        .path = up->path,
        .offset = up->offset,
        .size = up->size,
        .start = up->start,
        .is_loaded = true,
        .text = found,
    };
    return true;
}

// The newest entry with a down file shows how this team spells them. With none: a folder, since
// tools that share a plain folder (supabase) would run "002_x.down.sql" in it as an up.
static PlainName down_style(const LayoutEntries *entries)
{
    PlainName style = {.folder = STR("rollback/"), .suffix = STR("_down.sql")};
    VEC_EACH (const LayoutEntry, entry, entries) {
        if (entry->down)
            style = plain_name(entry->down);
    }
    return style;
}

// A title such as "shut down" would make the up's name that of a down.
static const char *up_base(Arena *arena, const char *version, const char *title)
{
    const char *base = filename_compose(arena, version, title);
    Str file = str_from(arena_printf(arena, "%s.sql", base));
    return str_ends(file, DOWN_SUFFIXES[0]) ? arena_printf(arena, "%s_up", base) : base;
}

static void plain_new_files(Arena *arena, const LayoutEntries *entries, const char *version,
                            const char *name, NewFiles *ret_files)
{
    const char *base = up_base(arena, version, name);
    PlainName style = down_style(entries);
    *vec_append(arena, ret_files) = (NewFile){
        .name = arena_printf(arena, "%s.sql", base),
        .text = newtext_up(arena, name),
    };
    *vec_append(arena, ret_files) = (NewFile){
        .name = arena_printf(arena, STR_FMT "%s" STR_FMT, STR_ARG(style.folder), base,
                             STR_ARG(style.suffix)),
        .text = newtext_down(arena, name),
    };
}

static const char *plain_down_name(Arena *arena, const Listing *listing,
                                   const LayoutEntries *entries, const LayoutEntry *entry)
{
    PlainName style = down_style(entries);
    return arena_printf(arena, STR_FMT STR_FMT STR_FMT, STR_ARG(style.folder),
                        STR_ARG(plain_name(entry->up).base), STR_ARG(style.suffix));
}

const Layout LAYOUT_PLAIN = {
    .name = "plain",
    .aliases = ALIASES,
    .summary = "one file for a migration, 002_add_todos.sql; its down in rollback/ or rollbacks/, "
               "under a suffix beside it, or in comments under a rollback heading",
    .folders = FOLDERS,
    .detect = plain_detect,
    .read = plain_read,
    .split = plain_split,
    .new_files = plain_new_files,
    .form = &SCRIPT_FORM_OURS,
    .down_name = plain_down_name,
};
