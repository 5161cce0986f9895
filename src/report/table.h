// Aligned columns for people.
// Refuses wrapping: the last column may run on. Invariant: widths are cells on a terminal, not
// bytes.
#pragma once

#include "base/vec.h"
#include "io/terminal.h"

typedef struct Cell {
    const char *text; // printed through terminal_safe
    Colour colour;
    bool is_number; // to the right
} Cell;

typedef struct Table {
    Arena *arena;
    size_t columns;
    VEC(Cell) cells; // row by row; the first row is the heading when `has_heading`
    bool has_heading;
} Table;

Table table_new(Arena *arena, size_t columns);
void table_heading(Table *table, const char *const *names); // `columns` of them
void table_cell(Table *table, const char *text, Colour colour);
void table_number(Table *table, const char *text, Colour colour);
void table_print(const Table *table, const Terminal *terminal, int indent);
