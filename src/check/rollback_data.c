#include "check/rollback_data_private.h"

#include "sql/plpgsql.h"
#include "sql/quote.h"

#include <string.h>

#define KEEPING " (lint --fix --keep writes what keeps them)"

static const char *named(Reading *reading, const Node *relation)
{
    return node_dotted(reading->arena, relation);
}

// Only columns that this migration made: they go with it.
static bool sets_new_columns_only(Reading *reading, const Node *update, const char *table)
{
    NODE_EACH(target, node_field(update, "targetList"))
    {
        const char *column = arena_printf(reading->arena, "%s.%s", table,
                                          quote_name(reading->arena, node_text(target, "name")));
        const SnapshotObject *now = snapshot_find(reading->after, "column", column);
        if (!now || snapshot_find(reading->before, "column", column) ||
            snapshot_has_address(reading->before, "column", now->address))
            return false;
    }
    return true;
}

static void take_seed(Reading *reading, const Node *node, const char *table)
{
    *vec_append(reading->arena, &reading->data->seeds) =
        (RollbackSeed){.table = table, .position = parsed_position(reading->parsed, node)};
    reading_take_triggers_of_insert(reading, node, table);
}

// A FROM, a condition, a query among the values.
static bool asks_for_rows(const Node *insert)
{
    const Node *select = node_field(insert, "selectStmt");
    if (node_has(select, "fromClause") || node_has(select, "whereClause") ||
        node_has(insert, "withClause") ||
        (node_has(select, "op") && !node_text_is(select, "op", "SETOP_NONE")))
        return true;
    NODE_WALK(part, select)
    if (node_is(part, "SubLink"))
        return true;
    return false;
}

static void take_insert(Reading *reading, const Node *insert)
{
    const Node *relation = node_field(insert, "relation");
    const char *table = NULL;
    TableAge age = reading_age(reading, relation, &table);
    const char *name = named(reading, relation);
    // what constant rows set off is seen when it is tried
    bool is_seen = !asks_for_rows(insert) && !reading->is_conditional;
    if (age == TABLE_NEW && !is_seen)
        reading_take_triggers_of_new(reading, insert, table);
    if (age == TABLE_NEW)
        return;
    if (age == TABLE_UNKNOWN)
        reading_refuse(reading, insert,
                       arena_printf(reading->arena,
                                    "INSERT INTO %s, of which is not known which table it is",
                                    name));
    else if (node_has(insert, "onConflictClause"))
        reading_refuse(
            reading, insert,
            arena_printf(reading->arena,
                         "INSERT INTO %s ON CONFLICT: whether a row came from it or was there "
                         "is not known behind it",
                         name));
    else if (reading->is_conditional)
        reading_refuse(reading, insert,
                       arena_printf(reading->arena, "INSERT INTO %s under a condition", name));
    else if (asks_for_rows(insert))
        reading_refuse(
            reading, insert,
            arena_printf(reading->arena, "INSERT INTO %s of rows that a query finds", name));
    else
        take_seed(reading, insert, table);
}

static void take_update(Reading *reading, const Node *update)
{
    const Node *relation = node_field(update, "relation");
    const char *table = NULL;
    TableAge age = reading_age(reading, relation, &table);
    if (age == TABLE_NEW)
        reading_take_triggers_of_new(reading, update, table);
    else if (age == TABLE_OLD && sets_new_columns_only(reading, update, table))
        reading_take_triggers_of_update(reading, update, table);
    else
        reading_refuse(reading, update,
                       arena_printf(reading->arena,
                                    "UPDATE %s: the old values are nowhere kept" KEEPING,
                                    named(reading, relation)));
}

static void take_removal(Reading *reading, const Node *node, const Node *relation, const char *verb)
{
    const char *table = NULL;
    if (reading_age(reading, relation, &table) == TABLE_NEW)
        reading_take_triggers_of_new(reading, node, table);
    else
        reading_refuse(reading, node,
                       arena_printf(reading->arena, "%s %s: the rows are nowhere kept%s", verb,
                                    named(reading, relation),
                                    node_is(node, "MergeStmt") ? "" : KEEPING));
}

static void take_copy(Reading *reading, const Node *copy)
{
    const Node *relation = node_field(copy, "relation");
    const char *table = NULL;
    TableAge age;
    if (!node_flag(copy, "is_from"))
        return;
    age = reading_age(reading, relation, &table);
    if (age == TABLE_UNKNOWN || (age == TABLE_OLD && node_has(copy, "filename")))
        reading_refuse(
            reading, copy,
            arena_printf(reading->arena, "COPY %s from outside", named(reading, relation)));
    else if (age == TABLE_OLD)
        take_seed(reading, copy, table);
}

