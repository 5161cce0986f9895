#include "migration/new_script.h"

#include "base/text.h"
#include "sql/lex.h"
#include "sql/split.h"

#include <string.h>

enum {
    BODIES_BYTES = 1024 * 1024
};

const ScriptForm SCRIPT_FORM_OURS = {.top_alone = "-- migrate-safe: no-transaction"};

static const char *line_or_nothing(Arena *arena, const char *line)
{
    return line && *line ? arena_printf(arena, "%s\n", line) : "";
}

static const char *both_directions(Arena *arena, const ScriptForm *form, const NewScript *script)
{
    const char *up = script->is_up_alone && form->up_alone ? form->up_alone : form->up;
    const char *down = script->is_down_alone && form->down_alone ? form->down_alone : form->down;
    bool is_alone = script->is_up_alone || script->is_down_alone;
    return arena_printf(
        arena, "%s%s%s\n\n%s%s%s", line_or_nothing(arena, is_alone ? form->top_alone : NULL),
        line_or_nothing(arena, up), script->up, line_or_nothing(arena, down),
        script->down ? script->down : "", script->down && *script->down ? "\n" : "");
}

static const char *one_direction(Arena *arena, const ScriptForm *form, const char *sql,
                                 bool is_alone)
{
    return arena_printf(arena, "%s%s\n", line_or_nothing(arena, is_alone ? form->top_alone : NULL),
                        sql);
}

static const char *beside(Arena *arena, const char *up, const char *file)
{
    const char *slash = strrchr(up, '/');
    return slash ? arena_printf(arena, "%.*s%s", (int)(slash - up) + 1, up, file)
                 : arena_strdup(arena, file);
}

bool new_script_files(Arena *arena, const Layout *layout, const LayoutEntries *entries,
                      const char *version, const char *name, const NewScript *script,
                      NewFiles *ret_files)
{
    NewFiles files = {0};
    const ScriptForm *form = layout->form;
    if (!form)
        return false;
    layout->new_files(arena, entries, version, name, &files);
    if (layout->markers)
        files.items[0].text = both_directions(arena, form, script);
    else {
        files.items[0].text = one_direction(arena, form, script->up, script->is_up_alone);
        if (files.len > 1 && script->down)
            files.items[1].text = one_direction(arena, form, script->down, script->is_down_alone);
        else
            files.len = 1;
    }
    if (form->file_alone && (script->is_up_alone || script->is_down_alone))
        *vec_append(arena, &files) = (NewFile){
            .name = beside(arena, files.items[0].name, form->file_alone),
            .text = form->text_alone,
        };
    *ret_files = files;
    return true;
}

static size_t line_start(Str text, size_t at)
{
    while (at && text.p[at - 1] != '\n')
        at--;
    return at;
}

static Str replaced(Arena *arena, Str text, size_t from, size_t until, const char *line)
{
    bool has_return = str_find(text, STR("\r\n")) >= 0;
    const char *end = has_return ? "\r\n" : "\n";
    return str_from(arena_printf(arena, "%.*s%s%s%.*s", (int)from, text.p, line, end,
                                 (int)(text.n - until), text.p + until));
}

Str script_without_transaction(Arena *arena, const Layout *layout, Str file, size_t up_offset,
                               NewFile *ret_beside)
{
    const ScriptForm *form = layout && layout->form ? layout->form : &SCRIPT_FORM_OURS;
    size_t top = str_starts(file, STR("\xef\xbb\xbf")) ? 3 : 0;
    *ret_beside = (NewFile){0};
    if (form->file_alone) {
        *ret_beside = (NewFile){.name = form->file_alone, .text = form->text_alone};
        return file;
    }
    if (form->up_alone && *form->up)
        return replaced(arena, file, line_start(file, up_offset - 1), up_offset, form->up_alone);
    const char *line = form->up_alone ? form->up_alone : form->top_alone;
    return replaced(arena, file, top, top, line);
}

static bool has_body(Str statement)
{
    Lexer lexer = {.text = statement, .is_whole = true};
    Token token;
    while ((token = lex_next_significant(&lexer)).kind != TOKEN_END && token.kind != TOKEN_MORE)
        if (token.kind == TOKEN_DOLLAR_STRING)
            return true;
    return false;
}

const char *script_with_bodies(Arena *arena, const Layout *layout, const char *sql)
{
    const ScriptForm *form = layout ? layout->form : NULL;
    if (!sql || !form || !form->body_begin || !strchr(sql, '$'))
        return sql;
    Err err = {0};
    Statement statement;
    TEXT_SCOPED text;
    text_init(&text, BODIES_BYTES);
    size_t at = 0;
    SPLITTER_SCOPED splitter = splitter_new_text(str_from(sql), &(SplitOptions){.file = ""});
    while (splitter_next(splitter, &statement, &err) == SPLIT_STATEMENT) {
        size_t from = (size_t)statement.offset;
        size_t until = from + statement.text.n + 1; // ours all end with a semicolon
        bool is_body = has_body(statement.text);
        text_append(&text, (Str){sql + at, from - at});
        if (is_body)
            text_printf(&text, "%s\n", form->body_begin);
        text_append(&text, (Str){sql + from, until - from});
        if (is_body)
            text_printf(&text, "\n%s", form->body_end);
        at = until;
    }
    text_append(&text, str_from(sql + at));
    return arena_dup(arena, text_str(&text));
}
