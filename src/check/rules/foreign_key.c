#include "check/rules/foreign_key.h"

#include "check/rules/proposal.h"

#include <string.h>

static void add(const Judged *judged, const Node *constraint, const char *column,
                ForeignKeys *ret_keys)
{
    if (!node_text_is(constraint, "contype", "CONSTR_FOREIGN"))
        return;
    const Node *child = node_field(judged->node, "relation");
    const Node *parent = node_field(constraint, "pktable");
    ForeignKey *key = vec_append(judged->scratch, ret_keys);
    *key = (ForeignKey){
        .constraint = constraint,
        .child_range = child,
        .parent_range = parent,
        .child = judged_relation(judged, child),
        .parent = judged_relation(judged, parent),
        .child_name = judged_name(judged, child),
        .parent_name = judged_name(judged, parent),
        .columns = proposal_list(judged->scratch, node_field(constraint, "fk_attrs")),
    };
    const char *schema = node_text(child, "schemaname");
    const char *parent_schema = node_text(parent, "schemaname");
    key->is_self = node_text_is(parent, "relname", node_text(child, "relname")) &&
                   (!*schema || !*parent_schema || !strcmp(schema, parent_schema));
    if (column)
        *vec_append(judged->scratch, &key->columns) = column;
}

static void add_element(const Judged *judged, const Node *element, ForeignKeys *ret_keys)
{
    if (!node_is(element, "ColumnDef")) {
        add(judged, element, NULL, ret_keys);
        return;
    }
    NODE_EACH(constraint, node_field(element, "constraints"))
    add(judged, constraint, node_text(element, "colname"), ret_keys);
}

ForeignKeys foreign_keys_of(const Judged *judged)
{
    ForeignKeys keys = {0};
    if (judged->command) {
        add_element(judged, node_field(judged->command, "def"), &keys);
        return keys;
    }
    NODE_EACH(element, node_field(judged->node, "tableElts"))
    add_element(judged, element, &keys);
    return keys;
}

const char *foreign_key_name(const Judged *judged, const ForeignKey *key)
{
    const char *name = node_text(key->constraint, "conname");
    return *name ? name
                 : proposal_made_name(judged->scratch, node_text(key->child_range, "relname"),
                                      &key->columns, "fkey");
}
