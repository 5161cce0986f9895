#include "catalog/model.h"

#include "base/require.h"
#include "catalog/model_name.h"

// Where tables go that live as long as their session.
static const char TEMPORARY_SCHEMA[] = "pg_temp";

void model_init(Model *model, Arena *arena)
{
    *model = (Model){.arena = arena};
}

// Along the search path, temporary things first, as PostgreSQL looks.
static ModelName *find(const Model *model, NameClass class, const char *schema, const char *name)
{
    if (schema && *schema)
        return name_find(model, class, schema, name);
    ModelName *entry = name_find(model, class, TEMPORARY_SCHEMA, name);
    if (model->search_path.len == 0 && !entry)
        entry = name_find(model, class, "public", name);
    for (size_t i = 0; !entry && i < model->search_path.len; i++)
        entry = name_find(model, class, model->search_path.items[i], name);
    return entry;
}

Relation *model_relation(const Model *model, const char *schema, const char *name)
{
    ModelName *entry = find(model, NAME_RELATION, schema, name);
    return entry ? entry->object : NULL;
}

Relation *model_index(const Model *model, const char *schema, const char *name, Index **ret_index)
{
    ModelName *entry = find(model, NAME_INDEX, schema, name);
    Relation *relation = entry ? entry->object : NULL;
    *ret_index = relation ? relation_index(relation, name) : NULL;
    return relation;
}

Type *model_type(const Model *model, const char *schema, const char *name)
{
    ModelName *entry = find(model, NAME_TYPE, schema, name);
    return entry ? entry->object : NULL;
}

Routine *model_routine(const Model *model, const char *schema, const char *name,
                       const char *arguments)
{
    for (ModelName *entry = find(model, NAME_ROUTINE, schema, name); entry;
         entry = name_find_next(entry)) {
        Routine *routine = entry->object;
        if (!arguments || strcmp(routine->arguments, arguments) == 0)
            return routine;
    }
    return NULL;
}

bool model_has_relation_name(const Model *model, const char *schema, const char *name)
{
    return name_find(model, NAME_RELATION, schema, name) ||
           name_find(model, NAME_INDEX, schema, name);
}

bool model_has_constraint_name(const Model *model, const char *schema, const char *name)
{
    return name_find(model, NAME_CONSTRAINT, schema, name) != NULL;
}

bool model_has_schema(const Model *model, const char *name)
{
    return name_find(model, NAME_SCHEMA, "", name) != NULL;
}

bool model_has_extension(const Model *model, const char *name)
{
    return words_have(&model->extensions, name);
}

const char *model_creation_schema(const Model *model)
{
    for (size_t i = 0; i < model->search_path.len; i++) {
        const char *schema = model->search_path.items[i];
        if (*schema && *schema != '$' && strcmp(schema, "pg_catalog") != 0)
            return schema;
    }
    return "public";
}

Relation *model_add_relation(Model *model, const char *schema, const char *name, RelationKind kind,
                             Made made)
{
    Relation *relation = arena_new_object(model->arena, Relation);
    relation->model = model;
    relation->schema = schema;
    relation->name = name;
    relation->kind = kind;
    relation->replica_identity = 'd';
    relation->made = made;
    name_add(model, NAME_RELATION, schema, name, relation, model->relations.len);
    *vec_append(model->arena, &model->relations) = relation;
    return relation;
}

Index *model_add_index(Model *model, Relation *relation, const char *name, Made made)
{
    // Most tables have one or two: eight at once, as vec_append reserves, would be half of a model.
    if (relation->indexes.len == relation->indexes.cap)
        vec_reserve(model->arena, &relation->indexes, relation->indexes.len * 3 / 2 + 1);
    Index *index = vec_append(model->arena, &relation->indexes);
    *index = (Index){.name = name, .method = "btree", .made = made};
    name_add(model, NAME_INDEX, relation->schema, name, relation, 0);
    return index;
}

Constraint *model_add_constraint(Model *model, Relation *relation, ConstraintKind kind,
                                 const char *name, Made made)
{
    if (relation->constraints.len == relation->constraints.cap)
        vec_reserve(model->arena, &relation->constraints, relation->constraints.len * 3 / 2 + 1);
    Constraint *constraint = vec_append(model->arena, &relation->constraints);
    *constraint = (Constraint){
        // it may have been another, which was dropped
        .kind = kind, .name = name, .is_valid = true, .is_enforced = true, .made = made,
    };
    name_add(model, NAME_CONSTRAINT, relation->schema, name, relation,
             relation->constraints.len - 1);
    return constraint;
}

Type *model_add_type(Model *model, const char *schema, const char *name, TypeKind kind, Made made)
{
    Type *type = arena_new_object(model->arena, Type);
    type->schema = schema;
    type->name = name;
    type->kind = kind;
    type->made = made;
    name_add(model, NAME_TYPE, schema, name, type, model->types.len);
    *vec_append(model->arena, &model->types) = type;
    return type;
}

Routine *model_add_routine(Model *model, const char *schema, const char *name,
                           const char *arguments, Made made)
{
    Routine *routine = arena_new_object(model->arena, Routine);
    routine->schema = schema;
    routine->name = name;
    routine->arguments = arguments;
    routine->volatility = 'v';
    routine->made = made;
    name_add(model, NAME_ROUTINE, schema, name, routine, model->routines.len);
    *vec_append(model->arena, &model->routines) = routine;
    return routine;
}

