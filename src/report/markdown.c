#include "report/markdown.h"

#include "base/utf8.h"
#include "io/terminal.h"

#include <string.h>

enum {
    FOREIGN_MAX = 200, // code points of one foreign text
    DETAIL_MAX = 1000, // bytes
};

void markdown_init(Markdown *markdown, Arena *arena)
{
    *markdown = (Markdown){.arena = arena};
    text_init(&markdown->text, 16 * (size_t)MARKDOWN_COMMENT_MAX);
}

void markdown_finish(Markdown *markdown, FILE *stream)
{
    fwrite_unlocked(text_cstr(&markdown->text), 1, markdown->text.len, stream);
    text_done(&markdown->text);
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           (unsigned char)c >= 0x80;
}

// What has a meaning in Markdown or HTML, would mention somebody or make a link.
static bool is_special(Str text, size_t at)
{
    char before = at ? text.p[at - 1] : ' ';
    char after = at + 1 < text.n ? text.p[at + 1] : ' ';
    char c = text.p[at];
    if (c == '_')
        return !is_word(before) || !is_word(after);
    if (c == ':')
        return after == '/';
    if (c == '.')
        return at >= 3 && strncmp(text.p + at - 3, "www", 3) == 0;
    return strchr("\\`*[]<>#|~&!@$", c) != NULL;
}

// HTML's references are used, since a backslash is of no use in front of @ and in addresses.
void markdown_put(Markdown *markdown, const char *foreign)
{
    Str safe = str_from(terminal_line(markdown->arena, foreign));
    size_t most = utf8_offset(safe, FOREIGN_MAX);
    for (size_t i = 0; i < safe.n && i < most; i++) {
        if (is_special(safe, i))
            text_printf(&markdown->text, "&#%d;", (unsigned char)safe.p[i]);
        else
            text_append_char(&markdown->text, safe.p[i]);
    }
    if (most < safe.n)
        text_append(&markdown->text, STR("…"));
}

void markdown_code(Markdown *markdown, const char *foreign)
{
    bool is_plain = *foreign && strlen(foreign) <= FOREIGN_MAX;
    for (const char *c = foreign; *c && is_plain; c++)
        is_plain = (*c == ' ' && c != foreign && c[1]) ||
                   (*c > ' ' && *c < 0x7f && *c != '`' && *c != '|');
    if (is_plain)
        text_printf(&markdown->text, "`%s`", foreign);
    else
        markdown_put(markdown, foreign);
}

void markdown_block(Markdown *markdown, const char *foreign, const char *indent)
{
    Str rest = str_from(terminal_safe(markdown->arena, foreign));
    size_t longest = 2;
    size_t run = 0;
    bool is_cut = rest.n > DETAIL_MAX;
    if (is_cut)
        rest.n = utf8_whole_prefix((Str){rest.p, DETAIL_MAX});
    for (size_t i = 0; i < rest.n; i++) {
        run = rest.p[i] == '`' ? run + 1 : 0;
        longest = run > longest ? run : longest;
    }
    text_append(&markdown->text, str_from(indent));
    text_append_repeat(&markdown->text, '`', longest + 1);
    text_append(&markdown->text, STR("text\n"));
    for (Str line; str_line(&rest, &line);)
        text_printf(&markdown->text, "%s" STR_FMT "\n", indent, STR_ARG(line));
    if (is_cut)
        text_printf(&markdown->text, "%s…\n", indent);
    text_append(&markdown->text, str_from(indent));
    text_append_repeat(&markdown->text, '`', longest + 1);
    text_append_char(&markdown->text, '\n');
}
