// ALTER ... RENAME and ALTER ... SET SCHEMA of everything.
#include "check/replay/kind.h"
#include "check/replay/part.h"
#include "check/replay/rename.h"
#include "check/replay/routine.h"

typedef struct Rename {
    const Replay *replay;
    const Node *node;
    const char *old;  // of a part: "a" of RENAME COLUMN a TO b
    const char *name; // the new one, on the model's arena
} Rename;

// ALTER TABLE and ALTER INDEX rename whatever relation has the name.
static void rename_relation(const Rename *rename)
{
    const Replay *replay = rename->replay;
    const Node *range = node_field(rename->node, "relation");
    Relation *relation = found_relation(replay, range);
    Index *index;
    if (relation && !model_has_relation_name(replay->model, relation->schema, rename->name)) {
        relation->renamed_from = relation->name;
        move_relation(replay, relation, relation->schema, rename->name);
        return;
    }
    if (relation)
        return; // the statement fails
    relation = model_index(replay->model, node_text(range, "schemaname"),
                           node_text(range, "relname"), &index);
    if (index && !model_has_relation_name(replay->model, relation->schema, rename->name))
        rename_index(replay, relation, index, rename->name);
}

static void rename_unseen(const Rename *rename)
{
    const Replay *replay = rename->replay;
    const Node *range = node_field(rename->node, "relation");
    Index *index;
    if (!replay->is_conditional && !found_relation(replay, range) &&
        !node_flag(rename->node, "missing_ok") &&
        !model_index(replay->model, node_text(range, "schemaname"), node_text(range, "relname"),
                     &index))
        altered_relation(replay, range, RELATION_TABLE);
    rename_relation(rename);
}

static void rename_part_column(const Rename *rename)
{
    Relation *relation = found_relation(rename->replay, node_field(rename->node, "relation"));
    if (relation)
        rename_column(rename->replay, relation, rename->old, rename->name);
}

static void rename_part_constraint(const Rename *rename)
{
    Relation *relation = found_relation(rename->replay, node_field(rename->node, "relation"));
    if (relation && !relation_constraint(relation, rename->name))
        rename_constraint(rename->replay, relation, rename->old, rename->name);
}

static void rename_part_trigger(const Rename *rename)
{
    Relation *relation = found_relation(rename->replay, node_field(rename->node, "relation"));
    if (relation)
        rename_trigger(relation, rename->old, rename->name);
}

static void rename_part_policy(const Rename *rename)
{
    Relation *relation = found_relation(rename->replay, node_field(rename->node, "relation"));
    if (relation)
        rename_policy(relation, rename->old, rename->name);
}

static void rename_type(const Rename *rename)
{
    Type *type = found_type(rename->replay, node_field(rename->node, "object"));
    if (type && !model_type(rename->replay->model, type->schema, rename->name))
        move_type(rename->replay, type, type->schema, rename->name);
}

static void rename_domain_constraint(const Rename *rename)
{
    Type *type = found_type(rename->replay, node_field(rename->node, "object"));
    if (type)
        VEC_EACH (Constraint, constraint, &type->constraints)
            if (strcmp(constraint->name, rename->old) == 0)
                constraint->name = rename->name;
}

static void move_routine(const Replay *replay, Routine *routine, const char *schema,
                         const char *name)
{
    const char *old = arena_printf(replay->scratch, "%s.%s", routine->schema, routine->name);
    const char *function = arena_printf(replay->model->arena, "%s.%s", schema, name);
    for (size_t i = 0; i < routine->users.len; i++)
        VEC_EACH (Trigger, trigger, &routine->users.items[i]->triggers)
            if (strcmp(trigger->function, old) == 0)
                trigger->function = function;
    model_rename_routine(replay->model, routine, schema, name);
}

static void rename_routine(const Rename *rename)
{
    Routine *routine = found_routine(rename->replay, node_field(rename->node, "object"));
    if (routine)
        move_routine(rename->replay, routine, routine->schema, rename->name);
}

