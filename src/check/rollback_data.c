#include "check/rollback_data.h"

#include "check/volatility.h"
#include "sql/plpgsql.h"
#include "sql/quote.h"

#include <stdlib.h>
#include <string.h>

typedef struct Reading {
    Arena *arena;
    const ParsedStatement *parsed;
    const Snapshot *before;
    const Snapshot *after;
    RollbackData *data;
    bool is_conditional;
} Reading;

static const char *placed(Reading *reading, const Node *node, const char *what)
{
    Position position =
        node ? parsed_position(reading->parsed, node) : reading->parsed->statement.position;
    return arena_printf(reading->arena, "line %d: %s", position.line, what);
}

static void refuse(Reading *reading, const Node *node, const char *what)
{
    *vec_append(reading->arena, &reading->data->refused) = placed(reading, node, what);
}

static void doubt(Reading *reading, const Node *node, const char *what)
{
    *vec_append(reading->arena, &reading->data->doubts) = placed(reading, node, what);
}

static int by_object(const void *left, const void *right)
{
    return snapshot_object_compare(left, right);
}

static const SnapshotObject *find_object(const Snapshot *snapshot, const char *kind,
                                         const char *identity)
{
    SnapshotObject wanted = {.kind = kind, .identity = identity};
    return snapshot->objects.len ? bsearch(&wanted, snapshot->objects.items, snapshot->objects.len,
                                           sizeof wanted, by_object)
                                 : NULL;
}

static bool has_address(const Snapshot *snapshot, const char *kind, SnapshotAddress address)
{
    VEC_EACH (const SnapshotObject, object, &snapshot->objects)
        if (object->address.oid == address.oid && object->address.number == address.number &&
            object->address.class == address.class && strcmp(object->kind, kind) == 0)
            return true;
    return false;
}

// By its last part alone where no schema is said: a search_path is not known here.
static const SnapshotObject *find_table(Reading *reading, const Snapshot *snapshot,
                                        const Node *relation, size_t *ret_count)
{
    Arena *arena = reading->arena;
    const char *schema = node_text(relation, "schemaname");
    const char *name = quote_name(arena, node_text(relation, "relname"));
    const char *tail = arena_printf(arena, ".%s", name);
    const SnapshotObject *found = NULL;
    *ret_count = 0;
    if (*schema) {
        found = find_object(snapshot, "table",
                            arena_printf(arena, "%s.%s", quote_name(arena, schema), name));
        *ret_count = found != NULL;
        return found;
    }
    VEC_EACH (const SnapshotObject, object, &snapshot->objects)
        if (strcmp(object->kind, "table") == 0 &&
            str_ends(str_from(object->identity), str_from(tail))) {
            found = object;
            ++*ret_count;
        }
    return found;
}

typedef enum TableAge {
    TABLE_OLD,
    TABLE_NEW,     // made by this migration: it goes with it
    TABLE_UNKNOWN, // a view, a temporary one, several of that name
} TableAge;

static TableAge age_of(Reading *reading, const Node *relation, const char **ret_identity)
{
    size_t old_count;
    size_t new_count;
    const SnapshotObject *old = find_table(reading, reading->before, relation, &old_count);
    const SnapshotObject *now = find_table(reading, reading->after, relation, &new_count);
    if (old_count > 1 || new_count > 1)
        return TABLE_UNKNOWN;
    if (old) {
        *ret_identity = old->identity;
        return TABLE_OLD;
    }
    return now && !has_address(reading->before, "table", now->address) ? TABLE_NEW : TABLE_UNKNOWN;
}

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
        const SnapshotObject *now = find_object(reading->after, "column", column);
        if (!now || find_object(reading->before, "column", column) ||
            has_address(reading->before, "column", now->address))
            return false;
    }
    return true;
}

static void take_insert(Reading *reading, const Node *insert)
{
    const Node *relation = node_field(insert, "relation");
    const Node *select = node_field(insert, "selectStmt");
    const char *table = NULL;
    TableAge age = age_of(reading, relation, &table);
    const char *name = named(reading, relation);
    if (age == TABLE_NEW)
        return;
    if (age == TABLE_UNKNOWN)
        refuse(reading, insert,
               arena_printf(reading->arena,
                            "INSERT INTO %s, of which is not known which table it is", name));
    else if (node_has(insert, "onConflictClause"))
        refuse(reading, insert,
               arena_printf(reading->arena,
                            "INSERT INTO %s ON CONFLICT: whether a row came from it or was there "
                            "is not known behind it",
                            name));
    else if (reading->is_conditional)
        refuse(reading, insert,
               arena_printf(reading->arena, "INSERT INTO %s under a condition", name));
    else if (node_has(select, "fromClause") ||
             (node_has(select, "op") && !node_text_is(select, "op", "SETOP_NONE")) ||
             node_has(insert, "withClause"))
        refuse(reading, insert,
               arena_printf(reading->arena, "INSERT INTO %s of rows that a query finds", name));
    else
        *vec_append(reading->arena, &reading->data->seeds) =
            (RollbackSeed){.table = table, .position = parsed_position(reading->parsed, insert)};
}

