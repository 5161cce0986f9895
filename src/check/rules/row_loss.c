// Rows that are deleted or overwritten and kept nowhere: what no down brings back.
#include "check/rules/row_loss.h"

#include "check/quarantine.h"
#include "check/rules/families.h"
#include "check/rules/object.h"

#include <string.h>

typedef struct RowLoss {
    Words names;  // of copies that a fix makes
    Words copied; // "NUMBER TABLE": copied whole in this file, in front of what empties it
} RowLoss;

static RowLoss *memory_of(const Judged *judged)
{
    return judged_memory(judged->lint, rule_find(STR("rows-not-kept")), sizeof(RowLoss));
}

bool row_loss_take_name(const Judged *judged, const char *name)
{
    RowLoss *memory = memory_of(judged);
    if (words_have(&memory->names, name) ||
        model_has_relation_name(judged->model, QUARANTINE_SCHEMA, name))
        return false;
    Arena *arena = judged_arena(judged->lint);
    *vec_append(arena, &memory->names) = arena_strdup(arena, name);
    return true;
}

static const char *copied_key(const Judged *judged, Arena *arena, const Node *range)
{
    return arena_printf(arena, "%d %s", judged->file->number, judged_name(judged, range));
}

// CREATE TABLE migrate_safe_quarantine.x AS SELECT ... FROM one table, all of it.
static void remember_copy(const Judged *judged)
{
    static const char *const LESS[] = {"query.whereClause",    "query.limitCount",
                                       "query.limitOffset",    "query.groupClause",
                                       "query.distinctClause", "query.havingClause"};
    const Node *from = node_field(judged->node, "query.fromClause");
    if (!node_text_is(judged->node, "into.rel.schemaname", QUARANTINE_SCHEMA) ||
        node_flag(judged->node, "into.skipData") || node_count(from) != 1 ||
        !node_is(node_first(from), "RangeVar"))
        return;
    for (size_t i = 0; i < sizeof LESS / sizeof *LESS; i++)
        if (node_has(judged->node, LESS[i]))
            return;
    Arena *arena = judged_arena(judged->lint);
    *vec_append(arena, &memory_of(judged)->copied) = copied_key(judged, arena, node_first(from));
}

// Columns of this very file had nothing before it.
static bool sets_old_columns(const Judged *judged, const Node *targets)
{
    const Relation *relation = judged_relation(judged, node_field(judged->node, "relation"));
    NODE_EACH(target, targets)
    {
        const Column *column =
            relation ? relation_column(relation, node_text(target, "name")) : NULL;
        if (!column || !made_is_ours(judged, &column->made))
            return true;
    }
    return false;
}

static bool merge_loses(const Node *merge)
{
    NODE_EACH(clause, node_field(merge, "mergeWhenClauses"))
    if (node_text_is(clause, "commandType", "CMD_UPDATE") ||
        node_text_is(clause, "commandType", "CMD_DELETE"))
        return true;
    return false;
}

// In WITH, with RETURNING, and what it returns is written somewhere.
static bool is_passed_on(const Judged *judged)
{
    bool returns =
        node_has(judged->node, "returningClause") || node_has(judged->node, "returningList");
    return judged->node != judged->parsed->node && returns &&
           node_is(judged->parsed->node, "InsertStmt");
}

static bool is_known(const Judged *judged, const Node *range)
{
    return object_is_ours(judged, range) || node_text_is(range, "schemaname", QUARANTINE_SCHEMA);
}

static void check_truncated(const Judged *judged)
{
    NODE_EACH(range, node_field(judged->node, "relations"))
    {
        const char *name = judged_name(judged, range);
        if (!is_known(judged, range) &&
            !words_have(&memory_of(judged)->copied, copied_key(judged, judged->scratch, range)))
            judged_report(judged, range, name, "empties %s, whose rows are kept nowhere", name);
    }
}

