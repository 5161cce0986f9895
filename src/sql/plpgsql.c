#include "sql/plpgsql.h"

#include "sql/body_text.h"
#include "sql/parser_host.h"
#include "sql/plpgsql_walk.h"

#include <ctype.h>
#include <string.h>

static const Node *option(const Node *statement, const char *list, const char *name)
{
    NODE_EACH(element, node_field(statement, list))
    if (node_text_is(element, "defname", name))
        return element;
    return NULL;
}

static const char *lower(Arena *arena, const char *word)
{
    char *copy = arena_strdup(arena, word);
    for (char *c = copy; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return copy;
}

// Counts from the last place on, as places mostly come in order.
static Position fill_position(BodyFill *fill, size_t at)
{
    const Statement *around = &fill->around->statement;
    if (at < fill->at || fill->position.line == 0) {
        fill->at = 0;
        fill->position = around->position;
    }
    fill->position =
        position_after(fill->position, (Str){around->text.p + fill->at, at - fill->at});
    fill->at = at;
    return fill->position;
}

void body_add(BodyFill *fill, const BodyFound *found)
{
    size_t origin = body_text_origin(&fill->text, found->at);
    Statement statement = {
        .text = found->sql,
        .offset = fill->around->statement.offset + (int64_t)origin,
        .position = fill_position(fill, origin),
        .class = statement_classify(found->sql),
    };
    BodyStatement *added = vec_append(fill->arena, &fill->body->statements);
    added->source = found->source;
    added->is_conditional = found->is_conditional;
    added->position = statement.position;
    parse_statement(fill->arena, &statement, &added->parsed);
}

void body_add_opaque(BodyFill *fill, size_t at)
{
    if (fill->body->opaque_count++ == 0)
        fill->body->opaque = fill_position(fill, body_text_origin(&fill->text, at));
}

static void set_error(BodyFill *fill, size_t at, const Err *err)
{
    ParseError *error = arena_new_object(fill->arena, ParseError);
    error->message = arena_strdup(fill->arena, err->message);
    error->detail = err->detail[0] ? arena_strdup(fill->arena, err->detail) : "";
    error->at = body_text_origin(&fill->text, at);
    error->position = fill_position(fill, error->at);
    fill->body->error = error;
}

bool body_add_script(BodyFill *fill, const BodyFound *found, Err *err)
{
    SPLITTER_SCOPED splitter = splitter_new_text(found->sql, NULL);
    Statement statement;
    SplitResult result;
    while ((result = splitter_next(splitter, &statement, err)) == SPLIT_STATEMENT) {
        BodyFound one = *found;
        one.sql = statement.text;
        // of EXECUTE's text only the place of EXECUTE is known
        one.at += found->source == BODY_SQL ? (size_t)statement.offset : 0;
        body_add(fill, &one);
    }
    return result == SPLIT_END;
}

// BEGIN ATOMIC and RETURN are in the statement's own tree.
static void add_tree(Arena *arena, Body *body, const ParsedStatement *around, const Node *node)
{
    BodyStatement *added = vec_append(arena, &body->statements);
    added->parsed = *around;
    added->position = parsed_position(around, node); // which is in around's tree
    added->parsed.node = node;
}

static void open_tree(Arena *arena, Body *body, const ParsedStatement *around, const Node *tree)
{
    body->language = "sql";
    if (!node_is(tree, "List")) {
        add_tree(arena, body, around, tree);
        return;
    }
    NODE_EACH(list, tree)
    NODE_EACH(statement, list)
    add_tree(arena, body, around, statement);
}

// The only place where the token stands that the message names, or the body's start.
static size_t place_of_error(const BodyText *text, const char *message)
{
    static const char NEAR[] = "at or near \"";
    const char *near = strstr(message, NEAR);
    size_t length = near ? strlen(near + sizeof NEAR - 1) : 0;
    if (length < 2)
        return 0;
    Str token = {near + sizeof NEAR - 1, length - 1}; // without the closing quote
    ptrdiff_t first = body_text_find_words(text, 0, token);
    if (first < 0 || body_text_find_words(text, (size_t)first + 1, token) >= 0)
        return 0;
    return (size_t)first;
}

static void open_plpgsql(BodyFill *fill)
{
    char *json;
    size_t length;
    size_t character;
    Err err = {0};
    const Node *tree = NULL;
    if (parser_call(fill->arena, PARSER_PLPGSQL, fill->around->statement.text, &json, &length,
                    &character, &err))
        tree = tree_read(fill->arena, json, length, &err);
    if (tree)
        plpgsql_walk(fill, tree);
    else
        set_error(fill, place_of_error(&fill->text, err.message), &err);
}

// The literal is behind AS, or for DO wherever it stands.
static void open_text(Arena *arena, Body *body, const ParsedStatement *around, const Node *as)
{
    BodyFill fill = {.arena = arena, .body = body, .around = around};
    const Node *value = node_field(as, "arg");
    Str text = str_from(node_text(node_is(value, "List") ? node_first(value) : value, NULL));
    body_text_init(&fill.text, around->statement.text, parsed_offset(around, as), text);
    Err err = {0};
    BodyFound whole = {.sql = text};
    if (strcmp(body->language, "plpgsql") == 0)
        open_plpgsql(&fill);
    else if (strcmp(body->language, "sql") != 0)
        body_add_opaque(&fill, 0);
    else if (!body_add_script(&fill, &whole, &err))
        set_error(&fill, 0, &err);
}

void body_open(Arena *arena, const ParsedStatement *parsed, Body *ret_body)
{
    Body body = {.language = ""};
    const Node *node = parsed->node;
    bool is_do = node_is(node, "DoStmt");
    if (is_do || node_is(node, "CreateFunctionStmt")) {
        const char *list = is_do ? "args" : "options";
        const Node *language = option(node, list, "language");
        const Node *as = option(node, list, "as");
        body.kind = is_do ? BODY_DO : BODY_ROUTINE;
        body.language = language ? lower(arena, node_text(language, "arg"))
                        : is_do  ? "plpgsql"
                                 : "";
        if (node_has(node, "sql_body"))
            open_tree(arena, &body, parsed, node_field(node, "sql_body"));
        else if (as)
            open_text(arena, &body, parsed, as);
    }
    *ret_body = body;
}

const Body *body_of(Arena *arena, const ParsedStatement *parsed)
{
    if (parsed->body)
        return parsed->body;
    Body *body = arena_new_object(arena, Body);
    body_open(arena, parsed, body);
    return body;
}
