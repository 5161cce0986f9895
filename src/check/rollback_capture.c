#include "check/rollback_capture.h"

#include "catalog/model.h"
#include "sql/quote.h"

#include <string.h>

typedef struct Taking {
    Arena *arena;
    const RollbackSchemas *schemas;
    RollbackCaptures *captures;
} Taking;

static RollbackCapture *find_copy(const Taking *taking, const Node *range)
{
    if (!node_text_is(range, "schemaname", QUARANTINE_SCHEMA))
        return NULL;
    for (size_t i = 0; i < taking->captures->items.len; i++)
        if (node_text_is(range, "relname", taking->captures->items.items[i].rows.now))
            return &taking->captures->items.items[i];
    return NULL;
}

// A search_path is not known here.
static bool is_its_table(const RollbackCapture *capture, const Node *range)
{
    bool has_schema = node_has(range, "schemaname");
    return node_text_is(range, "relname", capture->rows.table) &&
           (!has_schema || node_text_is(range, "schemaname", capture->rows.schema));
}

static const SnapshotObject *named_table(Arena *arena, const Snapshot *snapshot,
                                         const QuarantineRows *rows)
{
    return snapshot_find(snapshot, "table", quote_qualified(arena, rows->schema, rows->table));
}

// As it was before the up, whatever it is called then. NULL: it was not there.
static const SnapshotObject *old_table(const Taking *taking, const QuarantineRows *rows)
{
    const SnapshotObject *now = named_table(taking->arena, taking->schemas->after, rows);
    if (!now)
        return named_table(taking->arena, taking->schemas->before, rows);
    VEC_EACH (const SnapshotObject, object, &taking->schemas->before->objects)
        if (strcmp(object->kind, "table") == 0 && object->address.oid == now->address.oid)
            return object;
    return NULL;
}

static bool is_generated(const SnapshotObject *column)
{
    Str value;
    return column->text && snapshot_attribute_find(column->text, STR("generated"), &value);
}

// Without its table: as SQL has it.
static const char *column_name(const SnapshotObject *column)
{
    return column->identity + strlen(column->parent) + 1;
}

static bool has_column(Arena *arena, const Words *names, const char *quoted)
{
    VEC_EACH (const char *const, name, names)
        if (strcmp(quote_name(arena, *name), quoted) == 0)
            return true;
    return false;
}

static const SnapshotObject *same_column(const Snapshot *snapshot, const SnapshotObject *column)
{
    VEC_EACH (const SnapshotObject, object, &snapshot->objects)
        if (strcmp(object->kind, "column") == 0 && object->address.oid == column->address.oid &&
            object->address.number == column->address.number)
            return object;
    return NULL;
}

// By the name it had before, or has now.
static bool is_held(const Taking *taking, const RollbackCapture *capture,
                    const SnapshotObject *column)
{
    const SnapshotObject *now = same_column(taking->schemas->after, column);
    const Words *columns = &capture->rows.columns;
    return has_column(taking->arena, columns, column_name(column)) ||
           (now && has_column(taking->arena, columns, column_name(now)));
}

static bool has_all_columns(const Taking *taking, const RollbackCapture *capture)
{
    const SnapshotObject *table = old_table(taking, &capture->rows);
    if (!table)
        return false;
    VEC_EACH (const SnapshotObject, object, &taking->schemas->before->objects)
        if (strcmp(object->kind, "column") == 0 && strcmp(object->parent, table->identity) == 0 &&
            !is_generated(object) && !is_held(taking, capture, object))
            return false;
    return true;
}

static bool has_set_columns(const Taking *taking, const RollbackCapture *capture,
                            const Node *update)
{
    NODE_EACH(target, node_field(update, "targetList"))
    if (!words_have(&capture->rows.columns, node_text(target, "name")))
        return false;
    return old_table(taking, &capture->rows) != NULL;
}

static bool is_all(const Node *select)
{
    static const char *const LESS[] = {"whereClause", "limitCount",   "limitOffset",
                                       "groupClause", "havingClause", "distinctClause",
                                       "larg",        "valuesLists",  "withClause"};
    for (size_t i = 0; i < sizeof LESS / sizeof *LESS; i++)
        if (node_has(select, LESS[i]))
            return false;
    return node_count(node_field(select, "fromClause")) == 1;
}

