// Policies, row security, replica identity, logging: what a table has besides.
#include "check/replay/alter.h"
#include "check/replay/kind.h"
#include "check/replay/part.h"

void alter_row_security(const Alter *alter)
{
    const char *subtype = node_text(alter->command, "subtype");
    if (strcmp(subtype, "AT_EnableRowSecurity") == 0)
        alter->relation->has_row_security = true;
    else if (strcmp(subtype, "AT_DisableRowSecurity") == 0)
        alter->relation->has_row_security = false;
    else
        alter->relation->forces_row_security = strcmp(subtype, "AT_ForceRowSecurity") == 0;
}

void alter_identity(const Alter *alter)
{
    alter->relation->replica_identity = node_text(alter->command, "def.identity_type")[0];
}

void alter_logged(const Alter *alter)
{
    alter->relation->is_unlogged = node_text_is(alter->command, "subtype", "AT_SetUnLogged");
}

static Policy *find_policy(const Relation *relation, const char *name)
{
    VEC_EACH (Policy, policy, &relation->policies)
        if (strcmp(policy->name, name) == 0)
            return policy;
    return NULL;
}

void replay_create_policy(const Replay *replay, const Node *node)
{
    Relation *relation = altered_relation(replay, node_field(node, "table"), RELATION_TABLE);
    const char *name = node_text(node, "policy_name");
    if (find_policy(relation, name))
        return; // the statement fails
    Policy *policy = append_tight(replay->model->arena, &relation->policies);
    policy->name = keep(replay, name);
    policy->command = keep(replay, node_text(node, "cmd_name"));
    policy->made = replay->made;
}

void drop_policy(Relation *relation, const char *name)
{
    Policy *policy = find_policy(relation, name);
    if (!policy)
        return;
    Policy *end = relation->policies.items + relation->policies.len;
    memmove(policy, policy + 1, (size_t)(end - policy - 1) * sizeof *policy);
    relation->policies.len--;
}

void rename_policy(Relation *relation, const char *name, const char *new_name)
{
    Policy *policy = find_policy(relation, name);
    if (policy)
        policy->name = new_name;
}
