#include "check/blocker.h"

#include "base/text.h"
#include "migration/duration.h"

#include <string.h>

enum {
    BLOCKERS_NAMED = 5,
    TEXT_MAX = 2000
};

static void append_since(Arena *arena, Text *out, const char *state, int64_t since_ms)
{
    text_printf(out, ", %s for %s", state, duration_text(arena, since_ms));
}

static void append_session(Arena *arena, Text *out, const Blocker *blocker)
{
    text_printf(out, "pid %d", blocker->pid);
    if (blocker->is_autovacuum)
        text_append(out, STR(", autovacuum"));
    if (blocker->user)
        text_printf(out, ", user %s", blocker->user);
    if (blocker->application && *blocker->application)
        text_printf(out, ", application %s", blocker->application);
    if (blocker->state)
        append_since(arena, out, blocker->state, blocker->since_ms);
    if (blocker->query && *blocker->query)
        text_printf(out, ": %s", blocker->query);
    if (blocker->is_wraparound && !(blocker->query && strstr(blocker->query, "wraparound")))
        text_append(out, STR(" (to prevent wraparound)"));
}

const char *blocker_text(Arena *arena, const Blocker *blocker)
{
    TEXT_SCOPED out;
    text_init(&out, TEXT_MAX);
    if (blocker->relation)
        text_printf(&out, "%s: ", blocker->relation);
    if (blocker->pid) {
        append_session(arena, &out, blocker);
    } else {
        text_printf(&out, "prepared transaction %s", blocker->gid ? blocker->gid : "");
        if (blocker->user)
            text_printf(&out, ", user %s", blocker->user);
        if (blocker->gid)
            append_since(arena, &out, "prepared", blocker->since_ms);
    }
    return arena_dup(arena, text_str(&out));
}

const char *blockers_relations(Arena *arena, const Blockers *blockers)
{
    TEXT_SCOPED out;
    text_init(&out, TEXT_MAX);
    for (size_t i = 0; i < blockers->len; i++) {
        const char *relation = blockers->items[i].relation;
        bool is_new = relation != NULL;
        for (size_t j = 0; is_new && j < i; j++)
            is_new =
                !blockers->items[j].relation || strcmp(blockers->items[j].relation, relation) != 0;
        if (is_new)
            text_printf(&out, "%s%s", out.len ? ", " : "", relation);
    }
    return arena_dup(arena, text_str(&out));
}

static bool hint_for(Arena *arena, const Blocker *blocker, Err *err)
{
    static const char again[] = "then run the same command again (--lock-deadline sets how long "
                                "to try)";
    if (!blocker->pid)
        return err_hint(err, "COMMIT PREPARED or ROLLBACK PREPARED what was left prepared%s%s, %s",
                        blocker->gid ? ": " : "", blocker->gid ? blocker->gid : "", again);
    if (blocker->is_wraparound)
        return err_hint(err,
                        "let this vacuum finish, it prevents transaction id wraparound and does "
                        "not give way; %s",
                        again);
    return err_hint(err,
                    "wait for it, or end it if it is yours to end: psql -c \"SELECT "
                    "pg_terminate_backend(%d)\"; %s",
                    blocker->pid, again);
}

bool blockers_explain(Err *err, const Blockers *blockers)
{
    ARENA_SCOPED arena = arena_new();
    TEXT_SCOPED out;
    text_init(&out, sizeof err->detail);
    if (!blockers->len)
        return false;
    for (size_t i = 0; i < blockers->len && i < BLOCKERS_NAMED; i++)
        text_printf(&out, "%s%s", i ? "\n" : "waiting for ",
                    blocker_text(arena, &blockers->items[i]));
    if (blockers->len > BLOCKERS_NAMED)
        text_printf(&out, "\nand %zu more", blockers->len - BLOCKERS_NAMED);
    err_detail(err, "%s", text_cstr(&out));
    return hint_for(arena, &blockers->items[0], err);
}
