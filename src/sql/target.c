// The lock modes are those of PostgreSQL 13 to 18, read from pg_locks after each statement.
#include "sql/target.h"

#include "base/vec.h"
#include "sql/pattern.h"

typedef struct Reading {
    Arena *arena;
    Tokens tokens;
    StatementTarget target;
    VEC(const char *) relations;
    VEC(TargetLock) locks;
    TargetLock lock; // of the main relation, by the rule
} Reading;

static void add(Reading *reading, Str name, LockMode mode, LockReach reach)
{
    // to_regclass() does not read U&"..."
    if (!name.n || str_starts_nocase(name, STR("u&\"")))
        return;
    *vec_append(reading->arena, &reading->relations) = arena_dup(reading->arena, name);
    *vec_append(reading->arena, &reading->locks) = (TargetLock){mode, reach};
}

static void add_next(Reading *reading, LockMode mode, LockReach reach)
{
    Str name;
    if (tokens_pass_name(&reading->tokens, &name, NULL))
        add(reading, name, mode, reach);
}

static bool pass(Reading *reading, const char *pattern)
{
    PatternMatch ignored;
    return pattern_match(&reading->tokens, pattern, &ignored);
}

// Also the end of a run of operators: the asterisk of "t *," comes with the comma.
static bool pass_comma(Reading *reading)
{
    if (reading->tokens.token.kind != TOKEN_OTHER ||
        !str_ends(tokens_text(&reading->tokens), STR(",")))
        return false;
    tokens_advance(&reading->tokens);
    return true;
}

// name [, name ...], each maybe with ONLY before it, an asterisk or columns behind it.
static void read_names(Reading *reading)
{
    do {
        LockReach reach = pass(reading, "ONLY") ? REACH_SELF : reading->lock.reach;
        Str name;
        if (!tokens_pass_name(&reading->tokens, &name, NULL))
            return;
        add(reading, name, reading->lock.mode, reach);
        pass(reading, "*");
        tokens_pass_parentheses(&reading->tokens);
    } while (pass_comma(reading));
}

// Below, the first that matches decides; what is not named takes ACCESS EXCLUSIVE.
static const struct {
    const char *pattern;
    LockMode mode;
} ACTIONS[] = {
    {"VALIDATE CONSTRAINT", LOCK_SHARE_UPDATE_EXCLUSIVE},
    {"ALTER COLUMN? @ SET STATISTICS", LOCK_SHARE_UPDATE_EXCLUSIVE},
    {"ALTER COLUMN? @ SET|RESET ()", LOCK_SHARE_UPDATE_EXCLUSIVE},
    {"SET|RESET ()", LOCK_SHARE_UPDATE_EXCLUSIVE},
    {"CLUSTER ON", LOCK_SHARE_UPDATE_EXCLUSIVE},
    {"SET WITHOUT CLUSTER", LOCK_SHARE_UPDATE_EXCLUSIVE},
    {"ATTACH PARTITION", LOCK_SHARE_UPDATE_EXCLUSIVE},
    {"ENABLE REPLICA|ALWAYS? TRIGGER", LOCK_SHARE_ROW_EXCLUSIVE},
    {"DISABLE TRIGGER", LOCK_SHARE_ROW_EXCLUSIVE},
    {"ADD CONSTRAINT @ FOREIGN KEY", LOCK_SHARE_ROW_EXCLUSIVE},
    {"ADD FOREIGN KEY", LOCK_SHARE_ROW_EXCLUSIVE},
};

static LockMode action_mode(const Reading *reading)
{
    for (size_t i = 0; i < sizeof ACTIONS / sizeof *ACTIONS; i++) {
        Tokens ahead = reading->tokens;
        PatternMatch ignored;
        if (pattern_match(&ahead, ACTIONS[i].pattern, &ignored))
            return ACTIONS[i].mode;
    }
    return LOCK_ACCESS_EXCLUSIVE;
}

