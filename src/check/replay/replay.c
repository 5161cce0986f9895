#include "check/replay/replay.h"

#include "check/replay/kind.h"
#include "sql/plpgsql.h"

#include <stdlib.h>

typedef struct Kind {
    const char *name;
    void (*replay)(const Replay *replay, const Node *node);
} Kind;

// In the order of their names.
static const Kind KINDS[] = {
    {"AlterDomainStmt", replay_alter_domain},
    {"AlterEnumStmt", replay_alter_enum},
    {"AlterFunctionStmt", replay_alter_routine},
    {"AlterObjectSchemaStmt", replay_set_schema},
    {"AlterPublicationStmt", replay_alter_publication},
    {"AlterSeqStmt", replay_alter_sequence},
    {"AlterTableStmt", replay_alter_table},
    {"CompositeTypeStmt", replay_create_composite},
    {"CopyStmt", replay_copy},
    {"CreateDomainStmt", replay_create_domain},
    {"CreateEnumStmt", replay_create_enum},
    {"CreateExtensionStmt", replay_create_extension},
    {"CreateForeignTableStmt", replay_create_foreign_table},
    {"CreateFunctionStmt", replay_create_routine},
    {"CreatePolicyStmt", replay_create_policy},
    {"CreatePublicationStmt", replay_create_publication},
    {"CreateRangeStmt", replay_create_range},
    {"CreateSchemaStmt", replay_create_schema},
    {"CreateSeqStmt", replay_create_sequence},
    {"CreateStmt", replay_create_table},
    {"CreateTableAsStmt", replay_create_table_as},
    {"CreateTrigStmt", replay_create_trigger},
    {"DefineStmt", replay_define},
    {"DeleteStmt", replay_change},
    {"DiscardStmt", replay_discard},
    {"DropStmt", replay_drop},
    {"IndexStmt", replay_create_index},
    {"InsertStmt", replay_insert},
    {"MergeStmt", replay_insert},
    {"RenameStmt", replay_rename},
    {"SelectStmt", replay_select},
    {"UpdateStmt", replay_change},
    {"VariableSetStmt", replay_set},
    {"ViewStmt", replay_create_view},
};

static int compare_name(const void *name, const void *kind)
{
    return strcmp(name, ((const Kind *)kind)->name);
}

static const Kind *kind_of(const Node *node)
{
    return bsearch(node_kind(node), KINDS, sizeof KINDS / sizeof *KINDS, sizeof *KINDS,
                   compare_name);
}

void replay_node(const Replay *replay, const Node *node)
{
    const Kind *kind = kind_of(node);
    if (kind)
        kind->replay(replay, node);
}

// What is conditional counts as run, but for DROP: such blocks ask the catalog
// whether a statement is still needed, IF NOT EXISTS (SELECT ... pg_type ...) THEN CREATE TYPE ...
static void replay_block(const Replay *replay)
{
    const Body *body = body_of(replay->scratch, replay->parsed);
    VEC_EACH (const BodyStatement, inside, &body->statements) {
        Replay one = *replay;
        one.parsed = &inside->parsed;
        one.is_in_block = true;
        one.is_conditional = inside->is_conditional;
        if (inside->parsed.node)
            replay_node(&one, inside->parsed.node);
    }
}

void replay_statement(Arena *scratch, Model *model, const ParsedStatement *parsed, Made made)
{
    Replay replay = {.scratch = scratch, .model = model, .parsed = parsed, .made = made};
    if (node_is(parsed->node, "DoStmt"))
        replay_block(&replay);
    else
        replay_node(&replay, parsed->node);
}
