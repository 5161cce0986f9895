// CREATE TABLE, CREATE FOREIGN TABLE: columns, LIKE, INHERITS, PARTITION OF, OF type.
#include "check/replay/generated_name.h"
#include "check/replay/kind.h"
#include "check/replay/part.h"

// TableLikeClause.options (CREATE_TABLE_LIKE_* of parsenodes.h).
enum {
    LIKE_CONSTRAINTS = 1 << 2,
    LIKE_DEFAULTS = 1 << 3,
    LIKE_GENERATED = 1 << 4,
    LIKE_IDENTITY = 1 << 5,
    LIKE_INDEXES = 1 << 6,
};

static void like_columns(const Replay *replay, Relation *relation, const Node *like)
{
    const Relation *source = found_relation(replay, node_field(like, "relation"));
    int64_t options = node_int(like, "options");
    if (!source)
        return;
    VEC_EACH (Column, from, &source->columns) {
        if (relation_column(relation, from->name))
            continue;
        Column *column = copy_column(replay, relation, from);
        column->is_inherited = false;
        column->is_serial = false;
        column->is_identity = from->is_identity && (options & LIKE_IDENTITY);
        if (from->generated ? !(options & LIKE_GENERATED) : !(options & LIKE_DEFAULTS)) {
            column->has_default = false;
            column->default_text = NULL;
            column->generated = 0;
        }
        if (column->is_identity)
            add_owned_sequence(replay, relation, column->name);
    }
}

static void like_rest(const Replay *replay, Relation *relation, const Node *like)
{
    const Relation *source = found_relation(replay, node_field(like, "relation"));
    int64_t options = node_int(like, "options");
    if (!source)
        return;
    VEC_EACH (Constraint, from, &source->constraints) {
        bool is_wanted = from->kind == CONSTRAINT_NOT_NULL ||
                         (from->kind == CONSTRAINT_CHECK && (options & LIKE_CONSTRAINTS));
        if (!is_wanted || relation_constraint(relation, from->name))
            continue;
        Constraint *constraint =
            model_add_constraint(replay->model, relation, from->kind, from->name, replay->made);
        *constraint = *from;
        constraint->is_valid = constraint->is_enforced;
        constraint->is_inherited = false;
        constraint->made = replay->made;
        constraint->validated = (Made){0};
    }
    VEC_EACH (Index, index, &source->indexes)
        if (options & LIKE_INDEXES)
            copy_index(replay, source, index, relation, false);
}

static bool is_column(const Node *element)
{
    return node_is(element, "ColumnDef");
}

// What a child says again of an inherited column: a default, NOT NULL.
static void merge_column(Column *column, const Column *said)
{
    column->is_not_null = column->is_not_null || said->is_not_null;
    if (said->has_default) {
        column->has_default = true;
        column->default_text = said->default_text;
    }
    if (said->is_identity)
        column->is_identity = true;
    if (*said->type.name)
        column->is_inherited = false;
}

static void make_columns(const Replay *replay, Relation *relation, const Node *elements)
{
    NODE_EACH(element, elements)
    {
        if (node_is(element, "TableLikeClause"))
            like_columns(replay, relation, element);
        if (!is_column(element))
            continue;
        Column read = {.type = {.schema = "", .name = ""}};
        read_column(replay, relation, element, &read);
        Column *known = relation_column(relation, read.name);
        if (known)
            merge_column(known, &read);
        else
            *append_tight(replay->model->arena, &relation->columns) = read;
    }
}

// Growing leaves the old place behind: most tables get no more than they are made with.
static void reserve_constraints(const Replay *replay, Relation *relation, const Node *elements)
{
    size_t constraints = 0;
    size_t indexes = 0;
    NODE_EACH(element, elements)
    {
        const Node *first =
            is_column(element) ? node_first(node_field(element, "constraints")) : element;
        for (const Node *node = first; node; node = is_column(element) ? node_next(node) : NULL) {
            bool is_key = node_text_is(node, "contype", "CONSTR_PRIMARY") ||
                          node_text_is(node, "contype", "CONSTR_UNIQUE") ||
                          node_text_is(node, "contype", "CONSTR_EXCLUSION");
            indexes += is_key;
            constraints += is_key || node_text_is(node, "contype", "CONSTR_CHECK") ||
                           node_text_is(node, "contype", "CONSTR_FOREIGN");
        }
    }
    if (constraints)
        vec_reserve(replay->model->arena, &relation->constraints, constraints);
    if (indexes)
        vec_reserve(replay->model->arena, &relation->indexes, indexes);
}

