#include "check/column_add.h"

#include "check/replay/replay.h"
#include "check/volatility.h"

#include <string.h>

enum {
    DOMAIN_DEPTH = 16
};

typedef struct Adding {
    Arena *arena;
    const Model *model;
    const Node *definition;
    ColumnAdd add;
    bool has_value; // the rows that are there get one: a default, identity, generated
    bool is_not_null;
} Adding;

static void because(Adding *adding, const char *why)
{
    if (!adding->add.why)
        adding->add.why = why;
}

static void rewrite(Adding *adding, const char *why)
{
    if (!adding->add.is_rewritten)
        adding->add.why = why; // before what was a scan only
    adding->add.is_rewritten = true;
}

static const Type *constrained_domain(const Model *model, ColumnType type)
{
    for (int depth = 0; model && depth < DOMAIN_DEPTH && type.name && !type.is_array; depth++) {
        const Type *own = model_type(model, type.schema, type.name);
        if (!own || own->kind != TYPE_DOMAIN)
            return NULL;
        if (own->has_constraint)
            return own;
        type = own->base;
    }
    return NULL;
}

static void add_type(Adding *adding)
{
    bool is_serial = false;
    ColumnType type =
        replay_type(adding->arena, node_field(adding->definition, "typeName"), &is_serial);
    const Type *domain = constrained_domain(adding->model, type);
    if (is_serial) {
        adding->has_value = adding->is_not_null = true;
        rewrite(adding, "serial calls nextval() for every row");
    }
    if (domain)
        rewrite(adding, arena_printf(adding->arena, "the domain %s has constraints", domain->name));
}

static bool is_null(const Node *expression)
{
    while (node_is(expression, "TypeCast"))
        expression = node_field(expression, "arg");
    return node_is(expression, "A_Const") && node_flag(expression, "isnull");
}

static void add_default(Adding *adding, const Node *expression)
{
    ExpressionVolatility volatility = volatility_of(adding->model, expression);
    adding->has_value |= !is_null(expression);
    adding->add.is_volatility_unknown |= volatility.volatility == VOLATILITY_UNKNOWN;
    if (volatility_counts(volatility))
        rewrite(adding, arena_printf(adding->arena, "the default calls %s",
                                     volatility_reason(adding->arena, volatility)));
}

// Is a NOT ENFORCED (18) or another attribute written behind this constraint?
static bool is_enforced(const Node *constraint)
{
    for (const Node *next = node_next(constraint); next; next = node_next(next)) {
        const char *kind = node_text(next, "contype");
        if (strncmp(kind, "CONSTR_ATTR", 11) != 0)
            return true;
        if (strcmp(kind, "CONSTR_ATTR_NOT_ENFORCED") == 0)
            return false;
    }
    return true;
}

static void add_generated(Adding *adding, const Node *constraint)
{
    adding->has_value = true;
    if (node_text_is(constraint, "generated_kind", "v"))
        return;
    rewrite(adding, "a stored generated column is computed for every row");
}

static void add_constraint(Adding *adding, const Node *constraint)
{
    const char *kind = node_text(constraint, "contype");
    if (strcmp(kind, "CONSTR_DEFAULT") == 0) {
        add_default(adding, node_field(constraint, "raw_expr"));
    } else if (strcmp(kind, "CONSTR_GENERATED") == 0) {
        add_generated(adding, constraint);
    } else if (strcmp(kind, "CONSTR_IDENTITY") == 0) {
        adding->has_value = adding->is_not_null = true;
        rewrite(adding, "an identity column takes a number for every row");
    } else if (strcmp(kind, "CONSTR_CHECK") == 0 && is_enforced(constraint)) {
        adding->add.is_scanned = true;
        because(adding, "the CHECK is tried on every row");
    } else if (strcmp(kind, "CONSTR_UNIQUE") == 0 || strcmp(kind, "CONSTR_PRIMARY") == 0) {
        bool is_primary = strcmp(kind, "CONSTR_PRIMARY") == 0;
        adding->is_not_null |= is_primary;
        adding->add.builds_index = true;
        because(adding, is_primary ? "PRIMARY KEY builds an index over all rows"
                                   : "UNIQUE builds an index over all rows");
    } else if (strcmp(kind, "CONSTR_FOREIGN") == 0) {
        *vec_append(adding->arena, &adding->add.foreign) = constraint;
    } else if (strcmp(kind, "CONSTR_NOTNULL") == 0) {
        adding->is_not_null = true;
    }
}

static bool has_virtual_value(const Adding *adding)
{
    NODE_EACH(constraint, node_field(adding->definition, "constraints"))
    if (node_text_is(constraint, "contype", "CONSTR_GENERATED") &&
        node_text_is(constraint, "generated_kind", "v"))
        return true;
    return false;
}

// A foreign key of a column with a default has values to look up; without, all of them are NULL.
static void add_foreign(Adding *adding)
{
    for (size_t i = 0; i < adding->add.foreign.len; i++)
        if (adding->has_value && is_enforced(adding->add.foreign.items[i])) {
            adding->add.is_scanned = true;
            because(adding, "the foreign key looks up the default of every row");
        }
}

static void add_not_null(Adding *adding)
{
    ColumnAdd *add = &adding->add;
    bool is_virtual = has_virtual_value(adding);
    if (!adding->is_not_null || add->is_rewritten)
        return;
    if (is_virtual) {
        add->is_scanned = true;
        because(adding, "NOT NULL of a virtual column is tried on every row");
    } else if (!adding->has_value) {
        add->is_scanned = add->is_not_null_without_value = true;
        because(adding, "NOT NULL without a default: it fails when there are rows");
    }
}

void column_add_of(Arena *arena, const Model *model, const Node *definition, ColumnAdd *ret_add)
{
    Adding adding = {.arena = arena, .model = model, .definition = definition};
    add_type(&adding);
    if (node_has(definition, "raw_default"))
        add_default(&adding, node_field(definition, "raw_default"));
    NODE_EACH(constraint, node_field(definition, "constraints"))
    add_constraint(&adding, constraint);
    add_not_null(&adding);
    add_foreign(&adding);
    *ret_add = adding.add;
}
