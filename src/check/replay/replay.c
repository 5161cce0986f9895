#include "check/replay/replay.h"

#include "check/replay/kind.h"
#include "sql/plpgsql.h"

#include <stdlib.h>

typedef struct Kind {
    const char *name;
    void (*replay)(const Replay *replay, const Node *node);
    bool makes; // it only adds to what is there
} Kind;

// In the order of their names.
static const Kind KINDS[] = {
    {"AlterDomainStmt", replay_alter_domain, false},
    {"AlterEnumStmt", replay_alter_enum, true},
    {"AlterFunctionStmt", replay_alter_routine, false},
    {"AlterObjectSchemaStmt", replay_set_schema, false},
    {"AlterPublicationStmt", replay_alter_publication, false},
    {"AlterSeqStmt", replay_alter_sequence, false},
    {"AlterTableStmt", replay_alter_table, false},
    {"CompositeTypeStmt", replay_create_composite, true},
    {"CopyStmt", replay_copy, true},
    {"CreateDomainStmt", replay_create_domain, true},
    {"CreateEnumStmt", replay_create_enum, true},
    {"CreateExtensionStmt", replay_create_extension, true},
    {"CreateForeignTableStmt", replay_create_foreign_table, true},
    {"CreateFunctionStmt", replay_create_routine, true},
    {"CreatePolicyStmt", replay_create_policy, true},
    {"CreatePublicationStmt", replay_create_publication, true},
    {"CreateRangeStmt", replay_create_range, true},
    {"CreateSchemaStmt", replay_create_schema, true},
    {"CreateSeqStmt", replay_create_sequence, true},
    {"CreateStmt", replay_create_table, true},
    {"CreateTableAsStmt", replay_create_table_as, true},
    {"CreateTrigStmt", replay_create_trigger, true},
    {"DefineStmt", replay_define, true},
    {"DeleteStmt", replay_change, true},
    {"DiscardStmt", replay_discard, false},
    {"DropStmt", replay_drop, false},
    {"IndexStmt", replay_create_index, true},
    {"InsertStmt", replay_insert, true},
    {"MergeStmt", replay_insert, true},
    {"RenameStmt", replay_rename, false},
    {"SelectStmt", replay_select, false},
    {"UpdateStmt", replay_change, true},
    {"VariableSetStmt", replay_set, false},
    {"ViewStmt", replay_create_view, true},
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

static void replay_block(const Replay *replay)
{
    Body body;
    body_open(replay->scratch, replay->parsed, &body);
    VEC_EACH (BodyStatement, inside, &body.statements) {
        Replay one = *replay;
        one.parsed = &inside->parsed;
        if (!inside->is_conditional && inside->parsed.node)
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