void model_add_schema(Model *model, const char *name)
{
    if (model_has_schema(model, name))
        return;
    name_add(model, NAME_SCHEMA, "", name, NULL, model->schemas.len);
    *vec_append(model->arena, &model->schemas) = name;
}

void model_drop_schema(Model *model, const char *name)
{
    ModelName *entry = name_find(model, NAME_SCHEMA, "", name);
    if (!entry)
        return;
    const char *last = model->schemas.items[--model->schemas.len];
    model->schemas.items[entry->place] = last;
    name_find(model, NAME_SCHEMA, "", last)->place = entry->place;
    name_remove(model, entry);
}

// The last takes the place of what goes.
#define TAKE_OUT(model, list, class_, entry)                                                       \
    do {                                                                                           \
        void *last_ = (list)->items[(list)->len - 1];                                              \
        const char *schema_ = (list)->items[(list)->len - 1]->schema;                              \
        const char *name_ = (list)->items[(list)->len - 1]->name;                                  \
        name_of((model), (class_), schema_, name_, last_)->place = (entry)->place;                 \
        (list)->items[(entry)->place] = last_;                                                     \
        (list)->len--;                                                                             \
        name_remove((model), (entry));                                                             \
    } while (0)

void model_drop_relation(Model *model, Relation *relation)
{
    ModelName *entry = name_of(model, NAME_RELATION, relation->schema, relation->name, relation);
    REQUIRE(entry);
    VEC_EACH (Index, index, &relation->indexes)
        name_remove(model, name_of(model, NAME_INDEX, relation->schema, index->name, relation));
    relation->indexes.len = 0;
    VEC_EACH (Constraint, constraint, &relation->constraints)
        name_remove(model,
                    name_of(model, NAME_CONSTRAINT, relation->schema, constraint->name, relation));
    relation->constraints.len = 0;
    relation->reads.len = 0;
    while (relation->parents.len)
        relation_leave(relation, relation->parents.items[relation->parents.len - 1]);
    while (relation->children.len)
        relation_leave(relation->children.items[relation->children.len - 1], relation);
    TAKE_OUT(model, &model->relations, NAME_RELATION, entry);
}

void model_drop_index(Model *model, Relation *relation, Index *index)
{
    name_remove(model, name_of(model, NAME_INDEX, relation->schema, index->name, relation));
    Index *end = relation->indexes.items + relation->indexes.len;
    memmove(index, index + 1, (size_t)(end - index - 1) * sizeof *index);
    relation->indexes.len--;
}

void model_drop_constraint(Model *model, Relation *relation, Constraint *constraint)
{
    name_remove(model,
                name_of(model, NAME_CONSTRAINT, relation->schema, constraint->name, relation));
    Constraint *end = relation->constraints.items + relation->constraints.len;
    memmove(constraint, constraint + 1, (size_t)(end - constraint - 1) * sizeof *constraint);
    relation->constraints.len--;
}

void model_drop_type(Model *model, Type *type)
{
    ModelName *entry = name_of(model, NAME_TYPE, type->schema, type->name, type);
    REQUIRE(entry);
    TAKE_OUT(model, &model->types, NAME_TYPE, entry);
}

void model_drop_routine(Model *model, Routine *routine)
{
    ModelName *entry = name_of(model, NAME_ROUTINE, routine->schema, routine->name, routine);
    REQUIRE(entry);
    TAKE_OUT(model, &model->routines, NAME_ROUTINE, entry);
}

static void rename_entry(Model *model, NameClass class, const char *old_schema,
                         const char *old_name, const char *schema, const char *name, void *object)
{
    ModelName *entry = name_of(model, class, old_schema, old_name, object);
    REQUIRE(entry);
    size_t place = entry->place;
    name_remove(model, entry);
    name_add(model, class, schema, name, object, place);
}

void model_rename_relation(Model *model, Relation *relation, const char *schema, const char *name)
{
    rename_entry(model, NAME_RELATION, relation->schema, relation->name, schema, name, relation);
    if (strcmp(relation->schema, schema) != 0)
        VEC_EACH (Index, index, &relation->indexes)
            rename_entry(model, NAME_INDEX, relation->schema, index->name, schema, index->name,
                         relation);
    if (strcmp(relation->schema, schema) != 0)
        VEC_EACH (Constraint, constraint, &relation->constraints)
            rename_entry(model, NAME_CONSTRAINT, relation->schema, constraint->name, schema,
                         constraint->name, relation);
    for (size_t i = 0; i < relation->children.len; i++) {
        Relation *child = relation->children.items[i];
        if (child->parents.items[0] == relation) {
            child->parent_schema = schema;
            child->parent = name;
        }
    }
    relation->schema = schema;
    relation->name = name;
}

void model_rename_index(Model *model, Relation *relation, Index *index, const char *name)
{
    rename_entry(model, NAME_INDEX, relation->schema, index->name, relation->schema, name,
                 relation);
    index->name = name;
}

void model_rename_constraint(Model *model, Relation *relation, Constraint *constraint,
                             const char *name)
{
    rename_entry(model, NAME_CONSTRAINT, relation->schema, constraint->name, relation->schema, name,
                 relation);
    constraint->name = name;
}

void model_rename_type(Model *model, Type *type, const char *schema, const char *name)
{
    rename_entry(model, NAME_TYPE, type->schema, type->name, schema, name, type);
    type->schema = schema;
    type->name = name;
}

void model_rename_routine(Model *model, Routine *routine, const char *schema, const char *name)
{
    rename_entry(model, NAME_ROUTINE, routine->schema, routine->name, schema, name, routine);
    routine->schema = schema;
    routine->name = name;
}
