#include "check/lock/kinds.h"

#include <string.h>

// A column of the type, or of a domain over it.
static bool has_column_of(const Relation *relation, const Type *type)
{
    VEC_EACH (const Column, column, &relation->columns)
        if (strcmp(column->type.name, type->name) == 0)
            return true;
    return false;
}

static bool is_table(const Relation *relation)
{
    return relation->kind == RELATION_TABLE || relation->kind == RELATION_PARTITIONED ||
           relation->kind == RELATION_MATERIALIZED_VIEW;
}

static const Type *type_of(const Effecting *effecting, const Node *names)
{
    const char *schema = node_count(names) > 1 ? node_text(node_first(names), NULL) : NULL;
    return model_type(effecting->model, schema, node_last_text(names));
}

// The values of a domain are looked at in every table that has a column of it.
static void scan_users(Effecting *effecting, const Type *type)
{
    for (size_t i = 0; i < type->users.len; i++) {
        const Relation *user = type->users.items[i];
        bool is_there = model_relation(effecting->model, user->schema, user->name) == user;
        if (is_there && is_table(user) && has_column_of(user, type))
            effect_scans(effect_known(effecting, user, lock_self(LOCK_SHARE)),
                         "every value of the domain is looked at");
    }
}

// Subtypes of AlterDomainStmt: C add constraint, V validate, O set not null.
void effect_alter_domain(Effecting *effecting, const Node *node)
{
    const Type *type = type_of(effecting, node_field(node, "typeName"));
    const char *subtype = node_text(node, "subtype");
    bool is_checked = *subtype == 'V' || *subtype == 'O' ||
                      (*subtype == 'C' && !node_flag(node, "def.skip_validation"));
    if (is_checked && type)
        scan_users(effecting, type);
}

// CASCADE takes the columns.
void effect_drop_types(Effecting *effecting, const Node *node)
{
    if (!node_text_is(node, "behavior", "DROP_CASCADE"))
        return;
    NODE_EACH(name, node_field(node, "objects"))
    {
        const Type *type = type_of(effecting, node_field(name, "names"));
        for (size_t i = 0; type && i < type->users.len; i++) {
            const Relation *user = type->users.items[i];
            bool is_there = model_relation(effecting->model, user->schema, user->name) == user;
            if (is_there && is_table(user) && has_column_of(user, type))
                effect_known(effecting, user, lock_tree(LOCK_ACCESS_EXCLUSIVE));
        }
    }
}
