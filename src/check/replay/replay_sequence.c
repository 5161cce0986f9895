// CREATE SEQUENCE and ALTER SEQUENCE: whose they are.
#include "check/replay/kind.h"

static const Node *owned_by(const Node *node)
{
    NODE_EACH(option, node_field(node, "options"))
    if (node_text_is(option, "defname", "owned_by"))
        return node_field(option, "arg");
    return NULL;
}

static void set_owner(const Replay *replay, Relation *sequence, const Node *names)
{
    size_t count = node_count(names);
    const char *parts[3] = {NULL, NULL, NULL}; // schema, table, column
    size_t i = count > 3 ? 0 : 3 - count;
    NODE_EACH(name, names)
    if (i < 3)
        parts[i++] = node_text(name, NULL);
    sequence->owner_schema = NULL;
    sequence->owner_table = NULL;
    sequence->owner_column = NULL;
    if (count < 2) // NONE
        return;
    Relation *table = model_relation(replay->model, parts[0], parts[1]);
    const Column *column = table ? relation_column(table, parts[2]) : NULL;
    sequence->owner_schema = table ? table->schema : sequence->schema;
    sequence->owner_table = table ? table->name : keep(replay, parts[1]);
    sequence->owner_column = column ? column->name : keep(replay, parts[2]);
    if (table)
        note_referrer(replay, table, sequence);
}

void replay_create_sequence(const Replay *replay, const Node *node)
{
    const Node *range = node_field(node, "sequence");
    const char *name = node_text(range, "relname");
    const char *schema = new_schema(replay, range);
    if (model_has_relation_name(replay->model, schema, name))
        return; // IF NOT EXISTS, or the statement fails
    Relation *sequence = model_add_relation(replay->model, schema, keep(replay, name),
                                            RELATION_SEQUENCE, replay->made);
    sequence->is_temporary = node_text_is(range, "relpersistence", "t");
    if (owned_by(node))
        set_owner(replay, sequence, owned_by(node));
}

void replay_alter_sequence(const Replay *replay, const Node *node)
{
    const Node *range = node_field(node, "sequence");
    if (!owned_by(node) || (node_flag(node, "missing_ok") && !found_relation(replay, range)))
        return;
    set_owner(replay, altered_relation(replay, range, RELATION_SEQUENCE), owned_by(node));
}
