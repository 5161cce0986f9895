#include "check/lock_screen.h"

#include <stdlib.h>

static int compare_text(const char *left, const char *right)
{
    return strcmp(left ? left : "", right ? right : "");
}

static int compare_group(const LockUsage *a, const LockUsage *b)
{
    int order = compare_text(a->application, b->application);
    order = order ? order : compare_text(a->user, b->user);
    return order ? order : compare_text(a->database, b->database);
}

static int by_group(const void *left, const void *right)
{
    return compare_group(left, right);
}

static int by_size(const void *left, const void *right)
{
    const LockUsage *a = left;
    const LockUsage *b = right;
    return a->all == b->all ? compare_group(a, b) : a->all < b->all ? 1 : -1;
}

static bool is_state(const LockSession *session, const char *word)
{
    return session->state && strcmp(session->state, word) == 0;
}

static LockUsage usage_of(const LockSession *session)
{
    return (LockUsage){
        .application = session->application,
        .user = session->user,
        .database = session->database,
        .all = 1,
        .active = is_state(session, "active") || is_state(session, "fastpath function call"),
        .idle = is_state(session, "idle"),
        .in_transaction = session->state && strncmp(session->state, "idle in", 7) == 0,
        .waiting = session->wants != NULL,
    };
}

LockUsages lock_screen_usage(Arena *arena, const LockScreen *screen)
{
    LockUsages all = {0};
    LockUsages usages = {0};
    VEC_EACH (const LockSession, session, &screen->sessions)
        if (session->is_client)
            *vec_append(arena, &all) = usage_of(session);
    vec_sort(&all, by_group);
    VEC_EACH (const LockUsage, one, &all) {
        LockUsage *last = usages.len ? &usages.items[usages.len - 1] : NULL;
        if (!last || compare_group(last, one) != 0) {
            *vec_append(arena, &usages) = *one;
            continue;
        }
        last->all += one->all;
        last->active += one->active;
        last->idle += one->idle;
        last->in_transaction += one->in_transaction;
        last->waiting += one->waiting;
    }
    vec_sort(&usages, by_size);
    return usages;
}

int64_t lock_screen_connections(const LockScreen *screen, bool is_here)
{
    int64_t count = 0;
    VEC_EACH (const LockSession, session, &screen->sessions)
        count += session->is_client && (session->is_here || !is_here);
    return count;
}

typedef struct Open {
    int64_t transaction_ms;
    size_t session;
} Open;

static int by_age(const void *left, const void *right)
{
    const Open *a = left;
    const Open *b = right;
    if (a->transaction_ms != b->transaction_ms)
        return a->transaction_ms < b->transaction_ms ? 1 : -1;
    return (a->session > b->session) - (a->session < b->session);
}

LockChoice lock_screen_open(Arena *arena, const LockScreen *screen, int64_t least_ms)
{
    VEC(Open) open = {0};
    LockChoice choice = {0};
    for (size_t i = 0; i < screen->sessions.len; i++) {
        const LockSession *session = &screen->sessions.items[i];
        if (session->transaction_ms != TIME_UNKNOWN && session->transaction_ms >= least_ms &&
            !session->is_self)
            *vec_append(arena, &open) = (Open){session->transaction_ms, i};
    }
    vec_sort(&open, by_age);
    VEC_EACH (const Open, each, &open)
        *vec_append(arena, &choice) = each->session;
    return choice;
}

size_t lock_screen_hidden(const LockScreen *screen)
{
    size_t count = 0;
    VEC_EACH (const LockSession, session, &screen->sessions)
        count += session->is_hidden && session->is_client;
    return count;
}

const LockSession *lock_screen_runner(const LockScreen *screen)
{
    VEC_EACH (const LockSession, session, &screen->sessions)
        if (session->is_runner)
            return session;
    return NULL;
}

const LockSession *lock_screen_session(const LockScreen *screen, int pid)
{
    VEC_EACH (const LockSession, session, &screen->sessions)
        if (pid && session->pid == pid)
            return session;
    return NULL;
}