static void rename_schema(const Rename *rename)
{
    const Replay *replay = rename->replay;
    Model *model = replay->model;
    for (size_t i = 0; i < model->relations.len; i++)
        if (strcmp(model->relations.items[i]->schema, rename->old) == 0)
            move_relation(replay, model->relations.items[i], rename->name,
                          model->relations.items[i]->name);
    for (size_t i = 0; i < model->types.len; i++)
        if (strcmp(model->types.items[i]->schema, rename->old) == 0)
            move_type(replay, model->types.items[i], rename->name, model->types.items[i]->name);
    for (size_t i = 0; i < model->routines.len; i++)
        if (strcmp(model->routines.items[i]->schema, rename->old) == 0)
            move_routine(replay, model->routines.items[i], rename->name,
                         model->routines.items[i]->name);
    if (!model_has_schema(model, rename->old))
        return;
    model_drop_schema(model, rename->old);
    model_add_schema(model, rename->name);
}

static void rename_publication(const Rename *rename)
{
    VEC_EACH (Publication, publication, &rename->replay->model->publications)
        if (node_text_is(rename->node, "object", publication->name))
            publication->name = rename->name;
}

static const struct RenameKind {
    const char *name;
    void (*apply)(const Rename *rename);
} KINDS[] = {
    {"OBJECT_TABLE", rename_unseen},
    {"OBJECT_VIEW", rename_relation},
    {"OBJECT_MATVIEW", rename_relation},
    {"OBJECT_SEQUENCE", rename_relation},
    {"OBJECT_FOREIGN_TABLE", rename_relation},
    {"OBJECT_INDEX", rename_relation},
    {"OBJECT_COLUMN", rename_part_column},
    {"OBJECT_ATTRIBUTE", rename_part_column},
    {"OBJECT_TABCONSTRAINT", rename_part_constraint},
    {"OBJECT_TRIGGER", rename_part_trigger},
    {"OBJECT_POLICY", rename_part_policy},
    {"OBJECT_TYPE", rename_type},
    {"OBJECT_DOMAIN", rename_type},
    {"OBJECT_DOMCONSTRAINT", rename_domain_constraint},
    {"OBJECT_FUNCTION", rename_routine},
    {"OBJECT_PROCEDURE", rename_routine},
    {"OBJECT_ROUTINE", rename_routine},
    {"OBJECT_SCHEMA", rename_schema},
    {"OBJECT_PUBLICATION", rename_publication},
};

void replay_rename(const Replay *replay, const Node *node)
{
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        if (node_text_is(node, "renameType", KINDS[i].name)) {
            Rename rename = {
                .replay = replay,
                .node = node,
                .old = node_text(node, "subname"),
                .name = keep(replay, node_text(node, "newname")),
            };
            KINDS[i].apply(&rename);
        }
}

static void move_object(const Replay *replay, const Node *object, const char *kind,
                        const char *schema)
{
    bool is_routine = node_is(object, "ObjectWithArgs");
    Routine *routine = is_routine ? found_routine(replay, object) : NULL;
    bool is_type = strcmp(kind, "OBJECT_TYPE") == 0 || strcmp(kind, "OBJECT_DOMAIN") == 0;
    Type *type = is_type ? found_type(replay, object) : NULL;
    if (routine)
        move_routine(replay, routine, schema, routine->name);
    if (type)
        move_type(replay, type, schema, type->name);
}

void replay_set_schema(const Replay *replay, const Node *node)
{
    const char *schema = keep(replay, node_text(node, "newschema"));
    if (!node_has(node, "relation")) {
        move_object(replay, node_field(node, "object"), node_text(node, "objectType"), schema);
        return;
    }
    Relation *relation = found_relation(replay, node_field(node, "relation"));
    if (relation && !model_has_relation_name(replay->model, schema, relation->name))
        move_relation(replay, relation, schema, relation->name);
}
