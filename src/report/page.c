#include "report/page.h"

#include "base/require.h"
#include "io/terminal.h"
#include "report/markup.h"

#include <string.h>

static const char *find_piece(const char *name)
{
    for (const EmbeddedFile *piece = PAGE_PIECES; piece->name; piece++)
        if (strcmp(piece->name, name) == 0)
            return piece->text;
    return NULL;
}

static void fill(const Page *page, Str name)
{
    for (const PageSlot *const *list = page->slots; *list; list++)
        for (const PageSlot *slot = *list; slot->name; slot++)
            if (str_eq(str_from(slot->name), name)) {
                slot->put(page->context);
                return;
            }
    REQUIRE(!"a slot that nobody fills");
}

void page_piece(const Page *page, const char *name)
{
    const char *text = find_piece(name);
    REQUIRE(text);
    Str rest = str_from(text);
    for (ptrdiff_t at; (at = str_find(rest, STR("{{"))) >= 0;) {
        fwrite_unlocked(rest.p, 1, (size_t)at, page->out);
        rest = str_skip(rest, (size_t)at + 2);
        ptrdiff_t end = str_find(rest, STR("}}"));
        REQUIRE(end > 0);
        fill(page, (Str){rest.p, (size_t)end});
        rest = str_skip(rest, (size_t)end + 2);
    }
    fwrite_unlocked(rest.p, 1, rest.n, page->out);
}

// What the terminal may not show is no text for a page either: characters that reorder others.
void page_text(const Page *page, const char *text)
{
    ArenaMark mark = arena_mark(page->scratch);
    markup_put(page->out, terminal_line(page->scratch, text));
    arena_release(page->scratch, mark);
}

void page_lines(const Page *page, const char *text)
{
    ArenaMark mark = arena_mark(page->scratch);
    markup_put(page->out, terminal_safe(page->scratch, text));
    arena_release(page->scratch, mark);
}

void page_anchor(const Page *page, const char *text)
{
    for (; *text; text++) {
        bool is_plain = (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') ||
                        (*text >= '0' && *text <= '9');
        if (is_plain)
            fputc(*text, page->out);
        else
            fprintf(page->out, "-%02x", (unsigned char)*text);
    }
}
