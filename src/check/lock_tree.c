#include "check/lock_tree.h"

#include <stdlib.h>

#define NOBODY SIZE_MAX

typedef struct Node {
    size_t above;
    size_t first_below; // a list, by `next`
    size_t next;
    size_t others;
    size_t below;
    int64_t longest_ms;
    int depth;
    bool is_placed;
    bool is_blocker;
    bool is_circle;
} Node;

typedef struct ByPid {
    int pid;
    size_t session;
} ByPid;

// Who is in the way of a session, without repetition and without who is gone.
typedef VEC(size_t) Edges;

typedef struct Growth {
    Arena *arena;
    const LockSessions *sessions;
    Node *nodes;
    ByPid *pids;
    Edges *in_the_way; // of each session
    Edges *waiters;    // the same, turned round
    size_t *queue;
    size_t queued;
} Growth;

static int by_pid(const void *left, const void *right)
{
    int a = ((const ByPid *)left)->pid;
    int b = ((const ByPid *)right)->pid;
    return (a > b) - (a < b);
}

static size_t find_pid(const Growth *growth, int pid)
{
    ByPid key = {.pid = pid};
    ByPid *found =
        pid ? bsearch(&key, growth->pids, growth->sessions->len, sizeof key, by_pid) : NULL;
    return found ? found->session : NOBODY;
}

static size_t find_prepared(const Growth *growth, const char *gid)
{
    for (size_t i = 0; i < growth->sessions->len; i++) {
        const LockSession *session = &growth->sessions->items[i];
        if (session->gid && strcmp(session->gid, gid) == 0)
            return i;
    }
    return NOBODY;
}

// `seen` of a blocker: the waiter, counted from 1, that it was last met for.
static void connect(Growth *growth, size_t *seen, size_t waiter, size_t blocker)
{
    if (blocker == NOBODY || blocker == waiter || seen[blocker] == waiter + 1)
        return;
    seen[blocker] = waiter + 1;
    growth->nodes[blocker].is_blocker = true;
    *vec_append(growth->arena, &growth->in_the_way[waiter]) = blocker;
    *vec_append(growth->arena, &growth->waiters[blocker]) = waiter;
}

static void connect_all(Growth *growth)
{
    size_t count = growth->sessions->len;
    size_t *seen = arena_alloc_array(growth->arena, count, sizeof *seen);
    for (size_t i = 0; i < count; i++)
        growth->pids[i] = (ByPid){growth->sessions->items[i].pid, i};
    qsort(growth->pids, count, sizeof *growth->pids, by_pid);
    for (size_t i = 0; i < count; i++) {
        const LockSession *session = &growth->sessions->items[i];
        if (!session->wants)
            continue;
        VEC_EACH (const int, pid, &session->blockers)
            connect(growth, seen, i, find_pid(growth, *pid));
        VEC_EACH (const char *const, gid, &session->prepared)
            connect(growth, seen, i, find_prepared(growth, *gid));
    }
}

static void place(Growth *growth, size_t session, size_t above)
{
    Node *node = &growth->nodes[session];
    node->is_placed = true;
    node->above = above;
    if (above != NOBODY) {
        node->depth = growth->nodes[above].depth + 1;
        node->others = growth->in_the_way[session].len - 1;
    }
    growth->queue[growth->queued++] = session;
}

// Level after level, so that nobody stands deeper than it must.
static void place_below(Growth *growth, size_t from)
{
    for (size_t i = from; i < growth->queued; i++) {
        size_t above = growth->queue[i];
        VEC_EACH (const size_t, waiter, &growth->waiters[above])
            if (!growth->nodes[*waiter].is_placed)
                place(growth, *waiter, above);
    }
}

// In a circle nobody is a root: who has waited longest is made one.
static size_t find_unplaced(const Growth *growth)
{
    size_t found = NOBODY;
    for (size_t i = 0; i < growth->sessions->len; i++) {
        const LockSession *session = &growth->sessions->items[i];
        if (session->wants && !growth->nodes[i].is_placed &&
            (found == NOBODY || session->wait_ms > growth->sessions->items[found].wait_ms))
            found = i;
    }
    return found;
}

