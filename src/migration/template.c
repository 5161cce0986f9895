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
