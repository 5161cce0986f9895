#include "run/blockers.h"

#include "io/json.h"
#include "queries.h"

const char *blockers_wanted(Arena *arena, const WantedLocks *wanted)
{
    JSON_SCOPED list = json_array();
    for (size_t i = 0; i < wanted->len; i++) {
        json_t *item = json_object();
        json_put(item, "relation", json_cstr(wanted->items[i].relation));
        json_put(item, "mode", json_integer(wanted->items[i].lock.mode));
        json_put(item, "reach", json_integer(wanted->items[i].lock.reach));
        json_array_append_new(list, item);
    }
    return json_line(arena, list);
}

void blockers_read(Arena *arena, const Rows *rows, Blockers *blockers)
{
    for (size_t i = 0; i < rows->count; i++)
        *vec_append(arena, blockers) = (Blocker){
            .relation = rows_text(rows, i, 0),
            .pid = (int)rows_int(rows, i, 1),
            .user = rows_text(rows, i, 2),
            .application = rows_text(rows, i, 3),
            .state = rows_text(rows, i, 4),
            .since_ms = rows_int(rows, i, 5),
            .query = rows_text(rows, i, 6),
            .transaction = rows_text(rows, i, 7),
            .gid = rows_text(rows, i, 8),
            .is_autovacuum = rows_bool(rows, i, 9),
            .is_wraparound = rows_bool(rows, i, 10),
            .lockable = rows_text(rows, i, 11),
            .wanted = (int)rows_int(rows, i, 12),
        };
}

bool blockers_find(Arena *arena, Session *session, const WantedLocks *wanted, int backend,
                   Blockers *ret_blockers, Err *err)
{
    const char *parameters[] = {blockers_wanted(arena, wanted),
                                backend ? arena_printf(arena, "%d", backend) : NULL};
    Rows rows;
    Blockers blockers = {0};
    if (!session_query(session, arena, QUERY_LOCKS_BLOCKERS.text, 2, parameters, &rows, err))
        return false;
    blockers_read(arena, &rows, &blockers);
    *ret_blockers = blockers;
    return true;
}
