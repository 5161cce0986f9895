#include "check/lock/altering.h"
#include "check/lock/kinds.h"
#include "check/lock/partner.h"

#include <stdlib.h>
#include <string.h>

void altering_rewrites(Altering *altering, const char *why)
{
    if (!altering->is_rewritten)
        altering->why = why;
    altering->is_rewritten = true;
}

void altering_scans(Altering *altering, const char *why)
{
    altering->is_scanned = true;
    if (!altering->why)
        altering->why = why;
}

void altering_builds(Altering *altering, const char *why)
{
    altering->builds_index = true;
    if (!altering->why)
        altering->why = why;
}

static void set_logged(Altering *altering, const Node *command)
{
    bool to_unlogged = node_text_is(command, "subtype", "AT_SetUnLogged");
    if (!altering->relation || altering->relation->is_unlogged != to_unlogged)
        altering_rewrites(altering, "logged and unlogged tables have different files");
}

static void set_tablespace(Altering *altering, const Node *command)
{
    altering_rewrites(altering, "the files are copied to the other tablespace");
}

// Of a partitioned table (17) it only says what new partitions will have.
static void set_access_method(Altering *altering, const Node *command)
{
    if (altering->relation && altering->relation->kind == RELATION_PARTITIONED)
        return;
    if (!node_text_is(command, "name", "heap")) // what a table has, unless somebody changed it
        altering_rewrites(altering, "another access method writes every row anew");
}

static void set_owner(Altering *altering, const Node *command)
{
    if (altering->relation)
        partners_sequences(altering->effecting, altering->relation, NULL, LOCK_ACCESS_EXCLUSIVE);
}

// A trigger for each row of a partitioned table is one on every partition.
static void switch_trigger(Altering *altering, const Node *command)
{
    const Relation *relation = altering->relation;
    if (!relation || relation->is_only_altered || relation->triggers.len)
        altering->reach = reach_of_partitions(relation);
}

// Those that PostgreSQL gives SHARE UPDATE EXCLUSIVE (reloptions.c): they change what happens
// later.
static bool is_mild_option(const char *name)
{
    static const char *const MILD[] = {
        "fillfactor", "autovacuum_", "log_autovacuum_",   "toast_tuple_target", "parallel_workers",
        "vacuum_",    "n_distinct",  "deduplicate_items", "log_auto",
    };
    for (size_t i = 0; i < sizeof MILD / sizeof *MILD; i++)
        if (strncmp(name, MILD[i], strlen(MILD[i])) == 0)
            return true;
    return false;
}

static LockMode options_mode(const Altering *altering, const Node *command)
{
    LockMode mode = LOCK_SHARE_UPDATE_EXCLUSIVE;
    NODE_EACH(option, node_field(command, "def"))
    if (!is_mild_option(node_text(option, "defname")))
        mode = LOCK_ACCESS_EXCLUSIVE;
    return mode;
}

typedef enum Recursion {
    ALONE,
    CHILDREN,   // partitions and inheriting tables
    PARTITIONS, // only those
} Recursion;

// AlterTableGetLockLevel() and ATPrepCmd() of 13 to 18, by name. What is not here: ACCESS
// EXCLUSIVE, alone.
typedef struct Subtype {
    const char *name;
    LockMode mode; // LOCK_NONE: `choose` says it
    Recursion recursion;
    void (*act)(Altering *altering, const Node *command);
    LockMode (*choose)(const Altering *altering, const Node *command);
} Subtype;

