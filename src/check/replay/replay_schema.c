// Schemas with their elements, extensions, publications.
#include "check/replay/kind.h"

void replay_create_schema(const Replay *replay, const Node *node)
{
    const char *said = node_text(node, "schemaname");
    if (!*said) // AUTHORIZATION role: the schema is called as the role
        said = node_text(node, "authrole.rolename");
    if (!*said)
        return;
    const char *name = keep(replay, said);
    if (!model_has_schema(replay->model, name))
        model_add_schema(replay->model, name);
    Replay inside = *replay;
    inside.schema = name;
    NODE_EACH(element, node_field(node, "schemaElts"))
    replay_node(&inside, element);
}

void replay_create_extension(const Replay *replay, const Node *node)
{
    const char *name = node_text(node, "extname");
    if (!model_has_extension(replay->model, name))
        *vec_append(replay->model->arena, &replay->model->extensions) = keep(replay, name);
}

static Publication *find_publication(const Replay *replay, const char *name)
{
    VEC_EACH (Publication, publication, &replay->model->publications)
        if (strcmp(publication->name, name) == 0)
            return publication;
    return NULL;
}

static const char *full_name(const Replay *replay, const Node *range)
{
    const Relation *relation = found_relation(replay, range);
    const char *schema = relation ? relation->schema : node_text(range, "schemaname");
    if (!*schema)
        schema = model_creation_schema(replay->model);
    return arena_printf(replay->model->arena, "%s.%s", schema, node_text(range, "relname"));
}

static void add_tables(const Replay *replay, Publication *publication, const Node *objects)
{
    NODE_EACH(object, objects)
    {
        const Node *range = node_field(object, "pubtable.relation");
        const char *name = range ? full_name(replay, range) : NULL;
        if (name && !words_have(&publication->tables, name))
            *vec_append(replay->model->arena, &publication->tables) = name;
    }
}

static void drop_tables(const Replay *replay, Publication *publication, const Node *objects)
{
    NODE_EACH(object, objects)
    {
        const Node *range = node_field(object, "pubtable.relation");
        const char *name = range ? full_name(replay, range) : "";
        for (size_t i = 0; i < publication->tables.len; i++)
            if (strcmp(publication->tables.items[i], name) == 0)
                publication->tables.items[i] = publication->tables.items[--publication->tables.len];
    }
}

void replay_create_publication(const Replay *replay, const Node *node)
{
    const char *name = node_text(node, "pubname");
    Publication *publication = find_publication(replay, name);
    if (!publication)
        publication = append_tight(replay->model->arena, &replay->model->publications);
    *publication = (Publication){.name = keep(replay, name),
                                 .is_all_tables = node_flag(node, "for_all_tables")};
    add_tables(replay, publication, node_field(node, "pubobjects"));
}

void replay_alter_publication(const Replay *replay, const Node *node)
{
    Publication *publication = find_publication(replay, node_text(node, "pubname"));
    const Node *objects = node_field(node, "pubobjects");
    if (!publication || !objects)
        return;
    if (node_text_is(node, "action", "AP_DropObjects")) {
        drop_tables(replay, publication, objects);
        return;
    }
    if (node_text_is(node, "action", "AP_SetObjects"))
        publication->tables.len = 0;
    add_tables(replay, publication, objects);
}
