// Markdown as GitHub and GitLab read it, for a comment: what anybody wrote becomes nothing but
// text. Refuses to lay out. Invariant: no foreign text is a mark, a link, a mention or a tag, or
// ends what it stands in.
#pragma once

#include "base/arena.h"
#include "base/text.h"

#include <stdio.h>

enum {
    // Bytes that a comment should keep to: GitHub takes 65,536 characters.
    MARKDOWN_COMMENT_MAX = 60000,
};

typedef struct Markdown {
    Arena *arena;
    Text text;
} Markdown;

void markdown_init(Markdown *markdown, Arena *arena);
void markdown_finish(Markdown *markdown, FILE *stream); // writes and frees it

void markdown_put(Markdown *markdown, const char *foreign);  // in one line, cut when it is long
void markdown_code(Markdown *markdown, const char *foreign); // as code, where nothing can end it
// Several lines, in a fence that is longer than any in them.
void markdown_block(Markdown *markdown, const char *foreign, const char *indent);
