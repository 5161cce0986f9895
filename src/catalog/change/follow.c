// Texts behind renames. What the server deparses names things as they are called by then: where
// old and new text differ in such names alone, nothing is to be done. A body that is kept as the
// user wrote it follows nothing. Invariant: a text that does not follow for certain is not taken
// for the new one, and what it is of is changed as anything else is.
#include "base/text.h"
#include "catalog/change/renaming.h"
#include "sql/quote.h"

enum {
    TEXT_MAX = 1 << 30
};

static const char *const COLUMNS[] = {"column", "attribute"};

typedef struct Pair { // a name, or an identity of several, before and behind
    Str old;
    Str new;
} Pair;

// What a text may name.
typedef struct Context {
    const Renaming *renaming;
    VEC(Pair) identities; // that differ
    VEC(Pair) names;      // of which they are made, those too that are the same
    VEC(const SnapshotObject *) enums;
    bool is_bound; // of a partition: labels stand there without their type
} Context;

static bool is_name_start(char c)
{
    return c == '_' || c == '"' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (unsigned char)c >= 0x80;
}

static bool is_name_char(char c)
{
    return (is_name_start(c) && c != '"') || c == '$' || (c >= '0' && c <= '9');
}

static size_t quoted_length(Str text, size_t from, bool has_escapes)
{
    char quote = text.p[from];
    size_t i = from + 1;
    while (i < text.n) {
        if (has_escapes && text.p[i] == '\\')
            i++;
        else if (text.p[i] == quote && i + 1 < text.n && text.p[i + 1] == quote)
            i++;
        else if (text.p[i] == quote)
            return i + 1;
        i++;
    }
    return text.n;
}

// A name, a literal, a number, or one character. Not blanks: they are skipped before.
static Str token(Str text)
{
    size_t length = 1;
    if (!text.n)
        return text;
    if (text.p[0] == '"' || text.p[0] == '\'')
        return (Str){text.p, quoted_length(text, 0, false)};
    if (text.p[0] == 'E' && text.n > 1 && text.p[1] == '\'')
        return (Str){text.p, quoted_length(text, 1, true)};
    if (is_name_char(text.p[0]))
        while (length < text.n && is_name_char(text.p[length]))
            length++;
    return (Str){text.p, length};
}

static size_t blanks(Str text)
{
    size_t count = 0;
    while (count < text.n && (text.p[count] == ' ' || text.p[count] == '\n'))
        count++;
    return count;
}

static Str take(Str *rest)
{
    *rest = str_skip(*rest, blanks(*rest));
    Str taken = token(*rest);
    *rest = str_skip(*rest, taken.n);
    return taken;
}

static Str peek(Str rest)
{
    return take(&rest);
}

static bool is_name(Str text)
{
    return text.n && is_name_start(text.p[0]) && !str_ends(text, STR("'"));
}

static bool is_literal(Str text)
{
    return text.n && (text.p[0] == '\'' || (text.n > 1 && text.p[0] == 'E' && text.p[1] == '\''));
}

static void add_pair(Context *context, Str old, Str new)
{
    VEC_EACH (const Pair, known, &context->names)
        if (str_eq(known->old, old) && str_eq(known->new, new))
            return;
    *vec_append(context->renaming->arena, &context->names) = (Pair){old, new};
}

static void add_identity(Context *context, const char *old_identity, const char *new_identity)
{
    Str old = str_from(old_identity);
    Str new = str_from(new_identity);
    if (!str_eq(old, new))
        *vec_append(context->renaming->arena, &context->identities) = (Pair){old, new};
    for (;;) {
        Str left = take(&old);
        Str right = take(&new);
        if (!left.n || !right.n)
            return;
        if (is_name(left) && is_name(right))
            add_pair(context, left, right);
    }
}

static void add_object(Context *context, const SnapshotObject *object)
{
    const Renaming *renaming = context->renaming;
    const char *identity = renaming->identities[renaming_place(renaming, object)];
    add_identity(context, object->identity, identity ? identity : object->identity);
    if (strcmp(object->kind, "enum") == 0)
        *vec_append(renaming->arena, &context->enums) = object;
}

