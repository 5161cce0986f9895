// The order of the steps: a topological sort, in which kinds have a usual place.
#include "catalog/change/changing.h"
#include "catalog/ddl/ddl_relation.h"

#include <stdlib.h>

// An item has three steps at most.
typedef enum Step {
    STEP_DROP,
    STEP_ALTER,
    STEP_MAKE,
    STEPS
} Step;

typedef struct Arrow { // step `before` comes before step `behind`
    int before;
    int behind;
} Arrow;

typedef struct Ordering {
    Changing *changing;
    VEC(Arrow) arrows;
    int *blockers; // of each step: how many it still waits for
    bool *is_done;
    VEC(int) ready; // a heap by place
} Ordering;

typedef struct Place {
    const char *kind;
    int place;
} Place;

// Of what is made; what has no place of its own is in the middle. Bodies of functions have no
// edges, and a materialised view runs them; a foreign key waits for all keys.
static const Place PLACES[] = {
    {"schema", 20},
    {"extension", 21},
    {"access method", 22},
    {"sequence", 28},
    {"table", 30},
    {"foreign table", 30},
    {"column", 31},
    {"view", 36},
    {"constraint", 40},
    {"index", 41},
    {"materialized view", 45},
    {"trigger", 55},
    {"rule", 55},
    {"policy", 55},
    {"comment", 60},
    {"security label", 60},
    {"publication", 65},
    {"publication table", 66},
    {"publication schema", 66},
    {"subscription", 67},
    {"materialized view state", 70},
    {"internal trigger", 71},
    {"default privileges", 72},
    {"event trigger", 80},
};

enum {
    // Roles are there before what belongs to them, memberships after what would make a circle.
    PLACE_MEMBERSHIP_DROP = -4,
    PLACE_ROLE = -3,
    PLACE_MEMBERSHIP = -2,
    PLACE_OUTSIDE = -1,
    PLACE_EARLY_DROP = 0,
    PLACE_DROP = 1,
    PLACE_LATE_DROP = 2,
    PLACE_ALTER = 10,
    PLACE_OTHER = 25,
    PLACE_BESIDE = 32,
    PLACE_ATTACHMENT = 43,
    PLACE_NOT_NULL = 39, // keys stand on it
    PLACE_FOREIGN_KEY = 50,
    PLACE_ROLE_DROP = 90,
    NO_STEP = -1,
    NAMED_MAX = 6
};

static int place_of_kind(const ChangeItem *item)
{
    const SnapshotObject *object = change_object(item);
    if (item->aspect != ASPECT_WHOLE)
        return item->aspect == ASPECT_ATTACHMENT ? PLACE_ATTACHMENT : PLACE_BESIDE;
    if (change_is_foreign_key(object))
        return PLACE_FOREIGN_KEY;
    if (ddl_is_not_null(object))
        return PLACE_NOT_NULL;
    for (size_t i = 0; i < sizeof PLACES / sizeof *PLACES; i++)
        if (strcmp(PLACES[i].kind, object->kind) == 0)
            return PLACES[i].place;
    return PLACE_OTHER;
}

// What a transaction cannot hold is first: in the middle it would show a schema that is half done.
static bool is_outside(const ChangeItem *item)
{
    VEC_EACH (const DdlStatement, statement, &item->alter.statements)
        if (statement->is_outside)
            return true;
    return false;
}

static int place_of_server(const ChangeItem *item, int step)
{
    bool is_drop = step % STEPS == STEP_DROP;
    if (change_is_kind(item, "role"))
        return is_drop ? PLACE_ROLE_DROP : PLACE_ROLE;
    return is_drop ? PLACE_MEMBERSHIP_DROP : PLACE_MEMBERSHIP;
}

static int place_of(const Changing *changing, int step)
{
    const ChangeItem *item = &changing->items.items[step / STEPS];
    int place = place_of_kind(item);
    if (snapshot_kind_is_of_server(change_object(item)->kind))
        return place_of_server(item, step);
    if (step % STEPS == STEP_ALTER && is_outside(item))
        return PLACE_OUTSIDE;
    bool is_last = place >= 72; // what watches or colours all that is made meanwhile
    if (step % STEPS == STEP_DROP)
        return is_last ? PLACE_EARLY_DROP : place == PLACE_NOT_NULL ? PLACE_LATE_DROP : PLACE_DROP;
    return step % STEPS == STEP_ALTER && !is_last ? PLACE_ALTER : place;
}

