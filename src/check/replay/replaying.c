#include "check/replay/replaying.h"

const char *keep(const Replay *replay, const char *text)
{
    if (!text || !*text)
        return text ? "" : NULL;
    return arena_strdup(replay->model->arena, text);
}

Words keep_words(const Replay *replay, const Words *words)
{
    Words kept = {0};
    if (words->len)
        vec_reserve(replay->model->arena, &kept, words->len);
    for (size_t i = 0; i < words->len; i++)
        *vec_append(replay->model->arena, &kept) = keep(replay, words->items[i]);
    return kept;
}

const char *keep_column(const Replay *replay, const Relation *relation, const char *name)
{
    const Column *column = relation_column(relation, name);
    return column ? column->name : keep(replay, name);
}

Words keep_columns(const Replay *replay, const Relation *relation, const Words *names)
{
    Words kept = {0};
    if (names->len)
        vec_reserve(replay->model->arena, &kept, names->len);
    for (size_t i = 0; i < names->len; i++)
        *vec_append(replay->model->arena, &kept) = keep_column(replay, relation, names->items[i]);
    return kept;
}

Relation *found_relation(const Replay *replay, const Node *range)
{
    const char *schema = node_text(range, "schemaname");
    if (!*schema && replay->schema)
        schema = replay->schema;
    return model_relation(replay->model, schema, node_text(range, "relname"));
}

const char *schema_of(const Node *names)
{
    const char *schema = NULL;
    const char *name = NULL;
    NODE_EACH(item, names)
    {
        schema = name;
        name = node_text(item, NULL);
    }
    return schema;
}

Relation *found_named(const Replay *replay, const Node *names)
{
    return model_relation(replay->model, schema_of(names), node_last_text(names));
}

const char *new_schema(const Replay *replay, const Node *range)
{
    const char *schema = node_text(range, "schemaname");
    if (node_text_is(range, "relpersistence", "t"))
        return "pg_temp";
    if (*schema)
        return keep(replay, schema);
    return replay->schema ? replay->schema : model_creation_schema(replay->model);
}

const char *new_schema_of(const Replay *replay, const Node *names)
{
    const char *schema = schema_of(names);
    if (schema)
        return keep(replay, schema);
    return replay->schema ? replay->schema : model_creation_schema(replay->model);
}

Relation *altered_relation(const Replay *replay, const Node *range, RelationKind kind)
{
    Relation *relation = found_relation(replay, range);
    if (relation)
        return relation;
    const char *schema = new_schema(replay, range);
    relation = model_relation(replay->model, schema, node_text(range, "relname"));
    if (relation) // an empty search_path finds nothing, and yet things are made in public
        return relation;
    const char *name = keep(replay, node_text(range, "relname"));
    relation = model_add_relation(replay->model, schema, name, kind, replay->made);
    relation->is_only_altered = true;
    return relation;
}

Type *found_type(const Replay *replay, const Node *names)
{
    return model_type(replay->model, schema_of(names), node_last_text(names));
}

// One that refers twice in a row is noted once; more is not worth a search.
#define NOTE(replay, list, relation)                                                               \
    do {                                                                                           \
        if ((list)->len == 0 || (list)->items[(list)->len - 1] != (relation))                      \
            *append_tight((replay)->model->arena, (list)) = (relation);                            \
    } while (0)

void note_referrer(const Replay *replay, Relation *referred, Relation *referrer)
{
    NOTE(replay, &referred->referrers, referrer);
}

const char *row_schema(const Replay *replay, const ColumnType *type)
{
    const Relation *relation =
        *type->schema ? NULL : model_relation(replay->model, NULL, type->name);
    return relation && relation->kind != RELATION_SEQUENCE ? relation->schema : type->schema;
}

ColumnType resolved_type(const Replay *replay, const Node *type_name, Relation *user,
                         bool *ret_is_serial)
{
    ColumnType type = replay_type(replay->model->arena, type_name, ret_is_serial);
    Type *known = model_type(replay->model, type.schema, type.name);
    if (!known) {
        type.schema = row_schema(replay, &type);
        return type;
    }
    type.schema = known->schema;
    type.name = known->name;
    if (user)
        NOTE(replay, &known->users, user);
    return type;
}
