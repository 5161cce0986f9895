// The forms of a quarantine and their way back, for the tests that run them on servers: reads what
// a comment says, as JSON with "statement", "alias", "only" and "number" for rows, and prints
// {"now", "aside", "back", "behind"}.
#include "run/quarantine_note.h"

typedef struct Forms {
    const char *now;
    Words aside;
    QuarantineBack back;
} Forms;

static json_t *words(const Words *list)
{
    return json_words(list->items, list->len);
}

static void print(const Forms *forms)
{
    JSON_SCOPED document = json_object();
    json_t *behind = json_array();
    VEC_EACH (const QuarantineStep, step, &forms->back.behind)
        json_array_append_new(behind, json_cstr(step->sql));
    json_put(document, "now", json_cstr(forms->now));
    json_put(document, "aside", words(&forms->aside));
    json_put(document, "back", words(&forms->back.statements));
    json_put(document, "behind", behind);
    json_write(stdout, document);
}

static void make_rows(Arena *arena, const json_t *asked, QuarantineRows *rows, Forms *forms)
{
    rows->now = NULL;
    rows->number = (int)json_integer_value(json_object_get(asked, "number"));
    rows->statement = json_get_text(arena, asked, "statement");
    rows->alias = json_get_text(arena, asked, "alias");
    rows->is_only = json_is_true(json_object_get(asked, "only"));
    forms->now = quarantine_rows_name(arena, rows->table, rows->version, rows->number);
    quarantine_rows(arena, rows, &forms->aside);
    quarantine_rows_back(arena, rows, &forms->back.statements);
}

static void make(Arena *arena, const json_t *asked, QuarantineNote *note, Forms *forms)
{
    switch (note->kind) {
    case QUARANTINE_TABLE:
        note->table.now = NULL;
        forms->now = quarantine_table_name(arena, note->schema, note->was, note->version, NULL);
        quarantine_table(arena, &note->table, &forms->aside);
        quarantine_table_back(arena, &note->table, &forms->back);
        break;
    case QUARANTINE_COLUMN:
        note->column.now = NULL;
        forms->now = quarantine_column_name(arena, note->was, note->version);
        quarantine_column(arena, &note->column, &forms->aside);
        quarantine_column_back(arena, &note->column, &forms->back);
        break;
    case QUARANTINE_CHANGED:
        note->change.now = NULL;
        forms->now = quarantine_column_name(arena, note->was, note->version);
        quarantine_change(arena, &note->change, &forms->aside);
        if (!quarantine_change_back(arena, &note->change, &forms->back.statements))
            forms->back.statements = (Words){0};
        break;
    case QUARANTINE_ROWS:
        make_rows(arena, asked, &note->rows, forms);
        break;
    }
}

int main(void)
{
    ARENA_SCOPED arena = arena_new();
    json_error_t error;
    JSON_SCOPED asked = json_loadf(stdin, 0, &error);
    QuarantinePlace place = {json_get_text(arena, asked, "schema"),
                             json_get_text(arena, asked, "table"),
                             json_get_text(arena, asked, "column")};
    QuarantineNote note;
    Forms forms = {0};
    Err err = {0};
    if (!quarantine_note_read(arena,
                              arena_printf(arena, QUARANTINE_COMMENT "%s", json_line(arena, asked)),
                              &place, &note, &err)) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    make(arena, asked, &note, &forms);
    print(&forms);
    return 0;
}
