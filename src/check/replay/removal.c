// What goes with a relation, a column, a constraint, an index.
#include "check/replay/generated_name.h"
#include "check/replay/part.h"
#include "sql/lex.h"

static bool is_of(const Relation *relation, const char *schema, const char *name)
{
    return strcmp(relation->name, name) == 0 && strcmp(relation->schema, schema) == 0;
}

static bool reads_relation(const Relation *view, const Relation *relation, const char *column)
{
    VEC_EACH (Reads, reads, &view->reads)
        if (is_of(relation, reads->schema, reads->relation) &&
            (!column || !reads->column || strcmp(reads->column, column) == 0))
            return true;
    return false;
}

// The columns that a foreign key to `relation` ends at.
static const Words *referenced_columns(const Relation *relation, const Constraint *key)
{
    if (key->referenced_columns.len)
        return &key->referenced_columns;
    const Constraint *primary = relation_primary_key(relation);
    return primary ? &primary->columns : &key->referenced_columns;
}

// Foreign keys of `referrer` to `relation` (of its `column`, where one is given).
static void remove_keys_to(const Replay *replay, Relation *referrer, const Relation *relation,
                           const char *column)
{
    for (size_t i = referrer->constraints.len; i > 0; i--) {
        if (i > referrer->constraints.len)
            continue;
        Constraint *key = &referrer->constraints.items[i - 1];
        if (key->kind == CONSTRAINT_FOREIGN &&
            is_of(relation, key->references_schema, key->references) &&
            (!column || words_have(referenced_columns(relation, key), column)))
            remove_constraint(replay, referrer, key);
    }
}

// One that was dropped is in a referrers' list still, but no longer found.
static bool is_there(const Replay *replay, const Relation *relation)
{
    return model_relation(replay->model, relation->schema, relation->name) == relation;
}

static void remove_referrers(const Replay *replay, Relation *relation, const char *column)
{
    for (size_t i = 0; i < relation->referrers.len; i++) {
        Relation *referrer = relation->referrers.items[i];
        if (referrer == relation || !is_there(replay, referrer))
            continue;
        bool owns = referrer->owner_table &&
                    is_of(relation, referrer->owner_schema, referrer->owner_table) &&
                    (!column || strcmp(referrer->owner_column, column) == 0);
        if (owns || reads_relation(referrer, relation, column))
            remove_relation(replay, referrer);
        else
            remove_keys_to(replay, referrer, relation, column);
    }
}

static void leave_publications(const Replay *replay, const Relation *relation)
{
    if (replay->model->publications.len == 0)
        return;
    const char *name = arena_printf(replay->scratch, "%s.%s", relation->schema, relation->name);
    VEC_EACH (Publication, publication, &replay->model->publications)
        for (size_t i = 0; i < publication->tables.len; i++)
            if (strcmp(publication->tables.items[i], name) == 0)
                publication->tables.items[i] = publication->tables.items[--publication->tables.len];
}

void remove_relation(const Replay *replay, Relation *relation)
{
    // It hangs on nothing any more: views may read each other in a circle.
    relation->reads.len = 0;
    relation->owner_table = NULL;
    while (relation->children.len) {
        Relation *child = relation->children.items[relation->children.len - 1];
        relation_leave(child, relation);
        remove_relation(replay, child);
    }
    remove_referrers(replay, relation, NULL);
    if (!is_there(replay, relation))
        return;
    leave_publications(replay, relation);
    if (relation->kind == RELATION_COMPOSITE) {
        Type *type = model_type(replay->model, relation->schema, relation->name);
        if (type)
            model_drop_type(replay->model, type);
    }
    model_drop_relation(replay->model, relation);
}

void remove_index(const Replay *replay, Relation *relation, Index *index)
{
    const char *name = index->name;
    model_drop_index(replay->model, relation, index);
    for (size_t i = 0; i < relation->children.len; i++) {
        Relation *child = relation->children.items[i];
        for (size_t k = child->indexes.len; k > 0; k--) {
            if (k > child->indexes.len)
                continue;
            Index *part = &child->indexes.items[k - 1];
            if (part->parent && strcmp(part->parent, name) == 0)
                remove_index(replay, child, part);
        }
    }
}

void remove_keys_on(const Replay *replay, Relation *relation, const Words *columns)
{
    for (size_t i = 0; i < relation->referrers.len; i++) {
        Relation *referrer = relation->referrers.items[i];
        for (size_t k = referrer->constraints.len; k > 0; k--) {
            if (k > referrer->constraints.len)
                continue;
            Constraint *key = &referrer->constraints.items[k - 1];
            if (key->kind != CONSTRAINT_FOREIGN ||
                !is_of(relation, key->references_schema, key->references))
                continue;
            const Words *ends = referenced_columns(relation, key);
            bool rests = ends->len == columns->len;
            for (size_t c = 0; rests && c < ends->len; c++)
                rests = words_have(columns, ends->items[c]);
            if (rests)
                remove_constraint(replay, referrer, key);
        }
    }
}

