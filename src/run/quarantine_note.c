#include "run/quarantine_note.h"

#include <string.h>

static bool is_true(const json_t *object, const char *key)
{
    return json_is_true(json_object_get(object, key));
}

static void read_words(Arena *arena, const json_t *object, const char *key, Words *ret_words)
{
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(object, key), i, item)
    {
        if (json_is_string(item))
            *vec_append(arena, ret_words) = arena_strdup(arena, json_string_value(item));
    }
}

static void read_table(Arena *arena, const json_t *object, const QuarantinePlace *place,
                       QuarantineNote *note)
{
    size_t i;
    json_t *item;
    QuarantineTable *table = &note->table;
    *table = (QuarantineTable){.version = note->version,
                               .schema = note->schema,
                               .name = note->was,
                               .now = place->relation,
                               .comment = note->comment};
    json_array_foreach(json_object_get(object, "foreign_keys"), i, item)
    {
        *vec_append(arena, &table->foreign_keys) = (QuarantineForeignKey){
            json_get_text(arena, item, "schema"), json_get_text(arena, item, "table"),
            json_get_text(arena, item, "name"), json_get_text(arena, item, "definition")};
    }
    json_array_foreach(json_object_get(object, "grants"), i, item)
    {
        *vec_append(arena, &table->grants) =
            (QuarantineGrant){json_get_text(arena, item, "to"),
                              json_get_text(arena, item, "privileges"), is_true(item, "grantable")};
    }
    json_array_foreach(json_object_get(object, "publications"), i, item)
    {
        *vec_append(arena, &table->publications) = (QuarantinePublication){
            json_get_text(arena, item, "name"), json_get_text(arena, item, "rest")};
    }
    json_array_foreach(json_object_get(object, "parents"), i, item)
    {
        *vec_append(arena, &table->parents) = (QuarantineParent){
            json_get_text(arena, item, "schema"), json_get_text(arena, item, "name"),
            json_get_text(arena, item, "bound")};
    }
    json_array_foreach(json_object_get(object, "parts"), i, item)
    {
        *vec_append(arena, &table->parts) = (QuarantinePart){
            json_get_text(arena, item, "kind"), json_get_text(arena, item, "schema"),
            json_get_text(arena, item, "name"), json_get_text(arena, item, "now")};
    }
}

static void read_column(Arena *arena, const json_t *object, const QuarantinePlace *place,
                        QuarantineNote *note)
{
    size_t i;
    json_t *item;
    QuarantineColumn *column = &note->column;
    *column = (QuarantineColumn){.version = note->version,
                                 .schema = place->schema,
                                 .table = place->relation,
                                 .name = note->was,
                                 .now = place->column,
                                 .is_not_null = is_true(object, "not_null"),
                                 .is_identity = is_true(object, "identity"),
                                 .not_null_name = json_get_text(arena, object, "not_null_name"),
                                 .default_sql = json_get_text(arena, object, "default"),
                                 .comment = note->comment};
    json_array_foreach(json_object_get(object, "dropped"), i, item)
    {
        *vec_append(arena, &column->dropped) = (QuarantineConstraint){
            json_get_text(arena, item, "name"), json_get_text(arena, item, "definition"),
            is_true(item, "index")};
    }
}

static void read_change(Arena *arena, const json_t *object, const QuarantinePlace *place,
                        QuarantineNote *note)
{
    note->change = (QuarantineChange){.version = note->version,
                                      .schema = place->schema,
                                      .table = place->relation,
                                      .name = note->was,
                                      .now = place->column,
                                      .type = json_get_text(arena, object, "type"),
                                      .new_type = json_get_text(arena, object, "new_type"),
                                      .using = json_get_text(arena, object, "using")};
}

static bool read_rows(Arena *arena, const json_t *object, const QuarantinePlace *place,
                      QuarantineNote *note)
{
    const char *by = json_get_text(arena, object, "by");
    QuarantineRows *rows = &note->rows;
    *rows = (QuarantineRows){.version = note->version,
                             .schema = note->schema,
                             .table = note->was,
                             .now = place->relation};
    if (!by || !quarantine_capture_parse(by, &rows->capture))
        return false;
    read_words(arena, object, "columns", &rows->columns);
    read_words(arena, object, "key", &rows->key);
    return rows->columns.len && (rows->capture != QUARANTINE_UPDATE || rows->key.len);
}

static void read_left(Arena *arena, const json_t *object, QuarantineNote *note)
{
    size_t i;
    json_t *item;
    note->is_back = json_is_array(json_object_get(object, "left"));
    json_array_foreach(json_object_get(object, "left"), i, item)
    {
        *vec_append(arena, &note->left) =
            (QuarantineStep){json_get_text(arena, item, "sql"), is_true(item, "needs_previous")};
    }
}

// Whether its kind is of where it stands, too.
static bool read_kind(Arena *arena, const json_t *object, const QuarantinePlace *place,
                      QuarantineNote *note)
{
    const char *kind = json_get_text(arena, object, "kind");
    if (!kind || !quarantine_kind_parse(kind, &note->kind))
        return false;
    switch (note->kind) {
    case QUARANTINE_TABLE:
        read_table(arena, object, place, note);
        return !place->column;
    case QUARANTINE_ROWS:
        return read_rows(arena, object, place, note) && !place->column;
    case QUARANTINE_COLUMN:
        read_column(arena, object, place, note);
        return place->column;
    case QUARANTINE_CHANGED:
        read_change(arena, object, place, note);
        return place->column && note->change.type && note->change.new_type;
    }
    return false;
}

static bool is_refused(const QuarantinePlace *place, Err *err)
{
    return fail(err, ERR_CHECK, "the comment of %s.%s%s%s begins as one of quarantine and is none",
                place->schema, place->relation, place->column ? "." : "",
                place->column ? place->column : "");
}

bool quarantine_note_read(Arena *arena, const char *comment, const QuarantinePlace *place,
                          QuarantineNote *ret_note, Err *err)
{
    Str text;
    QuarantineNote note = {0};
    Err malformed = {0};
    if (!quarantine_comment_read(comment, &text))
        return is_refused(place, err);
    JSON_SCOPED object = json_read(text, "comment", &malformed);
    if (!json_is_object(object))
        return is_refused(place, err);
    note.version = json_get_text(arena, object, "version");
    note.schema = json_get_text(arena, object, "schema");
    note.was = json_get_text(arena, object, "was");
    note.comment = json_get_text(arena, object, "comment");
    read_left(arena, object, &note);
    if (!note.version || !note.was || !read_kind(arena, object, place, &note))
        return is_refused(place, err);
    *ret_note = note;
    return true;
}

const char *quarantine_note_left(Arena *arena, const char *comment, const QuarantineStep *steps,
                                 size_t count)
{
    Str text;
    Err impossible = {0};
    REQUIRE(quarantine_comment_read(comment, &text));
    JSON_SCOPED object = json_read(text, "comment", &impossible);
    REQUIRE(object);
    json_t *left = json_array();
    for (size_t i = 0; i < count; i++) {
        json_t *step = json_object();
        json_put(step, "sql", json_cstr(steps[i].sql));
        if (steps[i].needs_previous)
            json_put(step, "needs_previous", json_true());
        json_array_append_new(left, step);
    }
    json_put(object, "left", left);
    return arena_printf(arena, QUARANTINE_COMMENT "%s", json_line(arena, object));
}
