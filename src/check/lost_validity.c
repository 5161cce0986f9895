// Constraints and indexes that do not hold: lost_judge_validity() of lost.h.
#include "check/lost.h"

enum {
    DETAILS_MAX = 20,
};

typedef struct Looking {
    Arena *arena;
    const Snapshot *then; // NULL: not known
    const Meant *meant;
    Words new; // nobody asked for these
    Words meant_ones;
    Words old;
} Looking;

static bool is_constraint(const SnapshotObject *object)
{
    return strcmp(object->kind, "constraint") == 0 ||
           strcmp(object->kind, "domain constraint") == 0;
}

static bool is_unvalidated(const SnapshotObject *object)
{
    Str definition;
    return is_constraint(object) &&
           snapshot_attribute_find(object->text, STR("definition"), &definition) &&
           str_ends(str_trim(definition), STR("NOT VALID"));
}

static bool is_invalid_index(const SnapshotObject *object)
{
    Str valid;
    return strcmp(object->kind, "invalid index") == 0 ||
           (strcmp(object->kind, "index") == 0 &&
            snapshot_attribute_find(object->text, STR("valid"), &valid));
}

static bool is_said(const Looking *looking, const SnapshotObject *object)
{
    const char *name = meant_name(looking->arena, object->identity);
    const char *table = object->parent ? meant_name(looking->arena, object->parent) : name;
    static const char *const NOT_VALID[] = {"not", "valid", NULL};
    static const char *const ONLY[] = {"create", "index", "only", NULL};
    if (is_constraint(object))
        return meant_says(looking->meant, NOT_VALID, table);
    return meant_says(looking->meant, ONLY,
                      table); // of a partitioned table, until all are attached
}

static void look_at(Looking *looking, const SnapshotObject *object)
{
    const char *line = arena_printf(looking->arena, "%s", object->identity);
    bool is_old = !looking->then || snapshot_find(looking->then, object->kind, object->identity);
    Words *place = is_old                     ? &looking->old
                   : is_said(looking, object) ? &looking->meant_ones
                                              : &looking->new;
    *vec_append(looking->arena, place) = line;
}

static void tell(Looking *looking, PostflightId id, const char *one, const char *fix,
                 CheckList *checks)
{
    Arena *arena = looking->arena;
    const CheckKind *kind = &POSTFLIGHT_KINDS[id];
    size_t others = looking->old.len + looking->meant_ones.len;
    if (looking->new.len + others == 0) {
        check_list_add(arena, checks, kind, VERDICT_PASS, NULL, "none is %s", one);
        return;
    }
    Check *check = check_list_add(
        arena, checks, kind, looking->new.len ? VERDICT_FAIL : VERDICT_WARN, fix, "%zu %s %s%s",
        looking->new.len + others, looking->new.len + others == 1 ? "is" : "are", one,
        looking->new.len ? arena_printf(arena, ", %zu of them since this change", looking->new.len)
        : looking->meant_ones.len ? ", as the migrations say"
        : looking->then           ? ", as before"
                                  : "");
    const Words *lists[] = {&looking->new, &looking->meant_ones, &looking->old};
    for (size_t list = 0; list < sizeof lists / sizeof *lists; list++)
        for (size_t i = 0; i < lists[list]->len && i < DETAILS_MAX; i++)
            check_detail(arena, check, "%s", lists[list]->items[i]);
}

static Looking looking_new(Arena *arena, const Snapshot *then, const Meant *meant)
{
    return (Looking){.arena = arena, .then = then, .meant = meant};
}

void lost_judge_validity(Arena *arena, const Snapshot *then, const Snapshot *now,
                         const Meant *meant, CheckList *checks)
{
    Looking constraints = looking_new(arena, then, meant);
    Looking indexes = looking_new(arena, then, meant);
    VEC_EACH (const SnapshotObject, object, &now->objects)
        if (is_unvalidated(object))
            look_at(&constraints, object);
        else if (is_invalid_index(object))
            look_at(&indexes, object);
    tell(&constraints, POSTFLIGHT_CONSTRAINTS, "not validated",
         "ALTER TABLE ... VALIDATE CONSTRAINT ... in a migration of its own", checks);
    tell(&indexes, POSTFLIGHT_INDEXES, "invalid",
         "DROP INDEX CONCURRENTLY it and build it again, or REINDEX INDEX CONCURRENTLY", checks);
}