static bool is_equality(const Node *condition)
{
    return node_is(condition, "A_Expr") && node_text_is(condition, "kind", "AEXPR_OP") &&
           strcmp(node_last_text(node_field(condition, "name")), "=") == 0 &&
           node_is(node_field(condition, "lexpr"), "ColumnRef") &&
           node_is(node_field(condition, "rexpr"), "ColumnRef") &&
           strcmp(node_last_text(node_field(condition, "lexpr.fields")),
                  node_last_text(node_field(condition, "rexpr.fields"))) == 0;
}

// ON a.k = b.k AND ..., as many as the key has columns.
static bool is_by_key(const Node *join, size_t columns)
{
    const Node *condition = node_field(join, "quals");
    if (!node_text_is(join, "jointype", "JOIN_INNER") || node_flag(join, "isNatural"))
        return false;
    if (!node_is(condition, "BoolExpr"))
        return columns == 1 && is_equality(condition);
    NODE_EACH(part, node_field(condition, "args"))
    if (!is_equality(part))
        return false;
    return node_text_is(condition, "boolop", "AND_EXPR") &&
           node_count(node_field(condition, "args")) == columns;
}

static bool is_named(const Node *range, const char *name)
{
    return node_is(range, "RangeVar") && !node_has(range, "schemaname") &&
           node_text_is(range, "relname", name);
}

// WITH x AS (DELETE ... RETURNING) INSERT INTO copy SELECT ... FROM x [JOIN table ON its key].
static const Node *take_written(const Taking *taking, const Node *insert)
{
    RollbackCapture *capture = find_copy(taking, node_field(insert, "relation"));
    const Node *expression = node_first(node_field(insert, "withClause.ctes"));
    const Node *select = node_field(insert, "selectStmt");
    const Node *inner = node_field(expression, "ctequery");
    const Node *from = node_first(node_field(select, "fromClause"));
    if (!capture || capture->is_used || node_next(expression) || !is_all(select) ||
        node_has(insert, "onConflictClause") ||
        !is_its_table(capture, node_field(inner, "relation")))
        return NULL;
    const char *name = node_text(expression, "ctename");
    bool is_delete = node_is(inner, "DeleteStmt") && capture->rows.capture == QUARANTINE_DELETE &&
                     is_named(from, name) && has_all_columns(taking, capture);
    bool is_update = node_is(inner, "UpdateStmt") && capture->rows.capture == QUARANTINE_UPDATE &&
                     node_is(from, "JoinExpr") && is_named(node_field(from, "larg"), name) &&
                     is_its_table(capture, node_field(from, "rarg")) &&
                     is_by_key(from, capture->rows.key.len) &&
                     has_set_columns(taking, capture, inner);
    if (!is_delete && !is_update)
        return NULL;
    capture->is_used = true;
    *vec_append(taking->arena, &taking->captures->used) = capture;
    return inner;
}

static void note_copy(const Taking *taking, const Node *statement)
{
    RollbackCapture *capture = find_copy(taking, node_field(statement, "into.rel"));
    const Node *select = node_field(statement, "query");
    const Node *range = node_first(node_field(select, "fromClause"));
    if (capture && is_all(select) && node_is(range, "RangeVar") && node_flag(range, "inh") &&
        !node_flag(statement, "into.skipData") && is_its_table(capture, range))
        capture->is_whole = true;
}

static const Node *take_emptied(const Taking *taking, const Node *truncate)
{
    const Node *range = node_first(node_field(truncate, "relations"));
    if (node_next(range) || node_text_is(truncate, "behavior", "DROP_CASCADE"))
        return NULL;
    for (size_t i = 0; i < taking->captures->items.len; i++) {
        RollbackCapture *capture = &taking->captures->items.items[i];
        if (capture->rows.capture != QUARANTINE_TRUNCATE || !capture->is_whole ||
            capture->is_used || !is_its_table(capture, range) || !has_all_columns(taking, capture))
            continue;
        capture->is_used = true;
        *vec_append(taking->arena, &taking->captures->used) = capture;
        return truncate;
    }
    return NULL;
}

const Node *rollback_capture_take(Arena *arena, const Node *statement,
                                  const RollbackSchemas *schemas, RollbackCaptures *captures)
{
    Taking taking = {arena, schemas, captures};
    if (node_is(statement, "InsertStmt"))
        return take_written(&taking, statement);
    if (node_is(statement, "TruncateStmt"))
        return take_emptied(&taking, statement);
    if (node_is(statement, "CreateTableAsStmt"))
        note_copy(&taking, statement);
    return NULL;
}

