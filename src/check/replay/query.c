#include "check/replay/query.h"

#include "check/replay/generated_name.h"

enum {
    DEEPEST = 1000, // expressions and queries inside of each other
};

// A column that a query or one of its sources has.
typedef struct Derived {
    const char *name;
    ColumnType type;
    const struct Source *source; // that has it; NULL: made here
    const char *column;          // as the source's relation calls it
} Derived;

typedef VEC(Derived) DerivedColumns;

// What stands in FROM: a relation, or a query of its own.
typedef struct Source {
    const char *alias;
    const Relation *relation; // NULL: never seen, or a query
    const char *schema;       // of a relation
    const char *name;         // likewise; NULL: a query or a function
    DerivedColumns columns;
    bool is_complete; // it has no other columns
} Source;

typedef struct CommonTable {
    const char *name;
    DerivedColumns columns;
} CommonTable;

typedef struct Scope {
    const struct Scope *outer;
    VEC(Source *) sources;
    VEC(CommonTable) tables; // of WITH
    DerivedColumns star;     // what * means here
} Scope;

typedef struct Query {
    const Replay *replay;
    Relation *relation; // whose reads are kept; NULL: nobody's
    int depth;
} Query;

static DerivedColumns read_select(Query *query, const Node *select, const Scope *outer);
static void visit(Query *query, const Node *node, const Scope *scope);

static void note_read(Query *query, const Source *source, const char *column, bool is_star)
{
    Relation *reader = query->relation;
    if (!reader || !source->name)
        return;
    VEC_EACH (Reads, reads, &reader->reads) {
        bool is_same = strcmp(reads->relation, source->name) == 0 &&
                       strcmp(reads->schema, source->schema) == 0;
        if (is_same && reads->column && strcmp(reads->column, column) == 0) {
            reads->is_star = reads->is_star || is_star;
            return;
        }
        if (is_same && reads->column && !*reads->column) { // known better now
            reads->column = keep(query->replay, column);
            reads->is_star = is_star;
            return;
        }
    }
    Reads *reads = append_tight(query->replay->model->arena, &reader->reads);
    reads->schema = source->relation ? source->schema : keep(query->replay, source->schema);
    reads->relation = source->relation ? source->name : keep(query->replay, source->name);
    reads->column = keep(query->replay, column);
    reads->is_star = is_star;
}

// That it is there is enough, as in count(*).
static void note_relation(Query *query, const Source *source)
{
    Relation *reader = query->relation;
    if (!reader || !source->name)
        return;
    if (source->relation)
        note_referrer(query->replay,
                      model_relation(query->replay->model, source->schema, source->name), reader);
    VEC_EACH (Reads, reads, &reader->reads)
        if (strcmp(reads->relation, source->name) == 0 &&
            strcmp(reads->schema, source->schema) == 0)
            return;
    note_read(query, source, "", false);
}

static const Derived *find_column(const DerivedColumns *columns, const char *name)
{
    VEC_EACH (Derived, column, columns)
        if (strcmp(column->name, name) == 0)
            return column;
    return NULL;
}

static const CommonTable *find_common(const Scope *scope, const char *name)
{
    for (; scope; scope = scope->outer)
        VEC_EACH (CommonTable, table, &scope->tables)
            if (strcmp(table->name, name) == 0)
                return table;
    return NULL;
}

// FROM t AS x (a, b): the columns go by other names.
static void rename_columns(const Node *aliases, DerivedColumns *columns)
{
    size_t i = 0;
    NODE_EACH(alias, aliases)
    if (i < columns->len)
        columns->items[i++].name = node_text(alias, NULL);
}

static Source *add_source(Query *query, Scope *scope, const Node *item)
{
    Source *source = arena_new_object(query->replay->scratch, Source);
    source->alias = node_text(item, "alias.aliasname");
    *vec_append(query->replay->scratch, &scope->sources) = source;
    return source;
}

static void take_relation(Query *query, const Node *range, Source *source)
{
    const Replay *replay = query->replay;
    source->relation = found_relation(replay, range);
    source->schema = source->relation ? source->relation->schema : node_text(range, "schemaname");
    if (!*source->schema)
        source->schema = model_creation_schema(replay->model);
    source->name = source->relation ? source->relation->name : node_text(range, "relname");
    source->is_complete = source->relation && !source->relation->is_only_altered;
    if (source->relation)
        VEC_EACH (Column, column, &source->relation->columns)
            *vec_append(replay->scratch, &source->columns) = (Derived){.name = column->name,
                                                                       .type = column->type,
                                                                       .source = source,
                                                                       .column = column->name};
    note_relation(query, source);
}

