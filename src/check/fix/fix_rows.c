// Rows copied by the statement that deletes or overwrites them (check/quarantine.h), where --keep
// wants that. Refused is what a copy would not hold, or what would not be the same behind the way
// back: triggers, what foreign keys do elsewhere, keys that change.
#include "check/fix/fix.h"
#include "check/fix/taken.h"
#include "check/quarantine.h"
#include "check/rules/object.h"
#include "check/rules/row_loss.h"
#include "check/rules/verdict.h"

#include <string.h>

typedef struct RowsFix {
    Fixing *fixing;
    const Node *range;
    const Relation *relation;
    QuarantineRows rows;
} RowsFix;

static void refuse_unfit(RowsFix *fix)
{
    const Judged *judged = fix->fixing->judged;
    const Migration *migration = judged->file->migration;
    if (!fix->fixing->keeps)
        fix_refuse(fix->fixing, "what it loses is copied only with --keep, or keep: true");
    else if (!migration || migration->kind != MIGRATION_VERSIONED)
        fix_refuse(fix->fixing, "a copy is called by the version, and the file has none");
    else if (judged->node != judged->parsed->node)
        fix_refuse(fix->fixing, "it stands in WITH");
    else if (!judged->transaction->is_block)
        fix_refuse(fix->fixing, "the file runs statement by statement, and the copy has to commit "
                                "with what it is of");
}

// What the statement does, and what the way back does: deleted rows are inserted again. A row of a
// partitioned table does not move, since its key stays.
static int events_of(QuarantineCapture capture)
{
    switch (capture) {
    case QUARANTINE_DELETE:
        return TRIGGER_ON_DELETE | TRIGGER_ON_INSERT;
    case QUARANTINE_UPDATE:
        return TRIGGER_ON_UPDATE;
    case QUARANTINE_TRUNCATE:
        return TRIGGER_ON_TRUNCATE | TRIGGER_ON_INSERT;
    }
    return 0;
}

static const char *first_trigger(const Relation *relation, int events)
{
    VEC_EACH (const Trigger, trigger, &relation->triggers)
        if (!trigger->is_disabled && (trigger->events & events))
            return trigger->name;
    VEC_EACH (Relation *, child, &relation->children) {
        const char *of_child = (*child)->is_partition ? first_trigger(*child, events) : NULL;
        if (of_child)
            return of_child;
    }
    return NULL;
}

static bool is_whole(const Relation *relation)
{
    bool is_table =
        relation && (relation->kind == RELATION_TABLE || relation->kind == RELATION_PARTITIONED);
    if (!is_table || !verdict_is_whole(relation))
        return false;
    VEC_EACH (Relation *, child, &relation->children)
        if ((*child)->is_partition && !is_whole(*child))
            return false;
    return true;
}

static void refuse_table(RowsFix *fix)
{
    const Relation *relation = fix->relation;
    if (!is_whole(relation)) {
        fix_refuse(fix->fixing, "what the table has, no file says");
        return;
    }
    const char *trigger = first_trigger(relation, events_of(fix->rows.capture));
    if (trigger)
        fix_refuse(fix->fixing, "what trigger %s writes, there and on the way back, is not known",
                   trigger);
    else if (!relation_primary_key(relation))
        fix_refuse(fix->fixing, "the table has no primary key that tells its rows apart");
    else if (relation->kind == RELATION_TABLE && relation->children.len)
        fix_refuse(fix->fixing, "tables that inherit from it have rows of it");
}

static bool is_to(const Constraint *constraint, const Relation *relation)
{
    return constraint->kind == CONSTRAINT_FOREIGN && constraint->references &&
           strcmp(constraint->references, relation->name) == 0;
}

static bool is_set(const RowsFix *fix, const Constraint *foreign)
{
    VEC_EACH (const char *, column, &foreign->referenced_columns)
        if (words_have(&fix->rows.columns, *column))
            return true;
    return false;
}

static const char *why_not_key(const RowsFix *fix, const Constraint *foreign)
{
    if (fix->rows.capture == QUARANTINE_DELETE)
        return foreign->on_delete == 'a' || foreign->on_delete == 'r' || !foreign->on_delete
                   ? NULL
                   : "ON DELETE takes along or changes there";
    return fix->rows.capture == QUARANTINE_UPDATE && is_set(fix, foreign) ? "ON UPDATE may do there"
                                                                          : NULL;
}

static void refuse_referrers(RowsFix *fix)
{
    Arena *scratch = fix->fixing->judged->scratch;
    VEC_EACH (Relation *, referrer, &fix->relation->referrers)
        VEC_EACH (const Constraint, foreign, &(*referrer)->constraints) {
            const char *why = is_to(foreign, fix->relation) ? why_not_key(fix, foreign) : NULL;
            if (why)
                fix_refuse(fix->fixing, "it does not hold what %s of %s %s", foreign->name,
                           relation_label(scratch, *referrer), why);
        }
}

static void add_all_columns(RowsFix *fix)
{
    VEC_EACH (const Column, column, &fix->relation->columns)
        if (!column->generated)
            *vec_append(fix->fixing->arena, &fix->rows.columns) =
                arena_strdup(fix->fixing->arena, column->name);
}