// ATTACH, DETACH: the partition is locked as a whole whatever happens to the parent.
static void read_partition(Reading *reading, size_t main)
{
    Tokens ahead = reading->tokens;
    PatternMatch match;
    if (pattern_match(&ahead, "ATTACH PARTITION @o", &match)) {
        reading->target.object = arena_dup(reading->arena, match.object);
        add(reading, match.object, LOCK_ACCESS_EXCLUSIVE, REACH_TREE);
        reading->locks.items[main].reach = REACH_SELF;
    } else if (pattern_match(&ahead, "DETACH PARTITION @o CONCURRENTLY?", &match)) {
        reading->target.object = arena_dup(reading->arena, match.object);
        if (match.has_concurrently) {
            reading->target.verb = TARGET_DETACH_PARTITION;
            reading->target.is_concurrent = true;
            reading->locks.items[main].mode = LOCK_SHARE_UPDATE_EXCLUSIVE;
        }
        add(reading, match.object,
            match.has_concurrently ? LOCK_SHARE_UPDATE_EXCLUSIVE : LOCK_ACCESS_EXCLUSIVE,
            REACH_TREE);
        reading->locks.items[main].reach = REACH_SELF;
    }
}

// One action, up to its comma; other tables that it names on the way.
static void read_action(Reading *reading)
{
    bool inherits = pass(reading, "INHERIT");
    if (inherits)
        add_next(reading, LOCK_SHARE_UPDATE_EXCLUSIVE, REACH_SELF);
    while (reading->tokens.token.kind != TOKEN_END && !pass_comma(reading)) {
        if (tokens_pass_parentheses(&reading->tokens))
            continue;
        if (pass(reading, "REFERENCES"))
            add_next(reading, LOCK_SHARE_ROW_EXCLUSIVE, REACH_SELF);
        else
            tokens_advance(&reading->tokens);
    }
}

static void read_alter(Reading *reading)
{
    size_t main = 0;
    LockMode mode = LOCK_NONE;
    while (reading->tokens.token.kind != TOKEN_END) {
        size_t before = reading->tokens.token.start;
        LockMode wanted = action_mode(reading);
        mode = wanted > mode ? wanted : mode;
        reading->locks.items[main].mode = mode;
        read_partition(reading, main);
        mode = reading->locks.items[main].mode;
        read_action(reading);
        if (reading->tokens.token.start == before)
            return;
    }
}

// Of an index alone, renaming and options disturb nobody since PostgreSQL 12.
static void read_alter_index(Reading *reading)
{
    if (pass(reading, "RENAME") || pass(reading, "SET|RESET ()"))
        reading->locks.items[0].mode = LOCK_SHARE_UPDATE_EXCLUSIVE;
}

static void read_alter_sequence(Reading *reading)
{
    if (!pass(reading, "RENAME|OWNER") && !pass(reading, "SET SCHEMA|LOGGED|UNLOGGED"))
        reading->locks.items[0].mode = LOCK_SHARE_ROW_EXCLUSIVE;
}

static void read_create_table(Reading *reading)
{
    while (reading->tokens.token.kind != TOKEN_END) {
        if (pass(reading, "PARTITION OF")) {
            add_next(reading, LOCK_ACCESS_EXCLUSIVE, REACH_SELF);
        } else if (pass(reading, "REFERENCES")) {
            add_next(reading, LOCK_SHARE_ROW_EXCLUSIVE, REACH_SELF);
        } else if (pass(reading, "INHERITS") && reading->tokens.token.kind == TOKEN_OPEN) {
            tokens_advance(&reading->tokens);
            reading->lock = (TargetLock){LOCK_SHARE_UPDATE_EXCLUSIVE, REACH_SELF};
            read_names(reading);
        } else {
            tokens_advance(&reading->tokens);
        }
    }
}

static void read_lock(Reading *reading)
{
    static const struct {
        const char *pattern;
        LockMode mode;
    } MODES[] = {
        {"IN ACCESS SHARE", LOCK_ACCESS_SHARE},
        {"IN ROW SHARE", LOCK_ROW_SHARE},
        {"IN ROW EXCLUSIVE", LOCK_ROW_EXCLUSIVE},
        {"IN SHARE UPDATE EXCLUSIVE", LOCK_SHARE_UPDATE_EXCLUSIVE},
        {"IN SHARE ROW EXCLUSIVE", LOCK_SHARE_ROW_EXCLUSIVE},
        {"IN SHARE", LOCK_SHARE},
        {"IN EXCLUSIVE", LOCK_EXCLUSIVE},
        {"", LOCK_ACCESS_EXCLUSIVE},
    };
    read_names(reading);
    size_t found = 0;
    while (!pass(reading, MODES[found].pattern))
        found++;
    VEC_EACH (TargetLock, lock, &reading->locks)
        lock->mode = MODES[found].mode;
}

