#include "check/type_change.h"

#include "check/cast.h"
#include "check/replay/replay.h"
#include "check/volatility.h"

#include <string.h>

enum {
    DOMAIN_DEPTH = 16
};

static bool is_same_type(const ColumnType *from, const ColumnType *to)
{
    bool is_same_schema = !from->schema || !to->schema || !*from->schema || !*to->schema ||
                          strcmp(from->schema, to->schema) == 0;
    return strcmp(from->name, to->name) == 0 && from->is_array == to->is_array && is_same_schema;
}

static const Type *own_type(const Model *model, const ColumnType *type)
{
    return model && type->name ? model_type(model, type->schema, type->name) : NULL;
}

// A domain's base type, through all levels. `ret_constrained`: the first with a constraint.
static ColumnType base_of(const Model *model, ColumnType type, const Type **ret_constrained)
{
    for (int depth = 0; depth < DOMAIN_DEPTH; depth++) {
        const Type *own = own_type(model, &type);
        if (!own || own->kind != TYPE_DOMAIN || type.is_array || !own->base.name)
            break;
        if (own->has_constraint && ret_constrained && !*ret_constrained)
            *ret_constrained = own;
        type = own->base;
    }
    return type;
}

static bool are_timestamps(const ColumnType *from, const ColumnType *to)
{
    bool is_to_zone = strcmp(from->name, "timestamp") == 0 && strcmp(to->name, "timestamptz") == 0;
    bool is_from_zone =
        strcmp(from->name, "timestamptz") == 0 && strcmp(to->name, "timestamp") == 0;
    return (is_to_zone || is_from_zone) && !from->is_array && !to->is_array;
}

static TypeChangeCost cost_of(const Cast *cast)
{
    if (!cast->is_free)
        return TYPE_CHANGE_REWRITE;
    return cast->keeps_operator_class ? TYPE_CHANGE_NOTHING : TYPE_CHANGE_INDEXES;
}

static void add_cast(TypeChange *change, const Cast *cast)
{
    TypeChangeCost cost = cost_of(cast);
    change->cost = cost > change->cost ? cost : change->cost;
    change->can_fail |= cast->can_fail;
    change->can_lose |= cast->can_lose;
    change->needs_using |= !cast->is_assignable;
}

// From base type to base type.
static void change_bases(const Model *model, const ColumnType *from, const ColumnType *to,
                         bool is_explicit, TypeChange *change)
{
    if (is_same_type(from, to)) {
        Cast cast = cast_modifiers(from, to, is_explicit);
        add_cast(change, &cast);
        return;
    }
    Cast cast = cast_between(from, to);
    if (are_timestamps(from, to)) {
        change->is_time_zone_dependent = true;
        cast.is_free = false;
    }
    // Another type's own casts are not known here.
    if (!cast_is_builtin(from) && !own_type(model, from))
        cast.is_assignable = true;
    if (!cast_is_builtin(to) && !own_type(model, to))
        cast.is_assignable = true;
    add_cast(change, &cast);
    ColumnType plain = *to;
    plain.modifier_count = 0;
    Cast length = cast_modifiers(&plain, to, is_explicit);
    if (!length.is_free) {
        // The cast in between forgets the precision: timestamp(3) to timestamptz(3) is written anew
        // also in UTC (tried on 15), but rounds nothing.
        if (are_timestamps(from, to))
            length.can_lose = cast_modifiers(from, to, is_explicit).can_lose;
        bool overflows = cast_can_overflow(from, to);
        length.can_fail = overflows && !(is_explicit && cast_is_string(to));
        bool is_whole = cast_is_whole(from); // nothing to round
        length.can_lose =
            cast_is_string(to) ? overflows && is_explicit : length.can_lose && !is_whole;
        change->is_time_zone_dependent = false;
        add_cast(change, &length);
    }
}

static const char *reason_of(Arena *arena, const TypeChange *change, const ColumnType *from,
                             const ColumnType *to)
{
    static const char *const WORDS[] = {
        [TYPE_CHANGE_NOTHING] = "needs no change of the rows",
        [TYPE_CHANGE_INDEXES] = "keeps the rows, and builds the indexes of the column anew",
        [TYPE_CHANGE_SCAN] = "keeps the rows, and tries the CHECK constraints of the column again",
        [TYPE_CHANGE_REWRITE] = "writes every row anew",
        [TYPE_CHANGE_UNKNOWN] = "is not known",
    };
    const char *zone =
        change->is_time_zone_dependent ? ", unless the session's time zone is UTC" : "";
    return arena_printf(arena, "%s to %s %s%s", column_type_text(arena, from),
                        column_type_text(arena, to), WORDS[change->cost], zone);
}

