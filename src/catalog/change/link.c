// The edges of both snapshots, between items.
#include "catalog/change/changing.h"

#include <stdlib.h>

typedef struct Linking {
    Changing *changing;
    ChangeSide *side;
} Linking;

static void add_edge(Linking *linking, ChangeEdge edge)
{
    if (edge.from != NO_ITEM && edge.to != NO_ITEM && edge.from != edge.to)
        *vec_append(linking->changing->arena, &linking->side->edges) = edge;
}

// A sequence that stays is not dropped with its column: only what belongs to it ends.
static void add_owned(Linking *linking, const SnapshotEdge *edge)
{
    const ChangeSide *side = linking->side;
    int sequence = side->whole[edge->from];
    int column = side->whole[edge->to];
    add_edge(linking, (ChangeEdge){side->beside[edge->from], column, .is_part = true});
    if (sequence == NO_ITEM)
        return;
    const ChangeItem *item = &linking->changing->items.items[sequence];
    if (!item->now)
        add_edge(linking, (ChangeEdge){sequence, column, .is_part = true});
    else if (!item->is_made) // its owner is the table's
        add_edge(linking, (ChangeEdge){sequence, column, .is_of_time = true});
}

// A table is attached when both have their columns, indexes and constraints: the child's are taken
// for those of the parent, where others would be made beside them.
static void order_behind_parts(Linking *linking, int attachment, const char *table)
{
    static const char *const KINDS[] = {"column", "constraint", "index"};
    const ChangeSide *side = linking->side;
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
        const SnapshotObject *const *parts;
        size_t count = ddl_parts_of(&side->parts, table, KINDS[i], &parts);
        for (size_t j = 0; j < count; j++)
            if (!change_is_foreign_key(parts[j]))
                add_edge(linking, (ChangeEdge){
                                      attachment,
                                      side->whole[parts[j] - side->snapshot->objects.items],
                                      .is_of_time = true,
                                  });
    }
}

static void add_attached(Linking *linking, const SnapshotEdge *edge)
{
    const ChangeSide *side = linking->side;
    int attachment = side->beside[edge->from];
    const ChangeItem *item = &linking->changing->items.items[attachment];
    add_edge(linking, (ChangeEdge){attachment, side->whole[edge->to]});
    if (item->is_dropped || item->is_made)
        order_behind_parts(linking, attachment, side->snapshot->objects.items[edge->to].identity);
}

static void add_snapshot_edge(Linking *linking, const SnapshotEdge *edge)
{
    const ChangeSide *side = linking->side;
    const SnapshotObject *from = &side->snapshot->objects.items[edge->from];
    const SnapshotObject *to = &side->snapshot->objects.items[edge->to];
    bool is_part = edge->kind == SNAPSHOT_EDGE_PART || edge->kind == SNAPSHOT_EDGE_INNER;
    bool has_beside = side->beside[edge->from] != NO_ITEM;
    if (edge->kind == SNAPSHOT_EDGE_DEFAULT)
        add_edge(linking, (ChangeEdge){side->beside[edge->from], side->whole[edge->to]});
    else if (has_beside && edge->kind == SNAPSHOT_EDGE_PART &&
             strcmp(from->kind, "sequence") == 0 && strcmp(to->kind, "column") == 0)
        add_owned(linking, edge);
    else if (has_beside && change_is_table(from) && change_is_table(to))
        add_attached(linking, edge);
    else
        add_edge(linking,
                 (ChangeEdge){side->whole[edge->from], side->whole[edge->to], .is_part = is_part});
}

// What stands beside an object belongs to it.
static void add_beside(Linking *linking)
{
    const ChangeSide *side = linking->side;
    for (size_t i = 0; i < side->snapshot->objects.len; i++) {
        int beside = side->beside[i];
        if (beside == NO_ITEM)
            continue;
        const ChangeItem *item = &linking->changing->items.items[beside];
        add_edge(linking, (ChangeEdge){beside, side->whole[i], .is_part = true});
        if (item->aspect == ASPECT_ATTACHMENT && item->make_host == beside &&
            (item->is_dropped || item->is_made))
            order_behind_parts(linking, beside, side->snapshot->objects.items[i].identity);
    }
}

static int by_to(const void *left, const void *right)
{
    const ChangeEdge *a = left;
    const ChangeEdge *b = right;
    int order = (a->to > b->to) - (a->to < b->to);
    return order ? order : (a->from > b->from) - (a->from < b->from);
}

static void index_edges(Linking *linking)
{
    ChangeSide *side = linking->side;
    size_t count = linking->changing->items.len;
    vec_sort(&side->edges, by_to);
    side->first_to = arena_alloc_array(linking->changing->arena, count + 1, sizeof *side->first_to);
    size_t edge = 0;
    for (size_t i = 0; i <= count; i++) {
        while (edge < side->edges.len && (size_t)side->edges.items[edge].to < i)
            edge++;
        side->first_to[i] = edge;
    }
}

static void link_side(Changing *changing, ChangeSide *side)
{
    Linking linking = {changing, side};
    VEC_EACH (const SnapshotEdge, edge, &side->snapshot->edges)
        add_snapshot_edge(&linking, edge);
    add_beside(&linking);
    index_edges(&linking);
}

void changing_link(Changing *changing)
{
    link_side(changing, &changing->then);
    link_side(changing, &changing->now);
}
