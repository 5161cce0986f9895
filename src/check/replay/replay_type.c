// Enums, composite types, ranges, base types; domains are in replay_domain.c.
#include "check/replay/generated_name.h"
#include "check/replay/kind.h"
#include "check/replay/part.h"

// NULL: it is there, and stays.
static Type *add_type(const Replay *replay, const Node *names, TypeKind kind)
{
    const char *schema = new_schema_of(replay, names);
    const char *name = node_last_text(names);
    Type *type = model_type(replay->model, schema, name);
    if (type && replay->is_in_block)
        return NULL;
    // One that is there was taken away by what was not seen, or is the shell of this one.
    if (type)
        model_drop_type(replay->model, type);
    return model_add_type(replay->model, schema, keep(replay, name), kind, replay->made);
}

void replay_create_enum(const Replay *replay, const Node *node)
{
    Type *type = add_type(replay, node_field(node, "typeName"), TYPE_ENUM);
    const Node *values = node_field(node, "vals");
    if (!type)
        return;
    if (values)
        vec_reserve(replay->model->arena, &type->labels, node_count(values));
    NODE_EACH(value, values)
    *vec_append(replay->model->arena, &type->labels) = keep(replay, node_text(value, NULL));
}

static size_t label_place(const Type *type, const char *label)
{
    size_t i = 0;
    while (i < type->labels.len && strcmp(type->labels.items[i], label) != 0)
        i++;
    return i;
}

static void add_label(const Replay *replay, Type *type, const Node *node)
{
    Arena *arena = replay->model->arena;
    const char *label = keep(replay, node_text(node, "newVal"));
    size_t place = type->labels.len;
    if (node_has(node, "newValNeighbor"))
        place =
            label_place(type, node_text(node, "newValNeighbor")) + node_flag(node, "newValIsAfter");
    if (place > type->labels.len)
        place = type->labels.len;
    vec_append(arena, &type->labels);
    memmove(&type->labels.items[place + 1], &type->labels.items[place],
            (type->labels.len - 1 - place) * sizeof *type->labels.items);
    type->labels.items[place] = label;
    // Of a type of this very transaction they can be used at once.
    if (replay->made.transaction && type->made.transaction == replay->made.transaction)
        return;
    if (type->labels_added != replay->made.transaction)
        type->new_labels.len = 0;
    type->labels_added = replay->made.transaction;
    *vec_append(arena, &type->new_labels) = label;
}

void replay_alter_enum(const Replay *replay, const Node *node)
{
    Type *type = found_type(replay, node_field(node, "typeName"));
    const char *old = node_text(node, "oldVal");
    if (!type)
        return;
    if (*old) {
        size_t place = label_place(type, old);
        if (place < type->labels.len)
            type->labels.items[place] = keep(replay, node_text(node, "newVal"));
    } else if (!words_have(&type->labels, node_text(node, "newVal"))) {
        add_label(replay, type, node);
    }
}

void replay_create_composite(const Replay *replay, const Node *node)
{
    const Node *range = node_field(node, "typevar");
    const char *schema = new_schema(replay, range);
    const char *name = keep(replay, node_text(range, "relname"));
    if (model_has_relation_name(replay->model, schema, name))
        return; // the statement fails
    Relation *relation =
        model_add_relation(replay->model, schema, name, RELATION_COMPOSITE, replay->made);
    model_add_type(replay->model, schema, name, TYPE_COMPOSITE, replay->made);
    const Node *definitions = node_field(node, "coldeflist");
    vec_reserve(replay->model->arena, &relation->columns, node_count(definitions));
    NODE_EACH(definition, definitions)
    read_column(replay, relation, definition,
                append_tight(replay->model->arena, &relation->columns));
}

void replay_create_range(const Replay *replay, const Node *node)
{
    add_type(replay, node_field(node, "typeName"), TYPE_RANGE);
}

void replay_define(const Replay *replay, const Node *node)
{
    if (node_text_is(node, "kind", "OBJECT_TYPE"))
        add_type(replay, node_field(node, "defnames"), TYPE_BASE);
}