static void remove_inherited(const Replay *replay, Relation *relation, const char *name)
{
    for (size_t i = 0; i < relation->children.len; i++) {
        Relation *child = relation->children.items[i];
        Constraint *constraint = relation_constraint(child, name);
        if (constraint && constraint->is_inherited)
            remove_constraint(replay, child, constraint);
    }
}

// The constraints of partitions behind a unique or primary key have names of their own.
static void remove_parts(const Replay *replay, Relation *relation, const char *index_name)
{
    for (size_t i = 0; i < relation->children.len; i++) {
        Relation *child = relation->children.items[i];
        for (size_t k = child->indexes.len; k > 0; k--) {
            if (k > child->indexes.len)
                continue;
            Index *part = &child->indexes.items[k - 1];
            if (!part->parent || strcmp(part->parent, index_name) != 0)
                continue;
            Constraint *constraint =
                part->constraint ? relation_constraint(child, part->constraint) : NULL;
            if (constraint)
                remove_constraint(replay, child, constraint);
            else
                remove_index(replay, child, part);
        }
    }
}

static void unset_not_null(Relation *relation, const Words *columns)
{
    const Constraint *primary = relation_primary_key(relation);
    for (size_t i = 0; i < columns->len; i++) {
        Column *column = relation_column(relation, columns->items[i]);
        if (!column || (primary && words_have(&primary->columns, column->name)))
            continue;
        column->is_not_null = false;
        column->is_not_null_pending = false;
    }
}

void remove_constraint(const Replay *replay, Relation *relation, Constraint *constraint)
{
    Constraint gone = *constraint;
    Index *index = gone.index ? relation_index(relation, gone.index) : NULL;
    model_drop_constraint(replay->model, relation, constraint);
    if (gone.kind == CONSTRAINT_NOT_NULL)
        unset_not_null(relation, &gone.columns);
    remove_inherited(replay, relation, gone.name);
    if (!index)
        return;
    remove_parts(replay, relation, index->name);
    model_drop_index(replay->model, relation, index);
}

// A generated column's own expression is kept as text: a word in it is enough to fear the worst.
static bool generated_from(const Column *column, const char *name)
{
    if (!column->generated || !column->default_text)
        return false;
    Lexer lexer = {.text = str_from(column->default_text), .is_whole = true};
    for (;;) {
        Token token = lex_next_significant(&lexer);
        if (token.kind == TOKEN_END)
            return false;
        if (lex_is_word(&lexer, token, str_from(name)))
            return true;
    }
}

static void remove_parts_of_column(const Replay *replay, Relation *relation, const char *name)
{
    for (size_t i = relation->constraints.len; i > 0; i--)
        if (i <= relation->constraints.len &&
            words_have(&relation->constraints.items[i - 1].columns, name))
            remove_constraint(replay, relation, &relation->constraints.items[i - 1]);
    for (size_t i = relation->indexes.len; i > 0; i--) {
        if (i > relation->indexes.len)
            continue;
        Index *index = &relation->indexes.items[i - 1];
        if (words_have(&index->columns, name) || words_have(&index->other_columns, name)) {
            Constraint *constraint =
                index->constraint ? relation_constraint(relation, index->constraint) : NULL;
            if (constraint)
                remove_constraint(replay, relation, constraint);
            else
                remove_index(replay, relation, index);
        }
    }
}

static void remove_generated(const Replay *replay, Relation *relation, const char *name)
{
    for (size_t i = relation->columns.len; i > 0; i--)
        if (i <= relation->columns.len && generated_from(&relation->columns.items[i - 1], name))
            remove_column(replay, relation, relation->columns.items[i - 1].name);
}

void remove_column(const Replay *replay, Relation *relation, const char *name)
{
    Column *column = relation_column(relation, name);
    if (!column)
        return;
    name = column->name;
    remove_referrers(replay, relation, name);
    remove_parts_of_column(replay, relation, name);
    column = relation_column(relation, name);
    Column *end = relation->columns.items + relation->columns.len;
    memmove(column, column + 1, (size_t)(end - column - 1) * sizeof *column);
    relation->columns.len--;
    relation->dropped_columns++;
    remove_generated(replay, relation, name);
    for (size_t i = 0; i < relation->children.len; i++) {
        Relation *child = relation->children.items[i];
        Column *inherited = relation_column(child, name);
        if (inherited && inherited->is_inherited)
            remove_column(replay, child, name);
    }
}
