#include "check/replay/replay.h"

#include "check/replay/kind.h"

typedef struct Kind {
    const char *name;
    void (*replay)(const Replay *replay, const Node *node);
} Kind;

static const Kind KINDS[] = {
    {"AlterTableStmt", replay_alter_table},
    {"CreateForeignTableStmt", replay_create_foreign_table},
    {"CreateStmt", replay_create_table},
    {"IndexStmt", replay_create_index},
};

void replay_statement(Arena *scratch, Model *model, const ParsedStatement *parsed, Made made)
{
    const char *name = node_kind(parsed->node);
    Replay replay = {.scratch = scratch, .model = model, .parsed = parsed, .made = made};
    for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
        if (strcmp(KINDS[i].name, name) == 0)
            KINDS[i].replay(&replay, parsed->node);
}
