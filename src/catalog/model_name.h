// The table of names behind a model: schema and name to relation, index, type, routine, schema.
// Refuses users: only catalog/ includes this. Invariant: an entry's `place` is where its object
// stands in the model's list, so that dropping one costs the same however many there are.
#pragma once

#include "catalog/model.h"

typedef enum NameClass {
    NAME_RELATION,
    NAME_INDEX,      // the object is the relation that has it
    NAME_CONSTRAINT, // likewise; many relations may have one of a name
    NAME_TYPE,
    NAME_ROUTINE, // several may have one name
    NAME_SCHEMA,
} NameClass;

struct ModelName {
    ModelName *next; // in its bucket
    uint32_t hash;
    NameClass class;
    const char *schema;
    const char *name;
    void *object;
    size_t place;
};

// In exactly this schema; NULL: none. The newest comes first.
ModelName *name_find(const Model *model, NameClass class, const char *schema, const char *name);
// The next of the same class, schema and name.
ModelName *name_find_next(const ModelName *entry);
// The entry of this very object.
ModelName *name_of(const Model *model, NameClass class, const char *schema, const char *name,
                   const void *object);
ModelName *name_add(Model *model, NameClass class, const char *schema, const char *name,
                    void *object, size_t place);
void name_remove(Model *model, ModelName *entry);
