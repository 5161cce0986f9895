#include "run/rights_wanted.h"

#include "run/script.h"
#include "sql/lex.h"
#include "sql/parse.h"
#include "sql/quote.h"
#include "sql/target.h"

#include <string.h>

enum {
    PARSED_BYTES_MOST = 64 * 1024
};

// Only the owner of the relation may do these; what is not here needs a grant at most.
static const struct {
    TargetVerb verb;
    int before; // the major that made it grantable (17: MAINTAIN); 0: none did
} OWNERS_VERBS[] = {
    {TARGET_CREATE_INDEX, 0},     {TARGET_DROP_INDEX, 0}, {TARGET_ALTER_TABLE, 0},
    {TARGET_DETACH_PARTITION, 0}, {TARGET_DROP_TABLE, 0}, {TARGET_TRIGGER, 0},
    {TARGET_COMMENT, 0},          {TARGET_REINDEX, 17},   {TARGET_CLUSTER, 17},
    {TARGET_REFRESH, 17},
};

typedef struct Reading {
    RightsWanted *wanted;
    const Script *script;
    const Statement *statement;
    bool has_search_path; // it was changed: names without a schema are found elsewhere
} Reading;

static bool needs_owner(const StatementTarget *target, int server_major)
{
    if (target->verb == TARGET_TRIGGER && target->is_create)
        return false; // TRIGGER can be granted
    for (size_t i = 0; i < sizeof OWNERS_VERBS / sizeof *OWNERS_VERBS; i++)
        if (OWNERS_VERBS[i].verb == target->verb)
            return !OWNERS_VERBS[i].before || server_major < OWNERS_VERBS[i].before;
    return false;
}

// The last part of a name as SQL has it.
static const char *bare_name(Arena *arena, const char *name)
{
    const char *dot = strrchr(name, '.');
    Str bare = str_from(dot ? dot + 1 : name);
    if (bare.n >= 2 && bare.p[0] == '"')
        bare = (Str){bare.p + 1, bare.n - 2};
    return arena_dup(arena, bare);
}

static void want(Reading *reading, const char *right, const char *name)
{
    RightsWanted *wanted = reading->wanted;
    if (!wanted->is_detailed || (reading->has_search_path && !strchr(name, '.')) ||
        words_have(&wanted->made, bare_name(wanted->arena, name)))
        return;
    VEC_EACH (const WantedRight, known, &wanted->rights)
        if (strcmp(known->right, right) == 0 && strcmp(known->name, name) == 0)
            return;
    *vec_append(wanted->arena, &wanted->rights) =
        (WantedRight){right, arena_strdup(wanted->arena, name), reading->script->path,
                      reading->statement->position};
}

static void want_owner(Reading *reading, const char *relation)
{
    RightsWanted *wanted = reading->wanted;
    want(reading, "OWNER", relation);
    if (!words_have(&wanted->owned, relation))
        *vec_append(wanted->arena, &wanted->owned) = arena_strdup(wanted->arena, relation);
}

