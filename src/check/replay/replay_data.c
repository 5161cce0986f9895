// Rows that come into tables: INSERT, COPY, MERGE, also in WITH.
#include "check/replay/kind.h"
#include "check/replay/part.h"

static void fill_below(const Replay *replay, Relation *relation)
{
    if (relation->filled.transaction == 0)
        relation->filled = replay->made;
    for (size_t i = 0; i < relation->children.len && is_partitioned(relation); i++)
        fill_below(replay, relation->children.items[i]);
}

// A parent's rows are those of its children too.
static void fill_above(const Replay *replay, Relation *relation)
{
    for (size_t i = 0; i < relation->parents.len; i++) {
        Relation *parent = relation->parents.items[i];
        if (parent->filled.transaction == 0) {
            parent->filled = replay->made;
            fill_above(replay, parent);
        }
    }
}

static void fill(const Replay *replay, const Node *range)
{
    Relation *relation = found_relation(replay, range);
    if (!relation)
        return;
    fill_above(replay, relation);
    // Once is enough; but partitions that this transaction made may have come since.
    if (relation->filled.transaction == 0 ||
        relation->filled.transaction == replay->made.transaction)
        fill_below(replay, relation);
}

static void fill_by_with(const Replay *replay, const Node *node)
{
    NODE_EACH(expression, node_field(node, "withClause.ctes"))
    {
        const Node *inside = node_field(expression, "ctequery");
        if (node_is(inside, "InsertStmt") || node_is(inside, "MergeStmt"))
            fill(replay, node_field(inside, "relation"));
    }
}

void replay_insert(const Replay *replay, const Node *node)
{
    fill_by_with(replay, node);
    fill(replay, node_field(node, "relation"));
}

void replay_change(const Replay *replay, const Node *node)
{
    fill_by_with(replay, node);
}

// SELECT set_config('search_path', ...): what pg_dump writes.
static void read_call(const Replay *replay, const Node *call)
{
    const Node *name = node_first(node_field(call, "args"));
    const Node *value = node_next(name);
    if (strcmp(node_last_text(node_field(call, "funcname")), "set_config") == 0 &&
        node_text_is(name, "sval.sval", "search_path") && node_has(value, "sval"))
        set_path_from_text(replay, node_text(value, "sval.sval"));
}

void replay_select(const Replay *replay, const Node *node)
{
    fill_by_with(replay, node);
    if (node_has(node, "intoClause"))
        make_from_query(replay, node_field(node, "intoClause"), node, RELATION_TABLE);
    NODE_EACH(target, node_field(node, "targetList"))
    if (node_is(node_field(target, "val"), "FuncCall"))
        read_call(replay, node_field(target, "val"));
}

void replay_copy(const Replay *replay, const Node *node)
{
    if (node_flag(node, "is_from"))
        fill(replay, node_field(node, "relation"));
}