static void take_update(Reading *reading, const Node *update)
{
    const Node *relation = node_field(update, "relation");
    const char *table = NULL;
    TableAge age = age_of(reading, relation, &table);
    if (age == TABLE_NEW || (age == TABLE_OLD && sets_new_columns_only(reading, update, table)))
        return;
    refuse(reading, update,
           arena_printf(reading->arena, "UPDATE %s: the old values are nowhere kept",
                        named(reading, relation)));
}

static void take_removal(Reading *reading, const Node *node, const Node *relation, const char *verb)
{
    const char *table = NULL;
    if (age_of(reading, relation, &table) != TABLE_NEW)
        refuse(reading, node,
               arena_printf(reading->arena, "%s %s: the rows are nowhere kept", verb,
                            named(reading, relation)));
}

static void take_copy(Reading *reading, const Node *copy)
{
    const Node *relation = node_field(copy, "relation");
    const char *table = NULL;
    TableAge age;
    if (!node_flag(copy, "is_from"))
        return;
    age = age_of(reading, relation, &table);
    if (age == TABLE_UNKNOWN || (age == TABLE_OLD && node_has(copy, "filename")))
        refuse(reading, copy,
               arena_printf(reading->arena, "COPY %s from outside", named(reading, relation)));
    else if (age == TABLE_OLD)
        *vec_append(reading->arena, &reading->data->seeds) =
            (RollbackSeed){.table = table, .position = parsed_position(reading->parsed, copy)};
}

// What is volatile and writes no row.
static bool is_harmless(const char *function)
{
    static const char *const NAMES[] = {"set_config",
                                        "setval",
                                        "nextval",
                                        "now",
                                        "random",
                                        "clock_timestamp",
                                        "gen_random_uuid",
                                        "pg_sleep",
                                        "uuid_generate_v4",
                                        "pg_advisory_lock",
                                        "pg_advisory_xact_lock",
                                        "pg_advisory_unlock"};
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
        if (strcmp(NAMES[i], function) == 0)
            return true;
    return false;
}

static void take_call(Reading *reading, const Node *call)
{
    ExpressionVolatility volatility = volatility_of(NULL, call);
    const char *name = node_last_text(node_field(call, "funcname"));
    if (volatility_counts(volatility) && !is_harmless(name) &&
        strcmp(volatility.function, name) == 0)
        doubt(
            reading, call,
            arena_printf(reading->arena, "it calls %s(), and what that writes is not known", name));
}

static void take_node(Reading *reading, const Node *node)
{
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
        take_call(reading, node);
    else if (node_is(node, "TruncateStmt"))
        NODE_EACH(relation, node_field(node, "relations"))
    take_removal(reading, node, relation, "TRUNCATE");
}

// The kinds that run what stands in them; others, as CREATE RULE, only keep it.
static bool runs_its_nodes(const Node *node)
{
    static const char *const KINDS[] = {"InsertStmt", "UpdateStmt", "DeleteStmt",  "MergeStmt",
                                        "SelectStmt", "CopyStmt",   "TruncateStmt"};
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        if (node_is(node, KINDS[i]))
            return true;
    return false;
}

static void take_body(Reading *reading)
{
    const Body *body = body_of(reading->arena, reading->parsed);
    if (body->kind != BODY_DO)
        return;
    if (body->error || body->opaque_count)
        doubt(reading, NULL,
              body->error ? "a DO block that cannot be read"
                          : arena_printf(reading->arena,
                                         "a DO block runs SQL that is put together when it runs "
                                         "(line %d)",
                                         body->opaque.line));
    VEC_EACH (const BodyStatement, statement, &body->statements) {
        Reading inner = *reading;
        inner.parsed = &statement->parsed;
        inner.is_conditional = statement->is_conditional;
        const Node *node = statement->parsed.node;
        if (node && runs_its_nodes(node))
            NODE_WALK(part, node)
        take_node(&inner, part);
    }
}

