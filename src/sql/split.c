#include "sql/split.h"

#include "base/require.h"
#include "sql/lex.h"
#include "sql/split_input.h"
#include "sql/split_refuse.h"
#include "sql/split_scope.h"

#include <stdlib.h>
#include <string.h>

enum {
    COPY_PIECE = 64 * 1024
};

static const int64_t NOWHERE = -1;

struct Splitter {
    SplitInput input;
    Lexer lexer; // over what is visible of the input
    Str memory;  // what splitter_new_text was given, and is still to be read
    // the statement in hand, as offsets
    SplitScope scope;
    int64_t start; // NOWHERE: not begun
    int64_t end;   // behind its last token
    // the byte that the NUL behind the last statement's text took the place of
    int64_t sealed; // NOWHERE: none
    char sealed_byte;
    bool has_refused; // a meta-command between statements: what is behind its line can be read
    // COPY data
    bool is_copying;
    char *copy_text;  // the COPY statement, as its bytes go while the data is read
    Err copy_unended; // prepared while the statement is in view
};

Splitter *splitter_new(SplitRead read, void *context, const SplitOptions *options)
{
    Splitter *splitter = calloc(1, sizeof *splitter);
    if (!splitter)
        require_memory();
    input_init(&splitter->input, read, context, options);
    splitter->start = NOWHERE;
    splitter->sealed = NOWHERE;
    return splitter;
}

static ptrdiff_t read_memory(void *context, char *bytes, size_t capacity, Err *err)
{
    Str *rest = context;
    size_t count = rest->n < capacity ? rest->n : capacity;
    if (count)
        memcpy(bytes, rest->p, count);
    *rest = str_skip(*rest, count);
    return (ptrdiff_t)count;
}

Splitter *splitter_new_text(Str text, const SplitOptions *options)
{
    Splitter *splitter = splitter_new(read_memory, NULL, options);
    splitter->memory = text;
    splitter->input.context = &splitter->memory;
    return splitter;
}

void splitter_free(Splitter *splitter)
{
    if (!splitter)
        return;
    input_done(&splitter->input);
    free(splitter->copy_text);
    free(splitter);
}

void splitter_free_at(Splitter **splitter)
{
    splitter_free(*splitter);
    *splitter = NULL;
}

static int64_t offset_of(const Splitter *splitter, size_t at)
{
    return splitter->input.base + (int64_t)at;
}

static size_t index_of(const Splitter *splitter, int64_t offset)
{
    return (size_t)(offset - splitter->input.base);
}

// More bytes behind those that the lexer has; they may have moved.
static bool more(Splitter *splitter, size_t wanted, Err *err)
{
    int64_t at = offset_of(splitter, splitter->lexer.at);
    bool was_started = splitter->input.is_started;
    int64_t keep = splitter->start == NOWHERE ? at : splitter->start;
    if (!input_more(&splitter->input, keep, wanted, err))
        return false;
    splitter->lexer.text = input_view(&splitter->input);
    splitter->lexer.is_whole = input_is_whole(&splitter->input);
    splitter->lexer.at = index_of(splitter, was_started ? at : splitter->input.mark);
    return true;
}

// The lexer looks a second time at the few kinds of token that keep no `scanned`; a share of the
// token's length, not a fixed piece, keeps that linear.
static bool next_token(Splitter *splitter, Token *ret_token, Err *err)
{
    Lexer *lexer = &splitter->lexer;
    Token token = lex_next(lexer);
    while (token.kind == TOKEN_MORE) {
        size_t again = lexer->text.n - lexer->at - lexer->scanned;
        if (!more(splitter, again / 4, err))
            return false;
        token = lex_next(lexer);
    }
    if (token.is_unterminated)
        return refuse_unterminated(&splitter->input, lexer, token, offset_of(splitter, token.start),
                                   err);
    *ret_token = token;
    return true;
}

// Index of the next newline, or of the text's end.
static bool find_line_end(Splitter *splitter, size_t *ret_index, Err *err)
{
    Lexer *lexer = &splitter->lexer;
    size_t scanned = 0;
    for (;;) {
        size_t from = lexer->at + scanned;
        const char *newline =
            from < lexer->text.n ? memchr(lexer->text.p + from, '\n', lexer->text.n - from) : NULL;
        if (newline || lexer->is_whole) {
            *ret_index = newline ? (size_t)(newline - lexer->text.p) : lexer->text.n;
            return true;
        }
        scanned = lexer->text.n - lexer->at;
        if (!more(splitter, 1, err))
            return false;
    }
}

static void pass_line(Splitter *splitter, size_t line_end)
{
    splitter->lexer.at = line_end < splitter->lexer.text.n ? line_end + 1 : line_end;
}

