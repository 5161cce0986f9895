// ATTACH and DETACH PARTITION, INHERIT and NO INHERIT, of tables and of indexes.
#include "check/replay/alter.h"
#include "check/replay/part.h"

// Rows that came with it: only of a child that this transaction made, and left empty, there are
// none.
static void take_rows(const Replay *replay, Relation *parent, const Relation *child)
{
    if (!parent->filled.transaction && !relation_is_empty_in(child, replay->made.transaction))
        parent->filled = replay->made;
}

void take_parent(const Replay *replay, Relation *child, Relation *parent)
{
    if (!relation_join(replay->model->arena, child, parent))
        return;
    bool is_part = is_partitioned(parent);
    child->is_partition = is_part;
    VEC_EACH (Column, source, &parent->columns) {
        Column *column = relation_column(child, source->name);
        if (column && is_part)
            column->is_inherited = true;
    }
    VEC_EACH (Constraint, source, &parent->constraints) {
        Constraint *constraint = relation_constraint(child, source->name);
        if (constraint && source->kind == CONSTRAINT_CHECK && !source->is_no_inherit && is_part)
            constraint->is_inherited = true;
    }
    if (is_part)
        inherit_of_partitioned(replay, child, parent);
    take_rows(replay, parent, child);
}

void leave_parent(const Replay *replay, Relation *child, Relation *parent, bool is_detached)
{
    relation_leave(child, parent);
    if (child->parents.len == 0)
        VEC_EACH (Column, column, &child->columns)
            column->is_inherited = false;
    VEC_EACH (Constraint, constraint, &child->constraints)
        if (child->parents.len == 0)
            constraint->is_inherited = false;
    VEC_EACH (Index, index, &child->indexes)
        index->parent = NULL;
    size_t kept = 0;
    for (size_t i = 0; i < child->triggers.len; i++) {
        child->triggers.items[kept] = child->triggers.items[i];
        kept += !is_detached || !child->triggers.items[i].is_inherited;
    }
    child->triggers.len = kept;
}

// ALTER INDEX parent ATTACH PARTITION part.
static void attach_index(const Alter *alter, const Node *range)
{
    Index *part;
    model_index(alter->replay->model, node_text(range, "schemaname"), node_text(range, "relname"),
                &part);
    const Node *parent = node_field(alter->replay->parsed->node, "relation.relname");
    if (part)
        part->parent = keep(alter->replay, node_text(parent, NULL));
}

void alter_attach(const Alter *alter)
{
    const Node *range = node_field(alter->command, "def.name");
    if (!node_has(alter->command, "def.bound")) {
        attach_index(alter, range);
        return;
    }
    Relation *child = altered_relation(alter->replay, range, RELATION_TABLE);
    if (alter->relation->is_only_altered)
        alter->relation->kind = RELATION_PARTITIONED;
    take_parent(alter->replay, child, alter->relation);
    if (node_flag(alter->command, "def.bound.is_default"))
        relation_set_default_partition(child);
}

void alter_detach(const Alter *alter)
{
    Relation *child = found_relation(alter->replay, node_field(alter->command, "def.name"));
    if (child)
        leave_parent(alter->replay, child, alter->relation, true);
}

void alter_inherit(const Alter *alter)
{
    Relation *parent =
        altered_relation(alter->replay, node_field(alter->command, "def"), RELATION_TABLE);
    take_parent(alter->replay, alter->relation, parent);
}

void alter_no_inherit(const Alter *alter)
{
    Relation *parent = found_relation(alter->replay, node_field(alter->command, "def"));
    if (parent)
        leave_parent(alter->replay, alter->relation, parent, false);
}
