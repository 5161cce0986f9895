#include "check/rollback_text.h"

#include "base/text.h"

enum {
    TEXT_MAX = 1 << 30
};

// Our transaction's settings end with it, those of somebody else's with RESET.
#define SETTINGS     "SET LOCAL search_path = '';\nSET LOCAL check_function_bodies = off;\n\n"
#define SETTINGS_END "\nRESET search_path;\nRESET check_function_bodies;\n"

typedef struct Writing {
    Text *text;
    const RollbackForm *form;
    bool is_inside;
} Writing;

bool rollback_text_has_outside(const DdlStatements *statements)
{
    VEC_EACH (const DdlStatement, statement, statements)
        if (statement->is_outside)
            return true;
    return false;
}

static void enter(Writing *writing)
{
    if (writing->is_inside)
        return;
    text_printf(writing->text, "%s%s%s", writing->text->len ? "\n" : "",
                writing->form->is_wrapped ? "" : "BEGIN;\n", SETTINGS);
    writing->is_inside = true;
}

static void leave(Writing *writing)
{
    if (writing->is_inside)
        text_printf(writing->text, "%s", writing->form->is_wrapped ? SETTINGS_END : "\nCOMMIT;\n");
    writing->is_inside = false;
}

static void append_comment(Text *text, const char *line)
{
    text_printf(text, "-- loses: ");
    for (const char *c = line; *c; c++)
        text_append_char(text, *c == '\n' || *c == '\r' ? ' ' : *c);
    text_append_char(text, '\n');
}

static void append(Writing *writing, const char *sql)
{
    const RollbackForm *form = writing->form;
    bool is_block = form->block_begin && str_until(str_from(sql), ';').n < str_from(sql).n;
    text_printf(writing->text, "%s%s%s;\n%s%s", is_block ? form->block_begin : "",
                is_block ? "\n" : "", sql, is_block ? form->block_end : "", is_block ? "\n" : "");
}

static void append_all(Writing *writing, const Words *statements)
{
    VEC_EACH (const char *const, sql, statements) {
        enter(writing);
        append(writing, *sql);
    }
}

const char *rollback_text(Arena *arena, const RollbackRows *rows, const DdlStatements *statements,
                          const RollbackForm *form)
{
    TEXT_SCOPED text;
    text_init(&text, TEXT_MAX);
    Writing writing = {.text = &text, .form = form};
    append_all(&writing, &rows->first);
    VEC_EACH (const DdlStatement, statement, statements) {
        if (statement->is_outside)
            leave(&writing);
        else
            enter(&writing);
        if (statement->loss)
            append_comment(&text, statement->loss);
        append(&writing, statement->sql);
    }
    append_all(&writing, &rows->last);
    leave(&writing);
    return arena_dup(arena, text_str(&text));
}
