#include "catalog/model_name.h"

enum {
    FIRST_SIZE = 64,
    FNV_START = 2166136261U,
    FNV_PRIME = 16777619U,
};

static uint32_t hash_text(uint32_t hash, const char *text)
{
    for (const char *c = text; *c; c++)
        hash = (hash ^ (unsigned char)*c) * FNV_PRIME;
    return (hash ^ '.') * FNV_PRIME;
}

static uint32_t hash_of(NameClass class, const char *schema, const char *name)
{
    return hash_text(hash_text((uint32_t)FNV_START ^ (uint32_t) class, schema), name);
}

static bool is_same(const ModelName *entry, uint32_t hash, NameClass class, const char *schema,
                    const char *name)
{
    return entry->hash == hash && entry->class == class && strcmp(entry->name, name) == 0 &&
           strcmp(entry->schema, schema) == 0;
}

ModelName *name_find(const Model *model, NameClass class, const char *schema, const char *name)
{
    if (!model->name_size)
        return NULL;
    uint32_t hash = hash_of(class, schema, name);
    ModelName *entry = model->names[hash & (model->name_size - 1)];
    while (entry && !is_same(entry, hash, class, schema, name))
        entry = entry->next;
    return entry;
}

ModelName *name_find_next(const ModelName *entry)
{
    ModelName *next = entry->next;
    while (next && !is_same(next, entry->hash, entry->class, entry->schema, entry->name))
        next = next->next;
    return next;
}

ModelName *name_of(const Model *model, NameClass class, const char *schema, const char *name,
                   const void *object)
{
    ModelName *entry = name_find(model, class, schema, name);
    while (entry && entry->object != object)
        entry = name_find_next(entry);
    return entry;
}

// Twice the buckets. Entries of one name keep their order.
static void widen(Model *model)
{
    size_t size = model->name_size ? model->name_size * 2 : FIRST_SIZE;
    ModelName **wide = arena_alloc_array(model->arena, size, sizeof(ModelName *));
    for (size_t i = 0; i < model->name_size; i++)
        for (ModelName *entry = model->names[i], *next; entry; entry = next) {
            ModelName **end = &wide[entry->hash & (size - 1)];
            while (*end)
                end = &(*end)->next;
            next = entry->next;
            entry->next = NULL;
            *end = entry;
        }
    model->names = wide;
    model->name_size = size;
}

ModelName *name_add(Model *model, NameClass class, const char *schema, const char *name,
                    void *object, size_t place)
{
    if (model->name_count >= model->name_size)
        widen(model);
    ModelName *entry = arena_new_object(model->arena, ModelName);
    *entry = (ModelName){
        .hash = hash_of(class, schema, name),
        .class = class,
        .schema = schema,
        .name = name,
        .object = object,
        .place = place,
    };
    ModelName **bucket = &model->names[entry->hash & (model->name_size - 1)];
    entry->next = *bucket;
    *bucket = entry;
    model->name_count++;
    return entry;
}

void name_remove(Model *model, ModelName *entry)
{
    ModelName **link = &model->names[entry->hash & (model->name_size - 1)];
    while (*link != entry)
        link = &(*link)->next;
    *link = entry->next;
    model->name_count--;
}
