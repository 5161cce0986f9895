#include "migration/layout.h"

#include "migration/order.h"
#include "migration/problem.h"

const Layout *const LAYOUTS[] = {
    &LAYOUT_PAIRED,   &LAYOUT_PLAIN,           &LAYOUT_DBMATE, &LAYOUT_GOOSE,  &LAYOUT_SQL_MIGRATE,
    &LAYOUT_TERN,     &LAYOUT_NODE_PG_MIGRATE, &LAYOUT_DIESEL, &LAYOUT_PRISMA, &LAYOUT_SQLX,
    &LAYOUT_GRAPHILE, &LAYOUT_REFINERY,        &LAYOUT_FLYWAY, &LAYOUT_SQITCH, NULL,
};

static bool has_name(const Layout *layout, const char *name)
{
    for (const char *const *alias = layout->aliases; alias && *alias; alias++)
        if (strcmp(*alias, name) == 0)
            return true;
    return strcmp(layout->name, name) == 0;
}

const Layout *layout_find(const char *name)
{
    for (const Layout *const *layout = LAYOUTS; *layout; layout++)
        if (has_name(*layout, name))
            return *layout;
    return NULL;
}

const char *layout_names(Arena *arena)
{
    const char *names = LAYOUTS[0]->name;
    for (const Layout *const *layout = LAYOUTS + 1; *layout; layout++)
        names = arena_printf(arena, "%s, %s", names, (*layout)->name);
    return arena_printf(arena, "%s, " LAYOUT_TABLE, names);
}

bool layout_wraps(const Layout *layout, const Script *script, const Shape *shape)
{
    // Whoever writes our own directive has us run it.
    bool is_ours = script->directives.no_transaction && !script->is_no_transaction;
    if (shape->blocks || is_ours)
        return false;
    if (layout->wraps && !script->directives.no_transaction)
        return true;
    return layout->sends_one_string && shape->statements > 1;
}

const Layout *layout_detect(const Sample *sample, int *ret_sure)
{
    const Layout *best = LAYOUTS[0];
    int surest = 0;
    for (const Layout *const *layout = LAYOUTS; *layout; layout++) {
        int sure = (*layout)->detect(sample);
        if (sure > surest) {
            best = *layout;
            surest = sure;
        }
    }
    if (ret_sure)
        *ret_sure = surest;
    return best;
}

static int key_compare(const LayoutEntry *a, const LayoutEntry *b)
{
    return migration_compare((MigrationKey){a->kind, a->version},
                             (MigrationKey){b->kind, b->version});
}

static const SourceFile *entry_file(const LayoutEntry *entry)
{
    return entry->up ? entry->up : entry->down;
}

// By version; then ups before downs and by file name, so that messages do not depend on the order
// in which a directory was read.
static int entry_compare(const void *left, const void *right)
{
    const LayoutEntry *a = left;
    const LayoutEntry *b = right;
    int order = key_compare(a, b);
    if (order == 0)
        order = (a->up == NULL) - (b->up == NULL);
    return order ? order : strcmp(entry_file(a)->name, entry_file(b)->name);
}

// The entries of one version: first to (not including) end.
typedef struct Group {
    LayoutEntry *first;
    LayoutEntry *end;
} Group;

static void duplicate_ups_report(Arena *arena, Group group, size_t ups, Problems *problems)
{
    for (LayoutEntry *entry = group.first; entry < group.first + ups; entry++) {
        const LayoutEntry *other = entry == group.first ? entry + 1 : group.first;
        bool is_repeatable = entry->kind == MIGRATION_REPEATABLE;
        Problem *problem = problem_append(
            arena, problems, PROBLEM_DUPLICATE, entry->up, "%s %s is also the %s of %s",
            is_repeatable ? "the description of" : "version", entry->version,
            is_repeatable ? "one" : "version", other->up->path);
        err_hint(&problem->err, "give one of the two files a %s of its own",
                 is_repeatable ? "description" : "version");
    }
}

static void duplicate_downs_report(Arena *arena, Group group, Problems *problems)
{
    const LayoutEntry *first = NULL;
    const LayoutEntry *second = NULL;
    for (LayoutEntry *entry = group.first; entry < group.end && !second; entry++) {
        if (entry->down && first)
            second = entry;
        else if (entry->down)
            first = entry;
    }
    for (LayoutEntry *entry = group.first; entry < group.end; entry++) {
        if (!entry->down)
            continue;
        const SourceFile *other = entry == first ? second->down : first->down;
        Problem *problem = problem_append(arena, problems, PROBLEM_DUPLICATE, entry->down,
                                          "version %s has another down migration: %s",
                                          group.first->version, other->path);
        err_hint(&problem->err, "keep one of the two files");
    }
}

static void orphan_report(Arena *arena, const LayoutEntry *entry, Problems *problems)
{
    Str name = str_from(entry->down->name);
    Problem *problem =
        problem_append(arena, problems, PROBLEM_ORPHAN, entry->down,
                       "down migration without an up migration of version %s", entry->version);
    problem->is_error = !str_starts(name, STR("../"));
    if (str_until(name, '/').n == name.n && str_ends(name, STR("_down.sql")))
        err_hint(&problem->err,
                 "add the up migration, or, if this is one, rename it so that it does not end in "
                 "_down.sql");
    else
        err_hint(&problem->err, "add the up migration, or move this file out of the folder");
}

// One version's entries to the one that can be run; false when there is none.
static bool group_join(Arena *arena, Group group, LayoutEntry *ret_entry, Problems *problems)
{
    size_t ups = 0;
    size_t downs = 0;
    LayoutEntry joined = *group.first;
    for (LayoutEntry *entry = group.first; entry < group.end; entry++) {
        ups += entry->up != NULL;
        downs += entry->down != NULL;
        if (entry->down && (entry == group.first || !joined.down)) {
            joined.down = entry->down;
            joined.down_options = entry->down_options;
            joined.is_down_no_transaction = entry->is_no_transaction;
        }
    }
    if (ups == 0) {
        for (LayoutEntry *entry = group.first; entry < group.end; entry++)
            orphan_report(arena, entry, problems);
        return false;
    }
    if (ups > 1) {
        duplicate_ups_report(arena, group, ups, problems);
        return false;
    }
    if (downs > 1)
        duplicate_downs_report(arena, group, problems);
    *ret_entry = joined;
    return true;
}

void layout_sort(Arena *arena, LayoutEntries *entries, Problems *problems)
{
    if (entries->len == 0)
        return;
    vec_sort(entries, entry_compare);
    LayoutEntry *kept = entries->items;
    LayoutEntry *end = entries->items + entries->len;
    for (LayoutEntry *first = entries->items, *next; first < end; first = next) {
        next = first + 1;
        while (next < end && key_compare(first, next) == 0)
            next++;
        LayoutEntry joined;
        if (group_join(arena, (Group){first, next}, &joined, problems))
            *kept++ = joined;
    }
    entries->len = (size_t)(kept - entries->items);
}

const char *layout_lettered_version(Arena *arena, Str digits, const LayoutEntries *entries)
{
    int same = 0; // neighbours, as the names are sorted
    for (size_t i = entries->len; i > 0; i--, same++) {
        Str known = str_from(entries->items[i - 1].version);
        bool is_lettered = known.n == digits.n + 1 && known.p[digits.n] >= 'a';
        if (!str_starts(known, digits) || (known.n != digits.n && !is_lettered))
            break;
    }
    return same && same < 26 ? arena_printf(arena, STR_FMT "%c", STR_ARG(digits), 'a' + same)
                             : arena_dup(arena, digits);
}
