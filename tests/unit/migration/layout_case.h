// A folder as text in, its entries and problems as text out, for tables of cases.
#pragma once

#include "base/text.h"
#include "migration/layout.h"

// Files by name, parted by blanks or, when one is in a name, by newlines; what does not end in
// ".sql" is listed among the others.
static inline Listing layout_listing(Arena *arena, const char *names)
{
    Listing listing = {0};
    char delimiter = strchr(names, '\n') ? '\n' : ' ';
    for (Str rest = str_from(names); rest.n;) {
        Str name = str_until(rest, delimiter);
        rest = str_skip(rest, name.n < rest.n ? name.n + 1 : name.n);
        const char *text = arena_dup(arena, name);
        SourceFiles *files = str_ends(name, STR(".sql")) ? &listing.files : &listing.others;
        *vec_append(arena, files) = (SourceFile){text, arena_printf(arena, "m/%s", text)};
    }
    return listing;
}

static inline LayoutEntries layout_entries(Arena *arena, const Layout *layout, const char *names,
                                           Problems *problems)
{
    Listing *listing = arena_new_object(arena, Listing);
    *listing = layout_listing(arena, names);
    LayoutEntries entries = {0};
    layout->read(arena, listing, &entries, problems);
    layout_sort(arena, &entries, problems);
    return entries;
}

// One line for each entry, "VERSION NAME UP DOWN", then for each problem,
// "KIND FILE: MESSAGE (HINT)", with a '?' behind the kind of a warning.
static inline const char *layout_outcome(Arena *arena, const Layout *layout, const char *names)
{
    static const char *const KINDS[] = {
        [PROBLEM_VERSION] = "version", [PROBLEM_DUPLICATE] = "duplicate",
        [PROBLEM_ORPHAN] = "orphan",   [PROBLEM_FOREIGN] = "foreign",
        [PROBLEM_ORDER] = "order",
    };
    Problems problems = {0};
    LayoutEntries entries = layout_entries(arena, layout, names, &problems);
    TEXT_SCOPED text;
    text_init(&text, 1024 * 1024);
    VEC_EACH (const LayoutEntry, entry, &entries)
        text_printf(&text, "%s %s %s %s\n", entry->version, entry->name, entry->up->name,
                    entry->down ? entry->down->name : "-");
    VEC_EACH (const Problem, problem, &problems) {
        const Err *err = &problem->err;
        if (err->class != ERR_CONFIG || err->position.line != 0)
            text_printf(&text, "not a configuration error without a position: ");
        text_printf(&text, "%s%s %s: %s (%s)\n", KINDS[problem->kind], problem->is_error ? "" : "?",
                    err->file, err->message, err->hint);
    }
    return arena_strdup(arena, text_cstr(&text));
}

// What `new` makes in a folder with these files, one name a line.
static inline const char *layout_new_names(Arena *arena, const Layout *layout, const char *there)
{
    Problems problems = {0};
    LayoutEntries entries = layout_entries(arena, layout, there, &problems);
    NewFiles files = {0};
    const char *version = layout_next_version(arena, layout, &entries, "20250607080910");
    layout->new_files(arena, &entries, version, "add users", &files);
    const char *names = "";
    VEC_EACH (const NewFile, file, &files)
        names = arena_printf(arena, "%s%s\n", names, file->name);
    return names;
}
