#include "sql/target.h"

#include "base/vec.h"
#include "sql/pattern.h"

typedef struct Reading {
    Arena *arena;
    Tokens tokens;
    StatementTarget target;
    VEC(const char *) relations;
} Reading;

static void add(Reading *reading, Str name)
{
    // to_regclass() does not read U&"..."
    if (name.n && !str_starts_nocase(name, STR("u&\"")))
        *vec_append(reading->arena, &reading->relations) = arena_dup(reading->arena, name);
}

static bool pass(Reading *reading, const char *pattern)
{
    PatternMatch ignored;
    return pattern_match(&reading->tokens, pattern, &ignored);
}

static bool pass_comma(Reading *reading)
{
    if (reading->tokens.token.kind != TOKEN_OTHER ||
        !str_ends(tokens_text(&reading->tokens), STR(",")))
        return false;
    tokens_advance(&reading->tokens);
    return true;
}

// name [, name ...], each maybe with columns behind it.
static void read_names(Reading *reading)
{
    do {
        Str name;
        if (!tokens_pass_name(&reading->tokens, &name, NULL))
            return;
        add(reading, name);
        tokens_pass_parentheses(&reading->tokens);
    } while (pass_comma(reading));
}

static void read_detach(Reading *reading)
{
    PatternMatch match;
    if (pattern_match(&reading->tokens, "DETACH PARTITION @o CONCURRENTLY", &match)) {
        reading->target.verb = TARGET_DETACH_PARTITION;
        reading->target.is_concurrent = true;
        reading->target.object = arena_dup(reading->arena, match.object);
    }
}

// CREATE TRIGGER name ... ON table
static void read_on(Reading *reading)
{
    Str name;
    while (reading->tokens.token.kind != TOKEN_END && !pass(reading, "ON"))
        tokens_advance(&reading->tokens);
    if (tokens_pass_name(&reading->tokens, &name, NULL))
        add(reading, name);
}

static void read_vacuum(Reading *reading)
{
    tokens_pass_parentheses(&reading->tokens);
    pass(reading, "FULL? FREEZE? VERBOSE? ANALYZE|ANALYSE?");
    read_names(reading);
}

static void read_reindex(Reading *reading)
{
    reading->target.is_concurrent = pattern_option(reading->tokens, "concurrently") == OPTION_ON;
    tokens_pass_parentheses(&reading->tokens);
    bool is_index = tokens_is_word(&reading->tokens, "INDEX");
    if (!tokens_pass_word(&reading->tokens, "TABLE|INDEX"))
        return;
    reading->target.is_concurrent |= pass(reading, "CONCURRENTLY");
    Str name;
    if (!tokens_pass_name(&reading->tokens, &name, NULL))
        return;
    if (is_index)
        reading->target.object = arena_dup(reading->arena, name);
    add(reading, name);
}

static void read_column(Reading *reading)
{
    Str owner;
    if (tokens_pass_name(&reading->tokens, NULL, &owner))
        add(reading, owner);
}