static Source *read_range(Query *query, const Node *range, Scope *scope)
{
    Source *source = add_source(query, scope, range);
    if (!*source->alias)
        source->alias = node_text(range, "relname");
    const CommonTable *common =
        node_has(range, "schemaname") ? NULL : find_common(scope, node_text(range, "relname"));
    if (common) {
        VEC_EACH (Derived, column, &common->columns)
            *vec_append(query->replay->scratch, &source->columns) = *column;
        source->is_complete = true;
    } else {
        take_relation(query, range, source);
    }
    rename_columns(node_field(range, "alias.colnames"), &source->columns);
    return source;
}

static void append_all(Query *query, DerivedColumns *to, const DerivedColumns *from)
{
    VEC_EACH (Derived, column, from)
        *vec_append(query->replay->scratch, to) = *column;
}

static void append_but(Query *query, DerivedColumns *to, const DerivedColumns *from,
                       const DerivedColumns *left_out)
{
    VEC_EACH (Derived, column, from)
        if (!find_column(left_out, column->name))
            *vec_append(query->replay->scratch, to) = *column;
}

static DerivedColumns read_from(Query *query, const Node *item, Scope *scope);

// Columns that both sides have under one name come first, once (USING, NATURAL).
static DerivedColumns read_join(Query *query, const Node *join, Scope *scope)
{
    DerivedColumns left = read_from(query, node_field(join, "larg"), scope);
    DerivedColumns right = read_from(query, node_field(join, "rarg"), scope);
    DerivedColumns merged = {0};
    NODE_EACH(name, node_field(join, "usingClause"))
    {
        const Derived *column = find_column(&left, node_text(name, NULL));
        if (column)
            *vec_append(query->replay->scratch, &merged) = *column;
    }
    if (node_flag(join, "isNatural"))
        VEC_EACH (Derived, column, &left)
            if (find_column(&right, column->name))
                *vec_append(query->replay->scratch, &merged) = *column;
    VEC_EACH (Derived, column, &merged) {
        const Derived *other = find_column(&right, column->name);
        if (column->source)
            note_read(query, column->source, column->column, false);
        if (other && other->source)
            note_read(query, other->source, other->column, false);
    }
    DerivedColumns all = {0};
    append_all(query, &all, &merged);
    append_but(query, &all, &left, &merged);
    append_but(query, &all, &right, &merged);
    visit(query, node_field(join, "quals"), scope);
    return all;
}

static DerivedColumns read_from(Query *query, const Node *item, Scope *scope)
{
    if (node_is(item, "JoinExpr"))
        return read_join(query, item, scope);
    if (node_is(item, "RangeTableSample"))
        return read_from(query, node_field(item, "relation"), scope);
    if (node_is(item, "RangeVar"))
        return read_range(query, item, scope)->columns;
    if (node_is(item, "RangeSubselect")) {
        DerivedColumns columns = read_select(query, node_field(item, "subquery"), scope);
        Source *source = add_source(query, scope, item);
        VEC_EACH (Derived, column, &columns)
            column->source = NULL;
        source->columns = columns;
        source->is_complete = true;
        rename_columns(node_field(item, "alias.colnames"), &source->columns);
        return source->columns;
    }
    visit(query, item, scope); // functions: their columns are not known
    return add_source(query, scope, item)->columns;
}

static void add_common_tables(Query *query, const Node *with, Scope *scope)
{
    NODE_EACH(node, node_field(with, "ctes"))
    {
        CommonTable table = {.name = node_text(node, "ctename")};
        const Node *inside = node_field(node, "ctequery");
        if (node_flag(with, "recursive")) { // it may name itself
            NODE_EACH(alias, node_field(node, "aliascolnames"))
            *vec_append(query->replay->scratch, &table.columns) =
                (Derived){.name = node_text(alias, NULL), .type = {.schema = "", .name = ""}};
            *vec_append(query->replay->scratch, &scope->tables) = table;
        }
        DerivedColumns columns = read_select(query, inside, scope);
        VEC_EACH (Derived, column, &columns)
            column->source = NULL;
        rename_columns(node_field(node, "aliascolnames"), &columns);
        table.columns = columns;
        if (node_flag(with, "recursive"))
            scope->tables.items[scope->tables.len - 1] = table;
        else
            *vec_append(query->replay->scratch, &scope->tables) = table;
    }
}