static void place_all(Growth *growth)
{
    for (size_t i = 0; i < growth->sessions->len; i++)
        if (!growth->in_the_way[i].len &&
            (growth->nodes[i].is_blocker || growth->sessions->items[i].wants))
            place(growth, i, NOBODY);
    place_below(growth, 0);
    for (size_t root; (root = find_unplaced(growth)) != NOBODY;) {
        size_t from = growth->queued;
        place(growth, root, NOBODY);
        growth->nodes[root].is_circle = true;
        place_below(growth, from);
    }
}

static void count_below(Growth *growth)
{
    for (size_t i = growth->queued; i-- > 0;) {
        const Node *node = &growth->nodes[growth->queue[i]];
        if (node->above == NOBODY)
            continue;
        Node *above = &growth->nodes[node->above];
        int64_t wait_ms = growth->sessions->items[growth->queue[i]].wait_ms;
        int64_t longest_ms = wait_ms > node->longest_ms ? wait_ms : node->longest_ms;
        above->below += node->below + 1;
        if (longest_ms > above->longest_ms)
            above->longest_ms = longest_ms;
    }
}

typedef struct Ranked {
    size_t session;
    size_t below;
    int64_t wait_ms;
    int pid;
} Ranked;

static int by_weight(const void *left, const void *right)
{
    const Ranked *a = left;
    const Ranked *b = right;
    if (a->below != b->below)
        return a->below < b->below ? 1 : -1;
    if (a->wait_ms != b->wait_ms)
        return a->wait_ms < b->wait_ms ? 1 : -1;
    return (a->pid > b->pid) - (a->pid < b->pid);
}

// The lists of siblings, and that of the roots, in the order in which they are shown.
static size_t chain(Growth *growth)
{
    size_t first_root = NOBODY;
    VEC(Ranked) ranked = {0};
    for (size_t i = 0; i < growth->sessions->len; i++) {
        growth->nodes[i].first_below = NOBODY;
        if (growth->nodes[i].is_placed)
            *vec_append(growth->arena, &ranked) =
                (Ranked){i, growth->nodes[i].below, growth->sessions->items[i].wait_ms,
                         growth->sessions->items[i].pid};
    }
    vec_sort(&ranked, by_weight);
    for (size_t i = ranked.len; i-- > 0;) {
        Node *node = &growth->nodes[ranked.items[i].session];
        size_t *first =
            node->above == NOBODY ? &first_root : &growth->nodes[node->above].first_below;
        node->next = *first;
        *first = ranked.items[i].session;
    }
    return first_root;
}

static size_t behind(const Growth *growth, size_t session)
{
    if (growth->nodes[session].first_below != NOBODY)
        return growth->nodes[session].first_below;
    while (session != NOBODY && growth->nodes[session].next == NOBODY)
        session = growth->nodes[session].above;
    return session == NOBODY ? NOBODY : growth->nodes[session].next;
}

LockTree lock_tree_build(Arena *arena, const LockSessions *sessions)
{
    LockTree tree = {0};
    size_t count = sessions->len;
    Growth growth = {
        .arena = arena,
        .sessions = sessions,
        .nodes = arena_alloc_array(arena, count, sizeof *growth.nodes),
        .pids = arena_alloc_array(arena, count, sizeof *growth.pids),
        .in_the_way = arena_alloc_array(arena, count, sizeof *growth.in_the_way),
        .waiters = arena_alloc_array(arena, count, sizeof *growth.waiters),
        .queue = arena_alloc_array(arena, count, sizeof *growth.queue),
    };
    connect_all(&growth);
    place_all(&growth);
    count_below(&growth);
    for (size_t at = chain(&growth); at != NOBODY; at = behind(&growth, at)) {
        const Node *node = &growth.nodes[at];
        *vec_append(arena, &tree.lines) = (LockTreeLine){
            .session = at,
            .depth = node->depth,
            .others = node->others,
            .below = node->below,
            .longest_ms = node->longest_ms,
            .is_circle = node->is_circle,
        };
    }
    VEC_EACH (const LockSession, session, sessions) {
        tree.waiting += session->wants != NULL;
        if (session->wants && session->wait_ms > tree.longest_ms)
            tree.longest_ms = session->wait_ms;
    }
    return tree;
}
