// Where in a statement's text a finding points, when the tree does not say: a subcommand of ALTER
// TABLE and a name in DROP have no place of their own, but commas divide them.
#include "check/lint_private.h"
#include "check/statement_item.h"
#include "sql/lex.h"

// On to the next item of the list.
static void pass_item(ItemPlace *place)
{
    bool is_passed = false;
    for (int depth = 0; !is_passed && place->token.kind != TOKEN_END;
         place->token = lex_next_significant(&place->lexer)) {
        Str text = lex_text(&place->lexer, place->token);
        bool opens = place->token.kind == TOKEN_OPEN || str_eq(text, STR("["));
        bool closes = place->token.kind == TOKEN_CLOSE || str_eq(text, STR("]"));
        depth += opens - closes;
        is_passed = depth == 0 && str_eq(text, STR(","));
    }
    place->item = node_next(place->item);
}

static bool is_from(const Node *item, const Node *wanted)
{
    while (item && item != wanted)
        item = node_next(item);
    return item != NULL;
}

// The place of one item of the list; false: it is not in it. Findings ask for one after the other,
// so it goes on from the last.
static bool find_item(ItemPlace *place, const ParsedStatement *parsed, const Node *list,
                      const Node *wanted, size_t *ret_offset)
{
    if (place->parsed != parsed || !is_from(place->item, wanted)) {
        if (!is_from(node_first(list), wanted))
            return false;
        *place = (ItemPlace){
            .parsed = parsed,
            .item = node_first(list),
            .lexer = {.text = parsed->statement.text, .is_whole = true},
        };
        place->token = statement_first_item(&place->lexer, parsed);
    }
    while (place->item != wanted)
        pass_item(place);
    *ret_offset = place->token.kind == TOKEN_END ? 0 : place->token.start;
    return true;
}

size_t lint_place(const Judged *judged, const Node *at)
{
    const ParsedStatement *parsed = judged->parsed;
    const Node *item = at ? at : judged->command;
    size_t offset = item ? parsed_offset(parsed, item) : 0;
    size_t place;
    const char *list = judged->command ? "cmds" : "objects";
    if (!item ||
        !find_item(&judged->lint->place, parsed, node_field(parsed->node, list), item, &place))
        return offset;
    // What is inside of a subcommand is nearer to the point than its first word.
    return offset > place ? offset : place;
}
