#include "check/lock/kinds.h"
#include "check/lock/partition_proof.h"
#include "check/lock/partner.h"

#include <string.h>

static void add_foreign(Effecting *effecting, const Node *constraints, const char *own_name)
{
    NODE_EACH(constraint, constraints)
    if (node_text_is(constraint, "contype", "CONSTR_FOREIGN"))
        partner_of_constraint(effecting, constraint, own_name);
}

static void add_partition_of(Effecting *effecting, const Node *range, const Node *bound)
{
    const Relation *parent = relation_of_range(effecting, range);
    const Relation *rest = default_partition(parent, NULL);
    effect_range(effecting, range, lock_self(LOCK_ACCESS_EXCLUSIVE));
    if (!rest)
        return;
    bool is_proven = partition_rows_stay_out(effecting->arena, rest, bound);
    Effect *effect = effect_known(effecting, rest, lock_partitions(LOCK_ACCESS_EXCLUSIVE, rest));
    if (!is_proven)
        effect_scans(effect, "rows of the new partition are looked for in it");
}

// A partition has the foreign keys of its parent.
static void add_foreign_of_parent(Effecting *effecting, const Node *range)
{
    const Relation *parent = relation_of_range(effecting, range);
    if (parent)
        partners_referenced(effecting, parent, NULL, NULL, LOCK_SHARE_ROW_EXCLUSIVE);
}

void effect_create_table(Effecting *effecting, const Node *node)
{
    const Node *base = node_has(node, "base") ? node_field(node, "base") : node; // FOREIGN TABLE
    const Node *range = node_field(base, "relation");
    const Node *bound = node_field(base, "partbound");
    if (node_flag(base, "if_not_exists") && relation_of_range(effecting, range))
        return;
    NODE_EACH(parent, node_field(base, "inhRelations"))
    if (bound) {
        add_partition_of(effecting, parent, bound);
        add_foreign_of_parent(effecting, parent);
    } else {
        effect_range(effecting, parent, lock_self(LOCK_SHARE_UPDATE_EXCLUSIVE));
    }
    const char *name = node_text(range, "relname");
    add_foreign(effecting, node_field(base, "constraints"), name);
    NODE_EACH(element, node_field(base, "tableElts"))
    {
        if (node_is(element, "ColumnDef"))
            add_foreign(effecting, node_field(element, "constraints"), name);
        if (node_text_is(element, "contype", "CONSTR_FOREIGN"))
            partner_of_constraint(effecting, element, name);
    }
}

static void drop_relation(Effecting *effecting, const Relation *relation, bool is_cascade)
{
    const Relation *parent =
        relation->is_partition
            ? model_relation(effecting->model, relation->parent_schema, relation->parent)
            : NULL;
    const Relation *rest = default_partition(parent, relation);
    effect_known(effecting, relation, lock_tree(LOCK_ACCESS_EXCLUSIVE));
    if (parent)
        effect_known(effecting, parent, lock_self(LOCK_ACCESS_EXCLUSIVE));
    if (rest)
        effect_known(effecting, rest, lock_self(LOCK_ACCESS_EXCLUSIVE));
    partners_sequences(effecting, relation, NULL, LOCK_ACCESS_EXCLUSIVE);
    partners_referenced(effecting, relation, NULL, NULL, LOCK_ACCESS_EXCLUSIVE);
    if (is_cascade) {
        partners_referencing(effecting, relation, NULL, LOCK_ACCESS_EXCLUSIVE);
        partners_views(effecting, relation, NULL, LOCK_ACCESS_EXCLUSIVE);
    }
    // a sequence that is the default of a column
    if (is_cascade && relation->kind == RELATION_SEQUENCE && relation->owner_table)
        effect_named(effecting, relation->owner_schema, relation->owner_table,
                     lock_self(LOCK_ACCESS_EXCLUSIVE));
}

static void drop_relations(Effecting *effecting, const Node *node)
{
    bool is_cascade = node_text_is(node, "behavior", "DROP_CASCADE");
    NODE_EACH(names, node_field(node, "objects"))
    {
        const Relation *relation = relation_of_list(effecting, names, 0);
        if (relation)
            drop_relation(effecting, relation, is_cascade);
        if (!relation || relation->is_only_altered)
            effect_list(effecting, names, 0, (TargetLock){LOCK_ACCESS_EXCLUSIVE, REACH_REFERENCED});
    }
}