// The first rule that matches decides; `read` goes on behind the pattern.
static const struct {
    const char *pattern;
    TargetVerb verb;
    void (*read)(Reading *reading);
} RULES[] = {
    {"ALTER TABLE|INDEX ALL", TARGET_OTHER},
    {"ALTER FOREIGN? TABLE IF? EXISTS? ONLY? @r *?", TARGET_ALTER_TABLE, read_detach},
    {"ALTER MATERIALIZED? VIEW IF? EXISTS? @r", TARGET_ALTER_TABLE},
    {"ALTER SEQUENCE|INDEX IF? EXISTS? @r", TARGET_ALTER_TABLE},
    {"ALTER TRIGGER|POLICY|RULE @o ON @r", TARGET_TRIGGER},
    {"ALTER SYSTEM", TARGET_SYSTEM},
    {"ANALYZE|ANALYSE ()? VERBOSE?", TARGET_VACUUM, read_names},
    {"CLUSTER ()? VERBOSE? @o ON @r", TARGET_CLUSTER},
    {"CLUSTER ()? VERBOSE? @r", TARGET_CLUSTER},
    {"COMMENT ON COLUMN", TARGET_COMMENT, read_column},
    {"COMMENT ON MATERIALIZED|FOREIGN? TABLE|VIEW|INDEX|SEQUENCE @r", TARGET_COMMENT},
    {"COMMENT", TARGET_COMMENT},
    {"CREATE UNIQUE? INDEX CONCURRENTLY? ON ONLY? @r", TARGET_CREATE_INDEX},
    {"CREATE UNIQUE? INDEX CONCURRENTLY? IF? NOT? EXISTS? @o ON ONLY? @r", TARGET_CREATE_INDEX},
    {"CREATE GLOBAL|LOCAL? TEMPORARY|TEMP|UNLOGGED|FOREIGN? TABLE IF? NOT? EXISTS? @o",
     TARGET_CREATE_TABLE},
    {"CREATE OR? REPLACE? CONSTRAINT? TRIGGER @o", TARGET_TRIGGER, read_on},
    {"CREATE OR? REPLACE? RULE @o AS ON SELECT|INSERT|UPDATE|DELETE TO @r", TARGET_TRIGGER},
    {"CREATE POLICY @o ON @r", TARGET_TRIGGER},
    {"CREATE DATABASE @o", TARGET_DATABASE},
    {"CREATE TABLESPACE @o", TARGET_TABLESPACE},
    {"CREATE SUBSCRIPTION @o", TARGET_SUBSCRIPTION},
    {"DROP INDEX CONCURRENTLY? IF? EXISTS?", TARGET_DROP_INDEX, read_names},
    {"DROP MATERIALIZED|FOREIGN? TABLE|VIEW|SEQUENCE IF? EXISTS?", TARGET_DROP_TABLE, read_names},
    {"DROP TRIGGER|RULE|POLICY IF? EXISTS? @o ON @r", TARGET_TRIGGER},
    {"DROP DATABASE IF? EXISTS? @o", TARGET_DATABASE},
    {"DROP TABLESPACE IF? EXISTS? @o", TARGET_TABLESPACE},
    {"DROP SUBSCRIPTION IF? EXISTS? @o", TARGET_SUBSCRIPTION},
    {"REFRESH MATERIALIZED VIEW CONCURRENTLY? @r", TARGET_REFRESH},
    {"REINDEX", TARGET_REINDEX, read_reindex},
    {"VACUUM", TARGET_VACUUM, read_vacuum},
};

static void read_rule(Reading *reading, size_t index, const PatternMatch *match)
{
    StatementTarget *target = &reading->target;
    target->verb = RULES[index].verb;
    target->is_concurrent = match->has_concurrently;
    target->has_if_exists = match->has_exists;
    target->is_create = RULES[index].pattern[0] == 'C' && RULES[index].pattern[1] == 'R';
    if (match->object.n)
        target->object = arena_dup(reading->arena, match->object);
    add(reading, match->relation);
    if (RULES[index].read)
        RULES[index].read(reading);
    if (target->verb == TARGET_DROP_INDEX && reading->relations.len)
        target->object = reading->relations.items[0];
}

void statement_target(Arena *arena, Str text, StatementTarget *ret_target)
{
    Reading reading = {.arena = arena};
    tokens_init(&reading.tokens, text);
    char first = text.n && reading.tokens.token.kind == TOKEN_WORD
                     ? (char)(text.p[reading.tokens.token.start] & ~0x20)
                     : '\0';
    PatternMatch match;
    for (size_t i = 0; i < sizeof RULES / sizeof *RULES; i++)
        if (RULES[i].pattern[0] == first &&
            pattern_match(&reading.tokens, RULES[i].pattern, &match)) {
            read_rule(&reading, i, &match);
            break;
        }
    reading.target.relation_count = reading.relations.len;
    *vec_append(arena, &reading.relations) = NULL;
    reading.target.relations = reading.relations.items;
    *ret_target = reading.target;
}
