#include "sql/dump.h"

#include "sql/lex.h"

typedef struct Stabiliser {
    Lexer lexer;
    Text *out;
    size_t newlines; // of the space that is held back until something follows
    Str blank;       // the blanks behind them
    size_t kept;     // length of `out` at the end of the last statement
    bool is_in_statement;
    bool is_copy;     // it began with COPY
    bool is_stdin;    // its last word was stdin
    bool ends_title;  // the next empty comment closes a title that was taken out
    bool is_complete; // the dump's last line was seen
} Stabiliser;

static const Str END_TITLE = STR("-- PostgreSQL database dump complete");

// What stood before and behind something that was taken out is one space.
static void hold_space(Stabiliser *to, Str space)
{
    size_t newlines = 0;
    size_t last = 0;
    for (size_t i = 0; i < space.n; i++)
        if (space.p[i] == '\n') {
            newlines++;
            last = i + 1;
        }
    to->newlines = newlines > to->newlines ? newlines : to->newlines;
    to->blank = str_skip(space, last);
}

static void put(Stabiliser *to, Str text)
{
    bool is_first = to->out->len == 0;
    text_append_repeat(to->out, '\n', is_first ? 0 : to->newlines > 2 ? 2 : to->newlines);
    text_append(to->out, is_first ? (Str){0} : to->blank);
    text_append(to->out, text);
    to->newlines = 0;
    to->blank = (Str){0};
}

static bool is_title(Str comment)
{
    return str_starts(comment, STR("-- Dumped from database version ")) ||
           str_starts(comment, STR("-- Dumped by pg_dump version ")) ||
           str_eq(comment, STR("-- PostgreSQL database dump")) || str_eq(comment, END_TITLE);
}

// pg_dump puts an empty comment before and behind a title.
static bool opens_title(const Stabiliser *to)
{
    Lexer ahead = to->lexer;
    Token token = lex_next(&ahead);
    if (token.kind == TOKEN_SPACE)
        token = lex_next(&ahead);
    return token.kind == TOKEN_COMMENT && is_title(lex_text(&ahead, token));
}

static void take_comment(Stabiliser *to, Str comment)
{
    bool is_empty = str_eq(comment, STR("--"));
    if (is_title(comment)) {
        to->is_complete |= str_eq(comment, END_TITLE);
        to->ends_title = !str_starts(comment, STR("-- Dumped"));
    } else if (is_empty && to->ends_title) {
        to->ends_title = false;
    } else if (!is_empty || !opens_title(to)) {
        put(to, comment);
    }
}

static bool is_number_zero(const Lexer *lexer, Token token)
{
    return token.kind == TOKEN_NUMBER && str_eq(lex_text(lexer, token), STR("0"));
}

// SET statement_timeout = 0; and its kind, each major has more of them. Passed over if so.
static bool skip_timeout(Stabiliser *to)
{
    Lexer ahead = to->lexer;
    Token name = lex_next_significant(&ahead);
    Token equals = lex_next_significant(&ahead);
    Token value = lex_next_significant(&ahead);
    Token end = lex_next_significant(&ahead);
    if (name.kind != TOKEN_WORD || !str_ends(lex_text(&ahead, name), STR("_timeout")) ||
        !str_eq(lex_text(&ahead, equals), STR("=")) || !is_number_zero(&ahead, value) ||
        end.kind != TOKEN_SEMICOLON)
        return false;
    to->lexer = ahead;
    return true;
}

// Passed over with the heading before it.
static bool skip_user_mapping(Stabiliser *to)
{
    Lexer ahead = to->lexer;
    if (!lex_is_word(&ahead, lex_next_significant(&ahead), STR("USER")) ||
        !lex_is_word(&ahead, lex_next_significant(&ahead), STR("MAPPING")))
        return false;
    Token token;
    do
        token = lex_next_significant(&ahead);
    while (token.kind != TOKEN_SEMICOLON && token.kind != TOKEN_END);
    to->lexer = ahead;
    text_truncate(to->out, to->kept);
    to->newlines = 2;
    return true;
}

static void skip_line(Stabiliser *to)
{
    Str rest = str_skip(to->lexer.text, to->lexer.at);
    to->lexer.at += str_until(rest, '\n').n;
}

// The lines behind COPY ... FROM stdin; as they are, with the \. that ends them.
static void take_copy_data(Stabiliser *to)
{
    Str rest = str_skip(to->lexer.text, to->lexer.at);
    Str line;
    size_t before = rest.n;
    Str data = rest;
    while (str_line(&rest, &line) && !str_eq(line, STR("\\.")))
        continue;
    data.n = before - rest.n;
    data.n -= str_ends(data, STR("\n")); // belongs to the space behind
    to->lexer.at += data.n;
    put(to, data);
}

static void begin_statement(Stabiliser *to, Token token)
{
    Str text = lex_text(&to->lexer, token);
    if (token.kind == TOKEN_BACKSLASH &&
        (str_eq(text, STR("\\restrict")) || str_eq(text, STR("\\unrestrict")))) {
        skip_line(to);
        return;
    }
    if ((lex_is_word(&to->lexer, token, STR("SET")) && skip_timeout(to)) ||
        (lex_is_word(&to->lexer, token, STR("CREATE")) && skip_user_mapping(to)))
        return;
    put(to, text);
    to->is_in_statement = token.kind != TOKEN_SEMICOLON;
    to->is_copy = lex_is_word(&to->lexer, token, STR("COPY"));
}

static void go_on(Stabiliser *to, Token token)
{
    put(to, lex_text(&to->lexer, token));
    if (token.kind != TOKEN_SEMICOLON) {
        to->is_stdin = lex_is_word(&to->lexer, token, STR("stdin"));
        return;
    }
    to->is_in_statement = false;
    if (to->is_copy && to->is_stdin)
        take_copy_data(to);
    to->kept = to->out->len;
}

bool dump_stabilise(Str dump, Text *out)
{
    Stabiliser to = {.lexer = {.text = dump, .is_whole = true}, .out = out};
    for (Token token; (token = lex_next(&to.lexer)).kind != TOKEN_END;) {
        if (token.kind == TOKEN_SPACE)
            hold_space(&to, lex_text(&to.lexer, token));
        else if (to.is_in_statement)
            go_on(&to, token);
        else if (token.kind == TOKEN_COMMENT)
            take_comment(&to, lex_text(&to.lexer, token));
        else
            begin_statement(&to, token);
    }
    if (out->len)
        text_append_char(out, '\n');
    return to.is_complete;
}
