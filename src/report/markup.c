#include "report/markup.h"

#include "base/utf8.h"

#include <string.h>

static size_t plain_bytes(Str text)
{
    size_t count = 0;
    while (count < text.n && text.p[count] >= ' ' && text.p[count] < 0x7f &&
           !strchr("&<>\"'", text.p[count]))
        count++;
    return count;
}

// XML 1.0 has no place for control characters and for what is not UTF-8: they become U+FFFD.
void markup_put(FILE *stream, const char *text)
{
    for (Str rest = str_from(text); rest.n;) {
        size_t plain = plain_bytes(rest);
        fwrite_unlocked(rest.p, 1, plain, stream);
        rest = str_skip(rest, plain);
        if (!rest.n)
            break;
        Utf8Check state = {0};
        size_t length = 1;
        while (length < rest.n && ((unsigned char)rest.p[length] & 0xc0) == 0x80)
            length++;
        unsigned char c = (unsigned char)rest.p[0];
        Str point = {rest.p, length};
        bool is_control = c < 0x20 && c != '\n' && c != '\t';
        bool is_no_character =
            str_starts(point, STR("\xef\xbf\xbe")) || str_starts(point, STR("\xef\xbf\xbf"));
        if (c == '&')
            fputs("&amp;", stream);
        else if (c == '<')
            fputs("&lt;", stream);
        else if (c == '>')
            fputs("&gt;", stream);
        else if (c == '"')
            fputs("&quot;", stream);
        else if (c == '\'')
            fputs("&#39;", stream);
        else if (c == '\n')
            fputs("&#10;", stream);
        else if (is_control || is_no_character || utf8_check(&state, point) >= 0 ||
                 !utf8_is_complete(&state))
            fputs("\xef\xbf\xbd", stream);
        else
            fwrite_unlocked(point.p, 1, point.n, stream);
        rest = str_skip(rest, length);
    }
}

void markup_attribute(FILE *stream, const char *name, const char *value)
{
    fprintf(stream, " %s=\"", name);
    markup_put(stream, value);
    fputc('"', stream);
}