static void make_constraints(const Replay *replay, Relation *relation, const Node *elements)
{
    reserve_constraints(replay, relation, elements);
    for (ConstraintPass pass = PASS_CHECK; pass < PASS_END; pass++)
        NODE_EACH(element, elements)
        {
            if (is_column(element))
                add_column_constraints(
                    replay, relation, element,
                    relation_column(relation, node_text(element, "colname"))->name, pass, true);
            else if (node_is(element, "Constraint"))
                add_constraint(replay, relation, element, NULL, pass, true);
        }
    NODE_EACH(element, elements)
    if (node_is(element, "TableLikeClause"))
        like_rest(replay, relation, element);
}

static void join_parents(const Replay *replay, Relation *relation, const Node *node)
{
    bool is_partition = node_has(node, "partbound");
    NODE_EACH(range, node_field(node, "inhRelations"))
    {
        RelationKind kind = is_partition ? RELATION_PARTITIONED : RELATION_TABLE;
        Relation *parent = altered_relation(replay, range, kind);
        if (relation_join(replay->model->arena, relation, parent))
            inherit_columns(replay, relation, parent);
    }
    relation->is_partition = is_partition;
    if (node_flag(node, "partbound.is_default"))
        relation_set_default_partition(relation);
}

// A typed table: the columns of a composite type.
static void take_type(const Replay *replay, Relation *relation, const Node *type_name)
{
    const Relation *composite = found_named(replay, node_field(type_name, "names"));
    if (composite)
        inherit_columns(replay, relation, composite);
    VEC_EACH (Column, column, &relation->columns)
        column->is_inherited = false;
}

static void inherit_rest(const Replay *replay, Relation *relation)
{
    for (size_t i = 0; i < relation->parents.len; i++) {
        const Relation *parent = relation->parents.items[i];
        inherit_checks(replay, relation, parent);
        if (relation->is_partition)
            inherit_of_partitioned(replay, relation, parent);
    }
}

static bool is_too_wide(const Node *elements)
{
    int columns = 0;
    NODE_EACH(element, elements)
    columns += is_column(element);
    return columns > RELATION_COLUMNS_MOST;
}

static void create_table(const Replay *replay, const Node *node, RelationKind kind)
{
    const Node *range = node_field(node, "relation");
    const char *schema = new_schema(replay, range);
    const char *name = keep(replay, node_text(range, "relname"));
    Relation *old = model_relation(replay->model, schema, name);
    if (old && (node_flag(node, "if_not_exists") || replay->is_in_block))
        return;
    if (is_too_wide(node_field(node, "tableElts")))
        return; // the statement fails
    if (old)    // it ran, so the name was free: something that was not seen took the old one away
        model_drop_relation(replay->model, old);
    Relation *relation = model_add_relation(replay->model, schema, name, kind, replay->made);
    relation->is_temporary = node_text_is(range, "relpersistence", "t");
    relation->is_unlogged = node_text_is(range, "relpersistence", "u");
    const Node *elements = node_field(node, "tableElts");
    vec_reserve(replay->model->arena, &relation->columns, node_count(elements));
    join_parents(replay, relation, node);
    if (node_has(node, "ofTypename"))
        take_type(replay, relation, node_field(node, "ofTypename"));
    make_columns(replay, relation, elements);
    make_constraints(replay, relation, elements);
    inherit_rest(replay, relation);
    NODE_EACH(part, node_field(node, "partspec.partParams"))
    *vec_append(replay->model->arena, &relation->partition_key) =
        arena_strdup(replay->model->arena, node_text(part, "name"));
}

void replay_create_table(const Replay *replay, const Node *node)
{
    bool is_partitioned = node_has(node, "partspec");
    create_table(replay, node, is_partitioned ? RELATION_PARTITIONED : RELATION_TABLE);
}

void replay_create_foreign_table(const Replay *replay, const Node *node)
{
    create_table(replay, node_field(node, "base"), RELATION_FOREIGN_TABLE);
}
