// A column's definition, and what of it is no constraint.
#include "check/replay/expression.h"
#include "check/replay/generated_name.h"
#include "check/replay/part.h"

void add_owned_sequence(const Replay *replay, Relation *relation, const char *column)
{
    const char *name =
        free_relation_name(replay, relation->schema, relation->name, column, "seq", false);
    Relation *sequence =
        model_add_relation(replay->model, relation->schema, name, RELATION_SEQUENCE, replay->made);
    sequence->is_temporary = relation->is_temporary;
    sequence->owner_schema = relation->schema;
    sequence->owner_table = relation->name;
    sequence->owner_column = column;
    note_referrer(replay, relation, sequence);
}

// A default of NULL is none: the server stores nothing for it.
static void read_default(const Replay *replay, const Node *expression, size_t at, Column *column)
{
    column->has_default = !node_flag(expression, "isnull");
    column->default_text = column->has_default ? default_text(replay, at) : NULL;
}

static void read_generated(const Replay *replay, const Node *constraint, Column *column)
{
    column->generated = node_text(constraint, "generated_kind")[0];
    if (!column->generated)
        column->generated = 's';
    size_t at = parsed_offset(replay->parsed, constraint);
    column->default_text = text_in_parens(replay, at, STR("as"));
}

static void read_property(const Replay *replay, const Node *constraint, Column *column)
{
    const char *kind = node_text(constraint, "contype");
    if (strcmp(kind, "CONSTR_NOTNULL") == 0) {
        if (node_flag(constraint, "skip_validation"))
            column->is_not_null_pending = true;
        else
            column->is_not_null = true;
    } else if (strcmp(kind, "CONSTR_DEFAULT") == 0) {
        read_default(replay, node_field(constraint, "raw_expr"),
                     parsed_offset(replay->parsed, constraint), column);
    } else if (strcmp(kind, "CONSTR_IDENTITY") == 0) {
        column->is_identity = true;
        column->is_not_null = true;
    } else if (strcmp(kind, "CONSTR_GENERATED") == 0) {
        read_generated(replay, constraint, column);
    }
}

void read_column(const Replay *replay, Relation *relation, const Node *definition, Column *column)
{
    column->name = keep(replay, node_text(definition, "colname"));
    column->made = replay->made;
    if (node_has(definition, "typeName"))
        column->type =
            resolved_type(replay, node_field(definition, "typeName"), relation, &column->is_serial);
    if (node_has(definition, "collClause"))
        column->collation = keep(
            replay, node_dotted(replay->scratch, node_field(definition, "collClause.collname")));
    NODE_EACH(constraint, node_field(definition, "constraints"))
    read_property(replay, constraint, column);
    if (column->is_serial) {
        column->is_not_null = true;
        column->has_default = true;
    }
    if (column->is_serial || column->is_identity)
        add_owned_sequence(replay, relation, column->name);
}

Column *copy_column(const Replay *replay, Relation *relation, const Column *source)
{
    Column *column = append_tight(replay->model->arena, &relation->columns);
    *column = *source;
    column->made = replay->made;
    Type *type = model_type(replay->model, source->type.schema, source->type.name);
    if (type)
        *append_tight(replay->model->arena, &type->users) = relation;
    return column;
}
