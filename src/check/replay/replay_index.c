// CREATE INDEX, and an index that is made again for a copy or a partition.
#include "check/replay/kind.h"

#include "check/replay/expression.h"
#include "check/replay/generated_name.h"
#include "check/replay/part.h"

// "a", then "a1": an index's own column names differ (ChooseIndexColumnNames).
static const char *distinct_name(Arena *arena, const Words *taken, const char *name)
{
    const char *distinct = name;
    for (int i = 1; words_have(taken, distinct); i++)
        distinct = arena_printf(arena, "%s%d", name, i);
    return distinct;
}

static void add_part(const Replay *replay, const Node *element, Words *parts)
{
    const char *name = node_text(element, "name");
    if (!*name)
        name = expression_name(node_field(element, "expr"));
    name = distinct_name(replay->scratch, parts, name ? name : "expr");
    *vec_append(replay->scratch, parts) = name;
}

// The IndexElem of an element; of EXCLUDE it stands in a list with its operator.
static const Node *index_element(const Node *element)
{
    return node_is(element, "List") ? node_first(element) : element;
}

static bool has_options(const Node *element)
{
    return node_has(element, "opclass") || node_has(element, "collation") ||
           node_text_is(element, "ordering", "SORTBY_DESC") ||
           node_text_is(element, "nulls_ordering", "SORTBY_NULLS_FIRST");
}

Words read_index_columns(const Replay *replay, const Relation *relation, const Node *elements,
                         const Node *including, Index *index)
{
    Arena *arena = replay->model->arena;
    Words parts = {0};
    size_t count = node_count(elements);
    if (count)
        vec_reserve(arena, &index->columns, count);
    NODE_EACH(item, elements)
    {
        const Node *element = index_element(item);
        const char *name = node_text(element, "name");
        *vec_append(arena, &index->columns) = keep_column(replay, relation, name);
        index->has_expression = index->has_expression || !*name;
        index->has_options = index->has_options || has_options(element);
        add_part(replay, element, &parts);
    }
    NODE_EACH(element, including)
    add_part(replay, element, &parts);
    return parts;
}

static void to_partitions(const Replay *replay, Relation *relation, const Index *index)
{
    Index copy = *index; // a partition's own list may be the one that grows
    for (size_t i = 0; i < relation->children.len; i++)
        copy_index(replay, relation, &copy, relation->children.items[i], true);
}

static Words other_columns(const Replay *replay, const Relation *relation, const Node *node)
{
    Words others = {0};
    NODE_EACH(element, node_field(node, "indexIncludingParams"))
    *vec_append(replay->scratch, &others) = node_text(element, "name");
    NODE_EACH(element, node_field(node, "indexParams"))
    add_expression_columns(replay->scratch, node_field(element, "expr"), &others);
    add_expression_columns(replay->scratch, node_field(node, "whereClause"), &others);
    return keep_columns(replay, relation, &others);
}

void replay_create_index(const Replay *replay, const Node *node)
{
    Relation *relation = altered_relation(replay, node_field(node, "relation"), RELATION_TABLE);
    const char *said = node_text(node, "idxname");
    if (*said && model_has_relation_name(replay->model, relation->schema, said))
        return; // IF NOT EXISTS, or the statement fails
    Index read = {0};
    Words parts = read_index_columns(replay, relation, node_field(node, "indexParams"),
                                     node_field(node, "indexIncludingParams"), &read);
    const char *joined = joined_names(replay->scratch, &parts);
    const char *name =
        *said ? keep(replay, said)
              : free_relation_name(replay, relation->schema, relation->name, joined, "idx", false);
    Index *index = model_add_index(replay->model, relation, name, replay->made);
    index->is_named = *said;
    index->is_unique = node_flag(node, "unique");
    index->is_concurrent = node_flag(node, "concurrent");
    index->is_only =
        relation->kind == RELATION_PARTITIONED && !node_flag(node_field(node, "relation"), "inh");
    index->is_partial = node_has(node, "whereClause");
    index->has_expression = read.has_expression;
    index->has_options = read.has_options || node_has(node, "indexIncludingParams");
    index->nulls_not_distinct = node_flag(node, "nulls_not_distinct");
    if (node_has(node, "accessMethod") && !node_text_is(node, "accessMethod", "btree"))
        index->method = keep(replay, node_text(node, "accessMethod"));
    index->columns = read.columns;
    index->other_columns = other_columns(replay, relation, node);
    if (parts.len > read.columns.len || read.has_expression)
        index->joined = keep(replay, joined);
    if (relation->kind == RELATION_PARTITIONED && !index->is_only)
        to_partitions(replay, relation, index);
}