static const Source *find_source(const Scope *scope, const char *schema, const char *alias)
{
    for (; scope; scope = scope->outer)
        for (size_t i = 0; i < scope->sources.len; i++) {
            const Source *source = scope->sources.items[i];
            if (strcmp(source->alias, alias) == 0 &&
                (!*schema || (source->schema && strcmp(source->schema, schema) == 0)))
                return source;
        }
    return NULL;
}

// An unqualified name: the innermost that has it, else whatever is not known.
static const Derived *find_unqualified(Query *query, const Scope *scope, const char *name)
{
    for (const Scope *at = scope; at; at = at->outer)
        for (size_t i = 0; i < at->sources.len; i++) {
            const Derived *column = find_column(&at->sources.items[i]->columns, name);
            if (column)
                return column;
        }
    for (const Scope *at = scope; at; at = at->outer)
        for (size_t i = 0; i < at->sources.len; i++)
            if (!at->sources.items[i]->is_complete)
                note_read(query, at->sources.items[i], name, false);
    return NULL;
}

typedef struct Reference {
    const char *schema;
    const char *alias;
    const char *name;
    bool is_star;
} Reference;

static Reference reference_of(const Node *node)
{
    Reference reference = {.schema = "", .alias = "", .name = ""};
    NODE_EACH(field, node_field(node, "fields"))
    {
        if (node_is(field, "A_Star")) {
            reference.is_star = true;
            reference.schema = reference.alias;
            reference.alias = reference.name;
            reference.name = "";
        } else {
            reference.schema = reference.alias;
            reference.alias = reference.name;
            reference.name = node_text(field, NULL);
        }
    }
    return reference;
}

static const Derived *resolve(Query *query, const Node *node, const Scope *scope)
{
    Reference reference = reference_of(node);
    const Derived *column = NULL;
    if (reference.is_star)
        return NULL;
    if (!*reference.alias) {
        column = find_unqualified(query, scope, reference.name);
    } else {
        const Source *source = find_source(scope, reference.schema, reference.alias);
        column = source ? find_column(&source->columns, reference.name) : NULL;
        if (source && !column && !source->is_complete)
            note_read(query, source, reference.name, false);
    }
    if (column && column->source)
        note_read(query, column->source, column->column, false);
    return column;
}

// Of a relation that was never seen, whatever it has.
static void note_unknown_star(Query *query, const Source *source)
{
    if (source->is_complete || !query->relation || !source->name)
        return;
    Reads *reads = append_tight(query->replay->model->arena, &query->relation->reads);
    *reads = (Reads){.schema = keep(query->replay, source->schema),
                     .relation = keep(query->replay, source->name),
                     .is_star = true};
}

// * or t.*: every column, read.
static void read_star(Query *query, const Scope *scope, const Reference *reference,
                      DerivedColumns *columns)
{
    const Source *source = NULL;
    const DerivedColumns *star = &scope->star;
    if (*reference->alias) {
        source = find_source(scope, reference->schema, reference->alias);
        if (!source)
            return;
        star = &source->columns;
    }
    VEC_EACH (Derived, column, star)
        if (column->source)
            note_read(query, column->source, column->column, true);
    append_all(query, columns, star);
    for (size_t i = 0; i < scope->sources.len; i++)
        if (!source || scope->sources.items[i] == source)
            note_unknown_star(query, scope->sources.items[i]);
}

static void visit(Query *query, const Node *node, const Scope *scope)
{
    if (!node || query->depth >= DEEPEST)
        return;
    if (node_is(node, "SelectStmt")) {
        read_select(query, node, scope);
        return;
    }
    if (node_is(node, "ColumnRef")) {
        resolve(query, node, scope);
        return;
    }
    query->depth++;
    NODE_EACH(inside, node)
    visit(query, inside, scope);
    query->depth--;
}

static ColumnType constant_type(const Node *constant)
{
    const char *name = "";
    if (node_has(constant, "ival"))
        name = "int4";
    else if (node_has(constant, "sval"))
        name = "text";
    else if (node_has(constant, "boolval"))
        name = "bool";
    return (ColumnType){.schema = "", .name = name};
}

static ColumnType expression_type(Query *query, const Node *expression, const Derived *column)
{
    if (column)
        return column->type;
    if (node_is(expression, "TypeCast"))
        return resolved_type(query->replay, node_field(expression, "typeName"), NULL, NULL);
    if (node_is(expression, "A_Const"))
        return constant_type(expression);
    return (ColumnType){.schema = "", .name = ""};
}

