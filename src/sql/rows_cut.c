#include "sql/rows_cut.h"

#include "base/text.h"
#include "sql/lex.h"

typedef struct Rows {
    Lexer lexer;
    Token token; // the one that is looked at
    size_t end;  // behind the last token passed
} Rows;

static void advance(Rows *rows)
{
    rows->end = rows->token.end;
    rows->token = lex_next_significant(&rows->lexer);
}

// Behind the parenthesis that closes the one looked at; false when none does.
static bool pass_row(Rows *rows)
{
    size_t depth = 0;
    do {
        depth += rows->token.kind == TOKEN_OPEN;
        depth -= rows->token.kind == TOKEN_CLOSE;
        if (rows->token.kind == TOKEN_END)
            return false;
        advance(rows);
    } while (depth > 0);
    return true;
}

static bool is_comma(const Rows *rows)
{
    return rows->token.kind == TOKEN_OTHER && str_eq(lex_text(&rows->lexer, rows->token), STR(","));
}

// The rows behind VALUES. Keeps the first ones; the cut goes from behind one row to behind another.
static bool pass_list(Rows *rows, RowsCut *ret_cut)
{
    size_t start = rows->token.start;
    size_t kept = 0;
    size_t cut_rows = 0;
    while (rows->token.kind == TOKEN_OPEN) {
        if (!pass_row(rows))
            return false;
        cut_rows += kept > 0;
        if (!kept && rows->end - start >= ROWS_KEPT_BYTES)
            kept = rows->end;
        if (!is_comma(rows))
            break;
        size_t end = rows->end;
        advance(rows);
        if (rows->token.kind != TOKEN_OPEN) // no row: an error, which is the parser's to find
            rows->end = end;
    }
    *ret_cut = (RowsCut){.at = kept, .length = kept ? rows->end - kept : 0, .rows = cut_rows};
    return cut_rows > 0;
}

Str rows_cut(Arena *arena, Str text, RowsCuts *ret_cuts)
{
    *ret_cuts = (RowsCuts){0};
    if (text.n < ROWS_CUT_FROM)
        return text;
    TEXT_SCOPED left;
    text_init(&left, text.n);
    size_t copied = 0;
    Rows rows = {.lexer = {.text = text, .is_whole = true}};
    advance(&rows);
    while (rows.token.kind != TOKEN_END) {
        bool is_values = lex_is_word(&rows.lexer, rows.token, STR("values"));
        advance(&rows);
        RowsCut cut;
        if (!is_values || rows.token.kind != TOKEN_OPEN || !pass_list(&rows, &cut))
            continue;
        text_append(&left, (Str){text.p + copied, cut.at - copied});
        copied = cut.at + cut.length;
        cut.at = left.len;
        *vec_append(arena, ret_cuts) = cut;
    }
    if (ret_cuts->len == 0)
        return text;
    text_append(&left, str_skip(text, copied));
    return (Str){arena_dup(arena, text_str(&left)), left.len};
}

size_t rows_cut_origin(const RowsCuts *cuts, size_t at)
{
    size_t origin = at;
    for (size_t i = 0; i < cuts->len && cuts->items[i].at <= at; i++)
        origin += cuts->items[i].length;
    return origin;
}