static bool is_same_index(const Index *left, const Index *right)
{
    if (left->is_unique != right->is_unique || left->columns.len != right->columns.len ||
        left->is_partial != right->is_partial || strcmp(left->method, right->method) != 0)
        return false;
    const char *left_joined = left->joined ? left->joined : "";
    const char *right_joined = right->joined ? right->joined : "";
    if (strcmp(left_joined, right_joined) != 0)
        return false;
    for (size_t i = 0; i < left->columns.len; i++)
        if (strcmp(left->columns.items[i], right->columns.items[i]) != 0)
            return false;
    return true;
}

// A partition may have one that does: ATTACH PARTITION takes it instead of making another.
static Index *matching_index(const Relation *relation, const Index *source, bool needs_constraint)
{
    VEC_EACH (Index, index, &relation->indexes)
        if (!index->parent && is_same_index(index, source) &&
            (!needs_constraint || index->constraint))
            return index;
    return NULL;
}

static Constraint *copy_constraint(const Replay *replay, const Constraint *source,
                                   Relation *relation, const char *name)
{
    Constraint *constraint =
        model_add_constraint(replay->model, relation, source->kind, name, replay->made);
    constraint->is_deferrable = source->is_deferrable;
    constraint->columns = source->columns;
    constraint->index = name;
    return constraint;
}

static const char *copied_name(const Replay *replay, const Index *source,
                               const Constraint *constraint, const Relation *relation)
{
    const char *joined =
        source->joined ? source->joined : joined_names(replay->scratch, &source->columns);
    if (!constraint)
        return free_relation_name(replay, relation->schema, relation->name, joined, "idx", false);
    if (constraint->kind == CONSTRAINT_PRIMARY)
        return free_relation_name(replay, relation->schema, relation->name, NULL, "pkey", true);
    return free_relation_name(replay, relation->schema, relation->name, joined,
                              constraint->kind == CONSTRAINT_EXCLUSION ? "excl" : "key", true);
}

Index *copy_index(const Replay *replay, const Relation *from, const Index *source,
                  Relation *relation, bool is_part)
{
    const char *constraint_name = source->constraint;
    const Constraint *constraint =
        constraint_name ? relation_constraint(from, constraint_name) : NULL;
    Index *index = is_part ? matching_index(relation, source, constraint != NULL) : NULL;
    if (!index) {
        const char *name = copied_name(replay, source, constraint, relation);
        index = model_add_index(replay->model, relation, name, replay->made);
        Index blank = *source;
        blank.name = name;
        blank.is_named = false;
        blank.is_only = false;
        blank.made = replay->made;
        blank.constraint = constraint ? name : NULL;
        blank.parent = NULL;
        *index = blank;
        if (constraint)
            copy_constraint(replay, constraint, relation, name)->is_inherited = is_part;
        for (size_t i = 0;
             constraint && constraint->kind == CONSTRAINT_PRIMARY && i < constraint->columns.len;
             i++) {
            Column *column = relation_column(relation, constraint->columns.items[i]);
            if (column)
                column->is_not_null = true;
        }
    }
    index->parent = is_part ? source->name : NULL;
    if (is_part && relation->kind == RELATION_PARTITIONED)
        to_partitions(replay, relation, index);
    return index;
}
