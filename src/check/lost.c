#include "check/lost.h"

#include "base/text.h"
#include "catalog/privileges.h"

#include <ctype.h>
#include <stdlib.h>

enum {
    DETAILS_MAX = 20,
    WORDS_TEXT_MAX = 4096,
    SAYS_MAX = 4, // words of a statement, NULL included
};

typedef VEC(const SnapshotObject *) Addressed;

typedef struct Losing {
    Arena *arena;
    const Snapshot *then;
    const Snapshot *now;
    const LostOptions *options;
    Addressed by_address; // of `now`, made when it is first needed
    Words lost[POSTFLIGHT_COUNT];
} Losing;

// ---- what became of an object

static int by_address(const void *left, const void *right)
{
    const SnapshotObject *const *a = left;
    const SnapshotObject *const *b = right;
    int order = strcmp((*a)->kind, (*b)->kind);
    return order ? order : snapshot_address_compare(&(*a)->address, &(*b)->address);
}

static void index_addresses(Losing *losing)
{
    if (losing->by_address.len)
        return;
    VEC_EACH (const SnapshotObject, object, &losing->now->objects)
        if (object->address.class)
            *vec_append(losing->arena, &losing->by_address) = object;
    vec_sort(&losing->by_address, by_address);
}

static const SnapshotObject *find_moved(Losing *losing, const SnapshotObject *object)
{
    if (!object->address.class)
        return NULL;
    index_addresses(losing);
    const SnapshotObject *const *found =
        losing->by_address.len ? bsearch(&object, losing->by_address.items, losing->by_address.len,
                                         sizeof *losing->by_address.items, by_address)
                               : NULL;
    return found ? *found : NULL;
}

// Under its name, or the one it has now.
static const SnapshotObject *find_now(Losing *losing, const SnapshotObject *object)
{
    const SnapshotObject *found = snapshot_find(losing->now, object->kind, object->identity);
    return found ? found : find_moved(losing, object);
}

// ---- was it meant

static bool says(const Losing *losing, const char *a, const char *b, const char *name)
{
    const char *words[] = {a, b, NULL};
    return meant_says(losing->options->meant, words, name);
}

static const char *name_of(const Losing *losing, const SnapshotObject *object)
{
    return meant_name(losing->arena, object->identity);
}

static const char *parent_of(const Losing *losing, const SnapshotObject *object)
{
    return object->parent ? meant_name(losing->arena, object->parent) : NULL;
}

static void lose(Losing *losing, PostflightId id, const char *what)
{
    *vec_append(losing->arena, &losing->lost[id]) = what;
}

// ---- attributes

static const char *value_of(const Losing *losing, const SnapshotObject *object, const char *name)
{
    return snapshot_attribute_text(losing->arena, object->text, str_from(name));
}

static bool has_attribute(const SnapshotObject *object, const char *name)
{
    Str value;
    return snapshot_attribute_find(object->text, str_from(name), &value);
}

static const char *words_of(Arena *arena, uint32_t privileges)
{
    TEXT_SCOPED text;
    text_init(&text, WORDS_TEXT_MAX);
    for (unsigned i = 0; i < PRIVILEGE_COUNT; i++)
        if (privileges & (1u << i))
            text_printf(&text, "%s%s", text.len ? ", " : "", privilege_word(i));
    return arena_strdup(arena, text_cstr(&text));
}

// What stands behind ON in a GRANT, for kinds where that is easily said.
static const char *grant_place(Arena *arena, const SnapshotObject *object)
{
    static const char *const TABLES[] = {"table", "view", "materialized view", "foreign table"};
    static const char *const OTHERS[] = {"sequence", "function", "procedure", "schema"};
    for (size_t i = 0; i < sizeof TABLES / sizeof *TABLES; i++)
        if (strcmp(object->kind, TABLES[i]) == 0)
            return object->identity;
    for (size_t i = 0; i < sizeof OTHERS / sizeof *OTHERS; i++)
        if (strcmp(object->kind, OTHERS[i]) == 0) {
            char *place = arena_printf(arena, "%s %s", object->kind, object->identity);
            for (char *c = place; *c && *c != ' '; c++)
                *c = (char)toupper((unsigned char)*c);
            return place;
        }
    return NULL;
}

