#include "check/lock/partner.h"

#include <string.h>

enum {
    VIEW_DEPTH = 32
};

static const Relation *referenced_by(const Effecting *effecting, const Constraint *constraint)
{
    return model_relation(effecting->model, constraint->references_schema, constraint->references);
}

static void add_referenced(Effecting *effecting, const Constraint *constraint, LockMode mode)
{
    const Relation *referenced = referenced_by(effecting, constraint);
    if (constraint->references)
        effect_named(effecting, constraint->references_schema, constraint->references,
                     lock_partitions(mode, referenced));
}

void partners_referenced(Effecting *effecting, const Relation *relation, const char *column,
                         const char *constraint, LockMode mode)
{
    VEC_EACH (const Constraint, own, &relation->constraints)
        if (own->kind == CONSTRAINT_FOREIGN && (!column || words_have(&own->columns, column)) &&
            (!constraint || strcmp(own->name, constraint) == 0))
            add_referenced(effecting, own, mode);
}

static bool references_column(const Relation *relation, const Constraint *constraint,
                              const char *column)
{
    if (constraint->referenced_columns.len)
        return words_have(&constraint->referenced_columns, column);
    const Constraint *primary = relation_primary_key(relation);
    return !primary || words_have(&primary->columns, column);
}

static bool references(const Effecting *effecting, const Relation *referrer,
                       const Relation *relation, const char *column)
{
    VEC_EACH (const Constraint, constraint, &referrer->constraints)
        if (constraint->kind == CONSTRAINT_FOREIGN &&
            referenced_by(effecting, constraint) == relation &&
            (!column || references_column(relation, constraint, column)))
            return true;
    return false;
}

// The model's own list: by index, as VEC_EACH cannot declare pointers to pointers.
void partners_referencing(Effecting *effecting, const Relation *relation, const char *column,
                          LockMode mode)
{
    for (size_t i = 0; i < relation->referrers.len; i++) {
        const Relation *referrer = relation->referrers.items[i];
        if (referrer != relation && references(effecting, referrer, relation, column))
            effect_known(effecting, referrer, lock_partitions(mode, referrer));
    }
}

static bool is_owned(const Relation *sequence, const Relation *table, const char *column)
{
    return sequence->kind == RELATION_SEQUENCE && sequence->owner_table && sequence->owner_schema &&
           strcmp(sequence->owner_table, table->name) == 0 &&
           strcmp(sequence->owner_schema, table->schema) == 0 &&
           (!column || (sequence->owner_column && strcmp(sequence->owner_column, column) == 0));
}

void partners_sequences(Effecting *effecting, const Relation *relation, const char *column,
                        LockMode mode)
{
    for (size_t i = 0; i < relation->referrers.len; i++) {
        const Relation *sequence = relation->referrers.items[i];
        bool is_there =
            model_relation(effecting->model, sequence->schema, sequence->name) == sequence;
        if (is_there && is_owned(sequence, relation, column))
            effect_known(effecting, sequence, lock_self(mode));
    }
}

static bool reads(const Effecting *effecting, const Relation *view, const Relation *relation,
                  const char *column)
{
    VEC_EACH (const Reads, read, &view->reads)
        if (model_relation(effecting->model, read->schema, read->relation) == relation &&
            (!column || !read->column || strcmp(read->column, column) == 0))
            return true;
    return false;
}

static bool is_view(const Relation *relation)
{
    return relation->kind == RELATION_VIEW || relation->kind == RELATION_MATERIALIZED_VIEW;
}

// A stack, as views are read by views.
void partners_views(Effecting *effecting, const Relation *relation, const char *column,
                    LockMode mode)
{
    const Relation *open[VIEW_DEPTH] = {relation};
    size_t count = 1;
    while (count) {
        const Relation *read = open[--count];
        for (size_t i = 0; i < read->referrers.len; i++) {
            const Relation *view = read->referrers.items[i];
            size_t before = effecting->effects->items.len;
            if (!is_view(view) || !reads(effecting, view, read, read == relation ? column : NULL))
                continue;
            effect_known(effecting, view, lock_self(mode));
            if (effecting->effects->items.len > before && count < VIEW_DEPTH)
                open[count++] = view;
        }
    }
}

const Relation *default_partition(const Relation *parent, const Relation *except)
{
    return parent && parent->default_partition != except ? parent->default_partition : NULL;
}

void partner_of_constraint(Effecting *effecting, const Node *constraint, const char *own_name)
{
    const Node *range = node_field(constraint, "pktable");
    const Relation *referenced = relation_of_range(effecting, range);
    bool is_itself = own_name && strcmp(node_text(range, "relname"), own_name) == 0 && !referenced;
    if (range && !is_itself)
        effect_range(effecting, range, lock_partitions(LOCK_SHARE_ROW_EXCLUSIVE, referenced));
}