// CREATE TRIGGER name ... ON table
static void read_on(Reading *reading)
{
    while (reading->tokens.token.kind != TOKEN_END)
        if (pass(reading, "ON")) {
            add_next(reading, reading->lock.mode, reading->lock.reach);
            return;
        } else {
            tokens_advance(&reading->tokens);
        }
}

static void read_vacuum(Reading *reading)
{
    bool is_full = pattern_option(reading->tokens, "full") == OPTION_ON;
    tokens_pass_parentheses(&reading->tokens);
    is_full |= pass(reading, "FULL");
    pass(reading, "FREEZE? VERBOSE? ANALYZE|ANALYSE?");
    reading->lock.mode = is_full ? LOCK_ACCESS_EXCLUSIVE : LOCK_SHARE_UPDATE_EXCLUSIVE;
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
    LockMode mode = reading->target.is_concurrent ? LOCK_SHARE_UPDATE_EXCLUSIVE
                    : is_index                    ? LOCK_ACCESS_EXCLUSIVE
                                                  : LOCK_SHARE;
    add(reading, name, mode, is_index ? REACH_SELF : REACH_TREE);
}

static void read_column(Reading *reading)
{
    Str owner;
    if (tokens_pass_name(&reading->tokens, NULL, &owner))
        add(reading, owner, reading->lock.mode, reading->lock.reach);
}

static void read_refresh(Reading *reading)
{
    // CONCURRENTLY here is for readers; it runs in a transaction all the same.
    if (reading->target.is_concurrent)
        reading->locks.items[0].mode = LOCK_EXCLUSIVE;
}

#define AE                                                                                         \
    {                                                                                              \
        LOCK_ACCESS_EXCLUSIVE, REACH_SELF                                                          \
    }
#define AET                                                                                        \
    {                                                                                              \
        LOCK_ACCESS_EXCLUSIVE, REACH_TREE                                                          \
    }
#define SUE                                                                                        \
    {                                                                                              \
        LOCK_SHARE_UPDATE_EXCLUSIVE, REACH_SELF                                                    \
    }
#define ROW                                                                                        \
    {                                                                                              \
        LOCK_ROW_EXCLUSIVE, REACH_SELF                                                             \
    }

