#include "check/catalog_functions.h"
#include "check/lock/kinds.h"
#include "check/lock/partner.h"

#include <string.h>

enum {
    VIEW_DEPTH = 32
};

static void truncate_referrers(Effecting *effecting)
{
    // the list grows while it is walked: those who reference the referrers too
    for (size_t i = 0; i < effecting->effects->items.len; i++)
        if (effecting->effects->items.items[i].known)
            partners_referencing(effecting, effecting->effects->items.items[i].known, NULL,
                                 LOCK_ACCESS_EXCLUSIVE);
}

static void restart_sequences(Effecting *effecting)
{
    for (size_t i = 0; i < effecting->effects->items.len; i++)
        if (effecting->effects->items.items[i].known)
            partners_sequences(effecting, effecting->effects->items.items[i].known, NULL,
                               LOCK_ACCESS_EXCLUSIVE);
}

void effect_truncate(Effecting *effecting, const Node *node)
{
    NODE_EACH(range, node_field(node, "relations"))
    effect_range(effecting, range, lock_tree(LOCK_ACCESS_EXCLUSIVE));
    if (node_text_is(node, "behavior", "DROP_CASCADE"))
        truncate_referrers(effecting);
    if (node_flag(node, "restart_seqs"))
        restart_sequences(effecting);
}

// What a view reads is locked with it, by LOCK TABLE only.
static void lock_read(Effecting *effecting, const Relation *view, LockMode mode, int depth)
{
    VEC_EACH (const Reads, read, &view->reads) {
        const Relation *relation = model_relation(effecting->model, read->schema, read->relation);
        effect_named(effecting, read->schema, read->relation, lock_tree(mode));
        if (relation && relation->kind == RELATION_VIEW && depth < VIEW_DEPTH)
            lock_read(effecting, relation, mode, depth + 1);
    }
}

void effect_lock_table(Effecting *effecting, const Node *node)
{
    LockMode mode = (LockMode)node_int(node, "mode");
    NODE_EACH(range, node_field(node, "relations"))
    {
        const Relation *relation = relation_of_range(effecting, range);
        effect_range(effecting, range, lock_tree(mode));
        if (relation && relation->kind == RELATION_VIEW)
            lock_read(effecting, relation, mode, 0);
    }
}

// A function that is neither PostgreSQL's nor a known extension's may do anything.
static bool is_own_function(const Node *call)
{
    const Node *names = node_field(call, "funcname");
    const char *name = node_last_text(names);
    bool is_known = catalog_function_is_stable(name) || catalog_function_is_volatile(name) ||
                    extension_function_is_stable(name) || strncmp(name, "pg_", 3) == 0;
    return !is_known && !node_text_is(node_first(names), NULL, "pg_catalog");
}

// Is it only read? Then it has no effects of its own.
static bool is_harmless(const Effecting *effecting, const Node *call)
{
    const Node *names = node_field(call, "funcname");
    const char *schema = node_count(names) > 1 ? node_text(node_first(names), NULL) : NULL;
    const Routine *routine = model_routine(effecting->model, schema, node_last_text(names), NULL);
    return routine && routine->volatility != 'v';
}

static const Node *target_of(const Node *node)
{
    bool writes = node_is(node, "InsertStmt") || node_is(node, "UpdateStmt") ||
                  node_is(node, "DeleteStmt") || node_is(node, "MergeStmt");
    return writes ? node_field(node, "relation") : NULL;
}

static bool is_named(const Node *range, const Node *names)
{
    const char *alias = node_text(range, "alias.aliasname");
    NODE_EACH(name, names)
    if (node_text_is(name, "relname", *alias ? alias : node_text(range, "relname")))
        return true;
    return false;
}

// FOR UPDATE and its kind: of the tables that are named, or of all in FROM.
static void add_row_locks(Effecting *effecting, const Node *select, const Node *clause)
{
    const Node *names = node_field(clause, "lockedRels");
    NODE_WALK(range, node_field(select, "fromClause"))
    if (node_is(range, "RangeVar") && (!names || is_named(range, names)))
        effect_range(effecting, range, lock_tree(LOCK_ROW_SHARE));
}

// INSERT, UPDATE, DELETE, MERGE and SELECT, with all that is inside.
void effect_rows(Effecting *effecting, const Node *node)
{
    NODE_WALK(inner, node)
    {
        const Node *range = target_of(inner);
        if (range)
            effect_range(effecting, range, lock_tree(LOCK_ROW_EXCLUSIVE));
        if (node_is(inner, "SelectStmt"))
            NODE_EACH(clause, node_field(inner, "lockingClause"))
        add_row_locks(effecting, inner, clause);
        if (node_is(inner, "FuncCall") && is_own_function(inner) && !is_harmless(effecting, inner))
            effecting->effects->is_incomplete = true;
    }
}

void effect_copy(Effecting *effecting, const Node *node)
{
    if (node_flag(node, "is_from"))
        effect_range(effecting, node_field(node, "relation"), lock_tree(LOCK_ROW_EXCLUSIVE));
    else
        effect_rows(effecting, node_field(node, "query"));
}

// ANALYZE runs what it explains.
void effect_explain(Effecting *effecting, const Node *node)
{
    NODE_EACH(option, node_field(node, "options"))
    if (node_text_is(option, "defname", "analyze"))
        effect_rows(effecting, node_field(node, "query"));
}
