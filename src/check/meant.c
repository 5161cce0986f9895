#include "check/meant.h"

#include "sql/lex.h"

#include <ctype.h>

enum {
    DEPTH_MAX = 4,         // strings in strings of DO
    WORDS_MAX = 400,       // of one statement: behind them come values
    WORDS_OF_ROWS_MAX = 24 // of INSERT and COPY
};

typedef struct Reading {
    Arena *arena;
    Meant *meant;
    Words *statement; // NULL: the next word begins one
} Reading;

static const char *lower(Arena *arena, Str text)
{
    char *word = arena_dup(arena, text);
    for (char *c = word; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return word;
}

// "a""b" as a"b
static const char *unquoted(Arena *arena, Str text)
{
    char *word = arena_dup(arena, text);
    char *to = word;
    for (const char *from = word; *from; from++) {
        if (*from == '"' && from[1] == '"')
            from++;
        else if (*from == '"')
            continue;
        *to++ = *from;
    }
    *to = '\0';
    return word;
}

static bool begins_with(const Words *statement, const char *word)
{
    return statement && statement->len && strcmp(statement->items[0], word) == 0;
}

static void add(Reading *reading, const char *word)
{
    if (!reading->statement)
        reading->statement = vec_append(reading->arena, &reading->meant->statements);
    Words *statement = reading->statement;
    bool is_rows = begins_with(statement, "insert") || begins_with(statement, "copy");
    if (statement->len < (is_rows ? WORDS_OF_ROWS_MAX : WORDS_MAX))
        *vec_append(reading->arena, statement) = word;
    if (statement->len == 1 && strcmp(word, "call") == 0)
        reading->meant->is_opaque = true;
}

// What stands between the marks of a string, of either kind.
static Str inside(Str string, TokenKind kind)
{
    size_t mark = 1;
    if (kind == TOKEN_DOLLAR_STRING)
        while (mark < string.n && string.p[mark] != '$')
            mark++;
    mark += kind == TOKEN_DOLLAR_STRING;
    if (kind == TOKEN_STRING)
        for (mark = 0; mark < string.n && string.p[mark] != '\'';)
            mark++;
    mark += kind == TOKEN_STRING;
    size_t end = kind == TOKEN_STRING ? 1 : mark;
    return string.n < mark + end ? (Str){0} : (Str){string.p + mark, string.n - mark - end};
}

static void read_text(Reading *reading, Str sql, bool is_run, int depth)
{
    Lexer lexer = {.text = sql, .is_whole = true};
    for (;;) {
        Token token = lex_next_significant(&lexer);
        if (token.kind == TOKEN_END || token.kind == TOKEN_MORE)
            return;
        Str text = lex_text(&lexer, token);
        bool is_string = token.kind == TOKEN_STRING || token.kind == TOKEN_DOLLAR_STRING;
        if (token.kind == TOKEN_SEMICOLON)
            reading->statement = NULL;
        else if (token.kind == TOKEN_WORD)
            add(reading, lower(reading->arena, text));
        else if (token.kind == TOKEN_QUOTED_NAME)
            add(reading, unquoted(reading->arena, text));
        if (is_run && token.kind == TOKEN_WORD && lex_is_word(&lexer, token, STR("execute")))
            reading->meant->is_opaque = true;
        bool is_do = is_run || begins_with(reading->statement, "do");
        if (is_string && is_do && depth < DEPTH_MAX)
            read_text(reading, inside(text, token.kind), true, depth + 1);
    }
}

void meant_read(Arena *arena, Meant *meant, Str sql)
{
    Reading reading = {.arena = arena, .meant = meant};
    read_text(&reading, sql, false, 0);
}

static bool has_word(const Words *statement, const char *word)
{
    VEC_EACH (const char *const, found, statement)
        if (strcmp(*found, word) == 0)
            return true;
    return false;
}

static bool says(const Words *statement, const char *const *words, const char *name)
{
    for (; *words; words++)
        if (!has_word(statement, *words))
            return false;
    return !name || has_word(statement, name);
}

bool meant_says(const Meant *meant, const char *const *words, const char *name)
{
    VEC_EACH (const Words, statement, &meant->statements)
        if (says(statement, words, name))
            return true;
    return false;
}

bool meant_names(const Meant *meant, const char *name)
{
    return meant_says(meant, (const char *const[]){NULL}, name);
}

// Where the part of the name ends: before " on " or arguments.
static size_t name_end(const char *identity)
{
    bool is_quoted = false;
    size_t i = 0;
    for (; identity[i]; i++) {
        is_quoted ^= identity[i] == '"';
        if (!is_quoted && (identity[i] == '(' || strncmp(identity + i, " on ", 4) == 0))
            break;
    }
    return i;
}

const char *meant_name(Arena *arena, const char *identity)
{
    size_t end = name_end(identity);
    size_t begin = 0;
    bool is_quoted = false;
    for (size_t i = 0; i < end; i++) {
        is_quoted ^= identity[i] == '"';
        if (!is_quoted && identity[i] == '.')
            begin = i + 1;
    }
    return unquoted(arena, (Str){identity + begin, end - begin});
}
