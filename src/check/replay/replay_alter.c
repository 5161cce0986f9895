// ALTER TABLE and its kind: which subcommand does what, and in which order.
#include "check/replay/alter.h"
#include "check/replay/kind.h"
#include "check/replay/part.h"

// Several subcommands run in passes, whatever their order (AlterTablePass of tablecmds.c).
typedef enum AlterPass {
    ALTER_DROP,
    ALTER_TYPES,
    ALTER_ADD_COLUMN,
    ALTER_REST,
    ALTER_END,
} AlterPass;

static const struct Subcommand {
    const char *name;
    AlterPass pass;
    void (*apply)(const Alter *alter);
} SUBCOMMANDS[] = {
    {"AT_AddColumn", ALTER_ADD_COLUMN, alter_add_column},
    {"AT_AddConstraint", ALTER_REST, alter_add_constraint},
    {"AT_DropColumn", ALTER_DROP, alter_drop_column},
    {"AT_DropConstraint", ALTER_DROP, alter_drop_constraint},
    {"AT_AlterColumnType", ALTER_TYPES, alter_type},
    {"AT_ColumnDefault", ALTER_REST, alter_default},
    {"AT_SetNotNull", ALTER_REST, alter_set_not_null},
    {"AT_DropNotNull", ALTER_DROP, alter_drop_not_null},
    {"AT_ValidateConstraint", ALTER_REST, alter_validate},
    {"AT_AlterConstraint", ALTER_REST, alter_constraint},
    {"AT_AddIdentity", ALTER_REST, alter_add_identity},
    {"AT_DropIdentity", ALTER_DROP, alter_drop_identity},
    {"AT_SetExpression", ALTER_REST, alter_set_expression},
    {"AT_DropExpression", ALTER_DROP, alter_drop_expression},
    {"AT_AttachPartition", ALTER_REST, alter_attach},
    {"AT_DetachPartition", ALTER_REST, alter_detach},
    {"AT_DetachPartitionFinalize", ALTER_REST, alter_detach},
    {"AT_AddInherit", ALTER_REST, alter_inherit},
    {"AT_DropInherit", ALTER_REST, alter_no_inherit},
    {"AT_EnableTrig", ALTER_REST, alter_trigger},
    {"AT_EnableAlwaysTrig", ALTER_REST, alter_trigger},
    {"AT_EnableReplicaTrig", ALTER_REST, alter_trigger},
    {"AT_EnableTrigAll", ALTER_REST, alter_trigger},
    {"AT_EnableTrigUser", ALTER_REST, alter_trigger},
    {"AT_DisableTrig", ALTER_REST, alter_trigger},
    {"AT_DisableTrigAll", ALTER_REST, alter_trigger},
    {"AT_DisableTrigUser", ALTER_REST, alter_trigger},
    {"AT_EnableRowSecurity", ALTER_REST, alter_row_security},
    {"AT_DisableRowSecurity", ALTER_REST, alter_row_security},
    {"AT_ForceRowSecurity", ALTER_REST, alter_row_security},
    {"AT_NoForceRowSecurity", ALTER_REST, alter_row_security},
    {"AT_ReplicaIdentity", ALTER_REST, alter_identity},
    {"AT_SetLogged", ALTER_REST, alter_logged},
    {"AT_SetUnLogged", ALTER_REST, alter_logged},
};

static const struct Subcommand *subcommand_of(const Node *command)
{
    const char *name = node_text(command, "subtype");
    for (size_t i = 0; i < sizeof SUBCOMMANDS / sizeof *SUBCOMMANDS; i++)
        if (strcmp(SUBCOMMANDS[i].name, name) == 0)
            return &SUBCOMMANDS[i];
    return NULL; // owner, storage, statistics, options: nothing that the model holds
}

// The kind of what was never seen, as far as the statement says.
static RelationKind kind_of(const Node *node)
{
    if (node_text_is(node, "objtype", "OBJECT_VIEW"))
        return RELATION_VIEW;
    if (node_text_is(node, "objtype", "OBJECT_MATVIEW"))
        return RELATION_MATERIALIZED_VIEW;
    if (node_text_is(node, "objtype", "OBJECT_FOREIGN_TABLE"))
        return RELATION_FOREIGN_TABLE;
    if (node_text_is(node, "objtype", "OBJECT_SEQUENCE"))
        return RELATION_SEQUENCE;
    return node_text_is(node, "objtype", "OBJECT_TYPE") ? RELATION_COMPOSITE : RELATION_TABLE;
}

// ALTER INDEX ... ATTACH PARTITION is about an index of a relation.
static Relation *target_of(const Replay *replay, const Node *node)
{
    const Node *range = node_field(node, "relation");
    Index *index;
    Relation *relation = found_relation(replay, range);
    if (relation)
        return relation;
    relation = model_index(replay->model, node_text(range, "schemaname"),
                           node_text(range, "relname"), &index);
    if (relation || node_flag(node, "missing_ok") || node_text_is(node, "objtype", "OBJECT_INDEX"))
        return relation;
    return altered_relation(replay, range, kind_of(node));
}

void replay_alter_table(const Replay *replay, const Node *node)
{
    const Node *commands = node_field(node, "cmds");
    Alter alter = {
        .replay = replay,
        .relation = target_of(replay, node),
        .is_only = !node_flag(node, "relation.inh"),
    };
    if (!alter.relation)
        return;
    for (AlterPass pass = ALTER_DROP; pass < ALTER_END; pass++)
        NODE_EACH(command, commands)
        {
            const struct Subcommand *subcommand = subcommand_of(command);
            alter.command = command;
            if (subcommand && subcommand->pass == pass)
                subcommand->apply(&alter);
        }
}