static bool has_attribute(const SnapshotObject *object, Str name, Str *ret_value)
{
    return object && object->text && snapshot_attribute_find(object->text, name, ret_value);
}

// The table itself, or a partition of it at any depth.
static bool is_part_of(Arena *arena, const Snapshot *snapshot, const char *name,
                       const SnapshotObject *table)
{
    Str parent;
    while (strcmp(name, table->identity) != 0) {
        if (!has_attribute(snapshot_find(snapshot, "table", name), STR("partition of"), &parent))
            return false;
        name = arena_dup(arena, parent);
    }
    return true;
}

// The statement or the way back sets it off; one whose definition is its parent's may be any.
// and so may any of a partition, where a row could move.
static bool is_set_off(const SnapshotObject *trigger, const SnapshotObject *table,
                       QuarantineCapture capture)
{
    static const Str WORDS[][2] = {
        [QUARANTINE_DELETE] = {STR(" DELETE"), STR(" INSERT")},
        [QUARANTINE_UPDATE] = {STR(" UPDATE"), STR(" UPDATE")},
        [QUARANTINE_TRUNCATE] = {STR(" TRUNCATE"), STR(" INSERT")},
    };
    Str definition;
    Str key;
    bool may_move = capture == QUARANTINE_UPDATE && has_attribute(table, STR("partition by"), &key);
    if (may_move || !has_attribute(trigger, STR("definition"), &definition))
        return true;
    return str_find(definition, WORDS[capture][0]) >= 0 ||
           str_find(definition, WORDS[capture][1]) >= 0;
}

const char *rollback_capture_doubt(Arena *arena, const RollbackCapture *capture,
                                   const RollbackSchemas *schemas)
{
    const SnapshotObject *table =
        old_table(&(Taking){.arena = arena, .schemas = schemas}, &capture->rows);
    const char *references = arena_printf(arena, "REFERENCES %s(", table->identity);
    const char *action = capture->rows.capture == QUARANTINE_UPDATE ? " ON UPDATE " : " ON DELETE ";
    VEC_EACH (const SnapshotObject, object, &schemas->before->objects) {
        bool is_trigger = strcmp(object->kind, "trigger") == 0 &&
                          is_part_of(arena, schemas->before, object->parent, table);
        if (is_trigger && is_set_off(object, table, capture->rows.capture))
            return arena_printf(arena, "what trigger %s writes is not known", object->identity);
        Str text = str_from(object->text);
        if (strcmp(object->kind, "constraint") == 0 && str_find(text, str_from(references)) >= 0 &&
            str_find(text, str_from(action)) >= 0)
            return arena_printf(arena, "what constraint %s does to rows of %s is kept nowhere",
                                object->identity, object->parent);
    }
    return NULL;
}

static const SnapshotObject *named_column(Arena *arena, const Snapshot *snapshot,
                                          const SnapshotObject *table, const char *name)
{
    return snapshot_find(snapshot, "column",
                         arena_printf(arena, "%s.%s", table->identity, quote_name(arena, name)));
}

// Of all that the two schemas have of it under that name: it goes with the up.
static bool is_of_up(const Taking *taking, const QuarantineRows *rows, const char *name)
{
    const SnapshotObject *now = named_table(taking->arena, taking->schemas->after, rows);
    const SnapshotObject *column =
        now ? named_column(taking->arena, taking->schemas->after, now, name) : NULL;
    return column && !same_column(taking->schemas->before, column);
}

bool rollback_capture_rows(Arena *arena, const RollbackCapture *capture,
                           const RollbackSchemas *schemas, const Snapshot *there,
                           QuarantineRows *ret_rows)
{
    Taking taking = {.arena = arena, .schemas = schemas};
    QuarantineRows rows = capture->rows;
    const SnapshotObject *table = named_table(arena, there, &rows);
    if (!table)
        return false;
    rows.columns = (Words){0};
    VEC_EACH (const char *const, name, &capture->rows.columns) {
        if (is_of_up(&taking, &capture->rows, *name))
            continue;
        if (!named_column(arena, there, table, *name))
            return false;
        *vec_append(arena, &rows.columns) = *name;
    }
    VEC_EACH (const char *const, name, &rows.key)
        if (!named_column(arena, there, table, *name))
            return false;
    *ret_rows = rows;
    return true;
}
