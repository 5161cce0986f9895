// Constraints: made NOT VALID in an instant, validated in a later transaction that blocks nobody.
#include "check/fix/fix.h"
#include "check/rules/foreign_key.h"
#include "check/rules/proposal.h"
#include "sql/quote.h"

#include <string.h>

static const char *constraint_key(Fixing *fixing, const Node *range, const char *name)
{
    return arena_printf(fixing->arena, "constraint %s.%s", node_text(range, "relname"), name);
}

// PostgreSQL has no way to take VALIDATE back; dropped and made again NOT VALID is the same.
static const char *not_valid_again(Fixing *fixing, const Node *range, const char *name,
                                   const char *add)
{
    const Judged *judged = fixing->judged;
    return judged_printf(judged, "ALTER TABLE %s DROP CONSTRAINT %s;\n%s",
                         proposal_table(judged, range), quote_name(judged->scratch, name), add);
}

static void add_and_validate(Fixing *fixing, const Node *constraint, const char *name)
{
    const Judged *judged = fixing->judged;
    const Node *range = node_field(judged->node, "relation");
    const Relation *relation = judged_relation(judged, range);
    if (relation && relation_constraint(relation, name)) {
        fix_refuse(fixing, "%s has a constraint of the name %s at this place",
                   judged_name(judged, range), name);
        return;
    }
    const char *add = proposal_add_not_valid(judged, range, constraint, name);
    FixStep *made = fix_step(fixing, FIX_HERE, "constraint", add);
    made->object = constraint_key(fixing, range, name);
    fixing->fix->is_additive = true;
    FixStep *validated =
        fix_step(fixing, FIX_LONG, "validate", proposal_validate(judged, range, name));
    validated->down = not_valid_again(fixing, range, name, add);
    fix_name(fixing, name);
    fix_name(fixing, node_text(range, "relname"));
}

static void make_check(Fixing *fixing)
{
    const Judged *judged = fixing->judged;
    const Node *constraint = node_field(judged->command, "def");
    add_and_validate(fixing, constraint,
                     proposal_check_name(judged, node_field(judged->node, "relation"), constraint));
}

static void make_foreign(Fixing *fixing)
{
    const Judged *judged = fixing->judged;
    ForeignKeys keys = foreign_keys_of(judged);
    if (!judged->command || !node_text_is(judged->command, "subtype", "AT_AddConstraint") ||
        keys.len != 1) {
        fix_refuse(fixing, "the key stands in the definition of a column");
        return;
    }
    const ForeignKey *key = &keys.items[0];
    if (key->child && key->child->kind == RELATION_PARTITIONED && judged->pg_from < 18) {
        fix_refuse(fixing,
                   "before PostgreSQL 18 a partitioned table takes no NOT VALID foreign key");
        return;
    }
    add_and_validate(fixing, key->constraint, foreign_key_name(judged, key));
}

// The transaction that made it goes on without: what is valid stays so when that is taken back.
static void make_validate(Fixing *fixing)
{
    const Judged *judged = fixing->judged;
    const Node *range = node_field(judged->node, "relation");
    const char *name = node_text(judged->command, "name");
    fix_step(fixing, FIX_LONG, "validate", proposal_validate(judged, range, name))->down = "";
    fix_name(fixing, name);
    fix_name(fixing, node_text(range, "relname"));
}

const FixRule FIXES_CONSTRAINT[] = {
    {"add-check-validated", make_check},
    {"add-fk-validated", make_foreign},
    {"validate-in-same-transaction", make_validate},
    {NULL, NULL},
};