// "hstore", "\"uuid-ossp\"" as the catalog has them.
static const char *folded(Arena *arena, const Lexer *lexer, Token token)
{
    Str text = lex_text(lexer, token);
    if (token.kind == TOKEN_QUOTED_NAME && text.n >= 2 && text.p[0] == '"')
        return arena_dup(arena, (Str){text.p + 1, text.n - 2});
    char *name = arena_dup(arena, text);
    for (char *p = name; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p += 'a' - 'A';
    return name;
}

static void want_extension(RightsWanted *wanted, Str text)
{
    static const char *const BEFORE[] = {"create", "extension"};
    static const char *const MAYBE[] = {"if", "not", "exists"};
    Lexer lexer = {.text = text, .is_whole = true};
    Token token;
    for (size_t i = 0; i < sizeof BEFORE / sizeof *BEFORE; i++) {
        token = lex_next_significant(&lexer);
        if (!lex_is_word(&lexer, token, str_from(BEFORE[i])))
            return;
    }
    token = lex_next_significant(&lexer);
    for (size_t i = 0; i < sizeof MAYBE / sizeof *MAYBE; i++)
        if (lex_is_word(&lexer, token, str_from(MAYBE[i])))
            token = lex_next_significant(&lexer);
    if (token.kind == TOKEN_WORD || token.kind == TOKEN_QUOTED_NAME)
        *vec_append(wanted->arena, &wanted->extensions) = folded(wanted->arena, &lexer, token);
}

static void read_leading_words(Reading *reading)
{
    RightsWanted *wanted = reading->wanted;
    StatementTarget target;
    Str text = reading->statement->text;
    statement_target(wanted->arena, text, &target);
    want_extension(wanted, text);
    if (target.verb == TARGET_CREATE_TABLE && target.is_create && target.object &&
        !wanted->unqualified && !reading->has_search_path && !strchr(target.object, '.'))
        wanted->unqualified = arena_strdup(wanted->arena, target.object);
    if (!needs_owner(&target, wanted->server_major) || target.relation_count == 0)
        return;
    // Of ALTER TABLE ... REFERENCES other, the other needs a grant only.
    bool wants_all = target.verb == TARGET_DROP_TABLE || target.verb == TARGET_DROP_INDEX;
    for (size_t i = 0; i < (wants_all ? target.relation_count : 1); i++)
        want_owner(reading, target.relations[i]);
}

// A RangeVar as SQL has it; NULL where there is none.
static const char *relation_name(Arena *arena, const Node *relation)
{
    const char *schema = node_text(relation, "schemaname");
    const char *name = node_text(relation, "relname");
    if (!*name)
        return NULL;
    return *schema
               ? arena_printf(arena, "%s.%s", quote_name(arena, schema), quote_name(arena, name))
               : quote_name(arena, name);
}

static void want_of(Reading *reading, const char *right, const Node *relation)
{
    const char *name = relation_name(reading->wanted->arena, relation);
    if (name)
        want(reading, right, name);
}

static void want_schema(Reading *reading, const char *schema)
{
    Arena *arena = reading->wanted->arena;
    if (*schema)
        want(reading, "SCHEMA", arena_printf(arena, "%s.", quote_name(arena, schema)));
}

static void make_relation(Reading *reading, const Node *relation)
{
    Arena *arena = reading->wanted->arena;
    want_schema(reading, node_text(relation, "schemaname"));
    *vec_append(arena, &reading->wanted->made) =
        arena_strdup(arena, node_text(relation, "relname"));
}

// What CREATE makes by a list of names: types, domains, functions.
static void make_named(Reading *reading, const Node *names)
{
    if (node_count(names) > 1)
        want_schema(reading, node_text(node_first(names), NULL));
}

static void want_references(Reading *reading, const Node *node)
{
    NODE_WALK(item, node)
    {
        if (node_is(item, "Constraint") && node_text_is(item, "contype", "CONSTR_FOREIGN"))
            want_of(reading, "REFERENCES", node_field(item, "pktable"));
    }
}

// kind of statement, right, the field that names the relation
static const struct {
    const char *kind;
    const char *right;
    const char *field;
} RIGHTS[] = {
    {"InsertStmt", "INSERT", "relation"},    {"UpdateStmt", "UPDATE", "relation"},
    {"DeleteStmt", "DELETE", "relation"},    {"CreateTrigStmt", "TRIGGER", "relation"},
    {"RuleStmt", "OWNER", "relation"},       {"CreatePolicyStmt", "OWNER", "table"},
    {"AlterTableStmt", "OWNER", "relation"}, {"AlterPolicyStmt", "OWNER", "table"},
    {"IndexStmt", "INDEX", "relation"},
};

static const struct {
    const char *kind;
    const char *field;
} MAKERS[] = {
    {"CreateStmt", "relation"},
    {"CreateTableAsStmt", "into.rel"},
    {"ViewStmt", "view"},
    {"CreateSeqStmt", "sequence"},
    {"CompositeTypeStmt", "typevar"},
    {"CreateForeignTableStmt", "base.relation"},
};

static const struct {
    const char *kind;
    const char *field;
} NAMED[] = {
    {"CreateEnumStmt", "typeName"},
    {"CreateDomainStmt", "domainname"},
    {"CreateFunctionStmt", "funcname"},
};

static bool is_role_change(const Node *node)
{
    const char *name = node_is(node, "VariableSetStmt") ? node_text(node, "name") : "";
    return strcmp(name, "role") == 0 || strcmp(name, "session_authorization") == 0 ||
           node_is(node, "GrantRoleStmt");
}

static void read_node(Reading *reading, const Node *node)
{
    RightsWanted *wanted = reading->wanted;
    wanted->changes_role |= is_role_change(node);
    for (size_t i = 0; i < sizeof RIGHTS / sizeof *RIGHTS; i++)
        if (node_is(node, RIGHTS[i].kind))
            want_of(reading, RIGHTS[i].right, node_field(node, RIGHTS[i].field));
    if (node_is(node, "TruncateStmt"))
        NODE_EACH(relation, node_field(node, "relations"))
    want_of(reading, "TRUNCATE", relation);
    if (node_is(node, "CopyStmt") && node_flag(node, "is_from"))
        want_of(reading, "INSERT", node_field(node, "relation"));
    if (node_is(node, "CreateStmt") || node_is(node, "AlterTableStmt"))
        want_references(reading, node);
    if (node_is(node, "CreateSchemaStmt"))
        want(reading, "DATABASE", ".");
    for (size_t i = 0; i < sizeof MAKERS / sizeof *MAKERS; i++)
        if (node_is(node, MAKERS[i].kind))
            make_relation(reading, node_field(node, MAKERS[i].field));
    for (size_t i = 0; i < sizeof NAMED / sizeof *NAMED; i++)
        if (node_is(node, NAMED[i].kind))
            make_named(reading, node_field(node, NAMED[i].field));
    if (node_is(node, "RenameStmt") && *node_text(node, "newname"))
        *vec_append(wanted->arena, &wanted->made) =
            arena_strdup(wanted->arena, node_text(node, "newname"));
}

static bool changes_search_path(const Node *node)
{
    return node_is(node, "VariableSetStmt") && node_text_is(node, "name", "search_path");
}

static void read_tree(Reading *reading)
{
    const Statement *statement = reading->statement;
    ParsedStatement parsed;
    if (!reading->wanted->is_detailed || statement->text.n > PARSED_BYTES_MOST)
        return;
    ARENA_SCOPED scratch = arena_new();
    parse_statement(scratch, statement, &parsed);
    if (!parsed.node)
        return;
    NODE_WALK(node, parsed.node)
    {
        // SELECT set_config('search_path', ...)
        reading->has_search_path |=
            node_is(node, "FuncCall") &&
            strcmp(node_last_text(node_field(node, "funcname")), "set_config") == 0;
    }
    reading->has_search_path |= changes_search_path(parsed.node);
    read_node(reading, parsed.node);
}

void rights_wanted_add(RightsWanted *wanted, const Script *script)
{
    Err ignored = {0}; // who runs it says it
    Statement statement;
    Reading reading = {.wanted = wanted, .script = script, .statement = &statement};
    SCRIPT_SCOPED reader = NULL;
    if (!script_open(script, &reader, &ignored))
        return;
    while (splitter_next(script_splitter(reader), &statement, &ignored) == SPLIT_STATEMENT) {
        read_leading_words(&reading);
        read_tree(&reading);
    }
}
