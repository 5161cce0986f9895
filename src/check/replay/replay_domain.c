// Domains and their constraints.
#include "check/replay/expression.h"
#include "check/replay/generated_name.h"
#include "check/replay/kind.h"

enum {
    DEEPEST_DOMAIN = 16
};

static Constraint *domain_constraint(const Type *domain, const char *name)
{
    VEC_EACH (Constraint, constraint, &domain->constraints)
        if (strcmp(constraint->name, name) == 0)
            return constraint;
    return NULL;
}

// d_check, d_check1: names differ among the domain's own and those of tables.
static const char *constraint_name(const Replay *replay, const Type *domain, const Node *node,
                                   const char *label)
{
    if (node_has(node, "conname"))
        return keep(replay, node_text(node, "conname"));
    const char *name = generated_name(replay->scratch, domain->name, NULL, label);
    for (int i = 1; domain_constraint(domain, name) ||
                    model_has_constraint_name(replay->model, domain->schema, name);
         i++)
        name = generated_name(replay->scratch, domain->name, NULL,
                              arena_printf(replay->scratch, "%s%d", label, i));
    return keep(replay, name);
}

static void add_constraint_to(const Replay *replay, Type *domain, const Node *node)
{
    bool is_check = node_text_is(node, "contype", "CONSTR_CHECK");
    if (!is_check && !node_text_is(node, "contype", "CONSTR_NOTNULL"))
        return;
    const char *name = constraint_name(replay, domain, node, is_check ? "check" : "not_null");
    Constraint *constraint = append_tight(replay->model->arena, &domain->constraints);
    *constraint = (Constraint){
        .kind = is_check ? CONSTRAINT_CHECK : CONSTRAINT_NOT_NULL,
        .name = name,
        .is_named = node_has(node, "conname"),
        .is_valid = !node_flag(node, "skip_validation"),
        .is_enforced = true,
        .made = replay->made,
    };
    if (is_check)
        constraint->text =
            text_in_parens(replay, parsed_offset(replay->parsed, node), STR("check"));
    domain->has_constraint = true;
}

void replay_create_domain(const Replay *replay, const Node *node)
{
    const Node *names = node_field(node, "domainname");
    const char *schema = new_schema_of(replay, names);
    const char *name = node_last_text(names);
    Type *old = model_type(replay->model, schema, name);
    if (old && replay->is_in_block)
        return;
    if (old)
        model_drop_type(replay->model, old);
    Type *domain =
        model_add_type(replay->model, schema, keep(replay, name), TYPE_DOMAIN, replay->made);
    domain->base = resolved_type(replay, node_field(node, "typeName"), NULL, NULL);
    const Type *base = model_type(replay->model, domain->base.schema, domain->base.name);
    domain->has_constraint = base && base->has_constraint;
    NODE_EACH(constraint, node_field(node, "constraints"))
    add_constraint_to(replay, domain, constraint);
}

static void remove_at(Type *domain, Constraint *constraint)
{
    Constraint *end = domain->constraints.items + domain->constraints.len;
    memmove(constraint, constraint + 1, (size_t)(end - constraint - 1) * sizeof *constraint);
    domain->constraints.len--;
}

static Constraint *not_null_of(const Type *domain)
{
    VEC_EACH (Constraint, constraint, &domain->constraints)
        if (constraint->kind == CONSTRAINT_NOT_NULL)
            return constraint;
    return NULL;
}

static void set_not_null(const Replay *replay, Type *domain)
{
    if (not_null_of(domain))
        return;
    const char *name = constraint_name(replay, domain, NULL, "not_null");
    *append_tight(replay->model->arena, &domain->constraints) = (Constraint){
        .kind = CONSTRAINT_NOT_NULL,
        .name = name,
        .is_valid = true,
        .is_enforced = true,
        .made = replay->made,
    };
}

// A domain over a domain has what that one has; `depth` ends what no server would have made.
static void note_constrained(const Model *model, Type *domain, int depth)
{
    const Type *base = model_type(model, domain->base.schema, domain->base.name);
    domain->has_constraint = domain->constraints.len > 0 || (base && base->has_constraint);
    for (size_t i = 0; depth > 0 && i < model->types.len; i++) {
        Type *other = model->types.items[i];
        if (other->kind == TYPE_DOMAIN && strcmp(other->base.name, domain->name) == 0 &&
            strcmp(other->base.schema, domain->schema) == 0)
            note_constrained(model, other, depth - 1);
    }
}

void replay_alter_domain(const Replay *replay, const Node *node)
{
    Type *domain = found_type(replay, node_field(node, "typeName"));
    if (!domain)
        return;
    Constraint *named = domain_constraint(domain, node_text(node, "name"));
    Constraint *not_null = not_null_of(domain);
    switch (node_text(node, "subtype")[0]) {
    case 'C':
        add_constraint_to(replay, domain, node_field(node, "def"));
        break;
    case 'X':
        if (named)
            remove_at(domain, named);
        break;
    case 'V':
        if (named && !named->is_valid)
            named->validated = replay->made;
        if (named)
            named->is_valid = true;
        break;
    case 'O':
        set_not_null(replay, domain);
        break;
    case 'N':
        if (not_null)
            remove_at(domain, not_null);
        break;
    default: // a default
        return;
    }
    note_constrained(replay->model, domain, DEEPEST_DOMAIN);
}
