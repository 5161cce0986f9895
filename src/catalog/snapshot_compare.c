// Two snapshots as lines for people: both lists are sorted, so one pass finds what is on one side.
#include "base/text.h"
#include "catalog/snapshot.h"

#include <stdlib.h>
#include <string.h>

enum {
    SHOWN_MAX = 70, // bytes of a value in a line
    LINE_MAX_BYTES = 4096
};

typedef VEC(const char *) Names;

typedef struct Comparison {
    Arena *arena;
    SnapshotScope scope;
    Names missing; // identities of what stands for itself, to leave out what belongs to it
    Names added;
    SnapshotDifferences found;
} Comparison;

static int by_text(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

typedef void Visit(Comparison *comparison, const SnapshotObject *then, const SnapshotObject *now);

// Calls `visit` for each object of the scope that is not the same on both sides.
static void visit_pairs(Comparison *comparison, const Snapshot *then, const Snapshot *now,
                        Visit *visit)
{
    size_t i = 0;
    size_t j = 0;
    while (i < then->objects.len || j < now->objects.len) {
        const SnapshotObject *left = i < then->objects.len ? &then->objects.items[i] : NULL;
        const SnapshotObject *right = j < now->objects.len ? &now->objects.items[j] : NULL;
        int order = !left ? 1 : !right ? -1 : snapshot_object_compare(left, right);
        left = order <= 0 ? left : NULL;
        right = order >= 0 ? right : NULL;
        i += left != NULL;
        j += right != NULL;
        bool is_same = left && right && strcmp(left->sha256, right->sha256) == 0;
        if (!is_same && snapshot_kind_is_in((left ? left : right)->kind, comparison->scope))
            visit(comparison, left, right);
    }
}

static void note_one_sided(Comparison *comparison, const SnapshotObject *then,
                           const SnapshotObject *now)
{
    if ((then ? then : now)->parent)
        return;
    if (!now)
        *vec_append(comparison->arena, &comparison->missing) = then->identity;
    if (!then)
        *vec_append(comparison->arena, &comparison->added) = now->identity;
}

static bool has_name(const Names *names, const char *name)
{
    return name && names->len && bsearch(&name, names->items, names->len, sizeof name, by_text);
}

// On one line, cut where it is long, never inside a character.
static const char *shown(Arena *arena, Str value)
{
    TEXT_SCOPED text;
    text_init(&text, SHOWN_MAX + 16);
    size_t n = value.n > SHOWN_MAX ? SHOWN_MAX : value.n;
    while (n < value.n && n > 0 && ((unsigned char)value.p[n] & 0xC0) == 0x80)
        n--;
    for (size_t i = 0; i < n; i++)
        text_append_char(&text, (unsigned char)value.p[i] < ' ' ? ' ' : value.p[i]);
    if (n < value.n)
        text_append(&text, STR("..."));
    return arena_dup(arena, text_str(&text));
}

// The first line that differs, where a value has several.
static const char *change_of_value(Arena *arena, Str name, Str then, Str now)
{
    if (!memchr(then.p, '\n', then.n) && !memchr(now.p, '\n', now.n))
        return arena_printf(arena, STR_FMT " %s -> %s", STR_ARG(name), shown(arena, then),
                            shown(arena, now));
    Str left = {0};
    Str right = {0};
    int line = 0;
    bool has_left;
    bool has_right;
    do {
        line++;
        has_left = str_line(&then, &left);
        has_right = str_line(&now, &right);
    } while (has_left && has_right && str_eq(left, right));
    return arena_printf(arena, STR_FMT " line %d: %s -> %s", STR_ARG(name), line,
                        has_left ? shown(arena, str_trim(left)) : "(no such line)",
                        has_right ? shown(arena, str_trim(right)) : "(no such line)");
}

static const char *change_of(Arena *arena, const char *then, const char *now)
{
    TEXT_SCOPED text;
    text_init(&text, LINE_MAX_BYTES);
    Str rest = str_from(then);
    Str name;
    Str old;
    Str new;
    while (snapshot_attribute_next(&rest, &name, &old)) {
        if (!snapshot_attribute_find(now, name, &new))
            text_printf(&text, "%s" STR_FMT " %s -> (none)", text.len ? "; " : "", STR_ARG(name),
                        shown(arena, old));
        else if (!str_eq(old, new))
            text_printf(&text, "%s%s", text.len ? "; " : "",
                        change_of_value(arena, name, old, new));
    }
    rest = str_from(now);
    while (snapshot_attribute_next(&rest, &name, &new))
        if (!snapshot_attribute_find(then, name, &old))
            text_printf(&text, "%s" STR_FMT " (none) -> %s", text.len ? "; " : "", STR_ARG(name),
                        shown(arena, new));
    return arena_dup(arena, text_str(&text));
}

static void add(Comparison *comparison, const SnapshotObject *then, const SnapshotObject *now)
{
    bool is_part = !now    ? has_name(&comparison->missing, then->parent)
                   : !then ? has_name(&comparison->added, now->parent)
                           : false;
    if (!is_part)
        *vec_append(comparison->arena, &comparison->found) = (SnapshotDifference){then, now};
}

void snapshot_differences(Arena *arena, const Snapshot *then, const Snapshot *now,
                          SnapshotScope scope, SnapshotDifferences *ret_differences)
{
    Comparison comparison = {.arena = arena, .scope = scope};
    visit_pairs(&comparison, then, now, note_one_sided);
    vec_sort(&comparison.missing, by_text);
    vec_sort(&comparison.added, by_text);
    visit_pairs(&comparison, then, now, add);
    *ret_differences = comparison.found;
}

const char *snapshot_difference_text(Arena *arena, const SnapshotDifference *difference)
{
    const SnapshotObject *then = difference->then;
    const SnapshotObject *now = difference->now;
    const SnapshotObject *object = then ? then : now;
    const char *what = shown(arena, str_from(object->identity));
    const char *change = "";
    if (then && now && then->text && now->text)
        change = change_of(arena, then->text, now->text);
    return arena_printf(arena, "%s %s: %s%s%s", object->kind, what,
                        !now    ? "missing"
                        : !then ? "added"
                                : "changed",
                        change[0] ? ", " : "", change);
}

static void say_gaps(Arena *arena, const Snapshot *snapshot, Differences *lines)
{
    VEC_EACH (const SnapshotGap, gap, &snapshot->gaps)
        *vec_append(arena, lines) = arena_printf(arena, "%s: %lld not compared, %s", gap->kind,
                                                 (long long)gap->count, gap->why);
}

void snapshot_compare(Arena *arena, const Snapshot *then, const Snapshot *now, SnapshotScope scope,
                      size_t most, Differences *ret_differences)
{
    SnapshotDifferences found;
    Differences gaps = {0};
    Differences lines = {0};
    snapshot_differences(arena, then, now, scope, &found);
    say_gaps(arena, then, &gaps);
    say_gaps(arena, now, &gaps);
    for (size_t i = 0; i < found.len && i < most; i++)
        *vec_append(arena, &lines) = snapshot_difference_text(arena, &found.items[i]);
    for (size_t i = 0; i < gaps.len && lines.len < most; i++)
        *vec_append(arena, &lines) = gaps.items[i];
    size_t more = found.len + gaps.len - lines.len;
    if (more)
        *vec_append(arena, &lines) = arena_printf(arena, "and %zu more", more);
    *ret_differences = lines;
}
