#include "run/undo_run.h"

#include "base/masked.h"
#include "io/json.h"
#include "queries.h"

bool undo_run_find_open(Arena *arena, Target *target, OpenUndo *ret_open, Err *err)
{
    Rows rows = {0};
    if (target->has_history &&
        !session_query(target->session, arena,
                       query_text(arena, &QUERY_HISTORY_OPEN_UNDO, target->schema), 0, NULL, &rows,
                       err))
        return false;
    *ret_open = rows.count ? (OpenUndo){.run_id = rows_text(&rows, 0, 0),
                                        .left = rows_int(&rows, 0, 1),
                                        .first = rows_text(&rows, 0, 2),
                                        .stays = rows_text(&rows, 0, 3)}
                           : (OpenUndo){0};
    return true;
}

bool undo_run_journal(Arena *arena, Target *target, const char *run_id, const char *event,
                      const char *const *versions, size_t count, const char *why, Err *err)
{
    JSON_SCOPED detail = json_object();
    Rows rows;
    json_put(detail, "versions", json_words(versions, count));
    json_put(detail, "why", json_cstr(why ? masked_passwords(arena, why) : NULL));
    const char *parameters[] = {run_id, event, NULL, json_line(arena, detail)};
    return session_query(target->session, arena,
                         query_text(arena, &QUERY_HISTORY_JOURNAL, target->schema), 4, parameters,
                         &rows, err);
}
