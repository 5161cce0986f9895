#include "report/message.h"

#include <string.h>

static void print_indented(const Terminal *terminal, const char *label, Colour colour,
                           const char *text)
{
    ARENA_SCOPED scratch = arena_new();
    Str rest = str_from(terminal_safe(scratch, text));
    Str line;
    for (bool is_first = true; str_line(&rest, &line); is_first = false)
        fprintf(terminal->stream, "  %s%-7s%s " STR_FMT "\n", terminal_begin(terminal, colour),
                is_first ? label : "", terminal_end(terminal, colour), STR_ARG(line));
}

static void print_source(const Terminal *terminal, const Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    char number[16];
    int width = snprintf(number, sizeof number, "%d", err->position.line);
    const char *source = terminal_safe(scratch, err->source);
    // Cells, not code points, so that the caret stands below wide and escaped characters too.
    Str left = {err->source, 0};
    for (int column = 1; column < err->source_column && left.n < strlen(err->source); column++) {
        left.n++;
        while (left.n < strlen(err->source) && ((unsigned char)err->source[left.n] & 0xc0) == 0x80)
            left.n++;
    }
    size_t before = terminal_columns(str_from(terminal_safe(scratch, arena_dup(scratch, left))));
    fprintf(terminal->stream, "  %s%s |%s %s\n", terminal_begin(terminal, COLOUR_DIM), number,
            terminal_end(terminal, COLOUR_DIM), source);
    fprintf(terminal->stream, "  %*s %s|%s %*s%s^%s\n", width, "",
            terminal_begin(terminal, COLOUR_DIM), terminal_end(terminal, COLOUR_DIM), (int)before,
            "", terminal_begin(terminal, COLOUR_RED), terminal_end(terminal, COLOUR_RED));
}

// "FILE:LINE:COLUMN: ", "FILE: " when it is about the whole file, or the program's own name.
static void print_place(const Terminal *terminal, const Err *err)
{
    ARENA_SCOPED scratch = arena_new();
    if (!err->file[0])
        fputs("migrate-safe: ", terminal->stream);
    else if (err->position.line)
        fprintf(terminal->stream, "%s:%d:%d: ", terminal_line(scratch, err->file),
                err->position.line, err->position.column);
    else
        fprintf(terminal->stream, "%s: ", terminal_line(scratch, err->file));
}

static void print_message(const Terminal *terminal, const Err *err, const char *word, Colour colour)
{
    ARENA_SCOPED scratch = arena_new();
    Str rest = str_from(terminal_safe(scratch, err->message));
    Str line = {0};
    str_line(&rest, &line);
    print_place(terminal, err);
    fprintf(terminal->stream, "%s%s:%s " STR_FMT, terminal_begin(terminal, colour), word,
            terminal_end(terminal, colour), STR_ARG(line));
    if (err->sqlstate[0])
        fprintf(terminal->stream, " (SQLSTATE %s)", err->sqlstate);
    fputc('\n', terminal->stream);
    // Moved right: what a server or a file says must not look like a line of ours.
    while (str_line(&rest, &line))
        fprintf(terminal->stream, "  " STR_FMT "\n", STR_ARG(line));
    if (err->position.line && err->source_column)
        print_source(terminal, err);
    if (err->detail[0])
        print_indented(terminal, "detail:", COLOUR_DIM, err->detail);
    if (err->hint[0])
        print_indented(terminal, "hint:", COLOUR_BLUE, err->hint);
}

void message_error(const Terminal *terminal, const Err *err)
{
    print_message(terminal, err, err->class == ERR_INTERRUPTED ? "interrupted" : "error",
                  COLOUR_RED);
}

void message_warning(const Terminal *terminal, const Err *err)
{
    print_message(terminal, err, "warning", COLOUR_YELLOW);
}

static void put_text(json_t *object, const char *key, const char *text)
{
    json_put(object, key, json_cstr(text && *text ? text : NULL));
}

json_t *message_json(const Err *err)
{
    json_t *object = json_object();
    put_text(object, "class", err_class_word(err->class));
    put_text(object, "message", err->message);
    put_text(object, "detail", err->detail);
    put_text(object, "hint", err->hint);
    put_text(object, "sqlstate", err->sqlstate);
    put_text(object, "file", err->file);
    json_put(object, "line", err->position.line ? json_integer(err->position.line) : json_null());
    json_put(object, "column",
             err->position.line ? json_integer(err->position.column) : json_null());
    return object;
}

const char *message_duration(Arena *arena, int64_t milliseconds)
{
    if (milliseconds < 1000)
        return arena_printf(arena, "%lld ms", (long long)milliseconds);
    if (milliseconds < 60000) // cut, not rounded: 59.96 s are no "60.0 s"
        return arena_printf(arena, "%lld.%lld s", (long long)(milliseconds / 1000),
                            (long long)(milliseconds / 100 % 10));
    if (milliseconds < 3600000)
        return arena_printf(arena, "%lld min %lld s", (long long)(milliseconds / 60000),
                            (long long)(milliseconds / 1000 % 60));
    return arena_printf(arena, "%lld h %lld min", (long long)(milliseconds / 3600000),
                        (long long)(milliseconds / 60000 % 60));
}

const char *message_count(Arena *arena, int64_t count, const char *one, const char *many)
{
    return arena_printf(arena, "%lld %s", (long long)count, count == 1 ? one : many);
}
