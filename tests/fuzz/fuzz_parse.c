// Any bytes as a script: each statement is parsed, its tree is sound, places are inside of the
// text, and bodies are opened. What the parser says must not depend on the statements before.
#include "base/require.h"
#include "sql/parser_host.h"
#include "sql/plpgsql.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_tree(const ParsedStatement *parsed)
{
    REQUIRE((parsed->node == NULL) == (parsed->error != NULL));
    NODE_WALK(node, parsed->node)
    {
        int64_t location = node_location(node);
        REQUIRE(location >= -1 && location <= (int64_t)parsed->statement.text.n);
        REQUIRE(strlen(node_kind(node)) < 64);
        if (node_next(node))
            REQUIRE(!node_is_below(node, node_next(node)));
    }
    if (!parsed->error)
        return;
    Err err = {0};
    REQUIRE(*parsed->error->message && parsed->error->at <= parsed->statement.text.n);
    REQUIRE(parsed->error->position.line > 0);
    REQUIRE(!parsed_fail(parsed, "a.sql", &err));
}

static void check_body(Arena *arena, const ParsedStatement *parsed)
{
    Body body;
    body_open(arena, parsed, &body);
    VEC_EACH (BodyStatement, item, &body.statements) {
        REQUIRE(item->position.line > 0 && item->position.column > 0);
        if (item->parsed.node != parsed->node && item->parsed.statement.text.p)
            REQUIRE(item->parsed.node || item->parsed.error);
    }
    REQUIRE((body.opaque_count > 0) == (body.opaque.line > 0));
}

static bool parses(Arena *arena, Str text)
{
    Statement statement = {.text = text, .position = {1, 1}};
    ParsedStatement parsed;
    parse_statement(arena, &statement, &parsed);
    return parsed.error == NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPED arena = arena_new();
    ParsedStatements statements;
    Err err = {0};
    bool is_split = parse_script(arena, (Str){(const char *)data, size}, NULL, &statements, &err);
    REQUIRE(is_split == (err.class == ERR_NONE));
    VEC_EACH (ParsedStatement, parsed, &statements) {
        check_tree(parsed);
        check_body(arena, parsed);
    }
    // straight to the parser, as a statement that no splitter has seen
    bool first = parses(arena, (Str){(const char *)data, size});
    if (size % 16 == 0)
        parser_done();
    REQUIRE(parses(arena, (Str){(const char *)data, size}) == first);
    return 0;
}
