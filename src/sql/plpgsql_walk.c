#include "sql/plpgsql_walk.h"

#include "sql/fold.h"
#include "sql/parser_host.h"

#include <string.h>

enum { // RawParseMode of the server
    PARSE_STATEMENT = 0,
    PARSE_EXPRESSION = 2, // "a > b"; above it "name := a", with one, two or three parts of a name
};

// A node with a line that the walk is in.
typedef struct Scope {
    const Node *node;
    int line;
    bool was_conditional; // outside of it
    bool is_conditional;
} Scope;

typedef struct Walk {
    BodyFill *fill;
    FoldNames names;
    VEC(Scope) scopes;
    LineMark mark;
    Str last; // the last statement, its line and place: the next of equal text is another one
    int last_line;
    size_t last_at;
} Walk;

static bool is_branch(const Node *node)
{
    static const char *const KINDS[] = {
        "PLpgSQL_stmt_if",      "PLpgSQL_stmt_case", "PLpgSQL_stmt_loop", "PLpgSQL_stmt_while",
        "PLpgSQL_stmt_fori",    "PLpgSQL_stmt_fors", "PLpgSQL_stmt_forc", "PLpgSQL_stmt_foreach_a",
        "PLpgSQL_stmt_dynfors", "PLpgSQL_exception",
    };
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        if (node_is(node, KINDS[i]))
            return true;
    return false;
}

// The innermost scope that has `node` inside; others are left.
static const Scope *scope_of(Walk *walk, const Node *node)
{
    while (walk->scopes.len > 0 &&
           !node_is_below(walk->scopes.items[walk->scopes.len - 1].node, node))
        walk->scopes.len--;
    return walk->scopes.len > 0 ? &walk->scopes.items[walk->scopes.len - 1] : NULL;
}

static void enter(Walk *walk, const Scope *around, const Node *node)
{
    Scope scope = {
        .node = node,
        .line = node_has(node, "lineno") ? (int)node_int(node, "lineno")
                : around                 ? around->line
                                         : 1,
        .was_conditional = around && around->is_conditional,
    };
    scope.is_conditional = scope.was_conditional || is_branch(node);
    *vec_append(walk->fill->arena, &walk->scopes) = scope;
}

static size_t place(Walk *walk, const Scope *scope, Str sql, bool has_execute)
{
    int line = scope ? scope->line : 1;
    const BodyText *text = &walk->fill->text;
    BodySearch search = {body_text_line(text, &walk->mark, line), sql, has_execute, -1};
    if (walk->last_line == line && str_eq(walk->last, sql))
        search.after = (ptrdiff_t)walk->last_at;
    walk->last = sql;
    walk->last_line = line;
    walk->last_at = body_text_find(text, &search);
    return walk->last_at;
}

static void add_sql(Walk *walk, const Scope *scope, Str sql, bool is_conditional)
{
    BodyFound found = {.sql = sql, .is_conditional = is_conditional};
    found.at = place(walk, scope, sql, false);
    body_add(walk->fill, &found);
}

// The tree of an SQL expression, or NULL.
static const Node *parse_expression(Arena *arena, const char *expression)
{
    char *json;
    size_t length;
    size_t character;
    Err err = {0};
    Str sql = str_from(arena_join(arena, STR("SELECT "), str_from(expression), STR("")));
    const Node *tree = NULL;
    if (parser_call(arena, PARSER_SQL, sql, &json, &length, &character, &err))
        tree = tree_read(arena, json, length, &err);
    const Node *statement = node_field(node_first(node_field(tree, "stmts")), "stmt");
    const Node *targets = node_field(statement, "targetList");
    return node_count(targets) == 1 ? node_field(node_first(targets), "val") : NULL;
}

static void add_execute(Walk *walk, const Scope *scope, const char *expression, bool is_conditional)
{
    Arena *arena = walk->fill->arena;
    BodyFound found = {.source = BODY_EXECUTE, .is_conditional = is_conditional};
    found.at = place(walk, scope, str_from(expression), true);
    const char *sql = fold_text(arena, parse_expression(arena, expression), &walk->names);
    found.sql = str_from(sql);
    Err err = {0};
    if (!sql || !body_add_script(walk->fill, &found, &err))
        body_add_opaque(walk->fill, found.at);
}

static void add_value(Walk *walk, const char *query, int64_t mode)
{
    const char *assigned = mode > PARSE_EXPRESSION ? strchr(query, '=') : NULL;
    *vec_append(walk->fill->arena, &walk->fill->body->expressions) =
        arena_strdup(walk->fill->arena, assigned ? assigned + 1 : query);
}

static void add_expression(Walk *walk, const Scope *scope, const Node *expression)
{
    const char *name = node_name(expression);
    const char *query = node_text(expression, "query");
    int64_t mode = node_int(expression, "parseMode");
    bool is_query = strcmp(name, "query") == 0;
    bool is_execute =
        strcmp(name, "dynquery") == 0 || (is_query && scope &&
                                          (node_is(scope->node, "PLpgSQL_stmt_dynexecute") ||
                                           node_is(scope->node, "PLpgSQL_stmt_dynfors")));
    // a loop's own query runs whatever becomes of the loop
    bool is_conditional = scope && (is_query ? scope->was_conditional : scope->is_conditional);
    if (is_execute)
        add_execute(walk, scope, query, is_conditional);
    else if (mode == PARSE_STATEMENT)
        add_sql(walk, scope, str_from(query), is_conditional);
    else
        add_value(walk, query, mode);
}

// A name that is declared twice is none that can be known here.
static void collect_constants(Walk *walk, const Node *datums)
{
    NODE_EACH(datum, datums)
    {
        const char *name = node_text(datum, "refname");
        const char *value = NULL;
        for (size_t i = 0; i < walk->names.len; i++)
            if (strcmp(walk->names.items[i].name, name) == 0) {
                walk->names.items[i].value = NULL;
                name = "";
            }
        if (!*name)
            continue;
        if (node_flag(datum, "isconst") && node_has(datum, "default_val"))
            value = fold_text(
                walk->fill->arena,
                parse_expression(walk->fill->arena, node_text(datum, "default_val.query")),
                &walk->names);
        *vec_append(walk->fill->arena, &walk->names) = (FoldName){name, value};
    }
}

void plpgsql_walk(BodyFill *fill, const Node *tree)
{
    Walk walk = {.fill = fill, .mark = {1, 0}};
    const Node *function = node_first(node_field(tree, "plpgsql_funcs"));
    collect_constants(&walk, node_field(function, "datums"));
    NODE_WALK(node, function)
    {
        const Scope *scope = scope_of(&walk, node);
        if (node_is(node, "PLpgSQL_expr"))
            add_expression(&walk, scope, node);
        else if (node_is(node, "PLpgSQL_stmt_commit"))
            add_sql(&walk, scope, STR("COMMIT"), scope && scope->is_conditional);
        else if (node_is(node, "PLpgSQL_stmt_rollback"))
            add_sql(&walk, scope, STR("ROLLBACK"), scope && scope->is_conditional);
        else if (node_has(node, "lineno") || is_branch(node))
            enter(&walk, scope, node);
    }
}
