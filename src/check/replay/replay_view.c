// Views, and tables made from a query.
#include "check/replay/kind.h"
#include "check/replay/query.h"

void replay_create_view(const Replay *replay, const Node *node)
{
    const Node *range = node_field(node, "view");
    const char *schema = new_schema(replay, range);
    const char *name = keep(replay, node_text(range, "relname"));
    Relation *view = model_relation(replay->model, schema, name);
    if (view && view->kind == RELATION_VIEW) { // OR REPLACE
        view->columns.len = 0;
        view->reads.len = 0;
    } else if (view) {
        return; // the statement fails
    } else {
        view = model_add_relation(replay->model, schema, name, RELATION_VIEW, replay->made);
    }
    REQUIRE(view);
    view->is_temporary = node_text_is(range, "relpersistence", "t");
    read_query(replay, node_field(node, "query"), node_field(node, "aliases"), true, view);
}

void make_from_query(const Replay *replay, const Node *into, const Node *query, RelationKind kind)
{
    const Node *range = node_field(into, "rel");
    const char *schema = new_schema(replay, range);
    const char *name = keep(replay, node_text(range, "relname"));
    Relation *old = model_relation(replay->model, schema, name);
    if (old && replay->is_in_block)
        return;
    if (old)
        model_drop_relation(replay->model, old);
    Relation *relation = model_add_relation(replay->model, schema, name, kind, replay->made);
    relation->is_temporary = node_text_is(range, "relpersistence", "t");
    relation->is_unlogged = node_text_is(range, "relpersistence", "u");
    if (!node_flag(into, "skipData"))
        relation->filled = replay->made;
    if (node_is(query, "SelectStmt"))
        read_query(replay, query, node_field(into, "colNames"), kind == RELATION_MATERIALIZED_VIEW,
                   relation);
    else
        relation->is_only_altered = true; // EXECUTE: columns that nobody can tell
}

void replay_create_table_as(const Replay *replay, const Node *node)
{
    const Node *range = node_field(node, "into.rel");
    bool is_view = node_text_is(node, "objtype", "OBJECT_MATVIEW");
    if (node_flag(node, "if_not_exists") &&
        model_relation(replay->model, new_schema(replay, range), node_text(range, "relname")))
        return;
    make_from_query(replay, node_field(node, "into"), node_field(node, "query"),
                    is_view ? RELATION_MATERIALIZED_VIEW : RELATION_TABLE);
}
