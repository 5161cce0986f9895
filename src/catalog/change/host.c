// Who is made or dropped by the statement of another.
#include "catalog/change/changing.h"
#include "catalog/ddl/ddl_relation.h"

enum {
    HOSTS_MAX = 16 // a default of a column of a partition of ...
};

static ChangeItem *item_at(Changing *changing, int index)
{
    return &changing->items.items[index];
}

static int item_of(const ChangeSide *side, const char *parent, const char *kind,
                   const char *identity)
{
    const SnapshotObject *object = ddl_part_find(&side->parts, parent, kind, identity);
    return object ? side->whole[object - side->snapshot->objects.items] : NO_ITEM;
}

// A foreign key between two tables that both go is dropped before: else each would wait for the
// other.
static bool keeps_apart(const ChangeItem *item)
{
    return item->aspect == ASPECT_WHOLE && change_is_foreign_key(item->then);
}

// Whose reference to another thing is dropped as well.
static bool *find_dropped_references(Changing *changing)
{
    bool *has = arena_alloc_array(changing->arena, changing->items.len + 1, sizeof *has);
    VEC_EACH (const ChangeEdge, edge, &changing->then.edges)
        has[edge->from] |=
            !edge->is_part && !edge->is_of_time && item_at(changing, edge->to)->is_dropped;
    return has;
}

// A sequence that stays would go with the column that owns it.
static bool owns_what_stays(Changing *changing, const ChangeItem *item)
{
    if (item->aspect != ASPECT_OWNERSHIP)
        return false;
    int sequence = changing->then.whole[item->then - changing->then.snapshot->objects.items];
    return !item_at(changing, sequence)->is_dropped;
}

static void host_drops(Changing *changing)
{
    const bool *has_dropped_reference = find_dropped_references(changing);
    VEC_EACH (const ChangeEdge, edge, &changing->then.edges) {
        ChangeItem *part = item_at(changing, edge->from);
        if (edge->is_part && part->is_dropped && item_at(changing, edge->to)->is_dropped &&
            !(keeps_apart(part) && has_dropped_reference[edge->from]) &&
            !owns_what_stays(changing, part))
            part->drop_host = edge->to;
    }
}

// Up to the one that has a statement of its own.
static int outermost(const Changing *changing, int index, bool is_drop)
{
    for (int step = 0; step < HOSTS_MAX; step++) {
        const ChangeItem *item = &changing->items.items[index];
        int host = is_drop ? item->drop_host : item->make_host;
        if (host == index)
            break;
        index = host;
    }
    return index;
}

static int host_of_column(Changing *changing, const SnapshotObject *column)
{
    static const char *const KINDS[] = {"table", "foreign table", "view", "materialized view"};
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
        int host = item_of(&changing->now, "", KINDS[i], column->parent);
        if (host != NO_ITEM)
            return item_at(changing, host)->is_made ? host : NO_ITEM;
    }
    return NO_ITEM;
}

static int host_of_identity(Changing *changing, const SnapshotObject *sequence)
{
    Str owner;
    if (!snapshot_attribute_find(sequence->text, STR("owned by"), &owner) ||
        !str_starts(owner, STR("identity ")))
        return NO_ITEM;
    int column = item_of(&changing->now, sequence->parent, "column",
                         arena_dup(changing->arena, str_skip(owner, strlen("identity "))));
    return column != NO_ITEM &&
                   (item_at(changing, column)->is_made || item_at(changing, column)->is_altered)
               ? column
               : NO_ITEM;
}

// A constant stands in the column's own definition; a column that comes to rows that are there has
// it at once, whatever it is.
static int host_of_default(Changing *changing, const ChangeItem *item)
{
    int column = item_of(&changing->now, item->now->parent, "column", item->now->identity);
    if (column == NO_ITEM || !item_at(changing, column)->is_made)
        return NO_ITEM;
    bool is_with_table = item_at(changing, column)->make_host != column;
    return is_with_table && item->now->is_default_apart ? NO_ITEM : column;
}

