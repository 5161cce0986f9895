#include "check/replay/rename.h"

#include "check/replay/part.h"

static bool is_name(const char *schema, const char *name, const Relation *relation)
{
    return name && strcmp(name, relation->name) == 0 && strcmp(schema, relation->schema) == 0;
}

static void rename_publications(const Replay *replay, const Relation *relation, const char *schema,
                                const char *name)
{
    if (replay->model->publications.len == 0)
        return;
    const char *old = arena_printf(replay->scratch, "%s.%s", relation->schema, relation->name);
    const char *new_name = arena_printf(replay->model->arena, "%s.%s", schema, name);
    VEC_EACH (Publication, publication, &replay->model->publications)
        rename_word(replay, &publication->tables, old, new_name);
}

// In one that refers to it, as it is called up to now.
static void rename_in(Relation *referrer, const Relation *relation, const char *schema,
                      const char *name)
{
    VEC_EACH (Constraint, constraint, &referrer->constraints)
        if (is_name(constraint->references_schema, constraint->references, relation)) {
            constraint->references_schema = schema;
            constraint->references = name;
        }
    VEC_EACH (Reads, reads, &referrer->reads)
        if (is_name(reads->schema, reads->relation, relation)) {
            reads->schema = schema;
            reads->relation = name;
        }
    if (is_name(referrer->owner_schema, referrer->owner_table, relation)) {
        referrer->owner_schema = schema;
        referrer->owner_table = name;
    }
}

void move_relation(const Replay *replay, Relation *relation, const char *schema, const char *name)
{
    bool is_other_schema = strcmp(relation->schema, schema) != 0;
    for (size_t i = 0; i < relation->referrers.len; i++) {
        Relation *referrer = relation->referrers.items[i];
        // Sequences of a table's own columns move with it.
        bool moves = is_other_schema &&
                     is_name(referrer->owner_schema, referrer->owner_table, relation) &&
                     model_relation(replay->model, referrer->schema, referrer->name) == referrer;
        rename_in(referrer, relation, schema, name);
        if (moves)
            model_rename_relation(replay->model, referrer, schema, referrer->name);
    }
    rename_in(relation, relation, schema, name);
    rename_publications(replay, relation, schema, name);
    model_rename_relation(replay->model, relation, schema, name);
}

void move_type(const Replay *replay, Type *type, const char *schema, const char *name)
{
    for (size_t i = 0; i < type->users.len; i++)
        VEC_EACH (Column, column, &type->users.items[i]->columns)
            if (strcmp(column->type.name, type->name) == 0 &&
                strcmp(column->type.schema, type->schema) == 0) {
                column->type.schema = schema;
                column->type.name = name;
            }
    Relation *composite = type->kind == TYPE_COMPOSITE
                              ? model_relation(replay->model, type->schema, type->name)
                              : NULL;
    if (composite)
        move_relation(replay, composite, schema, name);
    model_rename_type(replay->model, type, schema, name);
}

void rename_word(const Replay *replay, Words *words, const char *old, const char *new_word)
{
    if (!words_have(words, old))
        return;
    Words renamed = {0};
    vec_reserve(replay->model->arena, &renamed, words->len);
    for (size_t i = 0; i < words->len; i++) {
        bool is_old = strcmp(words->items[i], old) == 0;
        *vec_append(replay->model->arena, &renamed) = is_old ? new_word : words->items[i];
    }
    *words = renamed;
}

static void rename_in_referrer(const Replay *replay, Relation *referrer, const Relation *relation,
                               const char *old, const char *name)
{
    VEC_EACH (Constraint, constraint, &referrer->constraints)
        if (is_name(constraint->references_schema, constraint->references, relation))
            rename_word(replay, &constraint->referenced_columns, old, name);
    VEC_EACH (Reads, reads, &referrer->reads)
        if (is_name(reads->schema, reads->relation, relation) && reads->column &&
            strcmp(reads->column, old) == 0)
            reads->column = name;
    if (is_name(referrer->owner_schema, referrer->owner_table, relation) &&
        strcmp(referrer->owner_column, old) == 0)
        referrer->owner_column = name;
}

void rename_column(const Replay *replay, Relation *relation, const char *old, const char *name)
{
    Column *column = relation_column(relation, old);
    if (!column || relation_column(relation, name))
        return;
    old = column->name;
    column->name = name;
    VEC_EACH (Constraint, constraint, &relation->constraints) {
        rename_word(replay, &constraint->columns, old, name);
        rename_word(replay, &constraint->not_null, old, name);
    }
    VEC_EACH (Index, index, &relation->indexes) {
        rename_word(replay, &index->columns, old, name);
        rename_word(replay, &index->other_columns, old, name);
    }
    rename_in_referrer(replay, relation, relation, old, name);
    for (size_t i = 0; i < relation->referrers.len; i++)
        rename_in_referrer(replay, relation->referrers.items[i], relation, old, name);
    for (size_t i = 0; i < relation->children.len; i++)
        rename_column(replay, relation->children.items[i], old, name);
}

// A constraint and its index go by one name.
void rename_constraint(const Replay *replay, Relation *relation, const char *old, const char *name)
{
    Constraint *constraint = relation_constraint(relation, old);
    if (!constraint)
        return;
    old = constraint->name;
    Index *index = constraint->index ? relation_index(relation, constraint->index) : NULL;
    constraint->is_named = true;
    if (index) {
        rename_index(replay, relation, index, name);
        return;
    }
    model_rename_constraint(replay->model, relation, constraint, name);
    for (size_t i = 0; i < relation->children.len; i++) {
        Constraint *inherited = relation_constraint(relation->children.items[i], old);
        if (inherited && inherited->is_inherited && inherited->kind != CONSTRAINT_FOREIGN)
            rename_constraint(replay, relation->children.items[i], old, name);
    }
}

void rename_index(const Replay *replay, Relation *relation, Index *index, const char *name)
{
    const char *old = index->name;
    Constraint *constraint =
        index->constraint ? relation_constraint(relation, index->constraint) : NULL;
    if (constraint && strcmp(constraint->name, name) != 0)
        model_rename_constraint(replay->model, relation, constraint, name);
    if (constraint) {
        constraint->index = name;
        index->constraint = name;
    }
    index->is_named = true;
    model_rename_index(replay->model, relation, index, name);
    for (size_t i = 0; i < relation->children.len; i++)
        VEC_EACH (Index, part, &relation->children.items[i]->indexes)
            if (part->parent && strcmp(part->parent, old) == 0)
                part->parent = name;
}