// The first rule that matches decides; @r gets its lock, `read` goes on behind the pattern.
static const struct {
    const char *pattern;
    TargetVerb verb;
    TargetLock lock;
    void (*read)(Reading *reading);
} RULES[] = {
    {"ALTER TABLE|INDEX ALL", TARGET_OTHER},
    {"ALTER FOREIGN? TABLE IF? EXISTS? ONLY? @r *?", TARGET_ALTER_TABLE, AET, read_alter},
    {"ALTER MATERIALIZED? VIEW IF? EXISTS? @r", TARGET_ALTER_TABLE, AE},
    {"ALTER SEQUENCE IF? EXISTS? @r", TARGET_ALTER_TABLE, AE, read_alter_sequence},
    {"ALTER INDEX IF? EXISTS? @r", TARGET_ALTER_TABLE, AE, read_alter_index},
    {"ALTER TRIGGER|POLICY|RULE @o ON @r", TARGET_TRIGGER, AET},
    {"ALTER SYSTEM", TARGET_SYSTEM},
    {"ANALYZE|ANALYSE ()? VERBOSE?", TARGET_VACUUM, SUE, read_names},
    {"CLUSTER ()? VERBOSE? @o ON @r", TARGET_CLUSTER, AET},
    {"CLUSTER ()? VERBOSE? @r", TARGET_CLUSTER, AET},
    {"COMMENT ON COLUMN", TARGET_COMMENT, SUE, read_column},
    {"COMMENT ON MATERIALIZED|FOREIGN? TABLE|VIEW|INDEX|SEQUENCE @r", TARGET_COMMENT, SUE},
    {"COMMENT", TARGET_COMMENT},
    {"COPY BINARY? @r ()? FROM", TARGET_WRITE, ROW},
    {"CREATE UNIQUE? INDEX CONCURRENTLY? ON ONLY? @r",
     TARGET_CREATE_INDEX,
     {LOCK_SHARE, REACH_TREE}},
    {"CREATE UNIQUE? INDEX CONCURRENTLY? IF? NOT? EXISTS? @o ON ONLY? @r",
     TARGET_CREATE_INDEX,
     {LOCK_SHARE, REACH_TREE}},
    {"CREATE GLOBAL|LOCAL? TEMPORARY|TEMP|UNLOGGED|FOREIGN? TABLE IF? NOT? EXISTS? @o",
     TARGET_CREATE_TABLE, .read = read_create_table},
    {"CREATE OR REPLACE TEMPORARY|TEMP? RECURSIVE? VIEW @r", TARGET_OTHER, AE},
    {"CREATE OR? REPLACE? CONSTRAINT? TRIGGER @o",
     TARGET_TRIGGER,
     {LOCK_SHARE_ROW_EXCLUSIVE, REACH_TREE},
     read_on},
    {"CREATE OR? REPLACE? RULE @o AS ON SELECT|INSERT|UPDATE|DELETE TO @r", TARGET_TRIGGER, AE},
    {"CREATE POLICY @o ON @r", TARGET_TRIGGER, AE},
    {"CREATE DATABASE @o", TARGET_DATABASE},
    {"CREATE TABLESPACE @o", TARGET_TABLESPACE},
    {"CREATE SUBSCRIPTION @o", TARGET_SUBSCRIPTION},
    {"DELETE FROM ONLY? @r", TARGET_WRITE, ROW},
    {"DROP INDEX CONCURRENTLY? IF? EXISTS?", TARGET_DROP_INDEX, AET, read_names},
    {"DROP MATERIALIZED|FOREIGN? TABLE|VIEW|SEQUENCE IF? EXISTS?",
     TARGET_DROP_TABLE,
     {LOCK_ACCESS_EXCLUSIVE, REACH_REFERENCED},
     read_names},
    {"DROP TRIGGER|RULE|POLICY IF? EXISTS? @o ON @r", TARGET_TRIGGER, AET},
    {"DROP DATABASE IF? EXISTS? @o", TARGET_DATABASE},
    {"DROP TABLESPACE IF? EXISTS? @o", TARGET_TABLESPACE},
    {"DROP SUBSCRIPTION IF? EXISTS? @o", TARGET_SUBSCRIPTION},
    {"INSERT INTO @r", TARGET_WRITE, ROW},
    {"LOCK TABLE?", TARGET_LOCK, AET, read_lock},
    {"MERGE INTO ONLY? @r", TARGET_WRITE, ROW},
    {"REFRESH MATERIALIZED VIEW CONCURRENTLY? @r", TARGET_REFRESH, AE, read_refresh},
    {"REINDEX", TARGET_REINDEX, .read = read_reindex},
    {"TRUNCATE TABLE?", TARGET_TRUNCATE, AET, read_names},
    {"UPDATE ONLY? @r", TARGET_WRITE, ROW},
    {"VACUUM", TARGET_VACUUM, SUE, read_vacuum},
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
    reading->lock = RULES[index].lock;
    if (match->has_only)
        reading->lock.reach = REACH_SELF;
    add(reading, match->relation, reading->lock.mode, reading->lock.reach);
    // What goes on behind @r expects it in place.
    if (RULES[index].read && (reading->locks.len || !match->relation.n))
        RULES[index].read(reading);
}

// CONCURRENTLY of an index: it waits, but nobody waits behind it.
static void soften(Reading *reading)
{
    TargetVerb verb = reading->target.verb;
    if (reading->target.is_concurrent && (verb == TARGET_CREATE_INDEX || verb == TARGET_DROP_INDEX))
        VEC_EACH (TargetLock, lock, &reading->locks)
            lock->mode = LOCK_SHARE_UPDATE_EXCLUSIVE;
    if (verb == TARGET_DROP_INDEX && reading->relations.len)
        reading->target.object = reading->relations.items[0];
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
    soften(&reading);
    StatementTarget *target = &reading.target;
    target->relation_count = reading.relations.len;
    *vec_append(arena, &reading.relations) = NULL;
    target->relations = reading.relations.items;
    target->locks = reading.locks.items;
    for (size_t i = 0; i < target->relation_count; i++)
        target->is_strong |= target->locks[i].mode >= LOCK_SHARE;
    *ret_target = *target;
}
