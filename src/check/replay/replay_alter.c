// ALTER TABLE and its kind: which subcommand does what, and in which order.
#include "check/replay/alter.h"
#include "check/replay/kind.h"
#include "check/replay/part.h"

#include <stdlib.h>
#include <string.h>

// Several subcommands run in passes, whatever their order (AlterTablePass of tablecmds.c).
typedef enum AlterPass {
    ALTER_DROP,
    ALTER_TYPES,
    ALTER_ADD_COLUMN,
    ALTER_REST,
    ALTER_END,
} AlterPass;

// By name.
static const struct Subcommand {
    const char *name;
    AlterPass pass;
    void (*apply)(const Alter *alter);
} SUBCOMMANDS[] = {
    {"AT_AddColumn", ALTER_ADD_COLUMN, alter_add_column},
    {"AT_AddConstraint", ALTER_REST, alter_add_constraint},
    {"AT_AddIdentity", ALTER_REST, alter_add_identity},
    {"AT_AddInherit", ALTER_REST, alter_inherit},
    {"AT_AlterColumnType", ALTER_TYPES, alter_type},
    {"AT_AlterConstraint", ALTER_REST, alter_constraint},
    {"AT_AttachPartition", ALTER_REST, alter_attach},
    {"AT_ColumnDefault", ALTER_REST, alter_default},
    {"AT_DetachPartition", ALTER_REST, alter_detach},
    {"AT_DetachPartitionFinalize", ALTER_REST, alter_detach},
    {"AT_DisableRowSecurity", ALTER_REST, alter_row_security},
    {"AT_DisableTrig", ALTER_REST, alter_trigger},
    {"AT_DisableTrigAll", ALTER_REST, alter_trigger},
    {"AT_DisableTrigUser", ALTER_REST, alter_trigger},
    {"AT_DropColumn", ALTER_DROP, alter_drop_column},
    {"AT_DropConstraint", ALTER_DROP, alter_drop_constraint},
    {"AT_DropExpression", ALTER_DROP, alter_drop_expression},
    {"AT_DropIdentity", ALTER_DROP, alter_drop_identity},
    {"AT_DropInherit", ALTER_REST, alter_no_inherit},
    {"AT_DropNotNull", ALTER_DROP, alter_drop_not_null},
    {"AT_EnableAlwaysTrig", ALTER_REST, alter_trigger},
    {"AT_EnableReplicaTrig", ALTER_REST, alter_trigger},
    {"AT_EnableRowSecurity", ALTER_REST, alter_row_security},
    {"AT_EnableTrig", ALTER_REST, alter_trigger},
    {"AT_EnableTrigAll", ALTER_REST, alter_trigger},
    {"AT_EnableTrigUser", ALTER_REST, alter_trigger},
    {"AT_ForceRowSecurity", ALTER_REST, alter_row_security},
    {"AT_NoForceRowSecurity", ALTER_REST, alter_row_security},
    {"AT_ReplicaIdentity", ALTER_REST, alter_identity},
    {"AT_SetExpression", ALTER_REST, alter_set_expression},
    {"AT_SetLogged", ALTER_REST, alter_logged},
    {"AT_SetNotNull", ALTER_REST, alter_set_not_null},
    {"AT_SetUnLogged", ALTER_REST, alter_logged},
    {"AT_ValidateConstraint", ALTER_REST, alter_validate},
};

static int by_name(const void *name, const void *subcommand)
{
    return strcmp(name, ((const struct Subcommand *)subcommand)->name);
}

// NULL: owner, storage, statistics, options; nothing that the model holds.
static const struct Subcommand *subcommand_of(const Node *command)
{
    return bsearch(node_text(command, "subtype"), SUBCOMMANDS,
                   sizeof SUBCOMMANDS / sizeof *SUBCOMMANDS, sizeof *SUBCOMMANDS, by_name);
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
    bool is_used[ALTER_END] = {false}; // most have one subcommand, in one pass
    NODE_EACH(command, commands)
    {
        const struct Subcommand *subcommand = subcommand_of(command);
        if (subcommand)
            is_used[subcommand->pass] = true;
    }
    for (AlterPass pass = ALTER_DROP; pass < ALTER_END; pass++)
        for (const Node *command = is_used[pass] ? node_first(commands) : NULL; command;
             command = node_next(command)) {
            const struct Subcommand *subcommand = subcommand_of(command);
            alter.command = command;
            if (subcommand && subcommand->pass == pass)
                subcommand->apply(&alter);
        }
}