// Since 18 NOT NULL is a constraint, which a column that is made says, or that gets an identity.
static int host_of_not_null(Changing *changing, const SnapshotObject *constraint)
{
    Ddl ddl = changing_ddl(changing);
    if (!ddl_is_not_null(constraint) || !ddl_is_not_null_of_definition(&ddl, constraint))
        return NO_ITEM;
    const SnapshotObject *object = ddl_not_null_column(&ddl, ddl.now, constraint);
    int column =
        object ? item_of(&changing->now, object->parent, "column", object->identity) : NO_ITEM;
    const SnapshotObject *table = object ? ddl_table_of(ddl.now, object) : NULL;
    bool is_of_parent = table && ddl_is_inherited(object) && !ddl_is_partition(table);
    if (column == NO_ITEM || is_of_parent)
        return NO_ITEM;
    const ChangeItem *item = item_at(changing, column);
    return item->is_made ||
                   (item->is_altered && ddl_has_identity_alone(&ddl, item->now, item->then))
               ? column
               : NO_ITEM;
}

static int make_host_of(Changing *changing, const ChangeItem *item)
{
    if (item->aspect == ASPECT_DEFAULT)
        return host_of_default(changing, item);
    if (item->aspect != ASPECT_WHOLE)
        return NO_ITEM;
    if (change_is_kind(item, "column"))
        return host_of_column(changing, item->now);
    if (change_is_kind(item, "sequence"))
        return host_of_identity(changing, item->now);
    if (change_is_kind(item, "constraint"))
        return host_of_not_null(changing, item->now);
    if (change_is_kind(item, "materialized view state")) {
        int view = item_of(&changing->now, "", "materialized view", item->now->parent);
        return view != NO_ITEM && item_at(changing, view)->is_made ? view : NO_ITEM;
    }
    if (change_is_kind(item, "attribute")) {
        int type = item_of(&changing->now, "", "composite type", item->now->parent);
        return type != NO_ITEM && item_at(changing, type)->is_made ? type : NO_ITEM;
    }
    return NO_ITEM;
}

typedef struct Guest {
    const SnapshotObject *object;
    int item;
} Guest;

static int by_number_and_name(const void *left, const void *right)
{
    const SnapshotObject *a = ((const Guest *)left)->object;
    const SnapshotObject *b = ((const Guest *)right)->object;
    int order = (a->address.number > b->address.number) - (a->address.number < b->address.number);
    return order ? order : strcmp(a->identity, b->identity);
}

// In the order of their numbers: attributes of a type are made so.
static void seat_guests(Changing *changing)
{
    VEC(Guest) guests = {0};
    for (size_t i = 0; i < changing->items.len; i++)
        if (item_at(changing, (int)i)->make_host != (int)i && item_at(changing, (int)i)->now)
            *vec_append(changing->arena, &guests) = (Guest){item_at(changing, (int)i)->now, (int)i};
    vec_sort(&guests, by_number_and_name);
    for (size_t i = guests.len; i-- > 0;) {
        ChangeItem *guest = item_at(changing, guests.items[i].item);
        ChangeItem *host = item_at(changing, guest->make_host);
        guest->next_guest = host->first_guest;
        host->first_guest = guests.items[i].item;
    }
}

void changing_host(Changing *changing)
{
    host_drops(changing);
    for (int pass = 0; pass < 2; pass++) { // columns before what stands beside them
        for (size_t i = 0; i < changing->items.len; i++) {
            ChangeItem *item = item_at(changing, (int)i);
            bool is_beside = item->aspect != ASPECT_WHOLE;
            int host =
                item->is_made && is_beside == (pass == 1) ? make_host_of(changing, item) : NO_ITEM;
            if (host != NO_ITEM)
                item->make_host = host;
        }
    }
    for (size_t i = 0; i < changing->items.len; i++) {
        item_at(changing, (int)i)->drop_host = outermost(changing, (int)i, true);
        item_at(changing, (int)i)->make_host = outermost(changing, (int)i, false);
    }
    seat_guests(changing);
}
