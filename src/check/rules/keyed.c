#include "check/rules/keyed.h"

#include "check/rules/proposal.h"
#include "check/rules/verdict.h"

#include <string.h>

bool keyed_read(const Judged *judged, const char *contype, Keyed *ret_keyed)
{
    const Node *constraint = node_field(judged->command, "def");
    const Node *range = node_field(judged->node, "relation");
    const Relation *relation = judged_relation(judged, range);
    if (!node_text_is(constraint, "contype", contype) || verdict_nobody_waits(judged, relation) ||
        (relation && relation->kind == RELATION_PARTITIONED && verdict_is_only(range)))
        return false;
    *ret_keyed = (Keyed){
        .judged = judged,
        .constraint = constraint,
        .range = range,
        .relation = relation,
        .full = judged_name(judged, range),
        .table = proposal_table(judged, range),
        .name = node_text(constraint, "conname"),
        .columns = proposal_list(judged->scratch, node_field(constraint, "keys")),
        .is_primary = strcmp(contype, "CONSTR_PRIMARY") == 0,
    };
    if (!*ret_keyed->name)
        ret_keyed->name = proposal_made_name(judged->scratch, node_text(range, "relname"),
                                             ret_keyed->is_primary ? NULL : &ret_keyed->columns,
                                             ret_keyed->is_primary ? "pkey" : "key");
    return true;
}

bool keyed_has_index(const Node *constraint)
{
    return *node_text(constraint, "indexname");
}

const char *keyed_kind(const Keyed *keyed)
{
    return keyed->is_primary ? "PRIMARY KEY" : "UNIQUE";
}

const char *keyed_columns(const Keyed *keyed)
{
    Arena *arena = keyed->judged->scratch;
    const Node *including = node_field(keyed->constraint, "including");
    return arena_printf(arena, "(%s)%s%s%s%s", proposal_words(arena, &keyed->columns),
                        including ? " INCLUDE (" : "",
                        including ? proposal_names(arena, including) : "", including ? ")" : "",
                        node_flag(keyed->constraint, "nulls_not_distinct") ? " NULLS NOT DISTINCT"
                                                                           : "");
}

const char *keyed_deferrable(const Keyed *keyed)
{
    if (node_flag(keyed->constraint, "initdeferred"))
        return " DEFERRABLE INITIALLY DEFERRED";
    return node_flag(keyed->constraint, "deferrable") ? " DEFERRABLE" : "";
}