void rollback_data_statement(Arena *arena, const ParsedStatement *parsed, const Snapshot *before,
                             const Snapshot *after, RollbackData *data)
{
    Reading reading = {
        .arena = arena, .parsed = parsed, .before = before, .after = after, .data = data};
    const Node *node = parsed->node;
    if (!node) {
        doubt(&reading, NULL, "a statement that cannot be read");
        return;
    }
    if (node_is(node, "CallStmt") || node_is(node, "ExecuteStmt"))
        doubt(&reading, node, "it calls what nobody can read from here");
    else if (node_is(node, "DoStmt"))
        take_body(&reading);
    else if (runs_its_nodes(node))
        NODE_WALK(part, node)
    take_node(&reading, part);
}

// ---- the schemas

static Str attribute(const SnapshotObject *object, const char *name)
{
    Str value = {0};
    return object->text && snapshot_attribute_find(object->text, str_from(name), &value) ? value
                                                                                         : (Str){0};
}

static void destroyed(Arena *arena, RollbackData *data, const char *what,
                      const SnapshotObject *object)
{
    *vec_append(arena, &data->destroyed) = arena_printf(arena, "%s %s", what, object->identity);
}

// "varchar(20)" gives 20; without a length -1.
static long length_of(Str type)
{
    Str inside = str_skip(type, str_until(type, '(').n);
    return inside.n > 1 ? strtol(inside.p + 1, NULL, 10) : -1;
}

static int place_among(Str type, const char *const *types)
{
    for (int i = 0; types[i]; i++)
        if (str_eq(type, str_from(types[i])))
            return i;
    return -1;
}

// Every old value is a value of the new type, and comes back from it.
static bool is_widening(Str then, Str now)
{
    static const char *const WHOLE[] = {"smallint", "integer", "bigint", "numeric", NULL};
    static const char *const FLOATING[] = {"real", "double precision", NULL};
    static const Str VARYING = STR("character varying");
    int from = place_among(then, WHOLE);
    int to = place_among(now, WHOLE);
    if (from >= 0 && to >= from)
        return true;
    from = place_among(then, FLOATING);
    to = place_among(now, FLOATING);
    if (from >= 0 && to >= from)
        return true;
    bool is_text = str_eq(now, STR("text")) || str_eq(now, VARYING);
    if (str_starts(then, VARYING) || str_eq(then, STR("text")))
        return is_text || (str_starts(now, VARYING) && length_of(then) >= 0 &&
                           length_of(now) >= length_of(then));
    return false;
}

static void compare_column(Arena *arena, const SnapshotObject *then, const SnapshotObject *now,
                           RollbackData *data)
{
    Str was = attribute(then, "type");
    Str is = attribute(now, "type");
    if (!str_eq(was, is) && !is_widening(was, is))
        *vec_append(arena, &data->doubts) =
            arena_printf(arena,
                         "column %s: from " STR_FMT " to " STR_FMT
                         ", and whether every value comes back is only known of generated rows",
                         then->identity, STR_ARG(was), STR_ARG(is));
}

static const SnapshotObject *at_address(const Snapshot *snapshot, const SnapshotObject *wanted)
{
    VEC_EACH (const SnapshotObject, object, &snapshot->objects)
        if (object->address.oid == wanted->address.oid &&
            object->address.number == wanted->address.number &&
            strcmp(object->kind, wanted->kind) == 0)
            return object;
    return NULL;
}

void rollback_data_schemas(Arena *arena, const Snapshot *before, const Snapshot *after,
                           RollbackData *data)
{
    VEC_EACH (const SnapshotObject, object, &before->objects) {
        const SnapshotObject *equal = find_object(after, object->kind, object->identity);
        if (equal && strcmp(equal->sha256, object->sha256) == 0 &&
            equal->address.oid == object->address.oid &&
            equal->address.number == object->address.number)
            continue;
        if (strcmp(object->kind, "table") == 0 && !has_address(after, "table", object->address))
            destroyed(arena, data, "rows of table", object);
        else if (strcmp(object->kind, "sequence") == 0 &&
                 !has_address(after, "sequence", object->address))
            destroyed(arena, data, "the position of sequence", object);
        else if (strcmp(object->kind, "column") == 0 && !attribute(object, "generated").n) {
            const SnapshotObject *now = at_address(after, object);
            SnapshotAddress table = object->address;
            table.number = 0;
            if (now)
                compare_column(arena, object, now, data);
            else if (has_address(after, "table", table))
                destroyed(arena, data, "values of column", object);
        }
    }
}