static void check_not_kept(const Judged *judged)
{
    const Node *node = judged->node;
    const Node *range = node_field(node, "relation");
    if (node_is(node, "CreateTableAsStmt")) {
        remember_copy(judged);
        return;
    }
    if (node_is(node, "TruncateStmt")) {
        check_truncated(judged);
        return;
    }
    if (is_known(judged, range) || is_passed_on(judged))
        return;
    const char *name = judged_name(judged, range);
    if (node_is(node, "DeleteStmt"))
        judged_report(judged, NULL, name, "deletes rows of %s, which are kept nowhere", name);
    else if (node_is(node, "UpdateStmt") ? sets_old_columns(judged, node_field(node, "targetList"))
             : node_is(node, "MergeStmt")
                 ? merge_loses(node)
                 : node_text_is(node, "onConflictClause.action", "ONCONFLICT_UPDATE"))
        judged_report(judged, NULL, name,
                      "overwrites rows of %s, whose old values are kept nowhere", name);
}

#define NOTES "CREATE TABLE notes (id bigint PRIMARY KEY, body text, done boolean);"
#define KEPT_DELETE                                                                                \
    "CREATE SCHEMA IF NOT EXISTS migrate_safe_quarantine;\n"                                       \
    "CREATE TABLE migrate_safe_quarantine.notes_005_1_rows AS\n"                                   \
    "SELECT id, body, done FROM notes WITH NO DATA;\n"                                             \
    "WITH gone AS (DELETE FROM notes WHERE done RETURNING id, body, done)\n"                       \
    "INSERT INTO migrate_safe_quarantine.notes_005_1_rows SELECT * FROM gone;"

static const RuleExample NOT_KEPT_BAD[] = {
    {.setup = NOTES, .sql = "DELETE FROM notes WHERE id = 7;"},
    {.setup = NOTES, .sql = "UPDATE notes SET body = trim(body) WHERE id < 100;"},
    {.setup = NOTES, .sql = "TRUNCATE notes;"},
    {.setup = NOTES,
     .sql = "INSERT INTO notes VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET body = 'a';"},
    {.setup = NOTES,
     .sql = "MERGE INTO notes USING (VALUES (1)) AS v(id) ON v.id = notes.id "
            "WHEN MATCHED THEN DELETE;",
     .pg_from = 15},
    {0},
};
static const RuleExample NOT_KEPT_GOOD[] = {
    {.setup = NOTES, .sql = KEPT_DELETE, .allows = "update-without-batch"},
    {.setup = NOTES,
     .sql = "CREATE SCHEMA migrate_safe_quarantine;"
            "CREATE TABLE migrate_safe_quarantine.notes_005_1_rows AS SELECT * FROM notes;"
            "TRUNCATE notes;",
     .allows = "truncate"},
    {.setup = NOTES,
     .sql = "ALTER TABLE notes ADD COLUMN size int; UPDATE notes SET size = 0 WHERE id = 1;",
     .note = "the column had nothing before"},
    {.setup = NOTES,
     .sql = "CREATE TABLE picked (id bigint); INSERT INTO picked VALUES (1); DELETE FROM picked;",
     .note = "made in the same file"},
    {0},
};

const Rule RULES_ROW_LOSS[] = {
    {
        .id = "rows-not-kept",
        .severity = SEVERITY_WARNING,
        .risk = RISK_DATA_LOSS,
        .is_optional = true,
        .is_for_keep = true,
        .summary = "rows are deleted or overwritten, and no down can bring them back",
        .why =
            "Behind the commit the old rows are nowhere. A down that people write puts back what "
            "they believe was there; generate-rollback refuses such a migration. Copied into "
            "migrate_safe_quarantine by the very statement that changes them, they are what was "
            "changed and nothing else, and the way back can be tried and proven.",
        .instead = "let lint --fix --keep write the capture in front of it",
        .instead_sql = KEPT_DELETE,
        .on = "UpdateStmt DeleteStmt TruncateStmt MergeStmt InsertStmt CreateTableAsStmt",
        .check = check_not_kept,
        .bad = NOT_KEPT_BAD,
        .good = NOT_KEPT_GOOD,
    },
    {0},
};
