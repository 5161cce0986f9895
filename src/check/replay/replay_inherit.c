// What a child or a partition gets of its parent.
#include "check/replay/part.h"

void inherit_columns(const Replay *replay, Relation *child, const Relation *parent)
{
    VEC_EACH (Column, source, &parent->columns) {
        Column *column = relation_column(child, source->name);
        if (column) {
            column->is_not_null = column->is_not_null || source->is_not_null;
            continue;
        }
        column = copy_column(replay, child, source);
        column->is_inherited = true;
        column->is_serial = false;
        // The identity of a partition is its parent's (17; before that it has none).
        column->is_identity = false;
    }
}

static Constraint *copy_constraint(const Replay *replay, Relation *child, const Constraint *source)
{
    Constraint *constraint =
        model_add_constraint(replay->model, child, source->kind, source->name, replay->made);
    *constraint = *source;
    constraint->is_inherited = true;
    constraint->made = replay->made;
    constraint->validated = (Made){0};
    return constraint;
}

void inherit_checks(const Replay *replay, Relation *child, const Relation *parent)
{
    VEC_EACH (Constraint, source, &parent->constraints) {
        bool is_inheritable =
            source->kind == CONSTRAINT_CHECK || source->kind == CONSTRAINT_NOT_NULL;
        if (is_inheritable && !source->is_no_inherit && !relation_constraint(child, source->name))
            copy_constraint(replay, child, source);
    }
}

static bool has_foreign_key_as(const Relation *child, const Constraint *source)
{
    VEC_EACH (Constraint, constraint, &child->constraints) {
        bool is_same = constraint->kind == CONSTRAINT_FOREIGN && !constraint->is_inherited &&
                       strcmp(constraint->references, source->references) == 0 &&
                       strcmp(constraint->references_schema, source->references_schema) == 0 &&
                       constraint->columns.len == source->columns.len;
        for (size_t i = 0; is_same && i < source->columns.len; i++)
            is_same = strcmp(constraint->columns.items[i], source->columns.items[i]) == 0;
        if (is_same)
            return true;
    }
    return false;
}

static void inherit_foreign_keys(const Replay *replay, Relation *child, const Relation *parent)
{
    VEC_EACH (Constraint, source, &parent->constraints) {
        if (source->kind != CONSTRAINT_FOREIGN || has_foreign_key_as(child, source) ||
            relation_constraint(child, source->name))
            continue;
        copy_constraint(replay, child, source);
        Relation *target =
            model_relation(replay->model, source->references_schema, source->references);
        if (target)
            note_referrer(replay, target, child);
    }
}

bool is_partitioned(const Relation *relation)
{
    return relation->kind == RELATION_PARTITIONED;
}

static bool has_part_of(const Relation *child, const Index *index)
{
    VEC_EACH (Index, part, &child->indexes)
        if (part->parent && strcmp(part->parent, index->name) == 0)
            return true;
    return false;
}

static void inherit_triggers(const Replay *replay, Relation *child, const Relation *parent)
{
    VEC_EACH (Trigger, source, &parent->triggers) {
        bool is_there = !source->is_for_rows;
        VEC_EACH (Trigger, trigger, &child->triggers)
            is_there = is_there || strcmp(trigger->name, source->name) == 0;
        if (is_there)
            continue;
        Trigger *trigger = append_tight(replay->model->arena, &child->triggers);
        *trigger = *source;
        trigger->is_inherited = true;
        trigger->made = replay->made;
    }
}

void inherit_of_partitioned(const Replay *replay, Relation *child, const Relation *parent)
{
    VEC_EACH (Index, index, &parent->indexes)
        if (!index->is_only && !has_part_of(child, index))
            copy_index(replay, parent, index, child, true);
    inherit_foreign_keys(replay, child, parent);
    inherit_triggers(replay, child, parent);
}

void inherit_by_children(const Replay *replay, const Relation *relation)
{
    for (size_t i = 0; i < relation->children.len; i++) {
        Relation *child = relation->children.items[i];
        inherit_checks(replay, child, relation);
        if (is_partitioned(relation))
            inherit_of_partitioned(replay, child, relation);
        inherit_by_children(replay, child);
    }
}
