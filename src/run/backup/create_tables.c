#include "io/json.h"
#include "queries.h"
#include "run/backup/create_private.h"
#include "run/table_names.h"

static bool list_chosen(Creation *creation, const Words *names, Err *err)
{
    Arena *arena = creation->arena;
    const char *json = json_words_line(arena, names->items, names->len);
    Rows rows;
    if (!session_query(creation->session, arena, QUERY_BACKUP_CHOSEN.text, 1, &json, &rows, err))
        return err_note(err, "looking for the tables");
    for (size_t row = 0; row < rows.count; row++) {
        Words *list = rows_bool(&rows, row, 1) ? &creation->chosen : &creation->others;
        *vec_append(arena, list) = rows_text(&rows, row, 0);
    }
    return true;
}

bool create_choose(Creation *creation, Err *err)
{
    const CreateOptions *options = creation->options;
    BackupContent content = options->content;
    Words names = {0};
    creation->has_rows = content != BACKUP_SCHEMA_ONLY;
    creation->has_chosen = content == BACKUP_TABLES || content == BACKUP_AFFECTED;
    if (content == BACKUP_TABLES &&
        !table_names_find(creation->arena, creation->session, &options->tables, &names, err))
        return false;
    if (creation->has_chosen &&
        !list_chosen(creation, content == BACKUP_TABLES ? &names : &options->affected, err))
        return false;
    VEC_EACH (const char *const, name, &creation->chosen)
        *vec_append(creation->arena, &creation->manifest.patterns) = *name;
    return true;
}

// Under the locks: asking for the size of a table that somebody keeps would wait.
bool create_read_sizes(Creation *creation, Err *err)
{
    const char *only =
        creation->has_chosen
            ? json_words_line(creation->arena, creation->chosen.items, creation->chosen.len)
            : NULL;
    Rows rows;
    if (!session_query(creation->session, creation->arena, QUERY_BACKUP_SIZES.text, 1, &only, &rows,
                       err))
        return err_note(err, "asking for the size of %s", session_target(creation->session));
    creation->manifest.database_bytes = rows_int(&rows, 0, 0);
    creation->row_bytes = creation->has_rows ? rows_int(&rows, 0, 1) : 0;
    return true;
}
