// Facts about where output goes: a terminal or not, its width, colour or not, how wide a text is.
// Refuses to lay out. Invariant: text from outside is printed through terminal_safe, so that no
// server or file can send escape sequences to the user's terminal.
#pragma once

#include "base/arena.h"

#include <stdio.h>

typedef struct Terminal {
    FILE *stream;
    bool is_terminal;
    bool has_colour; // a terminal, NO_COLOR unset or empty, TERM not "dumb"
    int width;       // columns; 80 when not known
} Terminal;

Terminal terminal_of(FILE *stream);

typedef enum Colour {
    COLOUR_NONE,
    COLOUR_GREEN,
    COLOUR_YELLOW,
    COLOUR_RED,
    COLOUR_BLUE,
    COLOUR_DIM,
    COLOUR_BOLD,
} Colour;

const char *terminal_begin(const Terminal *terminal, Colour colour); // "" without colour
const char *terminal_end(const Terminal *terminal, Colour colour);

size_t terminal_columns(Str text); // cells on a terminal (utf8proc); control characters count 0
// Control characters (but tab and line end), and those that change the order in which text is
// shown, made visible as \xNN.
const char *terminal_safe(Arena *arena, const char *text);
// The same with tab and line end too: for names, which must not look like lines of ours.
const char *terminal_line(Arena *arena, const char *text);
// terminal_safe with every line but the first moved right: for texts of the server and of files.
const char *terminal_indented(Arena *arena, const char *text, int columns);
