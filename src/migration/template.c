#include "migration/template.h"

#include "sql/lex.h"

static const Str OPENINGS[] = {STR("{{"), STR("{%"), STR("<%")};

static bool has_opening(Str text)
{
    if (str_until(text, '{').n < text.n &&
        (str_find(text, OPENINGS[0]) >= 0 || str_find(text, OPENINGS[1]) >= 0))
        return true;
    return str_find(text, OPENINGS[2]) >= 0;
}

// "<%=" and "<%-" are no operators of anybody's; "<% ... %>" has the line to itself.
static bool is_erb(Str text, size_t at)
{
    Str rest = str_skip(text, at);
    if (str_starts(rest, STR("<%=")) || str_starts(rest, STR("<%-")))
        return true;
    size_t line = at;
    while (line && text.p[line - 1] != '\n')
        line--;
    bool is_first = str_trim((Str){text.p + line, at - line}).n == 0;
    return is_first && str_ends(str_trim(str_until(rest, '\n')), STR("%>"));
}

static bool is_action(Str text, size_t at)
{
    Str rest = str_skip(text, at);
    return str_starts(rest, OPENINGS[0]) || str_starts(rest, OPENINGS[1]) ||
           (str_starts(rest, OPENINGS[2]) && is_erb(text, at));
}

bool template_find(Str statement, size_t *ret_at)
{
    if (!has_opening(statement))
        return false;
    Lexer lexer = {.text = statement, .is_whole = true};
    for (Token token = lex_next(&lexer); token.kind != TOKEN_END; token = lex_next(&lexer)) {
        if (token.kind != TOKEN_OTHER)
            continue;
        for (size_t at = token.start; at < token.end; at++)
            if (is_action(statement, at)) {
                *ret_at = at;
                return true;
            }
    }
    return false;
}

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// Words of Go's templates that stand around text and give none.
static bool is_control(Str inside)
{
    static const char *const WORDS[] = {"if",     "else",  "end",      "range", "with",
                                        "define", "block", "template", "/*",    NULL};
    Str text = str_trim(inside);
    if (text.n && text.p[0] == '-')
        text = str_trim(str_skip(text, 1));
    for (const char *const *word = WORDS; *word; word++) {
        Str begin = str_from(*word);
        if (str_starts(text, begin) && (text.n == begin.n || !is_name_byte(text.p[begin.n])))
            return true;
    }
    return false;
}

// As a name of the same bytes, or as blanks; lines stay where they are.
static void blank_out(char *from, size_t length, bool is_name)
{
    *from = is_name ? '_' : ' ';
    for (size_t i = 1; i < length; i++)
        if (!is_name)
            from[i] = from[i] == '\n' ? '\n' : ' ';
        else if (!is_name_byte(from[i]))
            from[i] = '_';
}

// Bytes of the action that begins here; 0: none does.
static size_t fill_action(Str text, char *at)
{
    static const Str ENDS[] = {STR("}}"), STR("%}"), STR("%>"), STR("}")};
    static const Str BEGINS[] = {STR("{{"), STR("{%"), STR("<%"), STR("${")};
    for (size_t i = 0; i < sizeof BEGINS / sizeof *BEGINS; i++) {
        ptrdiff_t end = str_starts(text, BEGINS[i]) ? str_find(text, ENDS[i]) : -1;
        if (end < 0)
            continue;
        Str inside = {text.p + 2, (size_t)end - 2};
        bool is_name = i == 0   ? !is_control(inside)
                       : i == 2 ? inside.n && inside.p[0] == '='
                                : i == 3;
        size_t length = (size_t)end + ENDS[i].n;
        blank_out(at, length, is_name);
        return length;
    }
    return 0;
}

// psql's variables: the colon goes, and with quotes they are what stands between.
static size_t fill_variable(Str text, char *at)
{
    if (text.n < 2 || text.p[0] != ':')
        return 0;
    if (text.p[1] == ':' || text.p[1] == '=')
        return 2;
    if (text.p[1] == '\'' || text.p[1] == '"')
        at[0] = ' ';
    else if (is_name_byte(text.p[1]) && (text.p[1] < '0' || text.p[1] > '9'))
        at[0] = '_';
    else
        return 0;
    return 1;
}

bool template_fill(Arena *arena, Str statement, Str *ret_filled)
{
    char *copy = arena_dup(arena, statement);
    bool is_filled = false;
    for (size_t at = 0; at < statement.n;) {
        Str rest = str_skip(statement, at);
        size_t length = fill_action(rest, copy + at);
        if (!length)
            length = fill_variable(rest, copy + at);
        is_filled |= length && copy[at] != statement.p[at];
        at += length ? length : 1;
    }
    *ret_filled = (Str){copy, statement.n};
    return is_filled;
}
