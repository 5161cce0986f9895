// Who holds what the plan locks: sessions and prepared transactions.
#include "migration/duration.h"
#include "run/preflight/preflight_private.h"
#include "sql/quote.h"

#include <string.h>

enum {
    NAMED_MOST = 10
};

// An autovacuum that is asked by a lock gives way.
static bool gives_way(const Blocker *blocker)
{
    return blocker->is_autovacuum && !blocker->is_wraparound && blocker->lockable;
}

static const char *end_it(Arena *arena, const Blocker *blocker)
{
    if (!blocker->pid)
        return arena_printf(arena, "COMMIT PREPARED %s; or ROLLBACK PREPARED %s;",
                            quote_literal(arena, blocker->gid ? blocker->gid : "GID"),
                            quote_literal(arena, blocker->gid ? blocker->gid : "GID"));
    return arena_printf(arena, "wait for it, or end it: SELECT pg_terminate_backend(%d);",
                        blocker->pid);
}

static void check_blocking(Looking *looking)
{
    Arena *arena = looking->arena;
    const Blocker *first = NULL;
    const Blockers *blockers = &looking->blockers;
    size_t kept = 0;
    if (!preflight_rows(looking, ASKED_BLOCKERS, PREFLIGHT_BLOCKING))
        return;
    VEC_EACH (const Blocker, blocker, blockers) {
        if (gives_way(blocker))
            continue;
        first = first ? first : blocker;
        kept++;
    }
    looking->preflight->blocking = (int64_t)kept;
    Check *check =
        preflight_add(looking, PREFLIGHT_BLOCKING,
                      !kept                      ? VERDICT_PASS
                      : looking->options->is_run ? VERDICT_WARN
                                                 : VERDICT_FAIL,
                      first ? end_it(arena, first) : NULL,
                      "%zu on what the plan locks (relations: %zu)", kept, looking->locks.len);
    VEC_EACH (const Blocker, blocker, blockers)
        if (check->details.len < NAMED_MOST)
            check_detail(arena, check, "%s%s", blocker_text(arena, blocker),
                         gives_way(blocker) ? " (gives way)" : "");
}

static bool is_in_the_way(const Looking *looking, const char *gid)
{
    VEC_EACH (const Blocker, blocker, &looking->blockers)
        if (!blocker->pid && blocker->gid && strcmp(blocker->gid, gid) == 0)
            return true;
    return false;
}

static void check_prepared(Looking *looking)
{
    Arena *arena = looking->arena;
    const Rows *rows = preflight_rows(looking, ASKED_PREPARED, PREFLIGHT_PREPARED);
    size_t blocking = 0;
    size_t old = 0;
    if (!rows)
        return;
    for (size_t i = 0; i < rows->count; i++) {
        blocking += is_in_the_way(looking, rows_text(rows, i, 0));
        old += rows_int(rows, i, 2) >= looking->options->long_ms;
    }
    const char *gid = rows->count ? quote_literal(arena, rows_text(rows, 0, 0)) : "";
    Check *check =
        preflight_add(looking, PREFLIGHT_PREPARED,
                      blocking ? looking->options->is_run ? VERDICT_WARN : VERDICT_FAIL
                      : old    ? VERDICT_WARN
                               : VERDICT_PASS,
                      arena_printf(arena, "COMMIT PREPARED %s; or ROLLBACK PREPARED %s;", gid, gid),
                      "%zu, of these on what the plan locks: %zu", rows->count, blocking);
    check->limit = duration_text(arena, looking->options->long_ms);
    for (size_t i = 0; i < rows->count && i < NAMED_MOST; i++)
        check_detail(arena, check, "%s, user %s, for %s%s", rows_text(rows, i, 0),
                     rows_text(rows, i, 1), duration_text(arena, rows_int(rows, i, 2)),
                     is_in_the_way(looking, rows_text(rows, i, 0)) ? ", in the way" : "");
}

void preflight_blocking(Looking *looking)
{
    check_blocking(looking);
    check_prepared(looking);
}
