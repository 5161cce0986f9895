// The objects of both sides as items.
#include "catalog/change/changing.h"

static int append_item(Changing *changing, ChangeAspect aspect, const SnapshotObject *then,
                       const SnapshotObject *now)
{
    ChangeItem *item = vec_append(changing->arena, &changing->items);
    int index = (int)changing->items.len - 1;
    *item = (ChangeItem){
        .aspect = aspect,
        .then = then,
        .now = now,
        .kind = aspect == ASPECT_WHOLE ? ddl_kind((then ? then : now)->kind) : NULL,
        .drop_host = index,
        .make_host = index,
        .first_guest = NO_ITEM,
        .next_guest = NO_ITEM,
    };
    return index;
}

// Which attribute says it.
static const char *const *names_of(ChangeAspect aspect)
{
    static const char *const DEFAULT[] = {"default", NULL};
    static const char *const OWNERSHIP[] = {"owned by", NULL};
    static const char *const ATTACHMENT[] = {"partition of", "bound", "inherits", NULL};
    static const char *const NONE[] = {NULL};
    switch (aspect) {
    case ASPECT_DEFAULT:
        return DEFAULT;
    case ASPECT_OWNERSHIP:
        return OWNERSHIP;
    case ASPECT_ATTACHMENT:
        return ATTACHMENT;
    case ASPECT_WHOLE:
        break;
    }
    return NONE;
}

static ChangeAspect aspect_beside(const SnapshotObject *object)
{
    return strcmp(object->kind, "column") == 0     ? ASPECT_DEFAULT
           : strcmp(object->kind, "sequence") == 0 ? ASPECT_OWNERSHIP
           : change_is_table(object)               ? ASPECT_ATTACHMENT
                                                   : ASPECT_WHOLE;
}

static bool has_aspect(const SnapshotObject *object, ChangeAspect aspect)
{
    Str value;
    bool has = false;
    for (const char *const *name = names_of(aspect); object && *name; name++)
        has |= snapshot_attribute_find(object->text, str_from(*name), &value);
    // what an identity column's sequence belongs to cannot be said otherwise
    return has && !(aspect == ASPECT_OWNERSHIP && str_starts(value, STR("identity ")));
}

static void add_beside(Changing *changing, const SnapshotObject *then, const SnapshotObject *now,
                       size_t then_at, size_t now_at)
{
    ChangeAspect aspect = aspect_beside(then ? then : now);
    bool was = has_aspect(then, aspect);
    bool will = has_aspect(now, aspect);
    if (aspect == ASPECT_WHOLE || (!was && !will))
        return;
    int index = append_item(changing, aspect, was ? then : NULL, will ? now : NULL);
    ChangeItem *item = &changing->items.items[index];
    bool differs = was != will;
    for (const char *const *name = names_of(aspect); !differs && *name; name++)
        differs = ddl_differs(then, now, *name);
    item->is_dropped = was && differs;
    item->is_made = will && differs;
    // CREATE TABLE says INHERITS itself
    if (aspect == ASPECT_ATTACHMENT && !then && !ddl_is_partition(now))
        item->make_host = changing->now.whole[now_at];
    if (was)
        changing->then.beside[then_at] = index;
    if (will)
        changing->now.beside[now_at] = index;
}

// Where a kind has an owner or privileges, these are set apart from it; elsewhere they are its own.
static bool differs_itself(const ChangeItem *item)
{
    return ddl_differs_itself(item->then, item->now) ||
           (!item->kind->grant_word && ddl_differs(item->then, item->now, "privileges")) ||
           (!item->kind->owner_word && ddl_differs(item->then, item->now, "owner"));
}

static void try_change(Changing *changing, int index)
{
    ChangeItem *item = &changing->items.items[index];
    const SnapshotObject *object = item->now;
    if (!item->kind) {
        changing_refuse(changing, "%s %s: there is no SQL for such objects", object->kind,
                        object->identity);
        return;
    }
    item->alter = changing_ddl(changing);
    DdlResult result = !differs_itself(item) ? DDL_DONE
                       : !item->kind->change
                           ? DDL_BY_CREATE
                           : item->kind->change(&item->alter, item->then, item->now);
    if (result == DDL_REFUSED) {
        changing_refuse(changing, "%s", item->alter.refusal);
    } else if (result == DDL_DONE) {
        item->is_altered = true;
        item->is_disturbing = strcmp(object->kind, "column") == 0 &&
                              (ddl_differs(item->then, item->now, "type") ||
                               ddl_differs(item->then, item->now, "collation"));
    } else {
        item->is_dropped = item->is_made = true;
        if (!changing_is_rebuildable(item))
            changing_refuse(changing,
                            "%s %s: only dropping it and making it again would change it so, and "
                            "what it holds would be gone",
                            object->kind, object->identity);
    }
}

static void add_pair(Changing *changing, const SnapshotObject *then, const SnapshotObject *now,
                     size_t then_at, size_t now_at)
{
    if (!snapshot_kind_is_in((then ? then : now)->kind, changing->scope))
        return;
    int index = append_item(changing, ASPECT_WHOLE, then, now);
    ChangeItem *item = &changing->items.items[index];
    if (then)
        changing->then.whole[then_at] = index;
    if (now)
        changing->now.whole[now_at] = index;
    item->is_dropped = !now;
    item->is_made = !then;
    if (then && now && strcmp(then->sha256, now->sha256) != 0)
        try_change(changing, index);
    add_beside(changing, then, now, then_at, now_at);
}

static void side_init(Changing *changing, ChangeSide *side)
{
    size_t count = side->snapshot->objects.len;
    side->whole = arena_alloc_array(changing->arena, count + 1, sizeof *side->whole);
    side->beside = arena_alloc_array(changing->arena, count + 1, sizeof *side->beside);
    for (size_t i = 0; i < count; i++)
        side->whole[i] = side->beside[i] = NO_ITEM;
    ddl_parts_fill(changing->arena, side->snapshot, &side->parts);
}

// Both are sorted: one pass.
void changing_match(Changing *changing)
{
    const Snapshot *then = changing->then.snapshot;
    const Snapshot *now = changing->now.snapshot;
    side_init(changing, &changing->then);
    side_init(changing, &changing->now);
    size_t i = 0;
    size_t j = 0;
    while (i < then->objects.len || j < now->objects.len) {
        const SnapshotObject *left = i < then->objects.len ? &then->objects.items[i] : NULL;
        const SnapshotObject *right = j < now->objects.len ? &now->objects.items[j] : NULL;
        int order = !left ? 1 : !right ? -1 : snapshot_object_compare(left, right);
        left = order <= 0 ? left : NULL;
        right = order >= 0 ? right : NULL;
        add_pair(changing, left, right, i, j);
        i += left != NULL;
        j += right != NULL;
    }
}
