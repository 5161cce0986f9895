#include "report/table.h"

Table table_new(Arena *arena, size_t columns)
{
    return (Table){.arena = arena, .columns = columns};
}

static void append(Table *table, const char *text, Colour colour, bool is_number)
{
    *vec_append(table->arena, &table->cells) =
        (Cell){terminal_line(table->arena, text ? text : ""), colour, is_number};
}

void table_heading(Table *table, const char *const *names)
{
    table->has_heading = true;
    for (size_t i = 0; i < table->columns; i++)
        append(table, names[i], COLOUR_DIM, false);
}

void table_cell(Table *table, const char *text, Colour colour)
{
    append(table, text, colour, false);
}

void table_number(Table *table, const char *text, Colour colour)
{
    append(table, text, colour, true);
}

static void print_cell(const Terminal *terminal, const Cell *cell, size_t width, bool is_last)
{
    size_t columns = terminal_columns(str_from(cell->text));
    int gap = columns < width ? (int)(width - columns) : 0;
    fprintf(terminal->stream, "%*s%s%s%s%*s%s", cell->is_number ? gap : 0, "",
            terminal_begin(terminal, cell->colour), cell->text,
            terminal_end(terminal, cell->colour), cell->is_number || is_last ? 0 : gap, "",
            is_last ? "\n" : "  ");
}

// The last cell of a row with something in it: nothing is printed behind it, no blanks either.
static size_t last_column(const Table *table, size_t row)
{
    size_t last = table->columns - 1;
    while (last > 0 && !*table->cells.items[row + last].text)
        last--;
    return last;
}

void table_print(const Table *table, const Terminal *terminal, int indent)
{
    size_t *widths = arena_alloc_array(table->arena, table->columns + 1, sizeof *widths);
    for (size_t i = 0; i < table->cells.len; i++) {
        size_t columns = terminal_columns(str_from(table->cells.items[i].text));
        if (columns > widths[i % table->columns])
            widths[i % table->columns] = columns;
    }
    for (size_t i = 0; i < table->cells.len; i++) {
        Cell cell = table->cells.items[i];
        size_t column = i % table->columns;
        size_t last = last_column(table, i - column);
        // A heading stands over its numbers.
        if (table->has_heading && i < table->columns && i + table->columns < table->cells.len)
            cell.is_number = table->cells.items[i + table->columns].is_number;
        if (column == 0)
            fprintf(terminal->stream, "%*s", indent, "");
        if (column <= last)
            print_cell(terminal, &cell, widths[column], column == last);
    }
}
