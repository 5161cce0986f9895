#include "check/sample/facts.h"

#include "catalog/model.h"

#include <stdlib.h>

static int compare_oid(const void *key, const void *item)
{
    int64_t wanted = *(const int64_t *)key;
    int64_t oid = *(const int64_t *)item; // the first member of both
    return wanted < oid ? -1 : wanted > oid;
}

_Static_assert(offsetof(SampleType, oid) == 0 && offsetof(SampleRelation, oid) == 0,
               "compare_oid reads the first member");

const SampleType *sample_type(const SampleFacts *facts, int64_t oid)
{
    return facts->types.len == 0 ? NULL
                                 : bsearch(&oid, facts->types.items, facts->types.len,
                                           sizeof *facts->types.items, compare_oid);
}

const SampleColumns *sample_columns(const SampleFacts *facts, int64_t relation)
{
    static const SampleColumns NONE = {0};
    const SampleRelation *found =
        facts->relations.len == 0 ? NULL
                                  : bsearch(&relation, facts->relations.items, facts->relations.len,
                                            sizeof *facts->relations.items, compare_oid);
    return found ? &found->columns : &NONE;
}

SampleColumn *sample_column(const SampleTable *table, const char *name)
{
    VEC_EACH (SampleColumn, column, &table->columns)
        if (strcmp(column->name, name) == 0)
            return column;
    return NULL;
}

bool sample_is_unique(const SampleTable *table, const char *column)
{
    VEC_EACH (const SampleUnique, unique, &table->uniques)
        if (words_have(&unique->columns, column))
            return true;
    return false;
}

bool sample_is_serial(const SampleColumn *column)
{
    return column->sequence ||
           (column->default_value && strncmp(column->default_value, "nextval(", 8) == 0);
}