static void lose_grant(Losing *losing, PostflightId id, const SnapshotObject *now, const char *role,
                       uint32_t privileges)
{
    Arena *arena = losing->arena;
    const char *words = words_of(arena, privileges);
    const char *place = grant_place(arena, now);
    lose(losing, id,
         place ? arena_printf(arena, "%s lost %s on %s; GRANT %s ON %s TO %s;", role, words,
                              now->identity, words, place, role)
               : arena_printf(arena, "%s lost %s on %s %s", role, words, now->kind, now->identity));
}

static bool is_privilege_meant(const Losing *losing, const SnapshotObject *then)
{
    const char *name = name_of(losing, then);
    return says(losing, "revoke", NULL, name) || says(losing, "revoke", "all", "schema") ||
           says(losing, "drop", "owned", NULL) || says(losing, "drop", "role", NULL) ||
           (strcmp(then->kind, "column") == 0 &&
            says(losing, "revoke", NULL, parent_of(losing, then)));
}

static void compare_privileges(Losing *losing, PostflightId id, const SnapshotObject *then,
                               const SnapshotObject *now)
{
    Grants before = {0};
    Grants after = {0};
    const char *old = value_of(losing, then, "privileges");
    const char *new = value_of(losing, now, "privileges");
    const char *old_owner = value_of(losing, then, "owner");
    const char *new_owner = value_of(losing, now, "owner");
    bool has_moved = old_owner && new_owner && strcmp(old_owner, new_owner) != 0;
    if (!old || (new &&strcmp(old, new) == 0) || !privileges_read(losing->arena, old, &before) ||
        (new && !privileges_read(losing->arena, new, &after)) || is_privilege_meant(losing, then))
        return;
    VEC_EACH (const Grant, grant, &before) {
        const Grant *kept = grant_find(&after, grant->role);
        uint32_t lost = grant->has & ~(kept ? kept->has : 0);
        bool is_owner =
            has_moved && (strcmp(meant_name(losing->arena, grant->role), old_owner) == 0);
        if (lost && !is_owner)
            lose_grant(losing, id, now, grant->role, lost);
    }
}

static void compare_owner(Losing *losing, const SnapshotObject *then, const SnapshotObject *now)
{
    const char *old = value_of(losing, then, "owner");
    const char *new = value_of(losing, now, "owner");
    if (!old || !new || strcmp(old, new) == 0 ||
        says(losing, "owner", NULL, name_of(losing, then)) ||
        says(losing, "reassign", "owned", NULL))
        return;
    lose(losing, POSTFLIGHT_OWNERS,
         arena_printf(losing->arena, "%s %s belonged to %s, now to %s", then->kind, now->identity,
                      old, new));
}

static bool has_security_option(const Losing *losing, const SnapshotObject *view, const char *word)
{
    const char *options = value_of(losing, view, "options");
    return options && strstr(options, word);
}

static void compare_row_security(Losing *losing, const SnapshotObject *then,
                                 const SnapshotObject *now)
{
    static const char *const OPTIONS[] = {"security_invoker", "security_barrier"};
    const char *name = name_of(losing, then);
    bool is_off = has_attribute(then, "row security") && !has_attribute(now, "row security");
    bool is_unforced = has_attribute(then, "row security of the owner") &&
                       !has_attribute(now, "row security of the owner");
    if (is_off && !says(losing, "disable", "security", name))
        lose(losing, POSTFLIGHT_ROW_SECURITY,
             arena_printf(losing->arena,
                          "row security of %s is off; ALTER TABLE %s ENABLE ROW "
                          "LEVEL SECURITY;",
                          now->identity, now->identity));
    if (is_unforced && !says(losing, "force", "security", name))
        lose(losing, POSTFLIGHT_ROW_SECURITY,
             arena_printf(losing->arena, "row security of %s does not count for its owner any more",
                          now->identity));
    bool is_view = strcmp(then->kind, "view") == 0;
    for (size_t i = 0; is_view && i < sizeof OPTIONS / sizeof *OPTIONS; i++)
        if (has_security_option(losing, then, OPTIONS[i]) &&
            !has_security_option(losing, now, OPTIONS[i]) && !says(losing, OPTIONS[i], NULL, name))
            lose(losing, POSTFLIGHT_ROW_SECURITY,
                 arena_printf(losing->arena, "view %s has no %s any more", now->identity,
                              OPTIONS[i]));
}