// \restrict and \unrestrict are what pg_dump puts around a dump (since August 2025) against
// commands that a hostile server smuggled in; here no command runs at all. \set lines at the head
// of scripts that were written for psql mostly ask for what holds here anyway.
static bool meta_command(Splitter *splitter, Token token, Err *err)
{
    int64_t offset = offset_of(splitter, token.start);
    Str command = lex_text(&splitter->lexer, token);
    bool is_restrict = str_eq(command, STR("\\restrict")) || str_eq(command, STR("\\unrestrict"));
    bool is_set = str_eq(command, STR("\\set"));
    splitter->has_refused = splitter->start == NOWHERE;
    if ((!is_restrict && !is_set) || splitter->start != NOWHERE)
        return refuse_meta_command(&splitter->input, command, offset, err);
    size_t line_end;
    splitter->start = offset; // keeps the line in view
    bool ok = find_line_end(splitter, &line_end, err);
    splitter->start = NOWHERE;
    if (!ok)
        return false;
    size_t at = splitter->lexer.at;
    if (is_set && !is_passed_setting((Str){splitter->lexer.text.p + at, line_end - at}))
        return refuse_meta_command(&splitter->input, STR("\\set"), offset, err);
    pass_line(splitter, line_end);
    splitter->has_refused = false;
    return true;
}

bool splitter_pass_refused(Splitter *splitter)
{
    Err ignored = {0};
    size_t line_end;
    if (!splitter->has_refused)
        return false;
    splitter->has_refused = false;
    splitter->start = offset_of(splitter, splitter->lexer.at);
    bool ok = find_line_end(splitter, &line_end, &ignored);
    splitter->start = NOWHERE;
    if (ok)
        pass_line(splitter, line_end);
    return ok;
}

// Puts back what the NUL behind the last statement's text had replaced.
static void unseal(Splitter *splitter)
{
    if (splitter->sealed != NOWHERE && splitter->sealed >= splitter->input.base)
        splitter->input.bytes[index_of(splitter, splitter->sealed)] = splitter->sealed_byte;
    splitter->sealed = NOWHERE;
}

// The window always has one byte of room behind what is filled.
static void seal(Splitter *splitter, int64_t offset)
{
    char *byte = &splitter->input.bytes[index_of(splitter, offset)];
    splitter->sealed = offset;
    splitter->sealed_byte = *byte;
    *byte = '\0';
}

// psql reads COPY data from the line below, and runs what is left of this line after the data. We
// allow nothing there but space and comments. Leaves the lexer at the data.
static bool begin_copy(Splitter *splitter, Err *err)
{
    size_t line_end;
    if (!find_line_end(splitter, &line_end, err))
        return false;
    const Lexer *lexer = &splitter->lexer;
    Lexer rest = {.text = {lexer->text.p, line_end}, .is_whole = true, .at = lexer->at};
    Token token = lex_next(&rest);
    while (token.kind == TOKEN_SPACE || token.kind == TOKEN_SEMICOLON ||
           (token.kind == TOKEN_COMMENT && !token.is_unterminated))
        token = lex_next(&rest);
    if (token.kind != TOKEN_END)
        return refuse_text_behind_copy(&splitter->input, offset_of(splitter, token.start), err);
    refuse_unended_copy(&splitter->input, splitter->start, &splitter->copy_unended);
    if (line_end == lexer->text.n) {
        *err = splitter->copy_unended;
        return false;
    }
    pass_line(splitter, line_end);
    splitter->is_copying = true;
    return true;
}

static void keep_copy_text(Splitter *splitter, Statement *statement)
{
    char *text = realloc(splitter->copy_text, statement->text.n + 1);
    if (!text)
        require_memory();
    memcpy(text, statement->text.p, statement->text.n);
    text[statement->text.n] = '\0';
    splitter->copy_text = text;
    statement->text.p = text;
}

static Str statement_text(const Splitter *splitter)
{
    return (Str){splitter->input.bytes + index_of(splitter, splitter->start),
                 (size_t)(splitter->end - splitter->start)};
}

static SplitResult finish_statement(Splitter *splitter, Statement *ret_statement, Err *err)
{
    input_set_mark(&splitter->input, splitter->start);
    Statement statement = {.offset = splitter->start, .position = splitter->input.at_mark};
    statement.class = statement_classify(statement_text(splitter));
    if (statement.class == STATEMENT_COPY_IN && !begin_copy(splitter, err))
        return SPLIT_FAILED;
    statement.text = statement_text(splitter);
    if (statement.class == STATEMENT_COPY_IN)
        keep_copy_text(splitter, &statement);
    else
        seal(splitter, splitter->end);
    splitter->start = NOWHERE;
    *ret_statement = statement;
    return SPLIT_STATEMENT;
}