static size_t first_edge(const Snapshot *snapshot, uint32_t from)
{
    size_t low = 0;
    size_t high = snapshot->edges.len;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (snapshot->edges.items[middle].from < from)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

// What it needs, as a column its type.
static void add_targets(Context *context, const SnapshotObject *object)
{
    const Snapshot *then = context->renaming->then;
    uint32_t place = (uint32_t)renaming_place(context->renaming, object);
    for (size_t i = first_edge(then, place);
         i < then->edges.len && then->edges.items[i].from == place; i++)
        add_object(context, &then->objects.items[then->edges.items[i].to]);
}

static void add_columns(Context *context, const char *of, bool has_types)
{
    for (size_t i = 0; of && i < sizeof COLUMNS / sizeof *COLUMNS; i++) {
        const SnapshotObject *const *parts;
        size_t count = ddl_parts_of(&context->renaming->parts, of, COLUMNS[i], &parts);
        for (size_t j = 0; j < count; j++) {
            add_object(context, parts[j]);
            if (has_types)
                add_targets(context, parts[j]);
        }
    }
}

static bool is_renamed(const Renaming *renaming, const SnapshotObject *object)
{
    const char *identity = renaming->identities[renaming_place(renaming, object)];
    bool has_label = false;
    VEC_EACH (const RenamedLabel, label, &renaming->labels)
        has_label |= label->type == object;
    return has_label || (identity && strcmp(identity, object->identity) != 0);
}

static bool needs_renamed(const Renaming *renaming, const SnapshotObject *object)
{
    const Snapshot *then = renaming->then;
    uint32_t place = (uint32_t)renaming_place(renaming, object);
    for (size_t i = first_edge(then, place);
         i < then->edges.len && then->edges.items[i].from == place; i++)
        if (is_renamed(renaming, &then->objects.items[then->edges.items[i].to]))
            return true;
    return false;
}

static bool has_renamed_column(const Renaming *renaming, const char *of)
{
    for (size_t i = 0; of && i < sizeof COLUMNS / sizeof *COLUMNS; i++) {
        const SnapshotObject *const *parts;
        size_t count = ddl_parts_of(&renaming->parts, of, COLUMNS[i], &parts);
        for (size_t j = 0; j < count; j++)
            if (is_renamed(renaming, parts[j]) || needs_renamed(renaming, parts[j]))
                return true;
    }
    return false;
}

// Most objects of a database have nothing to do with what is renamed.
static bool is_concerned(const Renaming *renaming, const SnapshotObject *object)
{
    return is_renamed(renaming, object) || needs_renamed(renaming, object) ||
           has_renamed_column(renaming, object->identity) ||
           has_renamed_column(renaming, object->parent);
}

static Context context_of(const Renaming *renaming, const SnapshotObject *object)
{
    const char *parent = renaming->parents[renaming_place(renaming, object)];
    Context context = {.renaming = renaming};
    add_object(&context, object);
    add_targets(&context, object);
    if (object->parent && parent)
        add_identity(&context, object->parent, parent);
    add_columns(&context, object->identity, true);
    add_columns(&context, object->parent, false);
    return context;
}

// The one name that it has behind; its own where it may also be another's that stays.
static bool name_find(const Context *context, Str name, Str *ret_new)
{
    bool is_found = false;
    VEC_EACH (const Pair, pair, &context->names)
        if (str_eq(pair->old, name) && !str_eq(pair->new, name)) {
            *ret_new = pair->new;
            is_found = true;
        }
    return is_found;
}

static bool has_pair(const Context *context, Str old, Str new)
{
    VEC_EACH (const Pair, pair, &context->names)
        if (str_eq(pair->old, old) && str_eq(pair->new, new))
            return true;
    return false;
}

static const RenamedLabel *label_find(const Context *context, Str literal, Str rest)
{
    VEC_EACH (const RenamedLabel, label, &context->renaming->labels) {
        bool is_meant = context->is_bound;
        VEC_EACH (const SnapshotObject *const, type, &context->enums)
            is_meant |= *type == label->type && str_starts(rest, STR("::")) &&
                        str_starts(str_skip(rest, 2), str_from(label->type->identity));
        if (is_meant && str_eq(label->old, literal))
            return label;
    }
    return NULL;
}

// Two texts side by side.
typedef struct Walk {
    Context *context;
    Str old; // what is left
    Str new;
    Str old_last; // the tokens before
    Str new_last;
} Walk;

static bool follows(Context *context, Str old, Str new);

// A column keeps the name it was given in a view: "t.b AS a" where there was "t.a"; and loses it
// where it is the same: "t.b" where there was "t.a AS b".
static bool skip_alias(Str *rest, Str other_last, Str last, const Context *context)
{
    Str copy = *rest;
    if (!str_eq(take(&copy), STR("AS")) || !is_name(last))
        return false;
    Str alias = take(&copy);
    if (!is_name(alias) || !(str_eq(alias, other_last) || has_pair(context, other_last, alias) ||
                             has_pair(context, alias, other_last)))
        return false;
    *rest = copy;
    return true;
}

static bool literal_follows(Walk *walk, Str left, Str right)
{
    bool is_name_inside = str_starts(walk->old, STR("::reg")) &&
                          str_starts(walk->new, STR("::reg")) && left.p[0] == '\'' &&
                          right.p[0] == '\'' && left.n > 1 && right.n > 1;
    if (is_name_inside)
        return follows(walk->context, (Str){left.p + 1, left.n - 2},
                       (Str){right.p + 1, right.n - 2});
    const RenamedLabel *label = label_find(walk->context, left, walk->old);
    return str_eq(label ? label->new : left, right);
}

// Behind AS and :: stands what no column and no table is called by.
static bool is_apart(const Walk *walk)
{
    return str_eq(walk->old_last, STR("AS")) && str_eq(walk->new_last, STR("AS"));
}

static bool name_follows(const Walk *walk, Str left, Str right)
{
    Str wanted;
    if (!str_eq(left, right))
        return has_pair(walk->context, left, right);
    return !name_find(walk->context, left, &wanted) || has_pair(walk->context, left, left) ||
           is_apart(walk);
}

static bool step(Walk *walk)
{
    Str left = peek(walk->old);
    Str right = peek(walk->new);
    if (!str_eq(left, right)) {
        if (str_eq(right, STR("AS")) &&
            skip_alias(&walk->new, walk->old_last, walk->new_last, walk->context))
            return true;
        if (str_eq(left, STR("AS")) &&
            skip_alias(&walk->old, walk->new_last, walk->old_last, walk->context))
            return true;
    }
    left = take(&walk->old);
    right = take(&walk->new);
    bool is_same = is_name(left) && is_name(right)         ? name_follows(walk, left, right)
                   : is_literal(left) && is_literal(right) ? literal_follows(walk, left, right)
                                                           : str_eq(left, right);
    walk->old_last = left;
    walk->new_last = right;
    return is_same;
}

static bool follows(Context *context, Str old, Str new)
{
    Walk walk = {.context = context, .old = old, .new = new};
    while (peek(walk.old).n || peek(walk.new).n)
        if (!step(&walk))
            return false;
    return true;
}

// The longest identity that begins at `rest`, and is not only the beginning of another name.
static const Pair *identity_at(const Context *context, Str rest)
{
    const Pair *found = NULL;
    VEC_EACH (const Pair, pair, &context->identities) {
        bool is_whole =
            pair->old.n == rest.n || (pair->old.n < rest.n && !is_name_char(rest.p[pair->old.n]) &&
                                      rest.p[pair->old.n] != '"');
        if (str_starts(rest, pair->old) && is_whole && (!found || pair->old.n > found->old.n))
            found = pair;
    }
    return found;
}

static const char *replaced(const Context *context, Str text)
{
    TEXT_SCOPED out;
    text_init(&out, TEXT_MAX);
    Str last = {0};
    for (Str rest = text; rest.n;) {
        Str gap = {rest.p, blanks(rest)};
        text_append(&out, gap);
        rest = str_skip(rest, gap.n);
        Str one = token(rest);
        Str new = one;
        const Pair *pair = is_name(one) ? identity_at(context, rest) : NULL;
        if (pair) {
            one = (Str){rest.p, pair->old.n};
            new = pair->new;
        } else if (is_name(one) && !str_eq(last, STR("AS"))) {
            name_find(context, one, &new);
        }
        text_append(&out, new);
        last = one;
        rest = str_skip(rest, one.n);
    }
    return arena_dup(context->renaming->arena, text_str(&out));
}

const char *renaming_replace(const Renaming *renaming, const SnapshotObject *object,
                             const char *text)
{
    if (!is_concerned(renaming, object))
        return text;
    Context context = context_of(renaming, object);
    return replaced(&context, str_from(text));
}

// What is data, or a name of what is not renamed here.
static bool is_kept(Str name)
{
    static const char *const NAMES[] = {
        "comment", "initcond", "label", "minitcond", "options", "owner", "roles", "text", "value",
    };
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (str_eq(name, str_from(NAMES[i])))
            return true;
    return str_ends(name, STR("privileges")) || str_ends(name, STR(" options"));
}

// Some names are said as they are in the catalog.
static bool is_unquoted(Str name)
{
    return str_eq(name, STR("schema")) || str_eq(name, STR("server")) ||
           str_eq(name, STR("wrapper"));
}

// Of a routine the server deparses only the head.
static bool source_follows(Context *context, Str old, Str new)
{
    ptrdiff_t old_body = str_find(old, STR("\nAS "));
    ptrdiff_t new_body = str_find(new, STR("\nAS "));
    return old_body >= 0 && new_body >= 0 &&
           str_eq(str_skip(old, (size_t)old_body), str_skip(new, (size_t)new_body)) &&
           follows(context, (Str){old.p, (size_t)old_body}, (Str){new.p, (size_t)new_body});
}

static bool value_follows(Context *context, Str name, Str old, Str new)
{
    Arena *arena = context->renaming->arena;
    context->is_bound = str_eq(name, STR("bound"));
    if (is_kept(name))
        return str_eq(old, new);
    if (str_eq(name, STR("source")))
        return source_follows(context, old, new);
    if (is_unquoted(name))
        return follows(context, str_from(quote_name(arena, arena_dup(arena, old))),
                       str_from(quote_name(arena, arena_dup(arena, new))));
    return follows(context, old, new);
}

static bool has_renamed_labels(const Renaming *renaming, const SnapshotObject *object)
{
    VEC_EACH (const RenamedLabel, label, &renaming->labels)
        if (label->type == object)
            return true;
    return false;
}

static const char *value_behind(Context *context, const SnapshotObject *object,
                                const SnapshotObject *now, const char *name)
{
    Ddl ddl = {.arena = context->renaming->arena};
    const char *value = ddl_value(&ddl, object, name);
    const char *new = now ? ddl_value(&ddl, now, name) : NULL;
    bool are_labels = strcmp(name, "labels") == 0;
    bool is_body = strcmp(name, "source") == 0;
    if (new &&
        (are_labels ? has_renamed_labels(context->renaming, object)
                    : value_follows(context, str_from(name), str_from(value), str_from(new))))
        return new;
    return are_labels || is_body || is_kept(str_from(name)) ? value
                                                            : replaced(context, str_from(value));
}

// As snapshot_text() does, of what is canonical already.
static void append_attribute(Text *out, const char *name, const char *value)
{
    text_printf(out, "%s: ", name);
    for (const char *p = value; *p; p++) {
        text_append_char(out, *p);
        if (*p == '\n')
            text_append(out, STR("  "));
    }
    text_append_char(out, '\n');
}

const char *renaming_text(const Renaming *renaming, const SnapshotObject *object,
                          const SnapshotObject *now)
{
    if (!object->text || !is_concerned(renaming, object))
        return object->text;
    TEXT_SCOPED out;
    text_init(&out, TEXT_MAX);
    Context context = context_of(renaming, object);
    Str rest = str_from(object->text);
    Str name;
    Str value;
    while (snapshot_attribute_next(&rest, &name, &value)) {
        const char *key = arena_dup(renaming->arena, name);
        append_attribute(&out, key, value_behind(&context, object, now, key));
    }
    return arena_dup(renaming->arena, text_str(&out));
}
