#include "check/rules/proposal.h"

#include "base/text.h"
#include "sql/lex.h"
#include "sql/quote.h"

#include <string.h>

enum {
    NAME_BYTES = 63, // NAMEDATALEN - 1
    LIST_BYTES = 64 * 1024,
};

const char *proposal_table(const Judged *judged, const Node *range)
{
    return quote_qualified(judged->scratch, node_text(range, "schemaname"),
                           node_text(range, "relname"));
}

static const char *joined(Arena *arena, const Words *words, bool is_sql)
{
    TEXT_SCOPED text;
    text_init(&text, LIST_BYTES);
    VEC_EACH (const char *, word, words) {
        bool is_last = word + 1 == words->items + words->len;
        const char *between = is_sql || !is_last ? ", " : " and ";
        if (word != words->items)
            text_append(&text, str_from(between));
        text_append(&text, str_from(is_sql ? quote_name(arena, *word) : *word));
    }
    return arena_dup(arena, text_str(&text));
}

Words proposal_list(Arena *arena, const Node *list)
{
    Words words = {0};
    NODE_EACH(name, list)
    *vec_append(arena, &words) = node_text(name, NULL);
    return words;
}

const char *proposal_names(Arena *arena, const Node *list)
{
    Words words = proposal_list(arena, list);
    return joined(arena, &words, true);
}

const char *proposal_words(Arena *arena, const Words *words)
{
    return joined(arena, words, true);
}

const char *proposal_spoken(Arena *arena, const Words *words)
{
    return joined(arena, words, false);
}

const char *proposal_made_name(Arena *arena, const char *table, const Words *columns,
                               const char *label)
{
    TEXT_SCOPED text;
    text_init(&text, LIST_BYTES);
    text_append(&text, str_from(table));
    for (size_t i = 0; columns && i < columns->len; i++)
        text_printf(&text, "_%s", columns->items[i]);
    size_t room = NAME_BYTES - 1 - strlen(label);
    if (text.len > room)
        text_truncate(&text, room);
    text_printf(&text, "_%s", label);
    return arena_dup(arena, text_str(&text));
}

// The column of the expression when there is only one: t_a_check, else t_check.
static Words only_column(Arena *arena, const Node *expression)
{
    Words columns = {0};
    NODE_WALK(node, expression)
    {
        if (!node_is(node, "ColumnRef"))
            continue;
        const char *name = node_last_text(node_field(node, "fields"));
        if (!words_have(&columns, name))
            *vec_append(arena, &columns) = name;
    }
    if (columns.len != 1)
        columns.len = 0;
    return columns;
}

const char *proposal_check_name(const Judged *judged, const Node *range, const Node *constraint)
{
    const char *name = node_text(constraint, "conname");
    if (*name)
        return name;
    Words column = only_column(judged->scratch, node_field(constraint, "raw_expr"));
    return proposal_made_name(judged->scratch, node_text(range, "relname"), &column, "check");
}

static bool is_other(const Lexer *lexer, Token token, char c)
{
    return token.kind == TOKEN_OTHER && token.end == token.start + 1 &&
           lexer->text.p[token.start] == c;
}

// Where what begins at `from` ends: before a comma or closing bracket of its own level.
static size_t piece_end(Str text, size_t from)
{
    Lexer lexer = {.text = text, .is_whole = true, .at = from};
    size_t end = from;
    int depth = 0;
    for (;;) {
        Token token = lex_next_significant(&lexer);
        bool opens = token.kind == TOKEN_OPEN || is_other(&lexer, token, '[');
        bool closes = token.kind == TOKEN_CLOSE || is_other(&lexer, token, ']');
        if (token.kind == TOKEN_END || token.kind == TOKEN_MORE || token.kind == TOKEN_SEMICOLON ||
            (closes && !depth) || (!depth && is_other(&lexer, token, ',')))
            return end;
        depth += opens - closes;
        end = token.end;
    }
}

const char *proposal_piece(const Judged *judged, const Node *node)
{
    Str text = judged->parsed->statement.text;
    size_t from = parsed_offset(judged->parsed, node);
    if (from > text.n)
        return "";
    return arena_dup(judged->scratch, (Str){text.p + from, piece_end(text, from) - from});
}

const char *proposal_constraint(const Judged *judged, const Node *constraint, const char *name)
{
    const char *piece = proposal_piece(judged, constraint);
    if (*node_text(constraint, "conname"))
        return piece;
    return arena_printf(judged->scratch, "CONSTRAINT %s %s", quote_name(judged->scratch, name),
                        piece);
}

// What stands behind CONSTRAINT and the name.
static const char *definition_of(const char *constraint)
{
    Lexer lexer = {.text = str_from(constraint), .is_whole = true};
    Token token = lex_next_significant(&lexer);
    if (!lex_is_word(&lexer, token, STR("constraint")))
        return constraint;
    token = lex_next_significant(&lexer);
    return constraint + token.end + (constraint[token.end] == ' ');
}

const char *proposal_add_not_valid(const Judged *judged, const Node *range, const Node *constraint,
                                   const char *name)
{
    return judged_printf(judged, "ALTER TABLE %s ADD %s NOT VALID;", proposal_table(judged, range),
                         proposal_constraint(judged, constraint, name));
}

const char *proposal_validate(const Judged *judged, const Node *range, const char *name)
{
    return judged_printf(judged, "ALTER TABLE %s VALIDATE CONSTRAINT %s;",
                         proposal_table(judged, range), quote_name(judged->scratch, name));
}

const char *proposal_not_valid(const Judged *judged, const Node *range, const Node *constraint,
                               const char *name, bool is_replacement)
{
    Arena *arena = judged->scratch;
    const char *table = proposal_table(judged, range);
    const char *old = quote_name(arena, name);
    const char *text = proposal_constraint(judged, constraint, name);
    if (!is_replacement)
        return judged_printf(judged, "%s\n-- in a later transaction:\n%s",
                             proposal_add_not_valid(judged, range, constraint, name),
                             proposal_validate(judged, range, name));
    const char *new = quote_name(arena, arena_printf(arena, "%.59s_new", name));
    return judged_printf(judged,
                         "ALTER TABLE %s ADD CONSTRAINT %s %s NOT VALID;\n"
                         "-- in a later transaction:\n"
                         "ALTER TABLE %s VALIDATE CONSTRAINT %s;\n"
                         "ALTER TABLE %s DROP CONSTRAINT %s;\n"
                         "ALTER TABLE %s RENAME CONSTRAINT %s TO %s;",
                         table, new, definition_of(text), table, new, table, old, table, new, old);
}

const char *proposal_index_rest(const Judged *judged)
{
    Str text = judged->parsed->statement.text;
    Lexer lexer = {.text = text, .is_whole = true};
    Token token = lex_next_significant(&lexer);
    while (token.kind != TOKEN_END && token.kind != TOKEN_MORE &&
           !lex_is_word(&lexer, token, STR("on")))
        token = lex_next_significant(&lexer);
    token = lex_next_significant(&lexer);
    if (lex_is_word(&lexer, token, STR("only")))
        token = lex_next_significant(&lexer);
    // The name: words with dots between.
    size_t behind = token.end;
    while ((token = lex_next_significant(&lexer)).kind == TOKEN_DOT)
        behind = lex_next_significant(&lexer).end;
    Str rest = str_trim((Str){text.p + behind, piece_end(text, behind) - behind});
    return arena_dup(judged->scratch, rest);
}
