#include "io/json.h"
#include "queries.h"
#include "run/backup/create_private.h"
#include "sql/name_pattern.h"

static bool patterns_as_json(Arena *arena, const Words *texts, const char **ret_json, Err *err)
{
    JSON_SCOPED array = json_array();
    VEC_EACH (const char *const, text, texts) {
        NamePattern pattern;
        if (!name_pattern_parse(arena, str_from(*text), &pattern)) {
            fail(err, ERR_CONFIG, "%s names no table", *text);
            return err_hint(err, "a table is given as schema.table or table, with * and ? for any "
                                 "characters, names with capitals in \"quotes\"");
        }
        json_t *object = json_object();
        json_put(object, "schema", json_cstr(pattern.schema));
        json_put(object, "name", json_cstr(pattern.name));
        json_array_append_new(array, object);
    }
    *ret_json = json_line(arena, array);
    return true;
}

static bool match(Creation *creation, const Words *texts, Words *ret_names, Err *err)
{
    Arena *arena = creation->arena;
    const char *patterns;
    Rows rows;
    if (!patterns_as_json(arena, texts, &patterns, err))
        return false;
    if (!session_query(creation->session, arena, QUERY_BACKUP_MATCHING.text, 1, &patterns, &rows,
                       err)) {
        if (strcmp(err->sqlstate, "2201B") == 0) { // a regular expression that is none
            err->class = ERR_CONFIG;
            err_hint(err, "put a name with such characters in \"quotes\"");
        }
        return err_note(err, "looking for the tables");
    }
    for (size_t row = 0; row < rows.count; row++) {
        if (!rows_bool(&rows, row, 1)) {
            fail(err, ERR_CONFIG, "there is no table %s in %s",
                 texts->items[rows_int(&rows, row, 0)], session_target(creation->session));
            return err_hint(err, "see what there is: psql -c '\\dt *.*'");
        }
        *vec_append(arena, ret_names) = rows_text(&rows, row, 2);
    }
    return true;
}

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
    if (content == BACKUP_TABLES && !match(creation, &options->tables, &names, err))
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
