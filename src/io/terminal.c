#include "io/terminal.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utf8proc.h>

static bool is_set(const char *name)
{
    const char *value = getenv(name);
    return value && *value;
}

Terminal terminal_of(FILE *stream)
{
    Terminal terminal = {.stream = stream, .width = 80};
    int descriptor = fileno(stream);
    terminal.is_terminal = descriptor >= 0 && isatty(descriptor);
    const char *kind = getenv("TERM");
    terminal.has_colour =
        terminal.is_terminal && !is_set("NO_COLOR") && kind && strcmp(kind, "dumb") != 0;
    struct winsize size;
    if (terminal.is_terminal && ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
        terminal.width = size.ws_col;
    return terminal;
}

static const char *const CODES[] = {
    [COLOUR_NONE] = "",        [COLOUR_GREEN] = "\033[32m", [COLOUR_YELLOW] = "\033[33m",
    [COLOUR_RED] = "\033[31m", [COLOUR_BLUE] = "\033[36m",  [COLOUR_DIM] = "\033[2m",
    [COLOUR_BOLD] = "\033[1m",
};

const char *terminal_begin(const Terminal *terminal, Colour colour)
{
    return terminal->has_colour ? CODES[colour] : "";
}

const char *terminal_end(const Terminal *terminal, Colour colour)
{
    return terminal->has_colour && colour != COLOUR_NONE ? "\033[0m" : "";
}

size_t terminal_columns(Str text)
{
    size_t columns = 0;
    while (text.n) {
        utf8proc_int32_t point;
        utf8proc_ssize_t used =
            utf8proc_iterate((const utf8proc_uint8_t *)text.p, (utf8proc_ssize_t)text.n, &point);
        if (used <= 0) {
            used = 1;
            columns++;
        } else {
            int width = utf8proc_charwidth(point);
            columns += width > 0 ? (size_t)width : 0;
        }
        text = str_skip(text, (size_t)used);
    }
    return columns;
}

// Marks that turn the direction of what follows, and the separators that some programs take for a
// line's end: with them a name can be shown as another one.
static bool is_deceiving(utf8proc_int32_t point)
{
    return (point >= 0x200e && point <= 0x200f) || (point >= 0x2028 && point <= 0x202e) ||
           (point >= 0x2066 && point <= 0x2069);
}

static const char *escape(Arena *arena, const char *text, const char *kept)
{
    TEXT_SCOPED out;
    text_init(&out, strlen(text) * 4 + 1);
    for (Str rest = str_from(text); rest.n;) {
        if (*kept && str_starts(rest, STR("\r\n")))
            rest = str_skip(rest, 1);
        utf8proc_int32_t point;
        utf8proc_ssize_t used =
            utf8proc_iterate((const utf8proc_uint8_t *)rest.p, (utf8proc_ssize_t)rest.n, &point);
        bool is_kept = used == 1 && strchr(kept, (int)point);
        bool is_escaped = used <= 0 || (point < 0x20 && !is_kept) ||
                          (point >= 0x7f && point < 0xa0) || is_deceiving(point);
        size_t bytes = used > 0 ? (size_t)used : 1;
        for (size_t i = 0; is_escaped && i < bytes; i++)
            text_printf(&out, "\\x%02x", (unsigned char)rest.p[i]);
        if (!is_escaped)
            text_append(&out, (Str){rest.p, bytes});
        rest = str_skip(rest, bytes);
    }
    return arena_dup(arena, text_str(&out));
}

const char *terminal_safe(Arena *arena, const char *text)
{
    return escape(arena, text, "\n\t");
}

const char *terminal_line(Arena *arena, const char *text)
{
    return escape(arena, text, "");
}

const char *terminal_indented(Arena *arena, const char *text, int columns)
{
    TEXT_SCOPED out;
    const char *safe = terminal_safe(arena, text);
    text_init(&out, strlen(safe) * ((size_t)columns + 1) + 1);
    Str rest = str_from(safe);
    Str line;
    for (bool is_first = true; str_line(&rest, &line); is_first = false)
        text_printf(&out, "%s%*s" STR_FMT, is_first ? "" : "\n", is_first ? 0 : columns, "",
                    STR_ARG(line));
    return arena_dup(arena, text_str(&out));
}
