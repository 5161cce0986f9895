// The rules are those of processSQLNamePattern in PostgreSQL's fe_utils/string_utils.c: outside of
// quotes letters are folded, * and ? are wildcards, $ is itself, and all else that means something
// in a regular expression keeps its meaning.
#include "sql/name_pattern.h"

#include "base/text.h"

enum {
    PATTERN_MAX = 1 << 16
};

static void append_quoted(Text *out, char c)
{
    if (strchr("\\^$.[]|*+?(){}", c))
        text_append_char(out, '\\');
    text_append_char(out, c);
}

static void append_bare(Text *out, char c)
{
    if (c >= 'A' && c <= 'Z')
        text_append_char(out, (char)(c - 'A' + 'a'));
    else if (c == '*')
        text_append(out, STR(".*"));
    else if (c == '?')
        text_append_char(out, '.');
    else if (c == '$')
        text_append(out, STR("\\$"));
    else
        text_append_char(out, c);
}

static const char *finish(Arena *arena, const Text *part)
{
    return arena_printf(arena, "^(%s)$", text_cstr(part));
}

bool name_pattern_parse(Arena *arena, Str text, NamePattern *ret_pattern)
{
    NamePattern pattern = {0};
    bool is_quoted = false;
    TEXT_SCOPED part;
    text_init(&part, PATTERN_MAX);
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == '"' && is_quoted && i + 1 < text.n && text.p[i + 1] == '"') {
            text_append_char(&part, '"');
            i++;
        } else if (c == '"') {
            is_quoted = !is_quoted;
        } else if (is_quoted) {
            append_quoted(&part, c);
        } else if (c == '.' && pattern.schema) {
            return false;
        } else if (c == '.') {
            pattern.schema = finish(arena, &part);
            text_clear(&part);
        } else {
            append_bare(&part, c);
        }
    }
    if (is_quoted)
        return false;
    pattern.name = finish(arena, &part);
    *ret_pattern = pattern;
    return true;
}