static void compare_trigger(Losing *losing, const SnapshotObject *then, const SnapshotObject *now)
{
    const char *old = value_of(losing, then, "state");
    const char *new = value_of(losing, now, "state");
    bool is_off = old && new &&strcmp(old, new) != 0 && strcmp(new, "disabled") == 0;
    if (is_off && !says(losing, "disable", "trigger", name_of(losing, then)))
        lose(losing, POSTFLIGHT_TRIGGERS,
             arena_printf(losing->arena, "trigger %s is disabled", now->identity));
}

// ---- what is not there any more

// Kinds whose loss is a loss; others come and go with them, or are states.
static bool is_object(const char *kind)
{
    static const char *const KINDS[] = {
        "aggregate",
        "column",
        "constraint",
        "domain",
        "domain constraint",
        "enum",
        "event trigger",
        "extension",
        "foreign table",
        "function",
        "index",
        "materialized view",
        "procedure",
        "publication",
        "publication table",
        "rule",
        "schema",
        "sequence",
        "statistics",
        "table",
        "view",
    };
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        if (strcmp(kind, KINDS[i]) == 0)
            return true;
    return false;
}

static bool is_parent_gone(Losing *losing, const SnapshotObject *object)
{
    static const char *const KINDS[] = {"table",         "view",           "materialized view",
                                        "foreign table", "composite type", "domain"};
    if (!object->parent)
        return false;
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
        const SnapshotObject *parent = snapshot_find(losing->then, KINDS[i], object->parent);
        if (parent)
            return !find_now(losing, parent);
    }
    return true; // of what is no relation
}

// The object that a comment is on.
static const SnapshotObject *find_commented(const Losing *losing, const SnapshotObject *comment)
{
    VEC_EACH (const SnapshotObject, object, &losing->then->objects)
        if (strcmp(object->kind, "comment") != 0 &&
            snapshot_address_compare(&object->address, &comment->address) == 0)
            return object;
    return NULL;
}

static void lose_comment(Losing *losing, const SnapshotObject *comment)
{
    const SnapshotObject *on = find_commented(losing, comment);
    if (!on || !find_now(losing, on) || says(losing, "comment", "on", name_of(losing, on)))
        return;
    lose(losing, POSTFLIGHT_COMMENTS,
         arena_printf(losing->arena, "the comment on %s is gone", comment->identity));
}

static void lose_named(Losing *losing, const SnapshotObject *object, PostflightId id,
                       const char *word)
{
    const char *name = name_of(losing, object);
    if (says(losing, "drop", word, name) || says(losing, "alter", word, name))
        return;
    lose(losing, id, arena_printf(losing->arena, "%s %s is gone", object->kind, object->identity));
}

static void lose_object(Losing *losing, const SnapshotObject *object)
{
    const char *parent = parent_of(losing, object);
    if (says(losing, "drop", NULL, name_of(losing, object)) ||
        (parent && says(losing, "drop", NULL, parent)) ||
        // what ALTER TABLE takes apart, or an index that became part of another name
        (parent && says(losing, "alter", NULL, name_of(losing, object))))
        return;
    lose(losing, POSTFLIGHT_OBJECTS,
         arena_printf(losing->arena, "%s %s is gone", object->kind, object->identity));
}

static void look_at_missing(Losing *losing, const SnapshotObject *object)
{
    if (strcmp(object->kind, "comment") == 0)
        lose_comment(losing, object);
    else if (strcmp(object->kind, "default privileges") == 0) {
        if (!says(losing, "alter", "default", "privileges") && !says(losing, "drop", "owned", NULL))
            lose(losing, POSTFLIGHT_DEFAULT_PRIVILEGES,
                 arena_printf(losing->arena, "default privileges %s are gone", object->identity));
    } else if (is_parent_gone(losing, object))
        return;
    else if (strcmp(object->kind, "policy") == 0)
        lose_named(losing, object, POSTFLIGHT_ROW_SECURITY, "policy");
    else if (strcmp(object->kind, "trigger") == 0)
        lose_named(losing, object, POSTFLIGHT_TRIGGERS, "trigger");
    else if (is_object(object->kind))
        lose_object(losing, object);
}

