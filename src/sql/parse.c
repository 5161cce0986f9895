#include "sql/parse.h"

#include "base/utf8.h"
#include "sql/parser_host.h"

static void set_error(Arena *arena, const Err *err, size_t at, ParsedStatement *parsed)
{
    ParseError *error = arena_new_object(arena, ParseError);
    error->message = arena_strdup(arena, err->message);
    error->detail = err->detail[0] ? arena_strdup(arena, err->detail) : "";
    error->at = at;
    error->position = statement_position_at(&parsed->statement, at);
    parsed->error = error;
}

// The one statement of a tree.
static bool only_statement(const Node *tree, const Node **ret_node, Err *err)
{
    const Node *statements = node_field(tree, "stmts");
    size_t count = node_count(statements);
    if (count > 1)
        return fail(err, ERR_CONFIG, "more than one statement where one was expected");
    const Node *node = node_field(node_first(statements), "stmt");
    if (!node)
        return fail(err, ERR_CONFIG, "there is no statement");
    *ret_node = node;
    return true;
}

void parse_statement(Arena *arena, const Statement *statement, ParsedStatement *ret_parsed)
{
    ParsedStatement parsed = {.statement = *statement};
    Str text = statement->text;
    parsed.statement.text.p = arena_dup(arena, text);
    Str left = rows_cut(arena, parsed.statement.text, &parsed.cuts);
    char *json;
    size_t length;
    size_t character = 0;
    Err err = {0};
    const Node *tree = NULL;
    if (parser_call(arena, PARSER_SQL, left, &json, &length, &character, &err))
        tree = tree_read(arena, json, length, &err);
    if (!tree || !only_statement(tree, &parsed.node, &err)) {
        size_t at = character > 1 ? utf8_offset(left, character - 1) : 0;
        set_error(arena, &err, rows_cut_origin(&parsed.cuts, at), &parsed);
    }
    *ret_parsed = parsed;
}

SplitResult parse_next(Arena *arena, Splitter *splitter, ParsedStatement *ret_parsed, Err *err)
{
    Statement statement;
    SplitResult result = splitter_next(splitter, &statement, err);
    if (result == SPLIT_STATEMENT)
        parse_statement(arena, &statement, ret_parsed);
    return result;
}

bool parse_script(Arena *arena, Str text, const SplitOptions *options,
                  ParsedStatements *ret_statements, Err *err)
{
    SPLITTER_SCOPED splitter = splitter_new_text(text, options);
    ParsedStatement parsed;
    SplitResult result;
    *ret_statements = (ParsedStatements){0};
    while ((result = parse_next(arena, splitter, &parsed, err)) == SPLIT_STATEMENT)
        *vec_append(arena, ret_statements) = parsed;
    return result == SPLIT_END;
}

size_t parsed_offset(const ParsedStatement *parsed, const Node *node)
{
    int64_t location = node == parsed->node ? 0 : node_location(node);
    if (location <= 0 && node != parsed->node)
        NODE_WALK(inside, node)
        {
            int64_t other = node_location(inside);
            if (other > 0 && (location <= 0 || other < location))
                location = other;
        }
    size_t at = location > 0 ? rows_cut_origin(&parsed->cuts, (size_t)location) : 0;
    return at < parsed->statement.text.n ? at : parsed->statement.text.n;
}

Position parsed_position(const ParsedStatement *parsed, const Node *node)
{
    return statement_position_at(&parsed->statement, parsed_offset(parsed, node));
}

bool parsed_fail(const ParsedStatement *parsed, const char *file, Err *err)
{
    const ParseError *error = parsed->error;
    (void)fail(err, ERR_CONFIG, "%s", error->message);
    if (*error->detail)
        (void)err_detail(err, "%s", error->detail);
    (void)err_at(err, file, error->position);
    return err_quote(err, parsed->statement.text, error->at);
}