static const Subtype SUBTYPES[] = {
    {"AT_AddColumn", LOCK_ACCESS_EXCLUSIVE, CHILDREN, locks_add_column},
    {"AT_AddConstraint", LOCK_NONE, ALONE, locks_add_constraint, locks_constraint_mode},
    {"AT_AddIdentity", LOCK_ACCESS_EXCLUSIVE, ALONE, locks_identity},
    {"AT_AddInherit", LOCK_ACCESS_EXCLUSIVE, ALONE, locks_inherit},
    {"AT_AlterColumnType", LOCK_ACCESS_EXCLUSIVE, CHILDREN, locks_column_type},
    {"AT_AlterConstraint", LOCK_ACCESS_EXCLUSIVE, PARTITIONS, locks_change_constraint},
    {"AT_AttachPartition", LOCK_SHARE_UPDATE_EXCLUSIVE, ALONE, locks_attach},
    {"AT_ChangeOwner", LOCK_ACCESS_EXCLUSIVE, ALONE, set_owner},
    {"AT_ClusterOn", LOCK_SHARE_UPDATE_EXCLUSIVE, ALONE},
    {"AT_ColumnDefault", LOCK_ACCESS_EXCLUSIVE, CHILDREN},
    {"AT_DetachPartition", LOCK_NONE, ALONE, locks_detach, locks_detach_mode},
    {"AT_DetachPartitionFinalize", LOCK_SHARE_UPDATE_EXCLUSIVE, ALONE, locks_detach},
    {"AT_DisableTrig", LOCK_SHARE_ROW_EXCLUSIVE, ALONE, switch_trigger},
    {"AT_DisableTrigAll", LOCK_SHARE_ROW_EXCLUSIVE, ALONE, switch_trigger},
    {"AT_DisableTrigUser", LOCK_SHARE_ROW_EXCLUSIVE, ALONE, switch_trigger},
    {"AT_DropCluster", LOCK_SHARE_UPDATE_EXCLUSIVE, ALONE},
    {"AT_DropColumn", LOCK_ACCESS_EXCLUSIVE, CHILDREN, locks_drop_column},
    {"AT_DropConstraint", LOCK_ACCESS_EXCLUSIVE, ALONE, locks_drop_constraint},
    {"AT_DropExpression", LOCK_ACCESS_EXCLUSIVE, CHILDREN},
    {"AT_DropIdentity", LOCK_ACCESS_EXCLUSIVE, ALONE, locks_drop_identity},
    {"AT_DropNotNull", LOCK_ACCESS_EXCLUSIVE, ALONE, locks_drop_not_null},
    {"AT_EnableAlwaysTrig", LOCK_SHARE_ROW_EXCLUSIVE, ALONE, switch_trigger},
    {"AT_EnableReplicaTrig", LOCK_SHARE_ROW_EXCLUSIVE, ALONE, switch_trigger},
    {"AT_EnableTrig", LOCK_SHARE_ROW_EXCLUSIVE, ALONE, switch_trigger},
    {"AT_EnableTrigAll", LOCK_SHARE_ROW_EXCLUSIVE, ALONE, switch_trigger},
    {"AT_EnableTrigUser", LOCK_SHARE_ROW_EXCLUSIVE, ALONE, switch_trigger},
    {"AT_ResetOptions", LOCK_SHARE_UPDATE_EXCLUSIVE, ALONE},
    {"AT_ResetRelOptions", LOCK_NONE, ALONE, NULL, options_mode},
    {"AT_SetAccessMethod", LOCK_ACCESS_EXCLUSIVE, ALONE, set_access_method},
    {"AT_SetExpression", LOCK_ACCESS_EXCLUSIVE, CHILDREN, locks_set_expression},
    {"AT_SetIdentity", LOCK_ACCESS_EXCLUSIVE, ALONE, locks_identity},
    {"AT_SetLogged", LOCK_ACCESS_EXCLUSIVE, ALONE, set_logged},
    {"AT_SetNotNull", LOCK_ACCESS_EXCLUSIVE, CHILDREN, locks_set_not_null},
    {"AT_SetOptions", LOCK_SHARE_UPDATE_EXCLUSIVE, ALONE},
    {"AT_SetRelOptions", LOCK_NONE, ALONE, NULL, options_mode},
    {"AT_SetStatistics", LOCK_SHARE_UPDATE_EXCLUSIVE, CHILDREN},
    {"AT_SetStorage", LOCK_ACCESS_EXCLUSIVE, CHILDREN},
    {"AT_SetTableSpace", LOCK_ACCESS_EXCLUSIVE, ALONE, set_tablespace},
    {"AT_SetUnLogged", LOCK_ACCESS_EXCLUSIVE, ALONE, set_logged},
    {"AT_ValidateConstraint", LOCK_SHARE_UPDATE_EXCLUSIVE, CHILDREN, locks_validate},
};