static SplitResult finish_script(Splitter *splitter, Statement *ret_statement, Err *err)
{
    const SplitScope *scope = &splitter->scope;
    if (splitter->start == NOWHERE)
        return SPLIT_END;
    if (scope->parentheses > 0) // it may stand in a body, but no body begins inside of it
        refuse_open_parenthesis(&splitter->input, scope->parenthesis, err);
    else if (scope->bodies > 0)
        refuse_open_body(&splitter->input, scope->body, err);
    else
        return finish_statement(splitter, ret_statement, err);
    return SPLIT_FAILED;
}

// Adds a token that is neither space nor comment to the statement; true when it ends it.
static bool take(Splitter *splitter, Token token)
{
    if (token.kind == TOKEN_SEMICOLON &&
        (splitter->start == NOWHERE || !scope_is_open(&splitter->scope)))
        return splitter->start != NOWHERE;
    int64_t offset = offset_of(splitter, token.start);
    if (splitter->start == NOWHERE) {
        splitter->start = offset;
        splitter->scope = (SplitScope){0};
    }
    scope_follow(&splitter->scope, &splitter->lexer, token, offset);
    splitter->end = offset_of(splitter, token.end);
    return false;
}

// Most of a script is words, numbers and commas far behind the first word of their statement.
static void pass_dull(Splitter *splitter)
{
    if (splitter->start == NOWHERE || !scope_is_settled(&splitter->scope))
        return;
    size_t before = splitter->lexer.at;
    size_t end = lex_skip_dull(&splitter->lexer);
    if (end > before)
        splitter->end = offset_of(splitter, end);
}

static bool pass_copy_data(Splitter *splitter, Err *err)
{
    Str piece;
    SplitResult result = SPLIT_STATEMENT;
    while (splitter->is_copying && result == SPLIT_STATEMENT)
        result = splitter_copy_data(splitter, &piece, err);
    return result != SPLIT_FAILED;
}

SplitResult splitter_next(Splitter *splitter, Statement *ret_statement, Err *err)
{
    unseal(splitter);
    if (!pass_copy_data(splitter, err))
        return SPLIT_FAILED;
    for (;;) {
        Token token;
        pass_dull(splitter);
        if (!next_token(splitter, &token, err))
            return SPLIT_FAILED;
        if (token.kind == TOKEN_SPACE || token.kind == TOKEN_COMMENT)
            continue;
        if (token.kind == TOKEN_END)
            return finish_script(splitter, ret_statement, err);
        if (token.kind == TOKEN_BACKSLASH) {
            if (!meta_command(splitter, token, err))
                return SPLIT_FAILED;
        } else if (take(splitter, token)) {
            return finish_statement(splitter, ret_statement, err);
        }
    }
}

// A line without its newline.
static bool is_copy_end(Str line)
{
    return str_eq(line, STR("\\.")) || str_eq(line, STR("\\.\r"));
}

// Behind the last line of a piece that begins at `at` and is in view up to `end` so far.
static size_t extend_piece(Str text, size_t at, size_t end)
{
    while (end < text.n) {
        const char *newline = memchr(text.p + end, '\n', text.n - end);
        if (!newline)
            break;
        size_t next = (size_t)(newline - text.p) + 1;
        if (next - at > COPY_PIECE || is_copy_end((Str){text.p + end, next - 1 - end}))
            break;
        end = next;
    }
    return end;
}

SplitResult splitter_copy_data(Splitter *splitter, Str *ret_piece, Err *err)
{
    size_t line_end;
    if (!splitter->is_copying)
        return SPLIT_END;
    if (!find_line_end(splitter, &line_end, err))
        return SPLIT_FAILED;
    Lexer *lexer = &splitter->lexer;
    Str text = lexer->text;
    if (is_copy_end((Str){text.p + lexer->at, line_end - lexer->at})) {
        pass_line(splitter, line_end);
        splitter->is_copying = false;
        return SPLIT_END;
    }
    if (line_end == text.n) {
        *err = splitter->copy_unended;
        return SPLIT_FAILED;
    }
    size_t end = extend_piece(text, lexer->at, line_end + 1);
    *ret_piece = (Str){text.p + lexer->at, end - lexer->at};
    lexer->at = end;
    return SPLIT_STATEMENT;
}

bool splitter_error_at(const Splitter *splitter, const Statement *statement, size_t character,
                       Err *err)
{
    size_t at;
    Position position = statement_position_of_character(statement, character, &at);
    err_at(err, splitter->input.file, position);
    return err_quote(err, statement->text, at);
}