static int drop_step(const Changing *changing, int item)
{
    const ChangeItem *one = &changing->items.items[item];
    return one->is_dropped ? one->drop_host * STEPS + STEP_DROP : NO_STEP;
}

static int alter_step(const Changing *changing, int item)
{
    return changing->items.items[item].is_altered ? item * STEPS + STEP_ALTER : NO_STEP;
}

// What it is as it will be from.
static int now_step(const Changing *changing, int item)
{
    const ChangeItem *one = &changing->items.items[item];
    if (!one->is_made)
        return alter_step(changing, item);
    bool is_host_made = changing->items.items[one->make_host].is_made;
    return one->make_host * STEPS + (is_host_made ? STEP_MAKE : STEP_ALTER);
}

static void add_arrow(Ordering *ordering, int before, int behind)
{
    if (before != NO_STEP && behind != NO_STEP && before != behind)
        *vec_append(ordering->changing->arena, &ordering->arrows) = (Arrow){before, behind};
}

static void refuse_in_the_way(Changing *changing, const ChangeEdge *edge)
{
    const SnapshotObject *object = change_object(&changing->items.items[edge->to]);
    const SnapshotObject *other = change_object(&changing->items.items[edge->from]);
    changing_refuse(changing, "%s %s: it cannot be dropped, %s %s, which stays, depends on it",
                    object->kind, object->identity, other->kind, other->identity);
}

static void order_then(Ordering *ordering, const ChangeEdge *edge)
{
    Changing *changing = ordering->changing;
    int drop_of_from = drop_step(changing, edge->from);
    int alter_of_from = alter_step(changing, edge->from);
    int drop_of_to = drop_step(changing, edge->to);
    add_arrow(ordering, drop_of_from, drop_of_to);
    add_arrow(ordering, drop_of_from, alter_step(changing, edge->to));
    if (drop_of_from == NO_STEP)
        add_arrow(ordering, alter_of_from, drop_of_to);
    if (drop_of_to != NO_STEP && drop_of_from == NO_STEP && alter_of_from == NO_STEP &&
        !edge->is_of_time)
        refuse_in_the_way(changing, edge);
}

static int by_name(const void *left, const void *right)
{
    const ChangeItem *a = *(const ChangeItem *const *)left;
    const ChangeItem *b = *(const ChangeItem *const *)right;
    return strcmp(change_object(a)->identity, change_object(b)->identity);
}

// One of another kind may have the name before.
static void order_names(Ordering *ordering)
{
    Changing *changing = ordering->changing;
    VEC(const ChangeItem *) named = {0};
    VEC_EACH (const ChangeItem, item, &changing->items)
        if (item->aspect == ASPECT_WHOLE && (item->is_dropped || item->is_made) &&
            !snapshot_kind_is_of_server(change_object(item)->kind))
            *vec_append(changing->arena, &named) = item;
    vec_sort(&named, by_name);
    for (size_t i = 0; i < named.len; i++) {
        const ChangeItem *one = named.items[i];
        for (size_t j = i + 1; j < named.len && by_name(&named.items[i], &named.items[j]) == 0;
             j++) {
            const ChangeItem *other = named.items[j];
            int first = (int)(one - changing->items.items);
            int second = (int)(other - changing->items.items);
            if (one->is_dropped && other->is_made)
                add_arrow(ordering, drop_step(changing, first), now_step(changing, second));
            if (other->is_dropped && one->is_made)
                add_arrow(ordering, drop_step(changing, second), now_step(changing, first));
        }
    }
}

static int by_before(const void *left, const void *right)
{
    const Arrow *a = left;
    const Arrow *b = right;
    int order = (a->before > b->before) - (a->before < b->before);
    return order ? order : (a->behind > b->behind) - (a->behind < b->behind);
}

static void add_arrows(Ordering *ordering)
{
    Changing *changing = ordering->changing;
    VEC_EACH (const ChangeEdge, edge, &changing->then.edges)
        order_then(ordering, edge);
    VEC_EACH (const ChangeEdge, edge, &changing->now.edges)
        add_arrow(ordering, now_step(changing, edge->to), now_step(changing, edge->from));
    for (int i = 0; i < (int)changing->items.len; i++)
        if (changing->items.items[i].is_dropped && changing->items.items[i].is_made)
            add_arrow(ordering, drop_step(changing, i), now_step(changing, i));
    order_names(ordering);
    vec_sort(&ordering->arrows, by_before);
    VEC_EACH (const Arrow, arrow, &ordering->arrows)
        ordering->blockers[arrow->behind]++;
}

