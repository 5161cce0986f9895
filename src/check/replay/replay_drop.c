// DROP of everything.
#include "check/replay/kind.h"
#include "check/replay/part.h"
#include "check/replay/routine.h"

typedef struct Drop {
    const Replay *replay;
    const Node *object;
    bool is_cascade;
} Drop;

static void drop_relation(const Drop *drop)
{
    Relation *relation = found_named(drop->replay, drop->object);
    if (relation)
        remove_relation(drop->replay, relation);
}

static void drop_index(const Drop *drop)
{
    Index *index;
    Relation *relation = model_index(drop->replay->model, schema_of(drop->object),
                                     node_last_text(drop->object), &index);
    if (!index || index->constraint)
        return;
    Words columns = index->columns;
    bool is_unique = index->is_unique;
    remove_index(drop->replay, relation, index);
    if (is_unique && drop->is_cascade)
        remove_keys_on(drop->replay, relation, &columns);
}

static bool is_type(const ColumnType *column, const Type *type)
{
    return strcmp(column->name, type->name) == 0 && strcmp(column->schema, type->schema) == 0;
}

static void drop_columns_of(const Replay *replay, const Type *type)
{
    for (size_t i = 0; i < type->users.len; i++) {
        Relation *user = type->users.items[i];
        if (model_relation(replay->model, user->schema, user->name) != user)
            continue;
        for (size_t k = user->columns.len; k > 0; k--)
            if (k <= user->columns.len && is_type(&user->columns.items[k - 1].type, type))
                remove_column(replay, user, user->columns.items[k - 1].name);
    }
}

static void drop_type(const Drop *drop)
{
    const Replay *replay = drop->replay;
    Type *type = found_type(replay, node_field(drop->object, "names"));
    if (!type)
        return;
    if (drop->is_cascade)
        drop_columns_of(replay, type);
    Relation *composite = type->kind == TYPE_COMPOSITE
                              ? model_relation(replay->model, type->schema, type->name)
                              : NULL;
    if (composite)
        remove_relation(replay, composite); // and the type
    else
        model_drop_type(replay->model, type);
}

static void remove_routine(const Replay *replay, Routine *routine, bool is_cascade)
{
    const char *name = arena_printf(replay->scratch, "%s.%s", routine->schema, routine->name);
    for (size_t i = 0; is_cascade && i < routine->users.len; i++) {
        Relation *user = routine->users.items[i];
        for (size_t k = user->triggers.len; k > 0; k--)
            if (strcmp(user->triggers.items[k - 1].function, name) == 0)
                drop_trigger(user, user->triggers.items[k - 1].name);
    }
    model_drop_routine(replay->model, routine);
}

static void drop_routine(const Drop *drop)
{
    Routine *routine = found_routine(drop->replay, drop->object);
    if (routine)
        remove_routine(drop->replay, routine, drop->is_cascade);
}

// {"s", "t", "name"}: the table and what it has.
static Relation *table_of(const Drop *drop)
{
    const char *schema = NULL;
    const char *table = NULL;
    const char *name = NULL;
    NODE_EACH(part, drop->object)
    {
        schema = table;
        table = name;
        name = node_text(part, NULL);
    }
    return table ? model_relation(drop->replay->model, schema, table) : NULL;
}

static void drop_trigger_of(const Drop *drop)
{
    Relation *relation = table_of(drop);
    if (relation)
        drop_trigger(relation, node_last_text(drop->object));
}

static void drop_policy_of(const Drop *drop)
{
    Relation *relation = table_of(drop);
    if (relation)
        drop_policy(relation, node_last_text(drop->object));
}

#define OF_SCHEMA(list, schema_) (strcmp((list).items[i - 1]->schema, (schema_)) == 0)

// From the end: what goes takes others of the schema along, and the last takes its place.
static void empty_schema(const Replay *replay, const char *schema)
{
    Model *model = replay->model;
    for (size_t i = model->relations.len; i > 0; i--)
        if (i <= model->relations.len && OF_SCHEMA(model->relations, schema))
            remove_relation(replay, model->relations.items[i - 1]);
    for (size_t i = model->types.len; i > 0; i--)
        if (i <= model->types.len && OF_SCHEMA(model->types, schema)) {
            drop_columns_of(replay, model->types.items[i - 1]);
            model_drop_type(model, model->types.items[i - 1]);
        }
    for (size_t i = model->routines.len; i > 0; i--)
        if (i <= model->routines.len && OF_SCHEMA(model->routines, schema))
            remove_routine(replay, model->routines.items[i - 1], true);
}

static void drop_schema(const Drop *drop)
{
    const char *name = node_text(drop->object, NULL);
    if (drop->is_cascade)
        empty_schema(drop->replay, name);
    model_drop_schema(drop->replay->model, name);
}

static void drop_extension(const Drop *drop)
{
    Words *extensions = &drop->replay->model->extensions;
    for (size_t i = 0; i < extensions->len; i++)
        if (strcmp(extensions->items[i], node_text(drop->object, NULL)) == 0)
            extensions->items[i] = extensions->items[--extensions->len];
}

static void drop_publication(const Drop *drop)
{
    Model *model = drop->replay->model;
    for (size_t i = 0; i < model->publications.len; i++)
        if (strcmp(model->publications.items[i].name, node_text(drop->object, NULL)) == 0)
            model->publications.items[i] = model->publications.items[--model->publications.len];
}

static const struct DropKind {
    const char *name;
    void (*drop)(const Drop *drop);
} KINDS[] = {
    {"OBJECT_TABLE", drop_relation},
    {"OBJECT_VIEW", drop_relation},
    {"OBJECT_MATVIEW", drop_relation},
    {"OBJECT_SEQUENCE", drop_relation},
    {"OBJECT_FOREIGN_TABLE", drop_relation},
    {"OBJECT_INDEX", drop_index},
    {"OBJECT_TYPE", drop_type},
    {"OBJECT_DOMAIN", drop_type},
    {"OBJECT_FUNCTION", drop_routine},
    {"OBJECT_PROCEDURE", drop_routine},
    {"OBJECT_ROUTINE", drop_routine},
    {"OBJECT_TRIGGER", drop_trigger_of},
    {"OBJECT_POLICY", drop_policy_of},
    {"OBJECT_SCHEMA", drop_schema},
    {"OBJECT_EXTENSION", drop_extension},
    {"OBJECT_PUBLICATION", drop_publication},
};

void replay_drop(const Replay *replay, const Node *node)
{
    if (replay->is_conditional)
        return; // nobody can be sure
    Drop drop = {.replay = replay, .is_cascade = node_text_is(node, "behavior", "DROP_CASCADE")};
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
        if (!node_text_is(node, "removeType", KINDS[i].name))
            continue;
        NODE_EACH(object, node_field(node, "objects"))
        {
            drop.object = object;
            KINDS[i].drop(&drop);
        }
        return;
    }
}
