#include "migration/comment_line.h"

#include "sql/lex.h"
#include "sql/split.h"

typedef struct Reader {
    Arena *arena;
    Str text;
    CommentLines lines;
    bool is_line_empty; // nothing but space on the line so far
} Reader;

static void line_append(Reader *reader, Str content, bool is_break)
{
    size_t start = (size_t)(content.p - reader->text.p);
    *vec_append(reader->arena, &reader->lines) = (CommentLine){
        .start = start,
        .end = start + content.n,
        .run = reader->lines.last_run,
        .is_break = is_break,
    };
}

static void space_read(Reader *reader, Str space)
{
    for (size_t i = 0; i < space.n; i++) {
        if (space.p[i] != '\n')
            continue;
        if (reader->is_line_empty)
            line_append(reader, (Str){space.p + i, 0}, true);
        reader->is_line_empty = true;
    }
}

// Do all lines but the first begin with '*'? Then it is a margin, else it is SQL ("SELECT\n *
// ...").
static bool has_margin(Str body)
{
    Str line = {0};
    bool has_more = str_line(&body, &line) && str_line(&body, &line);
    if (!has_more)
        return false;
    do {
        line = str_trim(line);
        bool is_end = body.n == 0 && line.n == 0;
        if (!is_end && !str_starts(line, STR("*")))
            return false;
    } while (str_line(&body, &line));
    return true;
}

static void block_read(Reader *reader, Str body)
{
    bool is_margined = has_margin(body);
    bool is_first = true;
    Str line = {0};
    for (Str rest = body; str_line(&rest, &line); is_first = false) {
        Str trimmed = str_trim(line);
        if (is_margined && !is_first && trimmed.n) {
            size_t margin = (size_t)(trimmed.p - line.p) + 1;
            line = str_skip(line, margin);
        }
        line_append(reader, line, false);
    }
}

static void comment_read(Reader *reader, Str comment)
{
    if (!reader->is_line_empty)
        return;
    if (str_starts(comment, STR("--"))) {
        Str line = {0};
        comment = str_skip(comment, 2);
        if (!str_line(&comment, &line))
            line = comment;
        line_append(reader, line, false);
    } else if (comment.n >= 4) {
        block_read(reader, (Str){comment.p + 2, comment.n - 4});
    }
    reader->is_line_empty = false;
}

// From the end of one statement to the start of the next.
static void gap_read(Reader *reader, size_t from, size_t to)
{
    Lexer lexer = {.text = {reader->text.p, to}, .is_whole = true, .at = from};
    reader->is_line_empty = from == 0 || reader->text.p[from - 1] == '\n';
    for (;;) {
        Token token = lex_next(&lexer);
        if (token.kind == TOKEN_END)
            return;
        Str text = lex_text(&lexer, token);
        if (token.kind == TOKEN_SPACE)
            space_read(reader, text);
        else if (token.kind == TOKEN_COMMENT)
            comment_read(reader, text);
        else // a semicolon, or what is left of "\restrict KEY"
            reader->is_line_empty = false;
    }
}

// Behind the data of a COPY statement that ends at `at`: the line's rest, the data, "\.".
static bool copy_pass(Splitter *splitter, Str text, size_t *at)
{
    Err ignored;
    Str piece = {0};
    size_t size = str_until(str_skip(text, *at), '\n').n + 1;
    SplitResult result;
    while ((result = splitter_copy_data(splitter, &piece, &ignored)) == SPLIT_STATEMENT)
        size += piece.n;
    if (result == SPLIT_FAILED || size > text.n - *at)
        return false;
    *at += size;
    size_t end_line = str_until(str_skip(text, *at), '\n').n + 1;
    *at = end_line < text.n - *at ? *at + end_line : text.n;
    return true;
}

bool comment_lines_read(Arena *arena, Str text, CommentLines *ret_lines)
{
    Err ignored;
    Reader reader = {.arena = arena, .text = text};
    SPLITTER_SCOPED splitter = splitter_new_text(text, &(SplitOptions){.file = ""});
    size_t from = 0;
    for (;;) {
        Statement statement;
        SplitResult result = splitter_next(splitter, &statement, &ignored);
        if (result == SPLIT_FAILED)
            return false;
        size_t to = result == SPLIT_END ? text.n : (size_t)statement.offset;
        gap_read(&reader, from, to);
        if (result == SPLIT_END)
            break;
        reader.lines.last_run++;
        from = to + statement.text.n;
        if (statement.class == STATEMENT_COPY_IN && !copy_pass(splitter, text, &from))
            return false;
    }
    *ret_lines = reader.lines;
    return true;
}
