// A cluster that was filled without its log goes on with it.
#include "run/rehearse/place_private.h"

#include "base/text.h"
#include "io/process.h"
#include "pg/session_bounded.h"
#include "queries.h"

enum {
    SESSIONS_MOST = 16,
    WAIT_MS = 1000,
    STATEMENT_MAX = 64 << 20
};

typedef struct Settling {
    Arena *arena;
    Session *sessions[SESSIONS_MOST]; // that analyze, each some of the relations
    size_t count;
} Settling;

// Every so manyth from `first` on: each session has large ones.
static const char *statement_of(Arena *arena, const Rows *relations, size_t first, size_t step)
{
    TEXT_SCOPED sql;
    text_init(&sql, STATEMENT_MAX);
    for (size_t i = first; i < relations->count; i += step)
        text_printf(&sql, "%s %s", i == first ? "ANALYZE" : ",", rows_text(relations, i, 0));
    return arena_dup(arena, text_str(&sql));
}

static bool begin(Settling *settling, const RehearsalPlace *place, Err *err)
{
    Rows relations;
    size_t wanted = (size_t)process_core_count();
    if (wanted > SESSIONS_MOST)
        wanted = SESSIONS_MOST;
    while (settling->count < wanted) {
        if (!place_open_copy(place, &settling->sessions[settling->count], err))
            return false;
        settling->count++;
    }
    if (!session_query(settling->sessions[0], settling->arena, QUERY_REHEARSE_ANALYZED.text, 0,
                       NULL, &relations, err))
        return false;
    for (size_t i = 0; i < wanted && i < relations.count; i++)
        if (!session_send(settling->sessions[i],
                          statement_of(settling->arena, &relations, i, wanted), err))
            return false;
    return true;
}

static bool wait_for(Arena *arena, Session *session, Err *err)
{
    bool is_there = false;
    Rows none;
    while (!is_there)
        if (!session_answer(session, arena, WAIT_MS, &is_there, &none, err))
            return false;
    return true;
}

// The planner's statistics by a session for each processor; and what the server's end would have to
// write is written meanwhile.
bool place_settle(RehearsalPlace *place, Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    Settling settling = {.arena = scratch};
    bool ok = session_send(place->server, "CHECKPOINT", err) && begin(&settling, place, err);
    for (size_t i = 0; ok && i < settling.count; i++)
        ok = wait_for(scratch, settling.sessions[i], err);
    for (size_t i = 0; i < settling.count; i++)
        session_close(settling.sessions[i]);
    place->has_statistics = ok;
    return ok && wait_for(scratch, place->server, err) && place_server_restart_with_log(place, err);
}