static void take_truncate(Reading *reading, const Node *truncate)
{
    if (node_text_is(truncate, "behavior", "DROP_CASCADE"))
        reading_refuse(reading, truncate,
                       "TRUNCATE ... CASCADE: which rows it takes is nowhere kept");
    else
        NODE_EACH(relation, node_field(truncate, "relations"))
    take_removal(reading, truncate, relation, "TRUNCATE");
}

static void take_node(Reading *reading, const Node *node)
{
    if (node == reading->captured)
        return;
    if (node_is(node, "InsertStmt"))
        take_insert(reading, node);
    else if (node_is(node, "UpdateStmt"))
        take_update(reading, node);
    else if (node_is(node, "DeleteStmt"))
        take_removal(reading, node, node_field(node, "relation"), "DELETE FROM");
    else if (node_is(node, "MergeStmt"))
        take_removal(reading, node, node_field(node, "relation"), "MERGE INTO");
    else if (node_is(node, "CopyStmt"))
        take_copy(reading, node);
    else if (node_is(node, "FuncCall"))
        reading_take_call(reading, node);
    else if (node_is(node, "TruncateStmt"))
        take_truncate(reading, node);
}

// The kinds that run what stands in them; others, as CREATE RULE, only keep it.
static bool runs_its_nodes(const Node *node)
{
    static const char *const KINDS[] = {"InsertStmt",   "UpdateStmt",        "DeleteStmt",
                                        "MergeStmt",    "SelectStmt",        "CopyStmt",
                                        "TruncateStmt", "CreateTableAsStmt", "ExplainStmt"};
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        if (node_is(node, KINDS[i]))
            return true;
    return false;
}

static void take_statement(Reading *reading, const Node *node)
{
    if (node_is(node, "CallStmt") || node_is(node, "ExecuteStmt"))
        reading_doubt(reading, node, "it calls what nobody can read from here");
    else if (node_is(node, "AlterTableStmt"))
        reading_take_alter(reading, node);
    else if (node_is(node, "AlterSeqStmt"))
        reading_take_sequence(reading, node);
    else if (runs_its_nodes(node))
        NODE_WALK(part, node)
    take_node(reading, part);
}

static void take_expression(Reading *reading, const char *expression)
{
    ParsedStatement parsed;
    Reading inner = *reading;
    Statement statement = {
        .text = str_from(arena_printf(reading->arena, "SELECT %s", expression)),
        .position = reading->parsed->statement.position,
    };
    parse_statement(reading->arena, &statement, &parsed);
    inner.parsed = &parsed;
    if (parsed.node)
        take_statement(&inner, parsed.node);
    else
        reading_doubt(reading, NULL, "an expression in a DO block that cannot be read");
}

static void take_body(Reading *reading)
{
    const Body *body = body_of(reading->arena, reading->parsed);
    if (body->kind != BODY_DO)
        return;
    if (body->error || body->opaque_count)
        reading_doubt(reading, NULL,
                      body->error
                          ? "a DO block that cannot be read"
                          : arena_printf(reading->arena,
                                         "a DO block runs SQL that is put together when it runs "
                                         "(line %d)",
                                         body->opaque.line));
    VEC_EACH (const BodyStatement, statement, &body->statements) {
        Reading inner = *reading;
        inner.parsed = &statement->parsed;
        inner.is_conditional = statement->is_conditional;
        if (statement->parsed.node)
            take_statement(&inner, statement->parsed.node);
    }
    VEC_EACH (const char *const, expression, &body->expressions)
        take_expression(reading, *expression);
}

static bool changes_schema(const Node *node)
{
    static const char *const KINDS[] = {"LockStmt", "VariableSetStmt", "TransactionStmt",
                                        "CreateSchemaStmt", "CommentStmt"};
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        if (node_is(node, KINDS[i]))
            return false;
    return !runs_its_nodes(node);
}

static void take_capture(Reading *reading)
{
    RollbackData *data = reading->data;
    const Node *node = reading->parsed->node;
    RollbackSchemas schemas = {reading->before, reading->after};
    reading->captured = rollback_capture_take(reading->arena, node, &schemas, &data->captures);
    size_t used = data->captures.used.len;
    if (!used && changes_schema(node))
        data->has_schema_before_captures = true;
    if (!used && data->seeds.len)
        data->has_seeds_before_captures = true;
    const char *why =
        reading->captured
            ? rollback_capture_doubt(reading->arena, data->captures.used.items[used - 1], &schemas)
            : NULL;
    if (why)
        reading_doubt(reading, node, why);
}

void rollback_data_statement(Arena *arena, const ParsedStatement *parsed, const Snapshot *before,
                             const Snapshot *after, RollbackData *data)
{
    Reading reading = {
        .arena = arena, .parsed = parsed, .before = before, .after = after, .data = data};
    const Node *node = parsed->node;
    if (!node) {
        reading_doubt(&reading, NULL, "a statement that cannot be read");
        return;
    }
    take_capture(&reading);
    if (node_is(node, "DoStmt"))
        take_body(&reading);
    else
        take_statement(&reading, node);
}