static void add_set_columns(RowsFix *fix)
{
    const Constraint *key = relation_primary_key(fix->relation);
    Arena *arena = fix->fixing->arena;
    NODE_EACH(target, node_field(fix->fixing->judged->node, "targetList"))
    {
        const char *name = node_text(target, "name");
        const Column *column = relation_column(fix->relation, name);
        if (!column)
            fix_refuse(fix->fixing, "column %s of it, no file says", name);
        else if (words_have(&key->columns, name))
            fix_refuse(fix->fixing,
                       "it sets %s, which is of the primary key: nothing tells then "
                       "which row was which",
                       name);
        else if (column->is_identity)
            fix_refuse(fix->fixing, "it sets the identity column %s", name);
        else if (!column->generated && !words_have(&fix->rows.columns, name))
            *vec_append(arena, &fix->rows.columns) = arena_strdup(arena, name);
    }
    if (!fix->rows.columns.len && !fix->fixing->fix->refused)
        fix_refuse(fix->fixing, "it sets generated columns alone, which hold nothing of their own");
    VEC_EACH (const char *, name, &key->columns)
        *vec_append(arena, &fix->rows.key) = arena_strdup(arena, *name);
}

static bool writes(const Node *node)
{
    return node_is(node, "InsertStmt") || node_is(node, "UpdateStmt") ||
           node_is(node, "DeleteStmt") || node_is(node, "MergeStmt");
}

static void refuse_statement(RowsFix *fix)
{
    const Node *node = fix->fixing->judged->node;
    NODE_EACH(expression, node_field(node, "withClause.ctes"))
    if (writes(node_field(expression, "ctequery")))
        fix_refuse(fix->fixing, "its WITH writes, which is not possible one level deeper");
    if (node_has(node, "returningClause") || node_has(node, "returningList"))
        fix_refuse(fix->fixing, "it has a RETURNING of its own");
    else if (node_is(node_field(node, "whereClause"), "CurrentOfExpr"))
        fix_refuse(fix->fixing, "WHERE CURRENT OF is not possible in WITH");
}

static void refuse_truncate(RowsFix *fix)
{
    const Node *node = fix->fixing->judged->node;
    if (node_count(node_field(node, "relations")) > 1)
        fix_refuse(fix->fixing,
                   "it empties several tables: write one TRUNCATE for each, or DELETE");
    else if (node_text_is(node, "behavior", "DROP_CASCADE"))
        fix_refuse(fix->fixing, "what CASCADE takes along is not known");
    else if (node_flag(node, "restart_seqs"))
        fix_refuse(fix->fixing, "RESTART IDENTITY: where the sequences were, no copy says");
}

static bool read_capture(RowsFix *fix)
{
    const Node *node = fix->fixing->judged->node;
    fix->range = node_field(node, "relation");
    if (node_is(node, "DeleteStmt")) {
        fix->rows.capture = QUARANTINE_DELETE;
    } else if (node_is(node, "UpdateStmt")) {
        fix->rows.capture = QUARANTINE_UPDATE;
    } else if (node_is(node, "TruncateStmt")) {
        fix->rows.capture = QUARANTINE_TRUNCATE;
        fix->range = node_first(node_field(node, "relations"));
    } else {
        fix_refuse(fix->fixing,
                   "%s gives back no old values before PostgreSQL 18: write UPDATE "
                   "and DELETE",
                   node_is(node, "MergeStmt") ? "MERGE" : "ON CONFLICT DO UPDATE");
        return false;
    }
    fix->relation = judged_relation(fix->fixing->judged, fix->range);
    return true;
}

static void name_copy(RowsFix *fix)
{
    const Judged *judged = fix->fixing->judged;
    QuarantineRows *rows = &fix->rows;
    do {
        rows->number++;
        rows->now =
            quarantine_rows_name(fix->fixing->arena, rows->table, rows->version, rows->number);
    } while (!row_loss_take_name(judged, rows->now));
}

static const char *joined(Arena *arena, const Words *statements)
{
    const char *text = "";
    VEC_EACH (const char *, statement, statements)
        text = arena_printf(arena, "%s%s%s;", text, *text ? "\n" : "", *statement);
    return text;
}

static void add_step(RowsFix *fix)
{
    Words statements = {0};
    Words back = {0};
    Fixing *fixing = fix->fixing;
    Arena *arena = fixing->arena;
    quarantine_rows(arena, &fix->rows, &statements);
    quarantine_rows_back(arena, &fix->rows, &back);
    FixStep *step = fix_step(fixing, FIX_HERE, "quarantine", joined(arena, &statements));
    step->down = joined(arena, &back);
    step->is_down_in_turn = true;
    step->object = taken_rows(arena, fixing->judged->node, false);
    fixing->fix->is_statement_left = true;
}

static void make_rows(Fixing *fixing)
{
    Arena *arena = fixing->arena;
    const Judged *judged = fixing->judged;
    RowsFix fix = {.fixing = fixing};
    refuse_unfit(&fix);
    if (fixing->fix->refused || !read_capture(&fix))
        return;
    bool is_truncate = fix.rows.capture == QUARANTINE_TRUNCATE;
    is_truncate ? refuse_truncate(&fix) : refuse_statement(&fix);
    if (!fixing->fix->refused)
        refuse_table(&fix);
    if (fixing->fix->refused)
        return;
    fix.rows.capture == QUARANTINE_UPDATE ? add_set_columns(&fix) : add_all_columns(&fix);
    refuse_referrers(&fix);
    if (fixing->fix->refused)
        return;
    const char *alias = node_text(fix.range, "alias.aliasname");
    fix.rows.version = judged->file->migration->version;
    fix.rows.schema = arena_strdup(arena, fix.relation->schema);
    fix.rows.table = arena_strdup(arena, fix.relation->name);
    fix.rows.alias = *alias ? arena_strdup(arena, alias) : NULL;
    fix.rows.statement = arena_dup(arena, judged->parsed->statement.text);
    fix.rows.is_only = verdict_is_only(fix.range);
    name_copy(&fix);
    add_step(&fix);
}

const FixRule FIXES_ROWS[] = {
    {"rows-not-kept", make_rows},
    {NULL, NULL},
};