static void read_target(Query *query, const Node *target, const Scope *scope,
                        DerivedColumns *columns)
{
    const Node *value = node_field(target, "val");
    Reference reference = {0};
    if (node_is(value, "ColumnRef"))
        reference = reference_of(value);
    if (reference.is_star) {
        read_star(query, scope, &reference, columns);
        return;
    }
    const Derived *column = NULL;
    if (node_is(value, "ColumnRef"))
        column = resolve(query, value, scope);
    else
        visit(query, value, scope);
    const char *name = node_text(target, "name");
    if (!*name)
        name = expression_name(value);
    *vec_append(query->replay->scratch, columns) =
        (Derived){.name = name ? name : "?column?", .type = expression_type(query, value, column)};
}

static bool is_same_type(const ColumnType *left, const ColumnType *right)
{
    return strcmp(left->name, right->name) == 0 && strcmp(left->schema, right->schema) == 0 &&
           left->is_array == right->is_array && left->modifier_count == right->modifier_count &&
           left->modifiers[0] == right->modifiers[0] && left->modifiers[1] == right->modifiers[1];
}

// UNION and its kind: the left side's names, and its types where the right side has them too.
static DerivedColumns read_set(Query *query, const Node *select, const Scope *scope)
{
    DerivedColumns left = read_select(query, node_field(select, "larg"), scope);
    DerivedColumns right = read_select(query, node_field(select, "rarg"), scope);
    for (size_t i = 0; i < left.len; i++) {
        left.items[i].source = NULL;
        if (i >= right.len || !is_same_type(&left.items[i].type, &right.items[i].type))
            left.items[i].type = (ColumnType){.schema = "", .name = ""};
    }
    return left;
}

static DerivedColumns read_values(Query *query, const Node *select)
{
    DerivedColumns columns = {0};
    const Node *row = node_first(node_field(select, "valuesLists"));
    NODE_EACH(value, row)
    {
        int number = (int)columns.len + 1;
        *vec_append(query->replay->scratch, &columns) =
            (Derived){.name = arena_printf(query->replay->scratch, "column%d", number),
                      .type = expression_type(query, value, NULL)};
    }
    return columns;
}

// ORDER BY may name an output column, which is no read.
static bool is_output_name(const Node *node, const DerivedColumns *columns)
{
    const Node *reference = node_field(node, "node");
    return node_is(reference, "ColumnRef") && node_count(node_field(reference, "fields")) == 1 &&
           find_column(columns, node_text(node_first(node_field(reference, "fields")), NULL));
}

static void visit_rest(Query *query, const Node *select, const Scope *scope,
                       const DerivedColumns *columns)
{
    static const char *const DONE[] = {"withClause", "fromClause", "larg",      "rarg",
                                       "targetList", "intoClause", "sortClause"};
    NODE_EACH(field, select)
    {
        bool is_done = false;
        for (size_t i = 0; i < sizeof DONE / sizeof *DONE; i++)
            is_done = is_done || strcmp(node_name(field), DONE[i]) == 0;
        if (!is_done)
            visit(query, field, scope);
    }
    NODE_EACH(item, node_field(select, "sortClause"))
    if (!is_output_name(item, columns))
        visit(query, item, scope);
}

static DerivedColumns read_select(Query *query, const Node *select, const Scope *outer)
{
    Scope scope = {.outer = outer};
    DerivedColumns columns = {0};
    if (query->depth >= DEEPEST)
        return columns;
    query->depth++;
    add_common_tables(query, node_field(select, "withClause"), &scope);
    if (node_has(select, "larg")) {
        columns = read_set(query, select, &scope);
    } else {
        NODE_EACH(item, node_field(select, "fromClause"))
        {
            DerivedColumns more = read_from(query, item, &scope);
            append_all(query, &scope.star, &more);
        }
        NODE_EACH(target, node_field(select, "targetList"))
        read_target(query, target, &scope, &columns);
        if (node_has(select, "valuesLists"))
            columns = read_values(query, select);
        visit_rest(query, select, &scope, &columns);
    }
    query->depth--;
    return columns;
}

void read_query(const Replay *replay, const Node *select, const Node *aliases, bool keeps_reads,
                Relation *relation)
{
    Query query = {.replay = replay, .relation = keeps_reads ? relation : NULL};
    DerivedColumns columns = read_select(&query, select, NULL);
    rename_columns(aliases, &columns);
    if (columns.len)
        vec_reserve(replay->model->arena, &relation->columns, columns.len);
    VEC_EACH (Derived, derived, &columns) {
        Column *column = append_tight(replay->model->arena, &relation->columns);
        column->name = keep(replay, derived->name);
        column->type = derived->type;
        column->made = replay->made;
        Type *type = model_type(replay->model, derived->type.schema, derived->type.name);
        if (type)
            *append_tight(replay->model->arena, &type->users) = relation;
    }
}