static void drop_schemas(Effecting *effecting, const Node *node)
{
    NODE_EACH(name, node_field(node, "objects"))
    for (size_t i = 0; i < effecting->model->relations.len; i++) {
        const Relation *relation = effecting->model->relations.items[i];
        if (strcmp(relation->schema, node_text(name, NULL)) == 0 &&
            relation->kind != RELATION_COMPOSITE)
            drop_relation(effecting, relation, true);
    }
}

static bool calls(const Trigger *trigger, const char *name)
{
    const char *function = trigger->function ? trigger->function : "";
    const char *dot = strrchr(function, '.');
    return strcmp(dot ? dot + 1 : function, name) == 0;
}

// Triggers go with the function that they call.
static void drop_routines(Effecting *effecting, const Node *node)
{
    if (!node_text_is(node, "behavior", "DROP_CASCADE"))
        return;
    NODE_EACH(object, node_field(node, "objects"))
    for (size_t i = 0; i < effecting->model->relations.len; i++) {
        const Relation *relation = effecting->model->relations.items[i];
        const char *name = node_last_text(node_field(object, "objname"));
        VEC_EACH (const Trigger, trigger, &relation->triggers)
            if (calls(trigger, name))
                effect_known(effecting, relation, lock_partitions(LOCK_ACCESS_EXCLUSIVE, relation));
    }
}

void effect_drop(Effecting *effecting, const Node *node)
{
    static const struct {
        const char *type;
        void (*drop)(Effecting *effecting, const Node *node);
    } DROPS[] = {
        {"OBJECT_TABLE", drop_relations},         {"OBJECT_VIEW", drop_relations},
        {"OBJECT_MATVIEW", drop_relations},       {"OBJECT_SEQUENCE", drop_relations},
        {"OBJECT_FOREIGN_TABLE", drop_relations}, {"OBJECT_INDEX", effect_drop_indexes},
        {"OBJECT_SCHEMA", drop_schemas},          {"OBJECT_FUNCTION", drop_routines},
        {"OBJECT_PROCEDURE", drop_routines},      {"OBJECT_ROUTINE", drop_routines},
        {"OBJECT_TYPE", effect_drop_types},       {"OBJECT_DOMAIN", effect_drop_types},
        {"OBJECT_TRIGGER", effect_drop_on_table}, {"OBJECT_RULE", effect_drop_on_table},
        {"OBJECT_POLICY", effect_drop_on_table},  {"OBJECT_STATISTIC_EXT", effect_unknown},
        {"OBJECT_EXTENSION", effect_unknown},
    };
    for (size_t i = 0; i < sizeof DROPS / sizeof *DROPS; i++)
        if (node_text_is(node, "removeType", DROPS[i].type))
            DROPS[i].drop(effecting, node);
}

void effect_rename(Effecting *effecting, const Node *node)
{
    const Node *range = node_field(node, "relation");
    const char *type = node_text(node, "renameType");
    if (strcmp(type, "OBJECT_INDEX") == 0)
        effect_range(effecting, range, lock_self(LOCK_SHARE_UPDATE_EXCLUSIVE));
    else if (strcmp(type, "OBJECT_COLUMN") == 0 || strcmp(type, "OBJECT_TABCONSTRAINT") == 0)
        effect_range(effecting, range, lock_tree(LOCK_ACCESS_EXCLUSIVE));
    else if (strcmp(type, "OBJECT_TRIGGER") == 0 || strcmp(type, "OBJECT_RULE") == 0 ||
             strcmp(type, "OBJECT_POLICY") == 0)
        effect_rename_on_table(effecting, node);
    else if (range && strcmp(type, "OBJECT_ATTRIBUTE") != 0)
        effect_range(effecting, range, lock_self(LOCK_ACCESS_EXCLUSIVE));
}

void effect_set_schema(Effecting *effecting, const Node *node)
{
    const Node *range = node_field(node, "relation");
    const Relation *relation = relation_of_range(effecting, range);
    if (!range)
        return;
    effect_range(effecting, range, lock_self(LOCK_ACCESS_EXCLUSIVE));
    if (relation)
        partners_sequences(effecting, relation, NULL, LOCK_ACCESS_EXCLUSIVE);
}