static void look_at_changed(Losing *losing, const SnapshotObject *then, const SnapshotObject *now)
{
    if (strcmp(then->kind, "default privileges") == 0) {
        if (!says(losing, "alter", "default", "privileges"))
            compare_privileges(losing, POSTFLIGHT_DEFAULT_PRIVILEGES, then, now);
        return;
    }
    compare_privileges(losing, POSTFLIGHT_PRIVILEGES, then, now);
    compare_owner(losing, then, now);
    if (strcmp(then->kind, "table") == 0 || strcmp(then->kind, "view") == 0)
        compare_row_security(losing, then, now);
    if (strcmp(then->kind, "trigger") == 0)
        compare_trigger(losing, then, now);
}

// Triggers of foreign keys that do not fire: an object of their own, and only then.
static void look_at_added(Losing *losing)
{
    VEC_EACH (const SnapshotObject, object, &losing->now->objects)
        if (strcmp(object->kind, "internal trigger") == 0 &&
            !snapshot_find(losing->then, object->kind, object->identity))
            lose(losing, POSTFLIGHT_TRIGGERS,
                 arena_printf(losing->arena, "%s does not fire any more", object->identity));
}

// ---- judgement

static const struct Word {
    PostflightId id;
    bool is_grave;
    const char *none;
    const char *some;
    const char *fix;
} WORDS[] = {
    {POSTFLIGHT_PRIVILEGES, true, "nobody lost a privilege",
     "privileges are lost that no statement revokes",
     "grant them again, in a new migration: migrate-safe new NAME"},
    {POSTFLIGHT_ROW_SECURITY, true, "row security and policies are as they were",
     "row security is weaker, and no statement says so",
     "bring it back before anybody reads: migrate-safe new NAME"},
    {POSTFLIGHT_TRIGGERS, true, "triggers are as they were",
     "triggers are lost or off, and no statement says so",
     "bring them back, in a new migration: migrate-safe new NAME"},
    {POSTFLIGHT_OWNERS, false, "owners are as they were", "owners are others",
     "ALTER ... OWNER TO, in a new migration: migrate-safe new NAME"},
    {POSTFLIGHT_DEFAULT_PRIVILEGES, false, "default privileges are as they were",
     "default privileges are lost that no statement takes",
     "ALTER DEFAULT PRIVILEGES, in a new migration: migrate-safe new NAME"},
    {POSTFLIGHT_COMMENTS, false, "comments are as they were", "comments are lost",
     "COMMENT ON, in a new migration: migrate-safe new NAME"},
    {POSTFLIGHT_OBJECTS, false, "nothing went along with what was dropped",
     "objects are gone that no statement names",
     "if they are needed make them again: migrate-safe new NAME"},
};

static void tell(Losing *losing, const struct Word *word, CheckList *checks)
{
    const Words *lost = &losing->lost[word->id];
    const Meant *meant = losing->options->meant;
    bool is_grave =
        word->is_grave && !losing->options->is_by_others && !meant->is_opaque && !meant->is_unread;
    const CheckKind *kind = &POSTFLIGHT_KINDS[word->id];
    if (lost->len == 0) {
        check_list_add(losing->arena, checks, kind, VERDICT_PASS, NULL, "%s", word->none);
        return;
    }
    Check *check =
        check_list_add(losing->arena, checks, kind, is_grave ? VERDICT_FAIL : VERDICT_WARN,
                       word->fix, "%s: %zu", word->some, lost->len);
    for (size_t i = 0; i < lost->len && i < DETAILS_MAX; i++)
        check_detail(losing->arena, check, "%s", lost->items[i]);
    if (lost->len > DETAILS_MAX)
        check_detail(losing->arena, check, "and %zu more", lost->len - DETAILS_MAX);
}

void lost_judge(Arena *arena, const Snapshot *then, const Snapshot *now, const LostOptions *options,
                CheckList *checks)
{
    Losing losing = {.arena = arena, .then = then, .now = now, .options = options};
    bool is_same = strcmp(then->fingerprint, now->fingerprint) == 0;
    VEC_EACH (const SnapshotObject, object, &then->objects) {
        if (is_same)
            break;
        const SnapshotObject *same = snapshot_find(now, object->kind, object->identity);
        if (same && strcmp(same->sha256, object->sha256) == 0)
            continue;
        const SnapshotObject *found = same ? same : find_moved(&losing, object);
        if (found)
            look_at_changed(&losing, object, found);
        else
            look_at_missing(&losing, object);
    }
    if (!is_same)
        look_at_added(&losing);
    for (size_t i = 0; i < sizeof WORDS / sizeof *WORDS; i++)
        tell(&losing, &WORDS[i], checks);
}
