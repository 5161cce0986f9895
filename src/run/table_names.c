#include "run/table_names.h"

#include "io/json.h"
#include "queries.h"
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

bool table_names_find(Arena *arena, Session *session, const Words *texts, Words *ret_names,
                      Err *err)
{
    const char *patterns;
    Rows rows;
    if (!patterns_as_json(arena, texts, &patterns, err))
        return false;
    if (!session_query(session, arena, QUERY_BACKUP_MATCHING.text, 1, &patterns, &rows, err)) {
        if (strcmp(err->sqlstate, "2201B") == 0) { // a regular expression that is none
            err->class = ERR_CONFIG;
            err_hint(err, "put a name with such characters in \"quotes\"");
        }
        return err_note(err, "looking for the tables");
    }
    for (size_t row = 0; row < rows.count; row++) {
        if (!rows_bool(&rows, row, 1)) {
            fail(err, ERR_CONFIG, "there is no table %s in %s",
                 texts->items[rows_int(&rows, row, 0)], session_target(session));
            return err_hint(err, "see what there is: psql -c '\\dt *.*'");
        }
        *vec_append(arena, ret_names) = rows_text(&rows, row, 2);
    }
    return true;
}
