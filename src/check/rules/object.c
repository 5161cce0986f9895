#include "check/rules/object.h"

#include "sql/quote.h"

#include <string.h>

enum {
    NAMES_SHOWN = 6,
};

void name_list_add(Arena *arena, NameList *list, const char *name)
{
    for (size_t i = 0; i < list->names.len; i++)
        if (strcmp(list->names.items[i], name) == 0)
            return;
    list->count++;
    if (list->names.len < NAMES_SHOWN)
        *vec_append(arena, &list->names) = name;
}

const char *name_list_text(Arena *arena, const NameList *list)
{
    const char *text = list->names.len ? list->names.items[0] : "";
    size_t hidden = list->count - list->names.len;
    for (size_t i = 1; i < list->names.len; i++) {
        const char *between = i + 1 == list->names.len && !hidden ? " and " : ", ";
        text = arena_join(arena, str_from(text), str_from(between), str_from(list->names.items[i]));
    }
    return hidden ? arena_printf(arena, "%s and %zu more", text, hidden) : text;
}

const Node *object_names(const Node *object)
{
    if (node_has(object, "objname"))
        return node_field(object, "objname");
    return node_has(object, "names") ? node_field(object, "names") : object;
}

// The last name, and the one before it: "" when there is none.
static const char *split_names(const Node *names, const char **ret_schema)
{
    const char *schema = "";
    const char *name = "";
    if (node_has(names, "relname")) {
        *ret_schema = node_text(names, "schemaname");
        return node_text(names, "relname");
    }
    NODE_EACH(item, names)
    {
        schema = name;
        name = node_text(item, NULL);
    }
    *ret_schema = schema;
    return name;
}

Relation *object_relation(const Judged *judged, const Node *names)
{
    const char *schema;
    const char *name = split_names(names, &schema);
    return model_relation(judged->model, schema, name);
}

Type *object_type(const Judged *judged, const Node *names)
{
    const char *schema;
    const char *name = split_names(names, &schema);
    return model_type(judged->model, schema, name);
}

Routine *object_routine(const Judged *judged, const Node *names)
{
    const char *schema;
    const char *name = split_names(names, &schema);
    return model_routine(judged->model, schema, name, NULL);
}

const char *relation_label(Arena *arena, const Relation *relation)
{
    return arena_join(arena, str_from(relation->schema), STR("."), str_from(relation->name));
}

const char *object_name(const Judged *judged, const Node *names)
{
    const Relation *relation = object_relation(judged, names);
    return relation ? relation_label(judged->scratch, relation)
                    : node_dotted(judged->scratch, names);
}

static const char *qualified_sql(const Judged *judged, const char *schema, const char *name)
{
    return judged_keep(judged->lint, quote_qualified(judged->scratch, schema, name));
}

const char *relation_sql(const Judged *judged, const Relation *relation)
{
    return qualified_sql(judged, relation->schema, relation->name);
}

const char *object_sql(const Judged *judged, const Node *names)
{
    const Relation *relation = object_relation(judged, names);
    const char *schema;
    const char *name = split_names(names, &schema);
    return relation ? relation_sql(judged, relation) : qualified_sql(judged, schema, name);
}

bool made_is_ours(const Judged *judged, const Made *made)
{
    return made->transaction && made->file == judged->file->number;
}

bool relation_is_ours(const Judged *judged, const Relation *relation)
{
    return relation && (relation->is_temporary ||
                        (!relation->is_only_altered && made_is_ours(judged, &relation->made)));
}

bool object_is_ours(const Judged *judged, const Node *range)
{
    return relation_is_ours(judged, object_relation(judged, range)) ||
           strncmp(node_text(range, "schemaname"), "pg_temp", 7) == 0;
}

static bool is_named(const Relation *relation, const char *schema, const char *name)
{
    return name && schema && strcmp(relation->name, name) == 0 &&
           strcmp(relation->schema, schema) == 0;
}

static bool reads(const Relation *view, const Relation *relation)
{
    VEC_EACH (const Reads, read, &view->reads)
        if (is_named(relation, read->schema, read->relation))
            return true;
    return false;
}

static bool references(const Constraint *constraint, const Relation *relation)
{
    return constraint->kind == CONSTRAINT_FOREIGN &&
           is_named(relation, constraint->references_schema, constraint->references);
}

static const char *line_added(const Judged *judged, const char *lines, const char *line)
{
    return arena_join(judged->scratch, str_from(lines), str_from(line), STR(";\n"));
}

const char *relation_dependents(const Judged *judged, const Relation *relation, NameList *list)
{
    Arena *arena = judged->scratch;
    const char *lines = "";
    for (size_t i = 0; i < relation->children.len; i++)
        name_list_add(
            arena, list,
            arena_printf(arena, "table %s", relation_label(arena, relation->children.items[i])));
    for (size_t i = 0; i < relation->referrers.len; i++) {
        const Relation *other = relation->referrers.items[i];
        const char *label = relation_label(arena, other);
        const char *sql = relation_sql(judged, other);
        if (other == relation)
            continue;
        if (reads(other, relation)) {
            bool is_view = other->kind == RELATION_VIEW;
            name_list_add(arena, list, arena_printf(arena, "view %s", label));
            lines = line_added(
                judged, lines,
                arena_printf(arena, "DROP %sVIEW %s", is_view ? "" : "MATERIALIZED ", sql));
        }
        VEC_EACH (const Constraint, constraint, &other->constraints) {
            if (!references(constraint, relation))
                continue;
            name_list_add(arena, list,
                          arena_printf(arena, "foreign key %s of %s", constraint->name, label));
            lines = line_added(judged, lines,
                               arena_printf(arena, "ALTER TABLE %s DROP CONSTRAINT %s", sql,
                                            quote_name(judged->scratch, constraint->name)));
        }
    }
    return lines;
}

void relation_referencing(const Judged *judged, const Relation *relation, NameList *list)
{
    for (size_t i = 0; i < relation->referrers.len; i++) {
        const Relation *other = relation->referrers.items[i];
        if (other == relation || relation_is_ours(judged, other))
            continue;
        VEC_EACH (const Constraint, constraint, &other->constraints)
            if (references(constraint, relation))
                name_list_add(judged->scratch, list, relation_label(judged->scratch, other));
    }
}

void relation_partners(const Judged *judged, const Relation *relation, bool has_incoming,
                       NameList *list)
{
    VEC_EACH (const Constraint, constraint, &relation->constraints) {
        if (constraint->kind != CONSTRAINT_FOREIGN)
            continue;
        const Relation *partner =
            model_relation(judged->model, constraint->references_schema, constraint->references);
        if (!partner)
            name_list_add(judged->scratch, list, constraint->references);
        else if (partner != relation && !relation_is_ours(judged, partner))
            name_list_add(judged->scratch, list, relation_label(judged->scratch, partner));
    }
    if (has_incoming)
        relation_referencing(judged, relation, list);
}

const char *statement_slice(const Judged *judged, size_t from, size_t to)
{
    Str text = judged->parsed->statement.text;
    if (to > text.n)
        to = text.n;
    if (from > to)
        from = to;
    Str slice = str_trim((Str){text.p + from, to - from});
    return judged_printf(judged, STR_FMT, STR_ARG(slice));
}