static bool is_before(const Ordering *ordering, int left, int right)
{
    int a = place_of(ordering->changing, left);
    int b = place_of(ordering->changing, right);
    return a < b || (a == b && left < right);
}

static void swap(int *left, int *right)
{
    int kept = *left;
    *left = *right;
    *right = kept;
}

static void push(Ordering *ordering, int step)
{
    *vec_append(ordering->changing->arena, &ordering->ready) = step;
    int *heap = ordering->ready.items;
    for (size_t i = ordering->ready.len - 1;
         i > 0 && is_before(ordering, heap[i], heap[(i - 1) / 2]); i = (i - 1) / 2)
        swap(&heap[i], &heap[(i - 1) / 2]);
}

static int pop(Ordering *ordering)
{
    int *heap = ordering->ready.items;
    int first = heap[0];
    size_t count = --ordering->ready.len;
    heap[0] = heap[count];
    for (size_t i = 0;;) {
        size_t least = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < count; child++)
            if (is_before(ordering, heap[child], heap[least]))
                least = child;
        if (least == i)
            return first;
        swap(&heap[i], &heap[least]);
        i = least;
    }
}

static bool is_step(const Changing *changing, int step)
{
    int index = step / STEPS;
    const ChangeItem *item = &changing->items.items[index];
    switch ((Step)(step % STEPS)) {
    case STEP_DROP:
        return item->is_dropped && item->drop_host == index;
    case STEP_ALTER:
        return item->is_altered;
    case STEP_MAKE:
        return item->is_made && item->make_host == index;
    case STEPS:
        break;
    }
    return false;
}

static void emit(Changing *changing, int step)
{
    if (step % STEPS == STEP_DROP)
        changing_emit_drop(changing, step / STEPS);
    else if (step % STEPS == STEP_ALTER)
        changing_emit_alter(changing, step / STEPS);
    else
        changing_emit_make(changing, step / STEPS);
}

static size_t first_arrow(const Ordering *ordering, int before)
{
    size_t from = 0;
    size_t to = ordering->arrows.len;
    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (ordering->arrows.items[middle].before < before)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

static void release_behind(Ordering *ordering, int step)
{
    for (size_t i = first_arrow(ordering, step);
         i < ordering->arrows.len && ordering->arrows.items[i].before == step; i++) {
        int behind = ordering->arrows.items[i].behind;
        if (--ordering->blockers[behind] == 0)
            push(ordering, behind);
    }
}

// What is left waits for itself: one that is named leads to another that is.
static void refuse_cycle(Ordering *ordering)
{
    Changing *changing = ordering->changing;
    const char *names = "";
    int count = 0;
    for (int step = 0; step < (int)changing->items.len * STEPS; step++) {
        if (ordering->is_done[step] || !is_step(changing, step) || count++ >= NAMED_MAX)
            continue;
        const SnapshotObject *object = change_object(&changing->items.items[step / STEPS]);
        names = arena_printf(changing->arena, "%s%s%s %s", names, names[0] ? ", " : "",
                             object->kind, object->identity);
    }
    changing_refuse(changing, "%d steps wait for each other: %s%s", count, names,
                    count > NAMED_MAX ? ", ..." : "");
}

void changing_order(Changing *changing)
{
    size_t steps = changing->items.len * STEPS;
    Ordering ordering = {
        .changing = changing,
        .blockers = arena_alloc_array(changing->arena, steps + 1, sizeof(int)),
        .is_done = arena_alloc_array(changing->arena, steps + 1, sizeof(bool)),
    };
    size_t wanted = 0;
    size_t done = 0;
    add_arrows(&ordering);
    for (int step = 0; step < (int)steps; step++) {
        wanted += is_step(changing, step);
        if (is_step(changing, step) && ordering.blockers[step] == 0)
            push(&ordering, step);
    }
    while (ordering.ready.len) {
        int step = pop(&ordering);
        ordering.is_done[step] = true;
        done++;
        emit(changing, step);
        release_behind(&ordering, step);
    }
    if (done != wanted)
        refuse_cycle(&ordering);
}