static int by_name(const void *name, const void *subtype)
{
    return strcmp(name, ((const Subtype *)subtype)->name);
}

static const Subtype *subtype_of(const Node *command)
{
    return bsearch(node_text(command, "subtype"), SUBTYPES, sizeof SUBTYPES / sizeof *SUBTYPES,
                   sizeof *SUBTYPES, by_name);
}

static void raise_reach(Altering *altering, Recursion recursion)
{
    LockReach reach = recursion == CHILDREN     ? REACH_TREE
                      : recursion == PARTITIONS ? reach_of_partitions(altering->relation)
                                                : REACH_SELF;
    if (reach > altering->reach)
        altering->reach = reach;
}

// First how the table is locked; then, behind it in the plan, what each subcommand does.
static void add_mode(Altering *altering, const Node *command)
{
    LockMode mode = LOCK_ACCESS_EXCLUSIVE;
    const Subtype *subtype = subtype_of(command);
    if (subtype) {
        mode = subtype->choose ? subtype->choose(altering, command) : subtype->mode;
        raise_reach(altering, subtype->recursion);
    }
    altering->mode = mode > altering->mode ? mode : altering->mode;
}

static void act(Altering *altering, const Node *command)
{
    const Subtype *subtype = subtype_of(command);
    if (subtype && subtype->act)
        subtype->act(altering, command);
}

static void tell(const Altering *altering)
{
    Effect *effect = effect_range(altering->effecting, altering->range,
                                  (TargetLock){altering->mode, altering->reach});
    if (altering->is_rewritten)
        effect_rewrites(effect, altering->why);
    if (altering->is_scanned)
        effect_scans(effect, altering->why);
    if (altering->builds_index)
        effect_builds(effect, altering->why);
}

// ALTER TYPE of a composite type: with CASCADE also the tables that are made OF it, which the
// model does not tell.
static void locks_type(Effecting *effecting, const Node *node)
{
    NODE_EACH(command, node_field(node, "cmds"))
    effecting->effects->is_incomplete |= node_text_is(command, "behavior", "DROP_CASCADE");
}

// SET and RESET of an index, ATTACH of its partitions.
static void locks_index(Effecting *effecting, const Node *node)
{
    Altering altering = {.effecting = effecting};
    LockMode mode = LOCK_NONE;
    NODE_EACH(command, node_field(node, "cmds"))
    {
        const char *subtype = node_text(command, "subtype");
        add_mode(&altering, command);
        if (strcmp(subtype, "AT_AttachPartition") == 0)
            effect_range(effecting, node_field(command, "def.name"),
                         lock_self(LOCK_ACCESS_EXCLUSIVE));
        mode = altering.mode;
    }
    effect_range(effecting, node_field(node, "relation"), lock_self(mode));
}

void effect_alter_table(Effecting *effecting, const Node *node)
{
    const Node *range = node_field(node, "relation");
    const Node *commands = node_field(node, "cmds");
    Altering altering = {
        .effecting = effecting,
        .range = range,
        .relation = relation_of_range(effecting, range),
    };
    if (node_text_is(node, "objtype", "OBJECT_TYPE")) {
        locks_type(effecting, node);
        return;
    }
    if (node_text_is(node, "objtype", "OBJECT_INDEX")) {
        locks_index(effecting, node);
        return;
    }
    NODE_EACH(command, commands)
    add_mode(&altering, command);
    if (node_text_is(node, "objtype", "OBJECT_VIEW")) {
        effect_range(effecting, range, lock_self(LOCK_ACCESS_EXCLUSIVE));
        return;
    }
    tell(&altering);
    NODE_EACH(command, commands)
    act(&altering, command);
    tell(&altering);
}
