// Self-contained HTML pages, made of the pieces in report/page/*.html: markup with {{slots}}, which
// functions fill.
// Refuses to know what a page is about. Invariant: a piece has no slot that nobody fills; text of
// anybody's goes through page_text, which lets it become nothing but text.
#pragma once

#include "base/arena.h"
#include "base/embedded.h"

#include <stdio.h>

extern const EmbeddedFile PAGE_PIECES[];

typedef struct PageSlot {
    const char *name;
    void (*put)(void *context);
} PageSlot;

typedef struct Page {
    FILE *out;
    Arena *scratch;               // released behind each text
    const PageSlot *const *slots; // lists that end with a NULL name; ends with NULL
    void *context;                // of the slots
} Page;

void page_piece(const Page *page, const char *name); // "migration.html"
void page_text(const Page *page, const char *text);  // in one line
void page_lines(const Page *page, const char *text); // as it is, for <pre>
// As a part of an address and of an id: letters, digits and "-".
void page_anchor(const Page *page, const char *text);