static void change_types(Arena *arena, const Model *model, const ColumnType *from,
                         const ColumnType *to, bool is_explicit, TypeChange *change)
{
    if (is_same_type(from, to) && own_type(model, to) && from->modifier_count == to->modifier_count)
        return;
    const Type *constrained = NULL;
    ColumnType old_base = base_of(model, *from, NULL);
    ColumnType new_base = base_of(model, *to, &constrained);
    change_bases(model, &old_base, &new_base, is_explicit, change);
    if (constrained) {
        change->cost = TYPE_CHANGE_REWRITE;
        change->can_fail = true;
        change->is_time_zone_dependent = false;
    }
}

// USING that only casts the column itself: x::int, x::text::int. The casts are followed from the
// inside. False: it does more.
static bool follow_casts(Arena *arena, const Model *model, const char *column, ColumnType *type,
                         const Node *expression, TypeChange *change)
{
    if (node_is(expression, "ColumnRef"))
        return strcmp(node_last_text(node_field(expression, "fields")), column) == 0;
    if (!node_is(expression, "TypeCast") ||
        !follow_casts(arena, model, column, type, node_field(expression, "arg"), change))
        return false;
    ColumnType to = replay_type(arena, node_field(expression, "typeName"), NULL);
    change_types(arena, model, type, &to, true, change);
    change->needs_using = false;
    *type = to;
    return true;
}

static bool is_depth_bounded(const Node *expression)
{
    int depth = 0;
    for (; node_is(expression, "TypeCast"); expression = node_field(expression, "arg"))
        if (++depth > DOMAIN_DEPTH)
            return false;
    return true;
}

static bool has_index_on(const Relation *relation, const char *column, bool must_be_rebuilt)
{
    VEC_EACH (const Index, index, &relation->indexes)
        if (words_have(&index->columns, column) &&
            (!must_be_rebuilt || index->is_partial || index->has_expression))
            return true;
    return false;
}

static bool has_check_on(const Relation *relation, const char *column)
{
    VEC_EACH (const Constraint, constraint, &relation->constraints)
        if (constraint->kind == CONSTRAINT_CHECK && constraint->is_valid &&
            words_have(&constraint->columns, column))
            return true;
    return false;
}

static bool changes_collation(const Column *column, const Node *definition)
{
    const char *collation = node_last_text(node_field(definition, "collClause.collname"));
    return strcmp(collation, column->collation ? column->collation : "") != 0;
}

// What the column's indexes and constraints add to the cost of the type alone.
static void add_dependents(Arena *arena, const Relation *relation, const Column *column,
                           const Node *definition, TypeChange *change)
{
    const char *name = column->name;
    if (change->cost == TYPE_CHANGE_REWRITE)
        return;
    bool is_collated = changes_collation(column, definition);
    bool rebuilds =
        has_index_on(relation, name, change->cost == TYPE_CHANGE_NOTHING && !is_collated);
    if (is_collated && rebuilds)
        change->reason =
            arena_printf(arena, "another collation of %s builds its indexes anew", name);
    change->cost = rebuilds ? TYPE_CHANGE_INDEXES : TYPE_CHANGE_NOTHING;
    if (!rebuilds && has_check_on(relation, name)) {
        change->cost = TYPE_CHANGE_SCAN;
        change->reason =
            arena_printf(arena, "the CHECK constraints of %s are tried on every row again", name);
    }
}

static void using_expression(Arena *arena, const Model *model, const Node *expression,
                             TypeChange *change)
{
    ExpressionVolatility volatility = volatility_of(model, expression);
    const char *why = volatility_reason(arena, volatility);
    *change = (TypeChange){
        .cost = TYPE_CHANGE_REWRITE,
        .reason = why ? arena_printf(arena, "USING calls %s", why)
                      : "USING computes a value for every row",
    };
}

void type_change_of_command(Arena *arena, const Model *model, const Relation *relation,
                            const Node *command, TypeChange *ret_change)
{
    const Node *definition = node_field(command, "def");
    const Node *expression = node_field(definition, "raw_default");
    const char *name = node_text(command, "name");
    const Column *column = relation ? relation_column(relation, name) : NULL;
    ColumnType to = replay_type(arena, node_field(definition, "typeName"), NULL);
    TypeChange change = {0};
    ColumnType from = column ? column->type : (ColumnType){0};
    bool is_known = from.name && *from.name;
    if (is_known &&
        (!expression || (is_depth_bounded(expression) &&
                         follow_casts(arena, model, name, &from, expression, &change)))) {
        change_types(arena, model, &from, &to, false, &change);
        change.needs_using &= !expression;
    } else if (expression && (is_known || !node_is(expression, "TypeCast"))) {
        using_expression(arena, model, expression, &change);
    } else {
        change.cost = TYPE_CHANGE_UNKNOWN;
        change.reason = arena_printf(arena, "the type that %s has was never seen", name);
    }
    if (column && is_known)
        add_dependents(arena, relation, column, definition, &change);
    if (!change.reason)
        change.reason = reason_of(arena, &change, &column->type, &to);
    *ret_change = change;
}
