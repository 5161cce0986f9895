#include "catalog/model_name.h"

enum {
    FEW_CONSTRAINTS = 16 // that are looked through one by one
};

enum {
    MOST_STEPS = 1000 // up the parents of one table
};

bool words_same(const Words *left, const Words *right)
{
    if (left->len != right->len)
        return false;
    for (size_t i = 0; i < left->len; i++)
        if (strcmp(left->items[i], right->items[i]) != 0)
            return false;
    return true;
}

Column *relation_column(const Relation *relation, const char *name)
{
    VEC_EACH (Column, column, &relation->columns)
        if (strcmp(column->name, name) == 0)
            return column;
    return NULL;
}

Constraint *relation_constraint(const Relation *relation, const char *name)
{
    if (relation->constraints.len > FEW_CONSTRAINTS) {
        const ModelName *entry =
            name_of(relation->model, NAME_CONSTRAINT, relation->schema, name, relation);
        // Those before it may have gone since it was added: never behind that place.
        size_t above = entry ? entry->place + 1 : 0;
        above = above < relation->constraints.len ? above : relation->constraints.len;
        for (size_t i = above; i > 0; i--)
            if (strcmp(relation->constraints.items[i - 1].name, name) == 0)
                return &relation->constraints.items[i - 1];
        return NULL;
    }
    VEC_EACH (Constraint, constraint, &relation->constraints)
        if (strcmp(constraint->name, name) == 0)
            return constraint;
    return NULL;
}

Constraint *relation_primary_key(const Relation *relation)
{
    VEC_EACH (Constraint, constraint, &relation->constraints)
        if (constraint->kind == CONSTRAINT_PRIMARY)
            return constraint;
    return NULL;
}

Index *relation_index(const Relation *relation, const char *name)
{
    VEC_EACH (Index, index, &relation->indexes)
        if (strcmp(index->name, name) == 0)
            return index;
    return NULL;
}

static bool begins_with(const Index *index, const Words *columns)
{
    if (index->is_partial || columns->len == 0 || index->columns.len < columns->len)
        return false;
    Words first = {.items = index->columns.items, .len = columns->len};
    for (size_t i = 0; i < columns->len; i++)
        if (!words_have(&first, columns->items[i]))
            return false;
    return true;
}

const Index *relation_index_on(const Relation *relation, const Words *columns)
{
    VEC_EACH (Index, index, &relation->indexes)
        if (begins_with(index, columns))
            return index;
    return NULL;
}

bool relation_is_new_in(const Relation *relation, int transaction)
{
    return transaction && relation->made.transaction == transaction && !relation->is_only_altered;
}

bool relation_is_empty_in(const Relation *relation, int transaction)
{
    return relation_is_new_in(relation, transaction) && !relation->filled.transaction;
}

// Is `relation` above `child`? True as well when `steps` are used up: of tables that inherit from
// two, which inherit from two, there are soon more ways up than anybody can walk.
static bool is_above(const Relation *relation, const Relation *child, int *steps)
{
    for (size_t i = 0; i < child->parents.len; i++)
        if (child->parents.items[i] == relation || --*steps < 0 ||
            is_above(relation, child->parents.items[i], steps))
            return true;
    return false;
}

static bool has_parent(const Relation *child, const Relation *parent)
{
    for (size_t i = 0; i < child->parents.len; i++)
        if (child->parents.items[i] == parent)
            return true;
    return false;
}

bool relation_join(Arena *arena, Relation *child, Relation *parent)
{
    int steps = MOST_STEPS;
    if (child == parent || has_parent(child, parent) || is_above(child, parent, &steps))
        return false;
    if (child->parents.len == child->parents.cap)
        vec_reserve(arena, &child->parents, child->parents.len * 2 + 1);
    *vec_append(arena, &child->parents) = parent;
    *vec_append(arena, &parent->children) = child;
    if (!child->parent) {
        child->parent_schema = parent->schema;
        child->parent = parent->name;
    }
    return true;
}

#define TAKE_OUT(list, item)                                                                       \
    do {                                                                                           \
        size_t i_ = (list)->len; /* those that go came last, mostly */                             \
        while (i_ > 0 && (list)->items[i_ - 1] != (item))                                          \
            i_--;                                                                                  \
        if (i_ == 0)                                                                               \
            break;                                                                                 \
        memmove(&(list)->items[i_ - 1], &(list)->items[i_],                                        \
                ((list)->len - i_) * sizeof *(list)->items);                                       \
        (list)->len--;                                                                             \
    } while (0)

void relation_set_default_partition(Relation *child)
{
    child->is_default_partition = true;
    for (size_t i = 0; i < child->parents.len; i++)
        child->parents.items[i]->default_partition = child;
}

void relation_leave(Relation *child, Relation *parent)
{
    if (parent->default_partition == child)
        parent->default_partition = NULL;
    TAKE_OUT(&parent->children, child);
    TAKE_OUT(&child->parents, parent);
    child->is_partition = false;
    child->is_default_partition = false;
    const Relation *first = child->parents.len ? child->parents.items[0] : NULL;
    child->parent_schema = first ? first->schema : NULL;
    child->parent = first ? first->name : NULL;
}
