// ALTER TABLE and its kind, subcommand by subcommand.
#include "check/replay/kind.h"
#include "check/replay/part.h"

// A column of the definition, and what its children get of it.
static void add_column(const Replay *replay, Relation *relation, const Node *definition,
                       bool is_inherited)
{
    const char *name = node_text(definition, "colname");
    if (relation_column(relation, name))
        return; // IF NOT EXISTS, a child's own, or the statement fails
    Column read = {0};
    read_column(replay, relation, definition, &read);
    read.is_inherited = is_inherited;
    *append_tight(replay->model->arena, &relation->columns) = read;
    for (ConstraintPass pass = PASS_CHECK; pass < PASS_END; pass++)
        add_column_constraints(replay, relation, definition, read.name, pass, false);
    for (size_t i = 0; i < relation->children.len; i++)
        add_column(replay, relation->children.items[i], definition, true);
}

static void replay_command(const Replay *replay, Relation *relation, const Node *command)
{
    if (node_text_is(command, "subtype", "AT_AddColumn"))
        add_column(replay, relation, node_field(command, "def"), false);
}

void replay_alter_table(const Replay *replay, const Node *node)
{
    const Node *range = node_field(node, "relation");
    if (node_flag(node, "missing_ok") && !found_relation(replay, range))
        return;
    Relation *relation = altered_relation(replay, range, RELATION_TABLE);
    NODE_EACH(command, node_field(node, "cmds"))
    replay_command(replay, relation, command);
}
